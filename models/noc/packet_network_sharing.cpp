// How flows share a switch port in packet fidelity: iSLIP's turns, in the cycles booked ahead.
#include <algorithm>
#include <utility>

#include "noc/packet_network.h"

namespace mimd::noc {

// For each of the cycles wanted, in order, the first of those free that is not earlier.
inline std::uint64_t packet_network::next_free(std::uint64_t wanted, std::uint64_t free) {
  if ((wanted & ~free) == 0) return wanted;
  std::uint64_t found = 0;
  for (; wanted != 0; wanted &= wanted - 1) {
    free &= ~(lowest_bit(wanted) - 1);
    const std::uint64_t one = lowest_bit(free);
    found |= one;
    free ^= one;
  }
  return found;
}

// The flits of the flow from x to y, from cycle `first` on, that nobody downstream or upstream counts on yet.
inline bool packet_network::gather(party& p, buffer& x, buffer& y, input_port& input, bool ejects, tick t,
                                   tick first) const {
  const tick back = input.credit_flight;
  const tick* const mine = stamps(x);
  const std::uint32_t mask = ring_mask_;
  const std::uint32_t end = x.read;
  const std::uint32_t most = std::min(slots_ - x.held, ejects ? slots_ : std::uint32_t{y.held});
  std::uint32_t n = 0;
  if (x.left_at - t >= 64)
    while (n < most && mine[(end - n - 1) & mask] >= t + back + 64) ++n;
  const std::uint32_t far = n;
  std::uint64_t due = 0;
  for (; n < most; ++n) {
    const tick stamp = mine[(end - n - 1) & mask];
    if (stamp < first + back) break;
    due |= std::uint64_t{1} << (stamp - (t + back));
  }
  if (n == 0) return false;
  p.x = &x;
  p.y = &y;
  p.in = &input;
  p.booked = due;
  p.had = due;
  p.due = due;
  p.flits = n;
  p.open = n - far;
  return true;
}

inline void packet_network::take_out(const party& p, output_port& output) const {
  std::uint64_t at_input = p.booked;
  for (const revision& v : revisions_)
    if (v.displaced == p.x) at_input &= ~v.lost;
  p.in->booked.bits &= ~at_input;
  output.booked.bits &= ~p.booked;
}

// Flits that have got none of the cycles that have bits go later, one in `stride` cycles.
inline void packet_network::write_back(const party& p, output_port& output, tick t, tick late,
                                       std::uint32_t stride) {
  buffer& x = *p.x;
  buffer& y = *p.y;
  const tick back = p.in->credit_flight;
  const tick to_stamp = stamp_flight(output, y);
  tick* const mine = stamps(x);
  tick* const there = stamps(y);
  const std::uint32_t mask = ring_mask_;
  const std::uint32_t shift = std::uint32_t{y.write} - x.read;
  const std::uint32_t end = x.read;
  const std::uint32_t out = x.output;
  const std::uint32_t in = p.input;
  std::uint32_t flit = end - p.flits;
  tick c = 0;
  for (std::uint64_t left = p.dealt; left != 0; left &= left - 1, ++flit) {
    c = t + lowest(left);
    if (c - t < output.booked.ports.size()) {
      p.in->booked.set_port(c, out);
      output.booked.set_port(c, in);
    }
    mine[flit & mask] = c + back;
    there[(flit + shift) & mask] = c + to_stamp;
  }
  for (; flit != end; ++flit, late += stride) {
    c = std::max(late, mine[flit & mask] - back);
    mine[flit & mask] = c + back;
    there[(flit + shift) & mask] = c + to_stamp;
  }
  x.left_at = c;
  flow& f = *p.claim;
  if (p.booked != 0) {
    f.first_at = mine[(end - p.flits) & mask] - back;
    f.lag = static_cast<std::uint8_t>(std::min(f.first_at - p.ready, 255u));
  }
  tick& free_at = free_at_[output.flows + x.vc];
  if (free_at == never) return;
  free_at = c;
  if (output.ejects) y.front->arrived = absolute(c + output.flight);
}

// In the order of inputs; among the channels of one input, as their turns were dealt before, a newcomer last.
inline bool packet_network::comes_before(const party& a, const party& b) const {
  if (a.input != b.input) return a.input < b.input;
  if (&a == &newcomer_ || &b == &newcomer_) return &b == &newcomer_;
  return lowest_bit(a.had) - 1 < lowest_bit(b.had) - 1;  // none is last
}

// When the first flit of a flow that has not left was ready to, if it is to leave at c.
inline packet_network::tick packet_network::ready_at(const flow& f, tick c) {
  return f.first_at == c && c > f.lag ? c - f.lag : c;
}

// Deals the cycles of an output, from `first` on, anew; those of newcomer_ are not in the bookings yet. Then
// the cycles of the outputs whose flows have been displaced at their inputs, or refused in cycles that these
// have given back, the earliest first: what is dealt at a cycle depends on earlier ones only, so that this
// comes to an end.
void packet_network::deal(const router& here, std::uint32_t port, tick t, tick first) {
  deal_port(here, port, t, first, &newcomer_);
  while (!revisions_.empty()) {
    const auto next = std::min_element(revisions_.begin(), revisions_.end(),
                                       [](const auto& a, const auto& b) { return a.from < b.from; });
    const std::uint32_t output = next->output;
    deal_port(here, output, t, t + next->from, nullptr);
    revisions_.erase(std::remove_if(revisions_.begin(), revisions_.end(),
                                    [=](const revision& v) { return v.output == output; }),
                     revisions_.end());
  }
}

// Among all flits that are to leave by it and that nobody counts on yet: in turn, one flit from each input,
// the first of each not before it was ready.
void packet_network::deal_port(const router& here, std::uint32_t port, tick t, tick first, party* newcomer) {
  output_port& output = outputs_[here.first_output + port];
  party* order[64];
  std::uint32_t count = 0;
  const auto add = [&](party& p) {
    std::uint32_t place = count++;
    for (; place != 0 && comes_before(p, *order[place - 1]); --place) order[place] = order[place - 1];
    order[place] = &p;
  };
  std::uint64_t others = output.claimed;
  if (newcomer != nullptr) others &= ~(std::uint64_t{1} << newcomer->x->vc);
  for (; others != 0; others &= others - 1) {
    const auto vc = lowest(others);
    flow& f = flows_[output.flows + vc];
    buffer& x = at(f.owner);
    if (x.left_at < first || x.output != port || x.vc != vc) continue;
    input_port& input = inputs_[here.first_input + x.input];
    party& p = parties_[count];
    if (!gather(p, x, at(output.first_next + vc), input, output.ejects, t, first)) continue;
    input.advance(t);
    take_out(p, output);
    p.dealt = 0;
    p.claim = &f;
    p.input = x.input;
    if (p.due != 0) {
      p.ready = ready_at(f, t + lowest(p.due));
      p.due = (p.due & (p.due - 1)) | std::uint64_t{1} << (std::max(p.ready, first) - t);
    }
    add(p);
  }
  if (newcomer != nullptr) add(*newcomer);
  const std::uint64_t bit = output.booked.bit(first);
  output.booked.bits &= ~(output.wasted & ~(bit - 1));
  output.wasted &= bit - 1;
  if (count != 1 || newcomer == nullptr || !deal_alone(output, bit))
    share_out(here, port, t, bit, order, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    party& p = *order[i];
    if (p.dealt == p.booked) continue;
    write_back(p, output, t, t + 64 + i, count);
    if (&p != &newcomer_) offer(here, port, p.input, p.booked & ~p.dealt, t);
  }
}

// An input has given cycles back: who was refused one of them at another output may have it now.
inline void packet_network::offer(const router& here, std::uint32_t port, std::uint32_t input,
                                  std::uint64_t freed, tick t) {
  input_port& in = inputs_[here.first_input + input];
  freed &= in.refused & ~in.booked.bits;
  if (freed == 0) return;
  in.refused &= ~static_cast<std::uint32_t>(freed);
  for (std::uint32_t vc = 0; vc < channels_; ++vc) {
    const buffer& x = at(here.first_buffer + input * channels_ + vc);
    if (x.left_at < t || x.output == port) continue;
    output_port& output = outputs_[here.first_output + x.output];
    output.advance(t);
    const std::uint64_t again = freed & output.wasted;
    if (again != 0) revisions_.push_back({x.output, lowest(again), nullptr, 0});
  }
}

// The newcomer gets the next cycles that are free, if no other flow is left and its input has nothing else to
// do then.
inline bool packet_network::deal_alone(output_port& output, std::uint64_t bit) {
  party& p = newcomer_;
  const std::uint64_t free = ~(output.booked.bits | (bit - 1));
  const std::uint64_t got = next_free(p.had, free);
  if ((got & p.in->booked.bits) != 0) return false;
  p.dealt |= got;
  p.in->booked.bits |= got;
  output.booked.bits |= got;
  return true;
}

// From the cycle `bit` on, iSLIP of one iteration: the output grants the next in turn that has a flit, and if
// its input has something else to do in that cycle, the grant is wasted.
inline void packet_network::share_out(const router& here, std::uint32_t port, tick t, std::uint64_t bit,
                                      party** order, std::uint32_t count) {
  output_port& output = outputs_[here.first_output + port];
  std::uint32_t last = output.booked.port_before(bit);
  std::uint32_t open = 0;
  bool same_input = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const party& p = *order[i];
    open += p.open;
    same_input = same_input || (i != 0 && p.input == order[i - 1]->input);
  }
  std::uint32_t turn = 0;
  while (turn < count && order[turn]->input <= last) ++turn;
  if (turn == count) turn = 0;
  std::uint64_t taken = output.booked.bits;
  const bool priorities = priorities_;
  for (; open != 0 && bit != 0; bit <<= 1) {
    if ((taken & bit) != 0) continue;
    const std::uint64_t by_now = bit | (bit - 1);
    std::uint32_t best = turn;
    while ((order[best]->due & by_now) == 0) {
      if (++best == count) best = 0;
      if (best == turn) break;
    }
    if ((order[best]->due & by_now) == 0) continue;
    if (priorities || (order[best]->in->booked.bits & bit) != 0) {
      best = granted(here, port, t, bit, order, count, turn);
      if (best == count) {
        taken |= bit;
        if (lowest(bit) < output.booked.ports.size()) output.booked.set_port(t + lowest(bit), last);
        continue;
      }
    }
    party& p = *order[best];
    // The next input's turn; among the channels of one input, the others' before this one's.
    turn = best + 1;
    if (same_input)
      for (; turn < count && order[turn]->input == p.input; ++turn) std::swap(order[turn - 1], order[turn]);
    if (turn == count) turn = 0;
    last = p.input;
    p.had &= p.had - 1;
    p.due &= p.due - 1;
    p.dealt |= bit;
    p.in->booked.bits |= bit;
    if (lowest(bit) < p.in->booked.ports.size()) p.in->booked.set_port(t + lowest(bit), port);
    taken |= bit;
    --open;
    --p.open;
    if (open != p.open || open == 0) continue;
    // Nobody else is left.
    const std::uint64_t rest = next_free(p.had, ~(taken | by_now));
    if ((rest & p.in->booked.bits) != 0) continue;
    p.dealt |= rest;
    p.in->booked.bits |= rest;
    taken |= rest;
    break;
  }
  output.booked.bits = taken;
}

