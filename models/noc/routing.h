// A routing: where a packet may go next, and on which virtual channels. Pure; asked by both fidelities, by
// the deadlock check and by the tests.
//
// candidates() names *every* choice the routing permits at one router; the network selects among them as
// selection() says, so that the deadlock check sees exactly what can happen. Virtual channels are counted
// from 0 within one virtual network: a network with several virtual networks repeats the same routing in
// each.
#ifndef MIMD_NOC_ROUTING_H
#define MIMD_NOC_ROUTING_H

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/packet.h"
#include "noc/topology.h"

namespace mimd::noc {

struct route_candidate {
  std::uint32_t output = 0;  // port of the router asked
  std::uint32_t first_vc = 0;
  std::uint32_t vcs = 1;   // first_vc … first_vc + vcs - 1
  std::uint32_t rank = 0;  // larger is preferred; an escape channel has the lowest
};

class route_candidates {
 public:
  static constexpr std::uint32_t capacity = 64;
  void clear() { count_ = 0; }
  void add(const route_candidate& c) { items_[count_++] = c; }
  std::uint32_t size() const { return count_; }
  const route_candidate& operator[](std::uint32_t i) const { return items_[i]; }
  const route_candidate* begin() const { return items_.data(); }
  const route_candidate* end() const { return items_.data() + count_; }

 private:
  std::array<route_candidate, capacity> items_;
  std::uint32_t count_ = 0;
};

// How the network selects among several candidates.
enum class choice {
  random,   // one output, drawn when the head comes to the router (oblivious routings)
  credits,  // the highest rank, then the output with the most free buffers, then drawn (adaptive turn models)
  all       // whatever is free: virtual-channel allocation is asked for every candidate (escape channels)
};

// Where the head of a packet is: at a router, come in through `input` (a port) on virtual channel `vc`.
struct route_query {
  std::uint32_t router = 0;
  std::uint32_t input = 0;
  std::uint32_t vc = 0;
  std::uint32_t destination = 0;  // terminal
};

class routing {
 public:
  virtual ~routing() = default;

  // The state a packet starts with. begin() draws one of initial_states(): most routings have one only, the
  // default; the others override both.
  virtual route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const;
  virtual std::vector<route_state> initial_states(std::uint32_t source, std::uint32_t destination) const;

  // Virtual channels on which a packet may enter the network from its terminal: {first, count}.
  virtual route_candidate injection(std::uint32_t source, std::uint32_t destination,
                                    const route_state& state) const = 0;

  // All next steps. May move `state` on (it is that of the packet at this router). At the destination's
  // router the only candidate is its ejection port, on all virtual channels.
  virtual void candidates(const route_query& query, route_state& state, route_candidates& result) const = 0;

  // True if every query has exactly one candidate output, so that packets of one source and destination on
  // one virtual channel stay in order.
  virtual bool deterministic() const = 0;

  // Which virtual channels are escape channels (Duato): the deadlock check then examines the extended
  // dependency graph of these alone. Empty: none, the whole graph must be acyclic.
  virtual std::vector<std::uint32_t> escape_vcs() const { return {}; }

  virtual choice selection() const { return escape_vcs().empty() ? choice::random : choice::all; }

  std::uint32_t vcs() const { return vcs_; }  // a virtual network
  const topology& network() const { return topology_; }

 protected:
  routing(const topology& t, std::uint32_t vcs) : topology_(t), vcs_(vcs) {}

 private:
  const topology& topology_;
  std::uint32_t vcs_;
};

// By name ("dimension-order", "valiant", …; routing_names() tells all, "" is the family's default). Throws
// std::invalid_argument with one line if the routing does not fit the topology or needs more virtual
// channels.
std::unique_ptr<routing> make_routing(const std::string& name, const topology& t, std::uint32_t vcs);
std::vector<std::string> routing_names();

}  // namespace mimd::noc

#endif
