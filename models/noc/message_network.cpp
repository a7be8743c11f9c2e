#include "noc/message_network.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "noc/deadlock_check.h"

namespace mimd::noc {

namespace {

// One of the highest rank.
const route_candidate& preferred(const route_candidates& choice, random_generator& random) {
  const route_candidate* best = choice.begin();
  std::uint32_t equals = 1;
  for (const auto* c = choice.begin() + 1; c < choice.end(); ++c) {
    if (c->rank > best->rank) {
      best = c;
      equals = 1;
    } else if (c->rank == best->rank && random.below(++equals) == 0) {
      best = c;
    }
  }
  return *best;
}

}  // namespace

message_network::message_network(const sc_core::sc_module_name& name,
                                 const message_network_parameters& parameters)
    : sc_module(name),
      parameters_(parameters),
      topology_(make_topology(parameters.shape)),
      routing_(make_routing(parameters.routing, topology_, parameters.network.vcs)),
      table_(topology_, *routing_),
      network_(make_network(parameters.fidelity, topology_, *routing_, parameters.network)),
      receivers_(topology_.terminals(), nullptr),
      least_latency_(topology_, parameters.network.router_cycles),
      channels_(topology_.channels().size()),
      multicast_(topology_, *routing_, parameters.network),
      crossed_(topology_.channels().size()),
      loads_(topology_.channels().size()),
      random_(parameters.network.seed) {
  network_->set_receiver(*this);
  check_deadlock_free(*routing_);
  check_ordered(*routing_, parameters.network.ordered);
}

void message_network::attach(std::uint32_t terminal, message_receiver& receiver) {
  if (terminal >= receivers_.size())
    throw std::invalid_argument(std::string(name()) + ": there is no terminal " + std::to_string(terminal) +
                                ", the last is " + std::to_string(receivers_.size() - 1));
  if (receivers_[terminal] != nullptr)
    throw std::invalid_argument(std::string(name()) + ": terminal " + std::to_string(terminal) +
                                " has a receiver already");
  receivers_[terminal] = &receiver;
}

void message_network::send(packet& p, time_ps at) {
  if (p.companions != nullptr) count_multicast(p);
  const cycle edge = next_edge(at);
  cycle soonest = no_cycle;
  std::uint64_t packets = 0;
  for (const packet* m = &p; m != nullptr; m = m->companions, ++packets) {
    const cycle arrival = edge + least_latency_.of(*m);
    put_due(arrival);
    soonest = std::min(soonest, arrival);
  }
  if (advancing_ && edge == network_->now()) {
    network_->send(p);
    return;
  }
  put_entry({at, &p});
  not_entered_ += packets;
  if (!advancing_) wake_at(soonest);
}

void message_network::put_entry(const entry& e) {
  entering_.put(std::min(next_edge(e.at), network_->now() + horizon), e);
}

void message_network::put_due(cycle c) {
  due_.put(std::min(c, due_from_ + horizon), c);
  ++awaited_;
}

// Of one edge, in order of time and then of sending.
void message_network::enter_all(cycle edge) {
  entered_.clear();
  for (const entry& e : entering_.due(edge)) entered_.push_back(e);
  entering_.done(edge);
  for (std::size_t i = 1; i < entered_.size(); ++i)
    for (std::size_t j = i; j != 0 && entered_[j].at < entered_[j - 1].at; --j)
      std::swap(entered_[j], entered_[j - 1]);
  for (const entry& e : entered_) {
    if (next_edge(e.at) == edge) {
      for (const packet* m = e.what; m != nullptr; m = m->companions) --not_entered_;
      network_->send(*e.what);
    } else {
      put_entry(e);
    }
  }
}

void message_network::advance(cycle c) {
  advancing_ = true;
  for (cycle edge; (edge = entering_.next(network_->now())) <= c;) {
    network_->advance_to(edge);
    enter_all(edge);
  }
  network_->advance_to(c);
  advancing_ = false;
  far_.clear();
  for (cycle slot; (slot = due_.next(due_from_)) <= c;) {
    for (const cycle soonest : due_.due(slot)) {
      --awaited_;
      if (soonest > c) far_.push_back(soonest);
    }
    due_.done(slot);
  }
  due_from_ = c + 1;
  for (const cycle soonest : far_) put_due(soonest);
}

void message_network::hold(std::uint32_t terminal, std::uint32_t virtual_network) {
  network_->hold(terminal, virtual_network);
}

void message_network::release(std::uint32_t terminal, std::uint32_t virtual_network) {
  network_->release(terminal, virtual_network);
  if (!advancing_) wake();
}

void message_network::wake_at(cycle c) {
  const time_ps next = std::max(c * parameters_.period, now_ps());
  if (!tick_.pending() || next < tick_.time()) agenda_.schedule(tick_, next);
}

void message_network::wake() {
  cycle next = due_.next(due_from_);
  // Late packets are looked for in every cycle; and when all have arrived, credits are left to come home.
  const std::uint64_t sent = network_->packets_inside() + not_entered_;
  if (sent == 0 || sent > awaited_) next = std::min(next, network_->next_activity());
  if (next != no_cycle) wake_at(next);
}

void message_network::tick() {
  advance(now_ps() / parameters_.period);
  wake();
}

channel_load message_network::load(std::uint32_t channel) const {
  channel_load sum = network_->load(channel);
  sum.flits += loads_[channel].flits;
  sum.packets += loads_[channel].packets;
  return sum;
}

void message_network::packet_arrived(packet& p) {
  latencies_.add(p);
  receivers_[p.destination]->message_arrived(p);
}

// Along one route: take(channel, earliest) tells when the head may leave on a channel.
template <class Take>
time_ps message_network::walk(packet& p, time_ps at, Take take) {
  const auto& channels = topology_.channels();
  const time_ps period = parameters_.period;
  const auto cross = [&](std::uint32_t number, time_ps earliest) {
    return take(number, earliest) + channels[number].cycles * period;
  };
  p.hops = 0;
  if (table_.usable()) {
    time_ps head = cross(topology_.injection(p.source), next_edge(at) * period);
    for (std::uint32_t router = topology_.source_router(p.source);;) {
      const std::uint32_t number = topology_.outputs(router)[table_.next(router, p.destination).output];
      head = cross(number, head + parameters_.network.router_cycles * period);
      ++p.hops;
      const endpoint& to = channels[number].to;
      if (to.is_terminal) return head + p.flits * period;
      router = to.index;
    }
  }
  const auto& ordered = parameters_.network.ordered;
  p.route = (p.virtual_network < ordered.size() && ordered[p.virtual_network]) || multicast_.allowed()
                ? routing_->begin_flow(p.source, p.destination)
                : routing_->begin(p.source, p.destination, random_);
  route_query query{topology_.source_router(p.source), channels[topology_.injection(p.source)].to.port,
                    routing_->injection(p.source, p.destination, p.route).first_vc, p.destination};
  time_ps head = cross(topology_.injection(p.source), next_edge(at) * period);
  route_candidates choice;
  for (;;) {
    routing_->candidates(query, p.route, choice);
    const route_candidate& c = preferred(choice, random_);
    const std::uint32_t number = topology_.outputs(query.router)[c.output];
    head = cross(number, head + parameters_.network.router_cycles * period);
    ++p.hops;
    const endpoint& to = channels[number].to;
    if (to.is_terminal) return head + p.flits * period;  // a cycle to take in each flit
    query = {to.index, to.port, c.first_vc, p.destination};
  }
}

time_ps message_network::reserve(std::uint32_t channel, time_ps earliest, const packet& p) {
  timeline& calendar = channels_[channel];
  calendar.forget_before(now_ps());
  loads_[channel].flits += p.flits;
  ++loads_[channel].packets;
  return calendar.reserve(earliest, p.flits * parameters_.period);
}

void message_network::arrives(packet& p, time_ps at, time_ps tail) {
  p.created = p.injected = next_edge(at);
  p.arrived = tail / parameters_.period;
  p.flit_cycles = p.flits * (p.arrived - p.created);
  latencies_.add(p);
}

time_ps message_network::deliver(packet& p, time_ps at) {
  const time_ps tail =
      walk(p, at, [&](std::uint32_t channel, time_ps earliest) { return reserve(channel, earliest, p); });
  arrives(p, at, tail);
  return tail;
}

void message_network::deliver_multicast(packet& leader, time_ps at, std::vector<time_ps>& tails) {
  multicast_.check(leader);
  count_multicast(leader);
  ++multicasts_;
  tails.clear();
  for (packet* m = &leader; m != nullptr;) {
    packet& p = *m;
    tails.push_back(walk(p, at, [&](std::uint32_t channel, time_ps earliest) {
      crossed& x = crossed_[channel];
      if (x.multicast != multicasts_) x = {multicasts_, reserve(channel, earliest, p)};
      return x.left;
    }));
    arrives(p, at, tails.back());
    m = p.companions;
    p.companions = nullptr;
  }
}

// Routes that part do not meet again.
void message_network::count_multicast(packet& leader) {
  ++multicasts_;
  ++multicast_counters_.sent;
  for (packet* m = &leader; m != nullptr; m = m->companions) {
    ++multicast_counters_.packets;
    walk(*m, 0, [&](std::uint32_t channel, time_ps earliest) {
      crossed& x = crossed_[channel];
      multicast_counters_.channels_saved += x.multicast == multicasts_;
      x.multicast = multicasts_;
      return earliest;
    });
    m->hops = 0;
  }
}

time_ps message_network::idle_time(packet& p) {
  return walk(p, 0, [](std::uint32_t, time_ps earliest) { return earliest; });
}

}  // namespace mimd::noc