// Whose flit goes in a cycle, if it is not plainly the next one's: its place in the order. `count`: nobody's,
// the cycle is wasted, since the input to which it was granted has something else to do.
std::uint32_t packet_network::granted(const router& here, std::uint32_t port, tick t, std::uint64_t bit,
                                      party* const* order, std::uint32_t count, std::uint32_t turn) {
  const std::uint64_t by_now = bit | (bit - 1);
  std::uint32_t best = count;
  std::uint32_t i = turn;
  do {
    const party& p = *order[i];
    if ((p.due & by_now) != 0 && (best == count || p.claim->priority > order[best]->claim->priority)) {
      best = i;
      if (!priorities_) break;
    }
    if (++i == count) i = 0;
  } while (i != turn);
  const party& p = *order[best];
  // Who was refused this cycle before has a later one, and does not get it back while its input is busy.
  const bool was_refused = (p.had & by_now) == 0 && (p.in->booked.bits & bit) != 0;
  if (!was_refused && ask_input(here, p, port, t, bit)) return best;
  outputs_[here.first_output + port].wasted |= bit;
  p.in->refused |= static_cast<std::uint32_t>(bit);
  return count;
}

// Whether the input takes that cycle for the flow that asks. If another flow has it, to another output, and
// nobody counts on it yet, the input accepts one of the two in its round, as iSLIP has it. The flits of a
// flow that is displaced go later if it has its output for itself; else they are to be dealt with again.
bool packet_network::ask_input(const router& here, const party& asking, std::uint32_t port, tick t,
                               std::uint64_t bit) {
  input_port& input = *asking.in;
  if ((input.booked.bits & bit) == 0) return true;
  if (bit >> input.booked.ports.size() != 0) return false;
  const tick c = t + lowest(bit);
  const std::uint32_t last = input.booked.port_before(bit);
  const auto place = [&](std::uint32_t o) { return o > last ? o : o + here.outputs; };
  const std::uint32_t other = input.booked.ports[c & 15];
  if (other == port || (!priorities_ && place(other) < place(port))) return false;
  for (std::uint32_t vc = 0; vc < channels_; ++vc) {
    buffer& x = at(here.first_buffer + asking.input * channels_ + vc);
    if (x.left_at < c || x.output != other || is_displaced(x)) continue;
    output_port& output = outputs_[here.first_output + other];
    flow& f = flows_[output.flows + x.vc];
    party holder;
    if (!gather(holder, x, at(output.first_next + x.vc), input, output.ejects, t, c) ||
        (holder.had & bit) == 0)
      continue;
    if (asking.claim->priority != f.priority ? asking.claim->priority < f.priority
                                             : place(other) < place(port))
      return false;
    output.advance(t);
    const std::uint64_t at_input = (input.booked.bits & ~holder.had) | bit;
    output.booked.bits &= ~holder.had;
    if (output.booked.bits < bit) {
      holder.dealt = next_free(holder.had, ~(at_input | output.booked.bits));
      holder.claim = &f;
      holder.input = asking.input;
      holder.ready = ready_at(f, c);
      input.booked.bits = at_input | holder.dealt;
      output.booked.bits |= holder.dealt;
      write_back(holder, output, t, t + 64, 1);
      offer(here, other, asking.input, holder.had & ~holder.dealt, t);
    } else {
      input.booked.bits = at_input;
      revisions_.push_back({other, lowest(holder.had), &x, holder.had});
    }
    return true;
  }
  return false;
}

}  // namespace mimd::noc
