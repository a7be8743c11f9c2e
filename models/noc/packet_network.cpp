#include "noc/packet_network.h"

#include <algorithm>
#include <stdexcept>

namespace mimd::noc {

namespace {

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
    require(c.cycles >= 1, "channel " + t.name(c) + " needs at least 1 cycle");
  require(std::find(p.ordered.begin(), p.ordered.end(), true) == p.ordered.end() || r.deterministic(),
          "an ordered virtual network needs a deterministic routing");
}

std::uint32_t most_ports(const topology& t) {
  std::size_t most = 1;
  for (std::uint32_t r = 0; r < t.routers(); ++r)
    most = std::max({most, t.inputs(r).size(), t.outputs(r).size()});
  return static_cast<std::uint32_t>(most);
}

}  // namespace

packet_network::packet_network(const topology& t, const routing& r, const network_parameters& parameters)
    : topology_((check(t, r, parameters), t)),
      routing_(r),
      virtual_networks_(parameters.virtual_networks),
      vcs_(parameters.vcs),
      channels_(parameters.virtual_networks * parameters.vcs),
      slots_(parameters.buffer_flits),
      routing_cycles_(parameters.router_cycles > 3 ? parameters.router_cycles - 3 : 0),
      channel_cycles_(parameters.router_cycles < 3 ? 0 : 1),
      iterations_(parameters.allocator_iterations),
      ordered_(parameters.ordered),
      one_candidate_(r.deterministic()),
      switch_allocator_(most_ports(t), most_ports(t), parameters.allocator_iterations),
      channel_allocator_(most_ports(t) * channels_, most_ports(t) * channels_,
                         parameters.allocator_iterations),
      sources_(std::size_t{t.terminals()} * virtual_networks_),
      last_sender_(t.terminals()),
      loads_(t.channels().size()),
      routers_awake_(t.routers()),
      sources_awake_(t.terminals()),
      deliveries_(wake_ring::slots),
      random_(parameters.seed, 0x7061636b) {
  ordered_.resize(virtual_networks_);
  build_ports(parameters);
  const std::uint32_t most_buffers = most_ports(t) * channels_;
  move_.resize(most_buffers);
  claim_.resize(most_buffers);
  asking_.resize(64);
  granting_.resize(64);
  match_.resize(most_ports(t));
  requests_.reserve(std::size_t{most_buffers} * channels_);
  for (std::uint32_t port = 0; port < most_ports(t); ++port)
    port_bits_.push_back(std::uint64_t{1} << (port % 32));
}

