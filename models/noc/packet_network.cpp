#include "noc/packet_network.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace mimd::noc {

namespace {

constexpr std::size_t most_known_steps = 1 << 18;  // a megabyte

void require(bool fine, const std::string& complaint) {
  if (!fine) throw std::invalid_argument(complaint);
}

void check(const topology& t, const routing& r, const network_parameters& p) {
  const std::uint64_t channels = std::uint64_t{p.virtual_networks} * p.vcs;
  require(channels >= 1 && channels <= 64,
          "virtual_networks times vcs must be from 1 to 64, not " + std::to_string(channels));
  require(r.vcs() == p.vcs, "the network has " + std::to_string(p.vcs) + " virtual channels, its routing " +
                                std::to_string(r.vcs()));
  require(p.buffer_flits >= 1 && p.buffer_flits <= 0xffff,
          "buffer_flits must be from 1 to 65535, not " + std::to_string(p.buffer_flits));
  require(p.router_cycles >= 1 && p.router_cycles <= 1000,
          "router_cycles must be from 1 to 1000, not " + std::to_string(p.router_cycles));
  require(p.allocator_iterations >= 1, "allocator_iterations must be at least 1");
  for (const channel& c : t.channels())
    if (c.cycles < 1) throw std::invalid_argument("channel " + t.name(c) + " needs at least 1 cycle");
  require(std::find(p.ordered.begin(), p.ordered.end(), true) == p.ordered.end() || r.deterministic(),
          "an ordered virtual network needs a deterministic routing");
}

}  // namespace

packet_network::packet_network(const topology& t, const routing& r, const network_parameters& parameters)
    : topology_((check(t, r, parameters), t)),
      routing_(r),
      terminal_count_(t.terminals()),
      virtual_networks_(parameters.virtual_networks),
      vcs_(parameters.vcs),
      channels_(parameters.virtual_networks * parameters.vcs),
      slots_(parameters.buffer_flits),
      routing_cycles_(parameters.router_cycles > 3 ? parameters.router_cycles - 3 : 0),
      channel_cycles_(parameters.router_cycles < 3 ? 0 : 1),
      ordered_(parameters.ordered),
      one_candidate_(r.deterministic()),
      all_candidates_(!r.escape_vcs().empty()),
      looks_ahead_(!all_candidates_ && !one_candidate_ && parameters.router_cycles <= 3),
      multicast_(t, r, parameters),
      sources_(std::size_t{t.terminals()} * virtual_networks_),
      terminals_(t.terminals()),
      events_(horizon),
      deliveries_(delivery_slots),
      random_(parameters.seed, 0x7061636b) {
  ordered_.resize(virtual_networks_);
  any_ordered_ = std::find(ordered_.begin(), ordered_.end(), true) != ordered_.end();
  build_ports(parameters);
  const std::size_t steps = std::size_t{t.routers()} * t.terminals();
  if (r.memoryless() && !any_ordered_ && !looks_ahead_ && steps <= most_known_steps)
    known_steps_.resize(steps);
}

