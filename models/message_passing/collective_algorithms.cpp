#include "message_passing/collective_algorithms.h"

namespace mimd::message_passing {

namespace {

void add(collective_stages& s, pattern p) {
  s.stage[s.count++].messages = p;
}
void add(collective_stages& s, network_operation n) {
  s.stage[s.count++].network = n;
}

void add_barrier(collective_stages& s, barrier_algorithm a) {
  switch (a) {
    case barrier_algorithm::dissemination:
      return add(s, pattern::dissemination);
    case barrier_algorithm::tree:
      add(s, pattern::binomial_reduce);
      return add(s, pattern::binomial_broadcast);
    case barrier_algorithm::linear:
      add(s, pattern::linear_reduce);
      return add(s, pattern::linear_broadcast);
    case barrier_algorithm::hardware:
      return add(s, network_operation::barrier);
  }
}

void add_broadcast(collective_stages& s, broadcast_algorithm a) {
  switch (a) {
    case broadcast_algorithm::binomial:
      return add(s, pattern::binomial_broadcast);
    case broadcast_algorithm::scatter_allgather:
      add(s, pattern::binomial_scatter);
      return add(s, pattern::ring_allgather);
    case broadcast_algorithm::linear:
      return add(s, pattern::linear_broadcast);
    case broadcast_algorithm::tree_network:
      return add(s, network_operation::broadcast);
  }
}

void add_reduce(collective_stages& s, reduce_algorithm a) {
  switch (a) {
    case reduce_algorithm::binomial:
      return add(s, pattern::binomial_reduce);
    case reduce_algorithm::linear:
      return add(s, pattern::linear_reduce);
    case reduce_algorithm::tree_network:
      return add(s, network_operation::reduce);
  }
}

void add_allreduce(collective_stages& s, const collective_algorithms& a) {
  switch (a.allreduce) {
    case allreduce_algorithm::recursive_doubling:
      return add(s, pattern::recursive_doubling);
    case allreduce_algorithm::rabenseifner:
      return add(s, pattern::rabenseifner);
    case allreduce_algorithm::ring:
      return add(s, pattern::ring_allreduce);
    case allreduce_algorithm::reduce_broadcast:
      add_reduce(s, a.reduce);
      return add_broadcast(s, a.broadcast);
    case allreduce_algorithm::tree_network:
      return add(s, network_operation::allreduce);
  }
}

pattern pattern_of(all_to_all_algorithm a) {
  switch (a) {
    case all_to_all_algorithm::bruck:
      return pattern::bruck;
    case all_to_all_algorithm::linear:
      return pattern::linear_all_to_all;
    case all_to_all_algorithm::pairwise:
      break;
  }
  return pattern::pairwise;
}

pattern pattern_of(allgather_algorithm a) {
  switch (a) {
    case allgather_algorithm::bruck:
      return pattern::bruck_allgather;
    case allgather_algorithm::linear:
      return pattern::linear_allgather;
    case allgather_algorithm::ring:
      break;
  }
  return pattern::ring_allgather;
}

pattern pattern_of(scan_algorithm a) {
  switch (a) {
    case scan_algorithm::chain:
      return pattern::chain_scan;
    case scan_algorithm::linear:
      return pattern::linear_scan;
    case scan_algorithm::recursive_doubling:
      break;
  }
  return pattern::doubling_scan;
}

}  // namespace

collective_stages stages_of(collective c, const collective_algorithms& a) {
  collective_stages s;
  switch (c) {
    case collective::barrier:
      add_barrier(s, a.barrier);
      break;
    case collective::broadcast:
      add_broadcast(s, a.broadcast);
      break;
    case collective::reduce:
      add_reduce(s, a.reduce);
      break;
    case collective::allreduce:
      add_allreduce(s, a);
      break;
    case collective::gather:
      add(s, a.gather == tree_algorithm::linear ? pattern::linear_gather : pattern::binomial_gather);
      break;
    case collective::scatter:
      add(s, a.scatter == tree_algorithm::linear ? pattern::linear_scatter : pattern::binomial_scatter);
      break;
    case collective::allgather:
      add(s, pattern_of(a.allgather));
      break;
    case collective::all_to_all:
      add(s, pattern_of(a.all_to_all));
      break;
    case collective::scan:
      add(s, pattern_of(a.scan));
      break;
  }
  return s;
}

}  // namespace mimd::message_passing
