// How flows share a switch port in packet fidelity: iSLIP's turns, in the cycles booked ahead.
#include <algorithm>
#include <utility>

#include "noc/packet_network.h"

namespace mimd::noc {

// The flits of the flow from x to y, from cycle `first` on, that nobody downstream or upstream counts on yet.
inline bool packet_network::gather(party& p, buffer& x, buffer& y, input_port& input, bool ejects,
                                   tick first) {
  const std::uint32_t slots = slots_;
  const tick back = input.credit_flight;
  const tick oldest = first + back;
  const std::uint32_t most = std::min({slots - x.held, ejects ? slots : std::uint32_t{y.held}, most_dealt});
  const tick* const mine = stamps(x);
  std::uint32_t n = 0;
  std::size_t slot = x.read;
  for (; n < most; ++n) {
    const std::size_t s = (slot == 0 ? slots : slot) - 1;
    if (mine[s] < oldest) break;
    slot = s;
  }
  if (n == 0) return false;
  p.x = &x;
  p.y = &y;
  p.in = &input;
  p.first_slot = static_cast<std::uint32_t>(slot);
  p.n = n;
  for (std::uint32_t i = 0; i < n; ++i) {
    p.times[i] = mine[slot] - back;
    if (++slot == slots) slot = 0;
  }
  return true;
}

inline void packet_network::take_out(const party& p, output_port& output) {
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < p.n; ++i) bits |= output.booked.bit(p.times[i]);
  p.in->booked.bits &= ~bits;
  output.booked.bits &= ~bits;
}

inline void packet_network::write_back(const party& p, const output_port& output) {
  const std::uint32_t slots = slots_;
  const tick back = p.in->credit_flight;
  const tick to_stamp = stamp_flight(output, *p.y);
  tick* const mine = stamps(*p.x);
  tick* const there = stamps(*p.y);
  std::size_t slot = p.first_slot;
  std::size_t slot_there = before(p.y->write, p.n);
  for (std::uint32_t i = 0; i < p.n; ++i) {
    mine[slot] = p.times[i] + back;
    there[slot_there] = p.times[i] + to_stamp;
    if (++slot == slots) slot = 0;
    if (++slot_there == slots) slot_there = 0;
  }
  const tick last = p.times[p.n - 1];
  p.x->left_at = last;
  if (p.has_head) p.claim->head_at = p.times[0];
  if (p.claim->free_at == never) return;
  p.claim->free_at = last;
  if (output.ejects) p.y->front->arrived = absolute(last + output.flight);
}

// Deals the cycles of an output, from `first` on, anew to all flits that are to leave by it and that nobody
// counts on yet: in turn, one flit from each input, each flit not before the cycle it had. Those of buffer
// `newcomer` are not in the bookings yet.
void packet_network::deal(const router& here, std::uint32_t port, tick t, tick first,
                          std::uint32_t newcomer) {
  output_port& output = outputs_[here.first_output + port];
  party* order[64];
  std::uint32_t count = 0;
  std::uint32_t total = 0;
  for (std::uint64_t left = output.claimed; left != 0; left &= left - 1) {
    const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(left));
    flow& f = flows_[output.flows + vc];
    buffer& x = at(f.owner);
    if (x.left_at < first || x.output != port || x.vc != vc) continue;
    party& p = parties_[count];
    input_port& input = inputs_[here.first_input + x.input];
    if (!gather(p, x, at(output.first_next + vc), input, output.ejects, first)) continue;
    input.booked.advance(t);
    if (f.owner != newcomer) take_out(p, output);
    p.times[p.n] = never;
    p.next = p.times;
    p.claim = &f;
    p.has_head = f.head_at == p.times[0];
    p.served = 0;
    p.input = x.input;
    total += p.n;
    // In the order of inputs.
    std::uint32_t place = count++;
    for (; place != 0 && order[place - 1]->input > p.input; --place) order[place] = order[place - 1];
    order[place] = &p;
  }
  std::uint32_t turn = 0;
  while (turn < count && order[turn]->input <= output.last_input) ++turn;
  if (turn == count) turn = 0;
  for (tick c = first; total != 0; ++c) {
    const std::uint64_t bit = output.booked.bit(c);
    if ((output.booked.bits & bit) != 0) continue;
    std::uint32_t best = count;
    std::uint32_t i = turn;
    do {
      const party& p = *order[i];
      if (*p.next <= c &&
          ((p.in->booked.bits & bit) == 0 || (p.served + 1 != c && displace(here, p.input, port, c)))) {
        if (best == count || p.claim->priority > order[best]->claim->priority) best = i;
        if (!priorities_) break;
      }
      if (++i == count) i = 0;
    } while (i != turn);
    if (best == count) continue;
    party& p = *order[best];
    // The next input's turn; among the channels of one input, the others' before this one's.
    for (turn = best + 1; turn < count && order[turn]->input == p.input; ++turn)
      std::swap(order[turn - 1], order[turn]);
    if (turn == count) turn = 0;
    *p.next++ = c;
    p.served = c;
    p.in->booked.bits |= bit;
    output.booked.bits |= bit;
    if (--total == 0) output.last_input = static_cast<std::uint16_t>(p.input);
  }
  for (std::uint32_t i = 0; i < count; ++i) write_back(*order[i], output);
}

// Takes cycle c of an input from a flow to another output than `port`, if nobody counts on it yet: its flits
// go later. A head that has not been served before keeps its cycle every other time: whose turn it is at the
// input then depends on what was served long before.
bool packet_network::displace(const router& here, std::uint32_t in, std::uint32_t port, tick c) {
  input_port& input = inputs_[here.first_input + in];
  party& p = displaced_;
  for (std::uint32_t vc = 0; vc < channels_; ++vc) {
    buffer& x = at(here.first_buffer + in * channels_ + vc);
    if (x.left_at < c || x.output == port) continue;
    output_port& output = outputs_[here.first_output + x.output];
    if (!gather(p, x, at(output.first_next + x.vc), input, output.ejects, c) || p.times[0] != c) continue;
    p.claim = &flows_[output.flows + x.vc];
    p.has_head = p.claim->head_at == c;
    if (p.has_head && (input.keeps = !input.keeps)) return false;
    output.booked.advance(input.booked.from);
    take_out(p, output);
    input.booked.bits |= input.booked.bit(c);
    tick next = c;
    for (std::uint32_t i = 0; i < p.n; ++i) {
      next = std::max(next + 1, p.times[i]);
      while (((input.booked.bits | output.booked.bits) & output.booked.bit(next)) != 0) ++next;
      input.booked.bits |= output.booked.bit(next);
      output.booked.bits |= output.booked.bit(next);
      p.times[i] = next;
    }
    write_back(p, output);
    return true;
  }
  return false;
}

}  // namespace mimd::noc
