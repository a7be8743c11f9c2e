// What can be configured about mimd-mpp: nodes, network, message layer and what the workloads do; their names
// on the command line, and the rules that tie them together.
#ifndef MIMD_PLATFORMS_MPP_MPP_PARAMETERS_H
#define MIMD_PLATFORMS_MPP_MPP_PARAMETERS_H

#include <memory>
#include <string>
#include <vector>

#include "infrastructure/parameters.h"
#include "message_passing/message_engine.h"
#include "noc/train_network.h"
#include "platforms/mpp/zoomed_node.h"
#include "platforms/support/command_line.h"
#include "platforms/support/reliability_options.h"

namespace mimd {

enum class network_model { packet, fluid, loggops };
enum class rendezvous_choice { automatic, messages, synchronous, instant };

struct mpp_parameters {
  unsigned node_count = 0;  // as written: 0 is all of the network
  network_model model = network_model::packet;
  double flops_per_second = 1e9;

  noc::train_network_parameters network;
  time_ps latency = 0;  // L
  message_passing::message_costs costs;
  message_passing::collective_algorithms algorithms;
  reliability_options reliability;

  bool is_zoomed = false;  // one rank is a full node
  zoom_parameters zoom;

  // Of workloads.
  byte_count size{8};
  unsigned iterations = 1;
  unsigned window = 64;
  unsigned updates = 100;
  unsigned peer = 0;  // 0: the farthest
  duration jitter;
  duration compute;
  std::vector<std::uint32_t> grid;

  unsigned report_nodes = 4096;      // as many at most have statistics of their own
  std::vector<std::uint32_t> waves;  // ranks that have them

  void declare(parameter_set& set);
  // Brings everything up to date with what was set; throws set.error(...).
  void resolve(const parameter_set& set, const command_line& line);

  std::unique_ptr<noc::train_network> make_network(timing_wheel& wheel, std::uint32_t nodes) const;
  // In front of it, if asked for.
  std::unique_ptr<noc::train_network> make_reliable(timing_wheel& wheel,
                                                    std::unique_ptr<noc::train_network> below) const;
  // Ranks of a workload: as many as the parameters ask for, or all nodes of the network.
  std::uint32_t nodes() const { return nodes_; }
  bool is_size_default() const { return size_is_default_; }

 private:
  void declare_zoom(parameter_set& set);
  void resolve_zoom(const parameter_set& set, const command_line& line);
  void resolve_waves(const parameter_set& set, const command_line& line);
  message_passing::handshake rendezvous_of(const parameter_set& set) const;
  void refuse_what_has_no_effect(const parameter_set& set) const;

  // As written; resolve() reads them.
  rendezvous_choice rendezvous_ = rendezvous_choice::automatic;
  std::vector<std::string> dims_{"8x8x8"};
  std::vector<std::string> lines_;
  std::vector<std::string> grid_;
  std::vector<std::string> waves_;
  std::string zoomed_;
  duration zoom_latency_out_;
  duration zoom_latency_in_;
  duration zoom_packet_time_;
  duration link_latency_{100'000};
  data_rate link_bandwidth_{1e9};
  data_rate injection_bandwidth_{0};
  byte_count train_bytes_;
  byte_count packet_bytes_;
  byte_count header_bytes_;
  duration latency_{2'000'000};
  duration overhead_;
  duration gap_;
  double gap_per_byte_ = 1;       // ns
  double overhead_per_byte_ = 0;  // ns
  byte_count eager_limit_{65'535};
  byte_count control_bytes_{32};
  duration barrier_latency_;
  duration tree_latency_;
  data_rate tree_bandwidth_{1e9};
  std::uint32_t nodes_ = 0;
  bool size_is_default_ = true;
};

}  // namespace mimd

#endif
