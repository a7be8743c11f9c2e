// A multicomputer: nodes of a processor with its cache, a private memory and a network interface on a bus,
// joined by a network. What its processors share is only this frame (shared_memory_machine.h).
#ifndef MIMD_PLATFORMS_NORMA_NORMA_MACHINE_H
#define MIMD_PLATFORMS_NORMA_NORMA_MACHINE_H

#include <memory>
#include <string>
#include <vector>

#include "message_passing/interface_network.h"
#include "message_passing/message_ranks.h"
#include "noc/message_network.h"
#include "platforms/norma/norma_node.h"
#include "platforms/shared_memory/shared_memory_machine.h"
#include "tb/message_workload.h"

namespace mimd {

class norma_machine final : public shared_memory_machine, public tb::private_memories {
 public:
  norma_machine(const sc_core::sc_module_name& name, const norma_parameters& parameters, timing_mode timing,
                std::uint64_t seed, bool check_coherence);
  ~norma_machine() override;

  static const std::vector<tb::message_workload_description>& workloads() { return tb::message_workloads(); }
  // Before the simulation starts.
  void load_messages(std::unique_ptr<tb::message_workload> workload);

  norma_node& node(unsigned n) { return *nodes_[n]; }
  // private_memories
  tb::memory_image& of(unsigned rank) override { return *nodes_[rank]; }

 private:
  class program;  // a message workload as the processors' frame runs it

  void run_rank(processor& p, tb::message_workload& workload);

  // shared_memory_machine
  void debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) override;
  void when_quiet(std::function<void()> then) override;
  void when_buses_quiet(unsigned n, std::function<void()> then);
  std::string waiting_inside() const override;
  time_ps recorded_until(time_ps now) const override;
  void record_interconnect(trace_recorder* recorder, transaction_log* log) override;
  void register_inside(statistics& all) override;
  std::unique_ptr<tb::workload> make_own_workload(const std::string& workload_name) override;

  norma_parameters parameters_;
  noc::message_network network_;
  interface_network carrier_;
  message_ranks ranks_;
  std::vector<std::unique_ptr<norma_node>> nodes_;
  std::vector<std::string> names_;  // of the processors, for the log
  std::uint64_t logged_ = 0;
};

}  // namespace mimd

#endif
