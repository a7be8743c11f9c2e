// Routing and virtual-channel allocation of the network in packet fidelity.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

// The head at the front of buffer b asks for a channel, or is parked until one is given up.
void packet_network::find_channel(const router& here, std::uint32_t r, std::uint32_t b, tick t) {
  buffer& x = buffers_[b];
  if (wanted_[b] == 0 || !one_candidate_) {
    packet& p = *heads_[std::size_t{b} * slots_ + x.first_packet];
    const std::uint32_t vc = vc_of(here, b) - p.virtual_network * vcs_;
    routing_.candidates({r, x.input, vc, p.destination}, p.route, candidates_);
    if (candidates_.size() == 1) {
      x.output = static_cast<std::uint16_t>(candidates_[0].output);
      wanted_[b] = channels_of(candidates_[0], p);
    } else {
      select_output(here, b, p, t);
    }
  }
  if ((outputs_[here.first_output + x.output].free & wanted_[b]) != 0) {
    claim_[claims_++] = b;
    return;
  }
  x.state = buffer_state::parked_for_channel;
  park(here, b);
  if (one_candidate_) {
    wait_at(here, x.output, b);
  } else {
    for (const route_candidate& c : candidates_) wait_at(here, c.output, b);
  }
}

void packet_network::wait_at(const router& here, std::uint32_t output, std::uint32_t b) {
  const std::uint32_t local = b - here.first_buffer;
  outputs_[here.first_output + output].awaited = true;
  waiting_[here.first_waiting + output * here.words + local / 64] |= std::uint64_t{1} << (local % 64);
}

std::uint64_t packet_network::channels_of(const route_candidate& c, const packet& p) const {
  std::uint32_t first = p.virtual_network * vcs_ + c.first_vc;
  std::uint32_t count = c.vcs;
  if (ordered_[p.virtual_network]) {
    first = p.virtual_network * vcs_ + flow_vc(c, flow_hash(p.source, p.destination));
    count = 1;
  }
  return (count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1) << first;
}

// Among the candidates with a channel to claim: the highest rank, then the most credits, then by lot.
void packet_network::select_output(const router& here, std::uint32_t b, const packet& p, tick t) {
  std::uint64_t best = 0;
  std::uint32_t equals = 0;
  for (const route_candidate& c : candidates_) {
    const output_port& output = outputs_[here.first_output + c.output];
    const std::uint64_t channels = channels_of(c, p);
    const bool available = (channels & output.free) != 0;
    const std::uint64_t score =
        available ? (std::uint64_t{c.rank} << 32 | free_slots(output, channels, t)) + 1 : 0;
    if (score < best) continue;
    if (score > best) equals = 0;
    if (equals++ != 0 && (best == 0 || random_.below(equals) != 0)) continue;
    best = score;
    buffers_[b].output = static_cast<std::uint16_t>(c.output);
    wanted_[b] = channels;
  }
}

std::uint32_t packet_network::free_slots(const output_port& output, std::uint64_t channels, tick t) const {
  std::uint32_t count = 0;
  for (; channels != 0; channels &= channels - 1) {
    const std::uint32_t b = output.first_next + static_cast<std::uint32_t>(__builtin_ctzll(channels));
    std::uint16_t slot = buffers_[b].write;
    for (std::uint32_t i = buffers_[b].held; i < slots_; ++i, slot = next_slot(slot)) {
      if (stamps_[std::size_t{b} * slots_ + slot] > t) break;
      ++count;
    }
  }
  return count;
}

void packet_network::allocate_channels(const router& here, tick t) {
  std::uint64_t seen = 0;
  std::uint64_t conflict = 0;
  for (std::uint32_t i = 0; i < claims_; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << (buffers_[claim_[i]].output % 64);
    conflict |= seen & bit;
    seen |= bit;
  }
  if (conflict != 0) {
    allocate_by_priority(here, t);
    return;
  }
  // Then only the accepting side has a choice: in turn among all channels of all outputs.
  for (std::uint32_t i = 0; i < claims_; ++i) {
    const std::uint32_t b = claim_[i];
    const std::uint32_t first = buffers_[b].output * channels_;
    const std::uint64_t available = outputs_[here.first_output + buffers_[b].output].free & wanted_[b];
    const std::uint32_t turn = channel_accept_[b] - first;
    const std::uint64_t ahead = turn < channels_ ? available & (~std::uint64_t{0} << turn) : 0;
    const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(ahead != 0 ? ahead : available));
    channel_accept_[b] = first + vc + 1;
    channel_grant_[here.first_output * channels_ + first + vc] = b - here.first_buffer + 1;
    claim(here, b, vc, t);
  }
}

// iSLIP between the buffers and all the channels they ask for.
void packet_network::allocate_by_priority(const router& here, tick t) {
  requests_.clear();
  for (std::uint32_t i = 0; i < claims_; ++i) {
    const std::uint32_t b = claim_[i];
    const std::uint32_t output = buffers_[b].output;
    std::uint64_t left = outputs_[here.first_output + output].free & wanted_[b];
    for (; left != 0; left &= left - 1) {
      const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(left));
      requests_.push_back({b - here.first_buffer, output * channels_ + vc, vc, priority_of(b), false});
    }
  }
  channel_allocator_.allocate(
      requests_, {&channel_grant_[here.first_output * channels_], &channel_accept_[here.first_buffer],
                  here.inputs * channels_, here.outputs * channels_});
  for (const allocation_request& q : requests_)
    if (q.matched) claim(here, here.first_buffer + q.input, q.label, t);
}

void packet_network::claim(const router& here, std::uint32_t b, std::uint32_t vc, tick t) {
  buffer& x = buffers_[b];
  output_port& output = outputs_[here.first_output + x.output];
  output.free &= ~(std::uint64_t{1} << vc);
  x.next = output.first_next + vc;
  x.flags |= at_head;
  x.state = buffer_state::waits;
  x.ready = t + channel_cycles_;
  wanted_[b] = 0;
  buffers_[x.next].owner = b;
}

}  // namespace mimd::noc