void packet_network::build_ports(const network_parameters& parameters) {
  std::uint32_t buffers = 0;
  std::uint32_t waiting = 0;
  if (routing_cycles_ > 0) {
    routing_units_.resize(topology_.routers());
    when_in_front_ = unrouted;
  }
  for (std::uint32_t r = 0; r < topology_.routers(); ++r) {
    router here{};
    const auto links = static_cast<std::uint32_t>(topology_.inputs(r).size());
    here.outputs = static_cast<std::uint32_t>(topology_.outputs(r).size());
    here.replicas = multicast_.replicas(here.outputs);
    here.inputs = links * (1 + here.replicas);
    here.first_input = static_cast<std::uint32_t>(inputs_.size());
    here.first_output = static_cast<std::uint32_t>(outputs_.size());
    here.first_buffer = buffers;
    here.words = (here.inputs * channels_ + 63) / 64;
    here.first_waiting = waiting;
    routers_.push_back(here);
    inputs_.resize(inputs_.size() + here.inputs);
    outputs_.resize(outputs_.size() + here.outputs);
    buffers += here.inputs * channels_;
    waiting += here.words * here.outputs;
  }
  first_ejection_ = buffers;
  buffers_ = buffers + topology_.terminals() * channels_;
  while (ring_mask_ + 1 < slots_) ring_mask_ = 2 * ring_mask_ + 1;
  while (sizeof(line) << lines_shift_ < sizeof(buffer) + (ring_mask_ + 1) * sizeof(tick)) ++lines_shift_;
  lines_.resize(std::size_t{buffers_} << lines_shift_);
  large_ = lines_.size() * sizeof(line) > 200000;
  for (std::uint32_t b = 0; b < buffers_; ++b) new (&at(b)) buffer;
  for (const router& here : routers_)
    for (std::uint32_t i = 0; i < here.inputs * channels_; ++i) {
      buffer& x = at(here.first_buffer + i);
      x.input = static_cast<std::uint16_t>(i / channels_);
      x.channel = static_cast<std::uint8_t>(i % channels_);
    }
  may_fork_ = multicast_.allowed();
  if (may_fork_) {
    forks_.resize(buffers);
    for (std::uint32_t b = 0; b < buffers; ++b) parents_.push_back(b);
    for (const router& here : routers_)
      for (std::uint32_t i = 0; i < here.inputs / (1 + here.replicas) * channels_; ++i)
        for (std::uint32_t k = 0; k < here.replicas; ++k)
          parents_[replica(here, here.first_buffer + i, k)] = here.first_buffer + i;
  }
  queued_.resize(std::size_t{buffers} * (ring_mask_ + 1));
  if (looks_ahead_) choices_.resize(queued_.size());
  waiting_.resize(waiting);
  parked_.resize(buffers);
  output_wakes_.resize(outputs_.size());
  if (all_candidates_) served_at_.resize(outputs_.size(), never);
  flows_.resize(outputs_.size() * channels_);
  free_at_.resize(flows_.size() + lanes, never);
  for (std::size_t o = 0; o < outputs_.size(); ++o)
    outputs_[o].flows = static_cast<std::uint32_t>(o) * channels_;

  for (const channel& c : topology_.channels()) {
    const std::uint32_t flight = c.cycles + (!c.from.is_terminal && parameters.router_cycles > 1 ? 2 : 1);
    if (!c.to.is_terminal) {
      const router& there = routers_[c.to.index];
      input_port& input = inputs_[there.first_input + c.to.port];
      input.credit_flight = c.cycles + 1 + (c.from.is_terminal ? 0 : parameters.credit_cycles);
      input.upstream = c.from.index;
      input.flows =
          c.from.is_terminal ? nobody : (routers_[c.from.index].first_output + c.from.port) * channels_;
      if (c.from.is_terminal) {
        terminals_[c.from.index].router = c.to.index;
        terminals_[c.from.index].first_buffer = there.first_buffer + c.to.port * channels_;
        terminals_[c.from.index].flight = flight;
      }
    }
    if (!c.from.is_terminal) {
      output_port& output = outputs_[routers_[c.from.index].first_output + c.from.port];
      output.flight = flight;
      output.ejects = c.to.is_terminal;
      output.first_next = c.to.is_terminal ? first_ejection_ + c.to.index * channels_
                                           : routers_[c.to.index].first_buffer + c.to.port * channels_;
      output.stamp_flight = c.to.is_terminal ? flight + c.cycles + 1 + parameters.credit_cycles : flight;
      output.router = c.to.is_terminal ? nobody : c.to.index;
    }
  }
}

channel_load packet_network::load(std::uint32_t channel) const {
  const endpoint& from = topology_.channels()[channel].from;
  if (from.is_terminal) return {terminals_[from.index].flits, terminals_[from.index].packets};
  const output_port& output = outputs_[routers_[from.index].first_output + from.port];
  return {output.flits, output.packets};
}

