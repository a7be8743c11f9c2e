// How flows share a switch port in packet fidelity: iSLIP's turns, in the cycles booked ahead.
#include <algorithm>
#include <utility>

#include "noc/packet_network.h"

namespace mimd::noc {

// For each of the cycles wanted, in order, the first of those free that is not earlier.
inline std::uint64_t packet_network::next_free(std::uint64_t wanted, std::uint64_t free) {
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
  p.due = due;
  p.flits = n;
  p.open = n - far;
  return true;
}

inline void packet_network::take_out(const party& p, output_port& output) {
  p.in->booked.bits &= ~p.due;
  output.booked.bits &= ~p.due;
}

// Flits that have got none of the cycles that have bits go later, one in `stride` cycles.
inline void packet_network::write_back(const party& p, const output_port& output, tick t, tick late,
                                       std::uint32_t stride) const {
  buffer& x = *p.x;
  buffer& y = *p.y;
  const tick back = p.in->credit_flight;
  const tick to_stamp = stamp_flight(output, y);
  tick* const mine = stamps(x);
  tick* const there = stamps(y);
  const std::uint32_t mask = ring_mask_;
  const std::uint32_t shift = std::uint32_t{y.write} - x.read;
  const std::uint32_t end = x.read;
  std::uint32_t flit = end - p.flits;
  tick c = 0;
  for (std::uint64_t left = p.dealt; left != 0; left &= left - 1, ++flit) {
    c = t + lowest(left);
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
  if (p.has_head) f.head_at = mine[(end - p.flits) & mask] - back;
  if (f.free_at == never) return;
  f.free_at = c;
  if (output.ejects) y.front->arrived = absolute(c + output.flight);
}

// In the order of inputs; among the channels of one input, as their turns were dealt before, a newcomer last.
inline bool packet_network::comes_before(const party& a, const party& b) const {
  if (a.input != b.input) return a.input < b.input;
  if (&a == &newcomer_ || &b == &newcomer_) return &b == &newcomer_;
  return lowest_bit(a.due) - 1 < lowest_bit(b.due) - 1;  // none is last
}

// Deals the cycles of an output, from `first` on, anew to all flits that are to leave by it and that nobody
// counts on yet: in turn, one flit from each input, each flit not before the cycle it had. Those of buffer
// `owner`, newcomer_, are not in the bookings yet.
void packet_network::deal(const router& here, std::uint32_t port, tick t, tick first, std::uint32_t owner) {
  output_port& output = outputs_[here.first_output + port];
  party* order[64];
  std::uint32_t count = 0;
  for (std::uint64_t left = output.claimed; left != 0; left &= left - 1) {
    const auto vc = lowest(left);
    flow& f = flows_[output.flows + vc];
    party* p = &newcomer_;
    if (f.owner == owner) {
      if (&f != p->claim) continue;
    } else {
      buffer& x = at(f.owner);
      if (x.left_at < first || x.output != port || x.vc != vc) continue;
      input_port& input = inputs_[here.first_input + x.input];
      p = &parties_[count];
      if (!gather(*p, x, at(output.first_next + vc), input, output.ejects, t, first)) continue;
      input.booked.advance(t);
      take_out(*p, output);
      p->dealt = 0;
      p->claim = &f;
      p->input = x.input;
      p->has_head = p->due != 0 && f.head_at == t + lowest(p->due);
    }
    std::uint32_t place = count++;
    for (; place != 0 && comes_before(*p, *order[place - 1]); --place) order[place] = order[place - 1];
    order[place] = p;
  }
  displaced_count_ = 0;
  share_out(here, port, t, output.booked.bit(first), order, count);
  for (std::uint32_t i = 0; i < count; ++i) write_back(*order[i], output, t, t + 64 + i, count);
  for (std::uint32_t i = 0; i < displaced_count_; ++i)
    write_back(displaced_[i], *displaced_[i].output, t, t + 64, 1);
}

// From the cycle `bit` on, iSLIP of one iteration: the output grants the next in turn that has a flit, and if
// its input has something else to do in that cycle, the grant is wasted.
inline void packet_network::share_out(const router& here, std::uint32_t port, tick t, std::uint64_t bit,
                                      party** order, std::uint32_t count) {
  output_port& output = outputs_[here.first_output + port];
  std::uint32_t last = output.last_input;
  std::uint32_t open = 0;
  bool same_input = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const party& p = *order[i];
    open += p.open;
    same_input = same_input || (i != 0 && p.input == order[i - 1]->input);
    // It has not been served yet, it is only booked.
    if (p.input == last && p.has_head && p.dealt == 0) last = output.previous_input;
  }
  std::uint32_t turn = 0;
  while (turn < count && order[turn]->input <= last) ++turn;
  if (turn == count) turn = 0;
  std::uint64_t taken = output.booked.bits;
  for (; open != 0 && bit != 0; bit <<= 1) {
    if ((taken & bit) != 0) continue;
    const std::uint64_t by_now = bit | (bit - 1);
    std::uint32_t best = turn;
    while ((order[best]->due & by_now) == 0) {
      if (++best == count) best = 0;
      if (best == turn) break;
    }
    if (priorities_ || (order[best]->in->booked.bits & bit) != 0)
      best = granted(here, port, t, bit, order, count, turn);
    if (best == count || (order[best]->due & by_now) == 0) continue;
    party& p = *order[best];
    // The next input's turn; among the channels of one input, the others' before this one's.
    turn = best + 1;
    if (same_input)
      for (; turn < count && order[turn]->input == p.input; ++turn) std::swap(order[turn - 1], order[turn]);
    if (turn == count) turn = 0;
    output.serve(static_cast<std::uint16_t>(p.input));
    p.due &= p.due - 1;
    p.dealt |= bit;
    p.in->booked.bits |= bit;
    taken |= bit;
    --open;
    --p.open;
    if (open != p.open || open == 0) continue;
    // Nobody else is left.
    const std::uint64_t rest = next_free(p.due, ~(taken | by_now));
    if ((rest & p.in->booked.bits) != 0) continue;
    p.dealt |= rest;
    p.in->booked.bits |= rest;
    taken |= rest;
    break;
  }
  output.booked.bits = taken;
}

// Whose flit goes in a cycle, if it is not plainly the next one's: its place in the order; none: `count`.
std::uint32_t packet_network::granted(const router& here, std::uint32_t port, tick t, std::uint64_t bit,
                                      party* const* order, std::uint32_t count, std::uint32_t turn) {
  const std::uint64_t by_now = bit | (bit - 1);
  std::uint64_t passed = 0;
  for (;;) {
    std::uint32_t best = count;
    std::uint32_t i = turn;
    do {
      const party& p = *order[i];
      if ((p.due & by_now) != 0 && (passed >> i & 1) == 0 &&
          (best == count || p.claim->priority > order[best]->claim->priority)) {
        best = i;
        if (!priorities_) break;
      }
      if (++i == count) i = 0;
    } while (i != turn);
    if (best == count) return count;
    const answer a = ask_input(here, *order[best], port, t, bit);
    if (a != answer::undecided) return a == answer::yes ? best : count;
    passed |= std::uint64_t{1} << best;
  }
}

// Whether the input of p takes that cycle for it. If another flow has it, to another output, and nobody
// counts on it yet, the two take turns: the flits of the other go later. A head that has not been served
// before keeps its cycle every other time: whose turn it is at the input, and whether its output would have
// granted just then, depends on what was served long before.
inline packet_network::answer packet_network::ask_input(const router& here, const party& asking,
                                                        std::uint32_t port, tick t, std::uint64_t bit) {
  input_port& input = *asking.in;
  if ((input.booked.bits & bit) == 0) return answer::yes;
  if ((asking.dealt & bit >> 1) != 0) return answer::no;
  party* const p = find_displaced(here, asking.input, port, t, bit);
  if (p == nullptr) return answer::no;
  if (p->has_head && lowest_bit(p->dealt) == bit && (input.keeps = !input.keeps)) return answer::undecided;
  output_port& output = *p->output;
  const std::uint64_t moved = p->dealt & ~(bit - 1);
  const std::uint64_t dealt = next_free(moved, ~((input.booked.bits | output.booked.bits) & ~moved) & ~bit);
  input.booked.bits = (input.booked.bits & ~moved) | dealt | bit;
  output.booked.bits = (output.booked.bits & ~moved) | dealt;
  p->dealt = (p->dealt ^ moved) | dealt;
  return answer::yes;
}

// The flow that has that cycle of an input.
packet_network::party* packet_network::find_displaced(const router& here, std::uint32_t in,
                                                      std::uint32_t port, tick t, std::uint64_t bit) {
  for (std::uint32_t i = 0; i < displaced_count_; ++i)
    if (displaced_[i].input == in && (displaced_[i].dealt & bit) != 0) return &displaced_[i];
  const tick c = t + lowest(bit);
  party& p = displaced_[displaced_count_];
  for (std::uint32_t vc = 0; vc < channels_; ++vc) {
    buffer& x = at(here.first_buffer + in * channels_ + vc);
    if (x.left_at < c || x.output == port) continue;
    output_port& output = outputs_[here.first_output + x.output];
    if (!gather(p, x, at(output.first_next + x.vc), inputs_[here.first_input + in], output.ejects, t, c) ||
        (p.due & bit) == 0)
      continue;
    output.booked.advance(t);
    p.dealt = p.due;
    p.output = &output;
    p.input = in;
    p.claim = &flows_[output.flows + x.vc];
    p.has_head = p.claim->head_at == c;
    ++displaced_count_;
    return &p;
  }
  return nullptr;
}

}  // namespace mimd::noc