void packet_network::build_ports(const network_parameters& parameters) {
  std::uint32_t buffers = 0;
  std::uint32_t words = 0;
  std::uint32_t waiting = 0;
  for (std::uint32_t r = 0; r < topology_.routers(); ++r) {
    router here{};
    here.inputs = static_cast<std::uint32_t>(topology_.inputs(r).size());
    here.outputs = static_cast<std::uint32_t>(topology_.outputs(r).size());
    here.first_input = static_cast<std::uint32_t>(inputs_.size());
    here.first_output = static_cast<std::uint32_t>(outputs_.size());
    here.first_buffer = buffers;
    here.first_word = words;
    here.words = (here.inputs * channels_ + 63) / 64;
    here.first_waiting = waiting;
    here.due = never;
    routers_.push_back(here);
    inputs_.resize(inputs_.size() + here.inputs);
    outputs_.resize(outputs_.size() + here.outputs);
    buffers += here.inputs * channels_;
    words += here.words;
    waiting += here.words * here.outputs;
    router_of_.resize(buffers, r);
  }
  first_ejection_ = buffers;
  buffers_.resize(std::size_t{buffers} + topology_.terminals() * channels_);
  for (std::uint32_t r = 0; r < topology_.routers(); ++r)
    for (std::uint32_t i = 0; i < routers_[r].inputs * channels_; ++i)
      buffers_[routers_[r].first_buffer + i].input = static_cast<std::uint16_t>(i / channels_);
  stamps_.resize(buffers_.size() * slots_);
  heads_.resize(std::size_t{buffers} * slots_);
  wanted_.resize(buffers);
  active_.resize(words);
  waiting_.resize(waiting);
  switch_grant_.resize(outputs_.size());
  switch_accept_.resize(inputs_.size());
  channel_grant_.resize(outputs_.size() * channels_);
  channel_accept_.resize(buffers);

  const std::uint64_t all = channels_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << channels_) - 1;
  for (std::uint32_t number = 0; number < topology_.channels().size(); ++number) {
    const channel& c = topology_.channels()[number];
    if (!c.to.is_terminal) {
      const std::uint32_t port = routers_[c.to.index].first_input + c.to.port;
      const std::uint32_t credit = c.cycles + 1 + (c.from.is_terminal ? 0 : parameters.credit_cycles);
      inputs_[port] = {credit, c.from.index, 0, c.from.is_terminal};
    }
    if (!c.from.is_terminal) {
      const std::uint32_t first = c.to.is_terminal
                                      ? first_ejection_ + c.to.index * channels_
                                      : routers_[c.to.index].first_buffer + c.to.port * channels_;
      outputs_[routers_[c.from.index].first_output + c.from.port] = {
          all,
          first,
          c.cycles + (parameters.router_cycles > 1 ? 2 : 1),
          c.cycles + 1 + parameters.credit_cycles,
          number,
          c.to.is_terminal,
          false};
    }
  }
}

cycle packet_network::next_activity() const {
  const tick here = present();
  tick first = sources_awake_.next(here);
  if (deliveries_due_ != 0) {
    const tick turn = here % wake_ring::slots;
    const std::uint64_t ahead =
        turn == 0 ? deliveries_due_
                  : (deliveries_due_ >> turn) | (deliveries_due_ << (wake_ring::slots - turn));
    first = std::min(first, here + static_cast<tick>(__builtin_ctzll(ahead)));
  }
  const tick visit = routers_awake_.next(here / window);
  if (visit != wake_ring::nothing) first = std::min(first, visit * window);
  return first == wake_ring::nothing ? no_cycle : absolute(first);
}

void packet_network::advance_to(cycle c) {
  for (cycle next = next_activity(); next <= c; next = next_activity()) {
    now_ = next;
    rebase_if_late();
    const tick t = present();
    deliver(t);
    sources_awake_.take(t, [this, t](std::uint32_t terminal) { run_source(terminal, t); });
    routers_awake_.take(t / window, [this, t](std::uint32_t r) { visit(r, t); });
  }
  now_ = c;
}

// At the latest 2^31 cycles later time stamps start again, unless nothing happens. By a multiple of the
// rings' length, so that they stay as they are.
void packet_network::rebase() {
  const cycle shift = (now_ - base_) / (wake_ring::slots * window) * (wake_ring::slots * window);
  base_ += shift;
  const auto moved = [shift](tick t) { return t > shift ? static_cast<tick>(t - shift) : tick{0}; };
  for (tick& t : stamps_) t = moved(t);
  for (buffer& b : buffers_)
    if (b.ready != never) b.ready = moved(b.ready);
  for (router& r : routers_)
    if (r.due != never) r.due = moved(r.due);
  for (source& s : sources_) s.free_at = moved(s.free_at);
}

void packet_network::check_drained() const {
  if (inside_ != 0) throw std::logic_error(std::to_string(inside_) + " packets are still in the network");
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const buffer& x = buffers_[b];
    if (x.held != 0 || x.packets != 0 || x.flags != 0 || x.state != buffer_state::idle)
      throw std::logic_error("buffer " + std::to_string(b) + " is not empty");
  }
  const std::uint64_t all = channels_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << channels_) - 1;
  for (const output_port& o : outputs_)
    if (o.free != all)
      throw std::logic_error("a virtual channel of " + topology_.name(topology_.channels()[o.channel]) +
                             " is still claimed");
}

}  // namespace mimd::noc