cycle packet_network::next_activity() const {
  cycle first = events_.next(now_);
  if (deliveries_due_ != 0) {
    const tick turn = present() % delivery_slots;
    const std::uint64_t ahead =
        turn == 0 ? deliveries_due_
                  : (deliveries_due_ >> turn) | (deliveries_due_ << (delivery_slots - turn));
    first = std::min(first, now_ + static_cast<cycle>(__builtin_ctzll(ahead)));
  }
  return first;
}

void packet_network::advance_to(cycle c) {
  for (cycle next = next_activity(); next <= c; next = next_activity()) {
    now_ = next;
    rebase_if_late();
    const tick t = present();
    deliver(t);
    const auto due = events_.due(next);  // grows meanwhile
    auto soon = due.begin();
    auto sooner = due.begin();
    for (std::uint32_t i = 0; i < (large_ ? 8u : 1u) && soon != due.end(); ++i, ++soon)
      if (i % 2 != 0) ++sooner;
    for (const event e : due) {
      if (soon != due.end()) prefetch(*soon), ++soon;
      if (large_ && sooner != due.end()) prefetch_further(*sooner), ++sooner;
      if (e.router == at_terminal) {
        terminal_state& x = terminals_[e.number];
        if (e.next.port == ejection) {
          if (goes_off(x.takes, e, t)) take_waiting(e.number, t);
        } else if (goes_off(x.wakes, e, t)) {
          run_source(e.number, t);
        }
      } else if (e.next.vcs == at_output) {
        const router& here = routers_[e.router];
        if (e.next.port == last_thing) {
          serve_waiting(e.router, e.number, t);
        } else if (goes_off(output_wakes_[here.first_output + e.number], e, t)) {
          if (all_candidates_)
            serve_at_end(here, e.router, e.number, t);
          else
            serve_waiting(e.router, e.number, t);
        }
      } else {
        visit(e, t);
      }
    }
    events_.done(next);
  }
  now_ = c;
}

// At the latest 2^31 cycles later time stamps start again, unless nothing happens. By a multiple of the
// delivery ring's length, so that it stays as it is.
void packet_network::rebase() {
  const tick here = static_cast<tick>(std::min<cycle>(now_ - base_, never - 1));
  const cycle shift = (now_ - base_) / delivery_slots * delivery_slots;
  base_ += shift;
  const auto move = [shift](tick& t) {
    if (t != never) t = t > shift ? static_cast<tick>(t - shift) : 0;
  };
  const auto move_alarm = [&](alarm& a) {
    move(a.due);
    move(a.event_at);
  };
  for (std::uint32_t b = 0; b < buffers_; ++b) {
    move(at(b).left_at);
    for (std::uint32_t i = 0; i <= ring_mask_; ++i) move(stamps(at(b))[i]);
  }
  for (fork& f : forks_) move(f.left_at);
  for (tick& x : free_at_) move(x);
  for (flow& f : flows_) move(f.first_at);
  for (terminal_state& x : terminals_) {
    move_alarm(x.wakes);
    move_alarm(x.takes);
    move(x.free_at);
  }
  for (alarm& a : output_wakes_) move_alarm(a);
  for (tick& x : served_at_) x = never;
  for (input_port& x : inputs_) {
    x.advance(here);
    x.booked.from = present();
  }
  for (output_port& x : outputs_) {
    x.advance(here);
    x.booked.from = present();
  }
}

void packet_network::check_drained() const {
  if (inside_ != 0) throw std::logic_error(std::to_string(inside_) + " packets are still in the network");
  for (std::uint32_t b = 0; b < buffers_; ++b) {
    const buffer& x = at(b);
    if (x.held != 0 || x.flags != 0 || x.state != buffer_state::idle)
      throw std::logic_error("buffer " + std::to_string(b) + " is not empty");
  }
  for (std::size_t o = 0; o < outputs_.size(); ++o)
    for (std::uint32_t vc = 0; vc < channels_; ++vc)
      if ((outputs_[o].claimed >> vc & 1) != 0 && free_at_[o * channels_ + vc] == never)
        throw std::logic_error("virtual channel " + std::to_string(vc) + " of output " + std::to_string(o) +
                               " is still claimed");
}

}  // namespace mimd::noc
