#include "platforms/mpp/mpp_parameters.h"

#include <algorithm>
#include <stdexcept>

#include "platforms/support/collective_options.h"
#include "platforms/support/complaint.h"
#include "platforms/support/network_options.h"
#include "tb/message_passing/skeletons.h"

namespace mimd {

using namespace message_passing;

namespace {

constexpr unsigned most_nodes = 1u << 24;
constexpr std::uint32_t loggops_nodes = 64;  // if nobody says how many
constexpr std::uint64_t longest_message = std::uint64_t{1} << 40;

std::uint64_t product_of(const std::vector<std::uint32_t>& radices) {
  std::uint64_t product = 1;
  for (const std::uint32_t k : radices) product = std::min<std::uint64_t>(product * k, most_nodes + 1);
  return product;
}

}  // namespace

void mpp_parameters::declare(parameter_set& set) {
  set.add("node.count", node_count, between(0, most_nodes),
          "ranks, one a node; 0: those of the trace, or all nodes of the network (loggops: 64)");
  set.add("cpu.flops_per_second", flops_per_second, between(1.0, 1e18),
          "speed of a rank, for traces of MPI programs");

  set.add_choice(
      "network.model", model,
      {{"packet", network_model::packet},
       {"fluid", network_model::fluid},
       {"loggops", network_model::loggops}},
      "packet: links that messages take in turn (noc.*); fluid: links that all share at once, as in "
      "SimGrid (noc.*); loggops: L and G without contention (loggops.*)");
  set.add_choice("noc.topology", network.family, noc::train_network_families(), "how nodes are joined");
  set.add("noc.dims", dims_, any,
          "numbers of the topology: radices of a torus or mesh, k and n of a fat tree");
  set.add("noc.lines", lines_, any, "dimensions of a torus that do not wrap round: 0,1");
  set.add_choice("noc.half_way", network.ties,
                 {{"balanced", noc::half_way::balanced}, {"simgrid", noc::half_way::simgrid}},
                 "round a ring. balanced: upwards from even coordinates, downwards from odd ones; simgrid: "
                 "downwards from "
                 "coordinate radix/2, else upwards");
  set.add("noc.planes", network.planes, between(1, 16), "networks of this kind side by side");
  set.add("noc.link_latency", link_latency_, any,
          "of a message's head, each link, with the router before it");
  set.add("noc.link_bandwidth", link_bandwidth_, at_least(data_rate{1}), "each direction of each link");
  set.add("noc.injection_bandwidth", injection_bandwidth_, at_least(data_rate{0}),
          "each direction of a node's own connection to its router; 0: no limit");
  set.add("noc.train_bytes", train_bytes_, any,
          "a message travels in parts of at most so many bytes; 0: whole");
  set.add("noc.packet_bytes", packet_bytes_, any,
          "content of a packet; 0: a message (or part) is one packet");
  set.add("noc.header_bytes", header_bytes_, between(byte_count{0}, byte_count{65536}),
          "more on the links for each packet");

  set.add("noc.damage_rate", network.damage_rate, between(0.0, 0.5),
          "share of the messages (or parts) that a link damages");

  set.add("loggops.latency", latency_, any, "L: on the way");
  set.add("loggops.gap_per_byte", gap_per_byte_, between(0.0, 1e9), "G: nanoseconds between bytes");
  set.add("loggops.overhead", overhead_, any,
          "o: of the processor for a message, at each end, with every network");
  set.add("loggops.gap", gap_, any, "g: between messages of a node, with every network");
  set.add("loggops.overhead_per_byte", overhead_per_byte_, between(0.0, 1e9),
          "O: nanoseconds of the processor a byte, with every network");

  set.add("mpi.eager_limit", eager_limit_, any, "S: longer messages wait until they are received");
  set.add_choice(
      "mpi.rendezvous", rendezvous_,
      {{"auto", rendezvous_choice::automatic},
       {"messages", rendezvous_choice::messages},
       {"synchronous", rendezvous_choice::synchronous},
       {"instant", rendezvous_choice::instant}},
      "of longer messages. messages: request and clearance travel; synchronous: the data leave, the "
      "sender waits (LogGOPSim); instant: data of any length leave when both sides are ready (SimGrid); "
      "auto: synchronous with loggops, instant with fluid, else messages");
  set.add("mpi.control_bytes", control_bytes_, any, "length of a request or clearance");
  set.add("mpi.eager_credits", costs.eager_credits, any,
          "eager messages of one sender that a receiver keeps at most; 0: no limit");
  reliability.declare(set, "messages");
  declare_collectives(set, algorithms, true);
  set.add("tree.latency", tree_latency_, any, "of the collective network, from one end to the other");
  set.add("tree.bandwidth", tree_bandwidth_, at_least(data_rate{1}), "of its links");
  set.add("tree.barrier_latency", barrier_latency_, any,
          "of the barrier network, from the last rank that enters");

  set.add("workload.size", size, between(byte_count{0}, byte_count{longest_message}),
          "bytes of a message, of a vector, or of each rank's part of one");
  set.add("workload.iterations", iterations, between(1, 1'000'000), "times that it is done");
  set.add("workload.jitter", jitter, any, "ranks begin at random within this time");
  set.add("workload.peer", peer, between(0, most_nodes - 1),
          "partner of rank 0 in ping-pong; 0: the farthest");
  set.add("workload.window", window, between(1, 65536), "messages at a time, of bandwidth");
  set.add("workload.updates", updates, between(1, 1'000'000), "of each rank, of gups");
  set.add("workload.compute", compute, any, "after each exchange, of halo");
  set.add("workload.grid", grid_, any,
          "of the ranks, of halo; none: that of the torus or mesh, or nearly a cube");
  set.add("report.nodes", report_nodes, any,
          "machines of at most so many ranks have statistics of each rank and link");
  set.add("report.waves", waves_, any, "ranks that have waves (--vcd): 0,1,7");
  declare_zoom(set);
}

void mpp_parameters::refuse_what_has_no_effect(const parameter_set& set) const {
  if (model == network_model::loggops) {
    refuse_without_effect(set, {"noc.", "mpi.reliable"}, "network.model is loggops");
  } else {
    refuse_without_effect(set, {"loggops.latency", "loggops.gap_per_byte"}, "network.model is not loggops");
  }
  if (network.family != "torus" && network.family != "ring")
    refuse_without_effect(set, {"noc.half_way"}, "noc.topology has no rings");
  if (network.fluid) refuse_without_effect(set, {"noc.train_bytes"}, "network.model is fluid");
  if (network.family == "crossbar" || network.family == "fat-tree")
    refuse_without_effect(set, {"noc.injection_bandwidth"},
                          "nodes of noc.topology " + network.family + " have links of their own");
  if (costs.rendezvous != handshake::messages && costs.eager_credits == 0)
    refuse_without_effect(set, {"mpi.control_bytes"}, "no message of the rendezvous travels");
}

handshake mpp_parameters::rendezvous_of(const parameter_set& set) const {
  switch (rendezvous_) {
    case rendezvous_choice::messages:
    case rendezvous_choice::synchronous:
      if (model == network_model::fluid)
        throw set.error("mpi.rendezvous",
                        "must be instant with network.model=fluid, where messages can overtake each other");
      return rendezvous_ == rendezvous_choice::messages ? handshake::messages : handshake::synchronous;
    case rendezvous_choice::instant:
      return handshake::instant;
    case rendezvous_choice::automatic:
      break;
  }
  return model == network_model::loggops ? handshake::synchronous
         : model == network_model::fluid ? handshake::instant
                                         : handshake::messages;
}

void mpp_parameters::resolve(const parameter_set& set, const command_line& line) {
  const bool loggops = model == network_model::loggops;
  network.fluid = model == network_model::fluid;
  costs.rendezvous = rendezvous_of(set);
  refuse_what_has_no_effect(set);
  network.dims = radices(set, "noc.dims", dims_);
  network.lines.clear();
  for (const std::string& item : lines_)
    network.lines.push_back(
        static_cast<std::uint32_t>(whole_item(set, "noc.lines", item, 0, network.dims.size() - 1)));
  if (!lines_.empty() && network.family != "torus") throw set.error("noc.lines", "is for noc.topology=torus");
  network.link_latency = link_latency_.ps;
  network.link_bandwidth = link_bandwidth_.bytes_per_second;
  network.injection_bandwidth = injection_bandwidth_.bytes_per_second;
  network.train_bytes = train_bytes_.value;
  network.packet_bytes = packet_bytes_.value;
  network.header_bytes = header_bytes_.value;
  network.seed = line.seed;
  reliability.resolve(set, 1e12 / network.link_bandwidth);
  latency = latency_.ps;
  costs.overhead = overhead_.ps;
  costs.gap = gap_.ps;
  costs.overhead_per_byte = 1e3 * overhead_per_byte_;
  costs.gap_per_byte = loggops ? 1e3 * gap_per_byte_ : 0;
  costs.eager_limit = eager_limit_.value;
  costs.control_bytes = control_bytes_.value;
  costs.barrier_latency = barrier_latency_.ps;
  costs.tree_latency = tree_latency_.ps;
  costs.tree_ps_per_byte = 1e12 / tree_bandwidth_.bytes_per_second;

  if (loggops) {
    nodes_ = node_count == 0 ? loggops_nodes : node_count;
  } else {
    complain_about(set, {"noc.dims", "noc.topology"}, [this] {
      timing_wheel wheel;
      nodes_ = make_network(wheel, 0)->nodes();
    });
    if (node_count > nodes_)
      throw set.error("node.count", "is more than the " + std::to_string(nodes_) + " nodes of the network");
    if (node_count != 0 && line.traces.empty()) nodes_ = node_count;
  }
  resolve_zoom(set, line);
  resolve_waves(set, line);
  if (peer >= nodes_) throw set.error("workload.peer", "is no rank of " + std::to_string(nodes_));

  size_is_default_ = set.is_default("workload.size");
  grid = radices(set, "workload.grid", grid_);
  if (grid.empty()) {
    const bool own =
        model != network_model::loggops && (network.family == "torus" || network.family == "mesh");
    grid = own && product_of(network.dims) == nodes_ ? network.dims : tb::three_factors(nodes_);
  } else if (product_of(grid) != nodes_) {
    throw set.error("workload.grid", "is not a grid of " + std::to_string(nodes_) + " ranks");
  }
}

void mpp_parameters::resolve_waves(const parameter_set& set, const command_line& line) {
  waves.clear();
  // A trace says itself how many ranks it has.
  const std::uint32_t last = line.traces.empty() ? nodes_ - 1 : most_nodes - 1;
  for (const std::string& item : waves_) {
    const auto rank = static_cast<std::uint32_t>(whole_item(set, "report.waves", item, 0, last));
    if (std::find(waves.begin(), waves.end(), rank) != waves.end())
      throw set.error("report.waves", "names rank " + item + " twice");
    if (is_zoomed && rank == zoom.rank)
      throw set.error("report.waves", "names the rank of mpp.zoom, which has waves of its own");
    waves.push_back(rank);
  }
  if (line.vcd.empty()) refuse_without_effect(set, {"report.waves"}, "there is no --vcd");
}

std::unique_ptr<noc::train_network> mpp_parameters::make_network(timing_wheel& wheel,
                                                                 std::uint32_t nodes) const {
  if (model != network_model::loggops) return noc::make_train_network(wheel, network);
  if (is_zoomed) return std::make_unique<zoomed_latency>(wheel, nodes, latency, zoom);
  return std::make_unique<noc::constant_network>(wheel, nodes, latency);
}

std::unique_ptr<noc::train_network> mpp_parameters::make_reliable(
    timing_wheel& wheel, std::unique_ptr<noc::train_network> below) const {
  if (!reliability.reliable) return below;
  return std::make_unique<reliable_network>(wheel, std::move(below), reliability.model);
}

}  // namespace mimd
