// A node of mimd-norma but for its processor and cache: bus, private memory, network interface, and the
// message layer's endpoint on them.
#ifndef MIMD_PLATFORMS_NORMA_NORMA_NODE_H
#define MIMD_PLATFORMS_NORMA_NORMA_NODE_H

#include <memory>
#include <string>
#include <systemc>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "cpu/cpu.h"
#include "infrastructure/statistics.h"
#include "memory/memory.h"
#include "message_passing/message_endpoint.h"
#include "message_passing/network_interface.h"
#include "platforms/norma/norma_parameters.h"
#include "tb/workload.h"

namespace mimd {

class norma_node final : public sc_core::sc_module, public tb::memory_image {
 public:
  static constexpr address_t interface_base = address_t{1} << 48;  // above any memory

  norma_node(const sc_core::sc_module_name& name, unsigned number, const shared_memory_parameters& machine,
             const norma_node_parameters& parameters, timing_mode timing, packet_carrier& carrier,
             message_exchange& exchange);

  // Once: the processor is number `number`; own may be nullptr.
  void bind(cpu<>& processor, cache<>* own, const std::string& processor_name);
  // Before time starts: rings and buffers.
  void lay_out();
  // The endpoint's, on the node's processor, around what the program does.
  void begin(processor& p, cpu_base& own);

  snooping_bus<>& bus() { return bus_; }
  message_endpoint& endpoint() { return endpoint_; }
  const message_endpoint& endpoint() const { return endpoint_; }
  const network_interface<>& interface() const { return interface_; }
  unsigned number() const { return number_; }

  void register_statistics(statistics& all, const std::string& prefix, const cpu_base& processor,
                           const std::function<time_ps()>& finish_time) const;
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  // memory_image: the private memory, but for the part of it that holds messages
  void read(address_t address, void* data, std::uint64_t size) override;
  void write(address_t address, const void* data, std::uint64_t size) override;
  std::uint64_t size() const override { return machine_.memory.model.size - parameters_.buffer.value; }

 private:
  const shared_memory_parameters& machine_;
  const norma_node_parameters& parameters_;
  unsigned number_;
  snooping_bus<> bus_;
  memory<> memory_;
  network_interface<> interface_;
  message_endpoint endpoint_;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> interrupt_{"interrupt"};
};

}  // namespace mimd

#endif
