#include "platforms/support/collective_options.h"

#include <utility>
#include <vector>

namespace mimd {

using namespace message_passing;

namespace {

// Words and their algorithms; the last needs a network of its own.
template <class Algorithm>
std::vector<std::pair<std::string, Algorithm>> of_networks(
    std::vector<std::pair<std::string, Algorithm>> words, bool networks) {
  if (!networks) words.pop_back();
  return words;
}

}  // namespace

void declare_collectives(parameter_set& set, collective_algorithms& a, bool networks) {
  set.add_choice("mpi.barrier", a.barrier,
                 of_networks<barrier_algorithm>({{"dissemination", barrier_algorithm::dissemination},
                                                 {"tree", barrier_algorithm::tree},
                                                 {"linear", barrier_algorithm::linear},
                                                 {"hardware", barrier_algorithm::hardware}},
                                                networks),
                 networks ? "algorithm; tree: binomial, up and down; hardware: a network of its own"
                          : "algorithm; tree: binomial, up and down");
  set.add_choice(
      "mpi.bcast", a.broadcast,
      of_networks<broadcast_algorithm>({{"binomial", broadcast_algorithm::binomial},
                                        {"scatter-allgather", broadcast_algorithm::scatter_allgather},
                                        {"linear", broadcast_algorithm::linear},
                                        {"tree-network", broadcast_algorithm::tree_network}},
                                       networks),
      networks ? "algorithm; tree-network: the collective network of tree.*" : "algorithm");
  set.add_choice("mpi.reduce", a.reduce,
                 of_networks<reduce_algorithm>({{"binomial", reduce_algorithm::binomial},
                                                {"linear", reduce_algorithm::linear},
                                                {"tree-network", reduce_algorithm::tree_network}},
                                               networks),
                 "algorithm");
  set.add_choice(
      "mpi.allreduce", a.allreduce,
      of_networks<allreduce_algorithm>({{"recursive-doubling", allreduce_algorithm::recursive_doubling},
                                        {"rabenseifner", allreduce_algorithm::rabenseifner},
                                        {"ring", allreduce_algorithm::ring},
                                        {"reduce-broadcast", allreduce_algorithm::reduce_broadcast},
                                        {"tree-network", allreduce_algorithm::tree_network}},
                                       networks),
      "algorithm; reduce-broadcast: those of mpi.reduce and mpi.bcast");
  for (const auto& [name, algorithm] : {std::pair<const char*, tree_algorithm*>{"mpi.gather", &a.gather},
                                        std::pair<const char*, tree_algorithm*>{"mpi.scatter", &a.scatter}})
    set.add_choice(name, *algorithm,
                   {{"binomial", tree_algorithm::binomial}, {"linear", tree_algorithm::linear}}, "algorithm");
  set.add_choice("mpi.allgather", a.allgather,
                 {{"ring", allgather_algorithm::ring},
                  {"bruck", allgather_algorithm::bruck},
                  {"linear", allgather_algorithm::linear}},
                 "algorithm");
  set.add_choice("mpi.alltoall", a.all_to_all,
                 {{"pairwise", all_to_all_algorithm::pairwise},
                  {"bruck", all_to_all_algorithm::bruck},
                  {"linear", all_to_all_algorithm::linear}},
                 "algorithm; linear, here and elsewhere: all messages at once");
  set.add_choice("mpi.scan", a.scan,
                 {{"recursive-doubling", scan_algorithm::recursive_doubling},
                  {"chain", scan_algorithm::chain},
                  {"linear", scan_algorithm::linear}},
                 "algorithm");
}

}  // namespace mimd
