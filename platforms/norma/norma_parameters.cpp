#include "platforms/norma/norma_parameters.h"

#include <algorithm>

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/collective_options.h"
#include "platforms/support/complaint.h"
#include "tb/message_workload.h"

namespace mimd {

namespace {

constexpr unsigned most_nodes = 1024;
constexpr unsigned most_cycles = 1'000'000;

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (const snooping_protocol& p : snooping_protocols()) names.push_back(p.name);
  return names;
}

std::vector<std::string> variants() {
  std::vector<std::string> words{""};
  for (const tb::message_workload_description& w : tb::message_workloads())
    for (const std::string& v : w.variants)
      if (std::find(words.begin(), words.end(), v) == words.end()) words.push_back(v);
  return words;
}

}  // namespace

void norma_node_parameters::declare_bus(parameter_set& set) {
  set.add_choice("coherence.protocol", protocol, protocol_names(),
                 "snooping protocol between a node's cache and its network interface");
  bus.declare(set);
}

void norma_node_parameters::declare_interface(parameter_set& set) {
  mimd::declare(set, interface, "ni");
  set.add_choice("ni.transfer", driver.transfer,
                 {{"dma", transfer_by::dma}, {"programmed", transfer_by::programmed}},
                 "who moves the data of packets: the interface, or the processor word by word");
  set.add_choice("ni.notice", driver.notice,
                 {{"polling", notice_by::polling}, {"interrupt", notice_by::interrupt}},
                 "how the processor learns of packets");
  set.add_choice("ni.access", driver.access, {{"user", access_from::user}, {"kernel", access_from::kernel}},
                 "who drives the interface: the program itself, or the kernel, which copies what is sent");
  set.add("ni.send_entries", driver.send_entries, between(2, 4096).power_of_two(),
          "descriptors of the send ring");
  set.add("ni.receive_entries", driver.receive_entries, between(2, 4096).power_of_two(),
          "descriptors of the receive ring, each with a buffer for a packet");
  set.add("ni.packet_cycles", driver.packet_cycles, between(0, most_cycles),
          "processor cycles of the driver for a packet, beside its accesses");
  set.add("ni.poll_cycles", driver.poll_cycles, between(1, most_cycles),
          "processor cycles from one look for packets to the next");
  set.add("ni.interrupt_cycles", driver.interrupt_cycles, between(0, most_cycles),
          "processor cycles to stop for an interrupt and go on");
  set.add("ni.system_call_cycles", driver.system_call_cycles, between(0, most_cycles),
          "processor cycles to enter the kernel and leave it");
  set.add("mpi.send_cycles", endpoint.send_cycles, between(0, most_cycles),
          "processor cycles of the message layer for a send");
  set.add("mpi.receive_cycles", endpoint.receive_cycles, between(0, most_cycles),
          "processor cycles of the message layer for a receive, and for a message that comes in");
  set.add("mpi.buffer", buffer, between(byte_count{4096}, byte_count{std::uint64_t{1} << 40}),
          "of each private memory, for messages that nobody has asked for yet");
}

void norma_node_parameters::resolve(const parameter_set& set, const shared_memory_parameters& node) {
  bus.resolve(node.caches.line());
  complain(set, bus.model.check(), "bus.clock");
  if (!bus.model.split) refuse_without_effect(set, {"bus.outstanding"}, "bus.split is false");
  driver.packet_bytes = static_cast<unsigned>(interface.packet.value);
  driver.period = node.processors.model.period;
  if (driver.transfer == transfer_by::programmed)
    refuse_without_effect(set, {"ni.send_entries", "ni.receive_entries", "ni.burst"},
                          "ni.transfer is programmed");
  if (driver.notice == notice_by::polling)
    refuse_without_effect(set, {"ni.interrupt_cycles"}, "ni.notice is polling");
  if (driver.notice == notice_by::interrupt)
    refuse_without_effect(set, {"ni.poll_cycles"}, "ni.notice is interrupt");
  if (driver.access == access_from::user)
    refuse_without_effect(set, {"ni.system_call_cycles"}, "ni.access is user");
  if (buffer.value >= node.memory.model.size)
    throw set.error("mpi.buffer", "leaves nothing of a private memory of memory.size");
}

void norma_parameters::declare(parameter_set& set) {
  set.add("node.count", processors.count, between(1, most_nodes),
          "nodes, each with a processor and a memory of its own");
  processors.declare_processor(set);
  caches.declare(set);
  node.declare_bus(set);
  memory.declare_size(set, "bytes of each private memory, from address 0");
  memory.declare_timing(set);
  node.declare_interface(set);
  set.add("mpi.eager_limit", eager_limit_, any, "longer messages wait until they are asked for");
  set.add("mpi.eager_credits", messages.eager_credits, any,
          "eager messages of one sender that a receiver keeps at most; 0: no limit");
  reliability_.declare(set, "packets");
  declare_collectives(set, algorithms, false);
  set.add_choice("noc.fidelity", fidelity, {{"packet", noc::fidelity::packet}, {"flit", noc::fidelity::flit}},
                 "packet: event-driven; flit: cycle by cycle");
  network.declare_shape(set);
  network.declare_clock(set);
  network.declare_routers(set);
  network.declare_messages(set, "bytes of every packet, beside the interface's header of 48 and its data");
  set.add("noc.damage_rate", faults.damage_rate, between(0.0, 0.5),
          "share of the packets that a link damages");
  set.add("workload.size", programs.workload.size, any, "size of the problem; 0: the workload's default");
  set.add("workload.iterations", programs.workload.iterations, any, "repetitions; 0: the workload's default");
  set.add_choice("workload.variant", programs.workload.variant, variants(),
                 "variant of the workload; \"\": its first");
}

void norma_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  processors.resolve(set, timing);
  caches.resolve(set, processors, node.coherence());
  memory.resolve(set, caches.largest_block());
  node.resolve(set, *this);
  messages.eager_limit = eager_limit_.value;
  messages.rendezvous = message_passing::handshake::messages;
  network.resolve(set, seed);
  network.fit(set, nodes());
  message_network_options::check(set, network.message_network(1, fidelity), nodes());
  reliability_.resolve(set, static_cast<double>(network.period) / network.flit_bytes);
  faults.reliable = reliability_.reliable;
  faults.reliability = reliability_.model;
  faults.seed = seed;
  programs.resolve(processors, caches, seed, 1);
}

}  // namespace mimd
