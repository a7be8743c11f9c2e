// Multicast, as both fidelities have it: where the routes of its destinations part, and what may be sent.
//
// A set of packets, one a destination, travels as one (its leader's flits) as long as the routing sends all
// of them the same way: along the tree that the unicast routes from the source are, each channel of it is
// crossed once. (On rings, two packets whose virtual channels differ, on the two sides of a dateline, are two
// from the start.) Where they part, the packet forks:
//
// * The router has replica buffers, one for each further branch, of each virtual channel of its inputs, with
//   an input of the switch of their own and as large as the virtual channel's: the packet must fit. The first
//   branch goes on from the virtual channel itself, copies of its flits into the replica buffers of the
//   others as they come in. So branches do not wait for one another, nor for flits that another holds up.
// * The next packet of that virtual channel comes to the front when all branches have left.
//
// Free of deadlock, if unicast is: a branch holds a buffer and waits for a channel, as a unicast packet for
// that destination does in the same place; that replicas are taken together adds nothing that waits, as they
// are free when the packet comes to the front. So the dependencies are those that the check
// (deadlock_check.h) has found to be acyclic, and along such an order of the channels, the last first, all
// branches leave. This is why the routing must be deterministic: escape channels are chosen again at every
// router.
//
// Not modelled: replicas in the terminals, reductions of the answers, a bound on replica buffers.
#ifndef MIMD_NOC_MULTICAST_H
#define MIMD_NOC_MULTICAST_H

#include <cstdint>
#include <vector>

#include "noc/network.h"

namespace mimd::noc {

class multicast {
 public:
  struct branch {
    packet* leader;
    packet* last;
    route_candidate step;
  };

  multicast(const topology& t, const routing& r, const network_parameters& parameters);

  bool allowed() const { return !seen_.empty(); }
  // Replica buffers of a virtual channel at a router: one less than its branches at most.
  std::uint32_t replicas(std::uint32_t outputs) const { return allowed() ? outputs * ways_ - 1 : 0; }

  // Whether the set that p leads may be sent: throws std::invalid_argument if not.
  void check(const packet& p);

  // At a router, come in as `query` says: by their next step, p's own first. Each set then has its leader.
  const std::vector<branch>& split(route_query query, packet& p);
  void join();  // what was split last is one set again

 private:
  const routing& routing_;
  std::uint32_t buffer_flits_;
  std::vector<bool> ordered_;
  std::uint32_t ways_;               // runs of virtual channels that one output may be left by
  std::vector<std::uint64_t> seen_;  // by terminal: the number of the check in which it was met
  std::uint64_t checks_ = 0;
  std::vector<branch> branches_;
  route_candidates candidates_;
};

}  // namespace mimd::noc

#endif
