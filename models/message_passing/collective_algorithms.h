// Which algorithm carries out each collective operation, by name, and the stages it is made of.
//
// A stage is a schedule of messages (collective_schedule.h) or one operation of a network beside the one for
// messages: a global barrier network, or a tree that combines and broadcasts (Blue Gene/L has both).
#ifndef MIMD_MESSAGE_PASSING_COLLECTIVE_ALGORITHMS_H
#define MIMD_MESSAGE_PASSING_COLLECTIVE_ALGORITHMS_H

#include <array>
#include <cstdint>

#include "message_passing/collective_schedule.h"

namespace mimd::message_passing {

enum class collective : std::uint8_t {
  barrier,
  broadcast,
  reduce,
  allreduce,
  gather,
  scatter,
  allgather,
  all_to_all,
  scan,
};

enum class barrier_algorithm : std::uint8_t { dissemination, tree, linear, hardware };
enum class broadcast_algorithm : std::uint8_t { binomial, scatter_allgather, linear, tree_network };
enum class reduce_algorithm : std::uint8_t { binomial, linear, tree_network };
enum class allreduce_algorithm : std::uint8_t {
  recursive_doubling,
  rabenseifner,
  ring,
  reduce_broadcast,  // those chosen for reduce and broadcast
  tree_network,
};
enum class tree_algorithm : std::uint8_t { binomial, linear };  // gather and scatter
enum class allgather_algorithm : std::uint8_t { ring, bruck, linear };
enum class all_to_all_algorithm : std::uint8_t { pairwise, bruck, linear };
enum class scan_algorithm : std::uint8_t { recursive_doubling, chain, linear };

struct collective_algorithms {
  barrier_algorithm barrier = barrier_algorithm::dissemination;
  broadcast_algorithm broadcast = broadcast_algorithm::binomial;
  reduce_algorithm reduce = reduce_algorithm::binomial;
  allreduce_algorithm allreduce = allreduce_algorithm::recursive_doubling;
  tree_algorithm gather = tree_algorithm::binomial;
  tree_algorithm scatter = tree_algorithm::binomial;
  allgather_algorithm allgather = allgather_algorithm::ring;
  all_to_all_algorithm all_to_all = all_to_all_algorithm::pairwise;
  scan_algorithm scan = scan_algorithm::recursive_doubling;
};

// What the networks beside the message network do: everybody enters, and everybody goes on when all are done.
enum class network_operation : std::uint8_t { none, barrier, broadcast, reduce, allreduce };

struct collective_stage {
  network_operation network = network_operation::none;
  pattern messages = pattern::dissemination;  // if network is none
};

struct collective_stages {
  std::array<collective_stage, 3> stage{};
  std::uint32_t count = 0;
};

collective_stages stages_of(collective c, const collective_algorithms& algorithms);

// Whether the vector that is worked on has a contribution of each rank side by side.
constexpr bool is_by_rank(collective c) {
  return c == collective::gather || c == collective::scatter || c == collective::allgather ||
         c == collective::all_to_all;
}

}  // namespace mimd::message_passing

#endif
