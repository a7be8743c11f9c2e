#include "platforms/norma/norma_node.h"

#include "platforms/shared_memory/component_statistics.h"

namespace mimd {

namespace {

unsigned processor_ports(const shared_memory_parameters& p) {
  return p.caches.present() ? 0 : 2;  // data, instructions
}

driver_parameters with_registers(driver_parameters p, address_t registers) {
  p.registers = registers;
  return p;
}

}  // namespace

norma_node::norma_node(const sc_core::sc_module_name& name, unsigned number,
                       const shared_memory_parameters& machine, const norma_node_parameters& parameters,
                       timing_mode timing, packet_carrier& carrier, message_exchange& exchange)
    : sc_module(name),
      machine_(machine),
      parameters_(parameters),
      number_(number),
      bus_("bus", parameters.bus.model, parameters.coherence(), timing, machine.caches.present() ? 1 : 0,
           processor_ports(machine) + 2, 2),
      memory_("memory", machine.memory.model, timing),
      interface_("ni", parameters.interface, timing, number, carrier),
      endpoint_(number, exchange, with_registers(parameters.driver, interface_base), parameters.endpoint) {
  bus_.target[0].bind(memory_.socket);
  bus_.map(0, 0, machine.memory.model.size, false);
  bus_.target[1].bind(interface_.registers);
  bus_.map(1, interface_base, ni_register::window, true);
  const unsigned first = processor_ports(machine);
  interface_.send_memory.bind(bus_.plain[first]);
  interface_.receive_memory.bind(bus_.plain[first + 1]);
  const unsigned coherent = machine.caches.present() ? 1 : 0;
  bus_.name_master(coherent + first, "ni.send");
  bus_.name_master(coherent + first + 1, "ni.receive");
  interface_.interrupt.bind(interrupt_);
}

void norma_node::bind(cpu<>& processor, cache<>* own, const std::string& processor_name) {
  bus_.name_master(0, processor_name);
  if (own != nullptr) {
    own->interconnect.bind(bus_.coherent[0]);
  } else {
    processor.data.bind(bus_.plain[0]);
    bus_.name_master(1, processor_name + ".instruction");
    processor.instruction.bind(bus_.plain[1]);
  }
  processor.interrupt.bind(interrupt_);
  if (parameters_.driver.notice == notice_by::interrupt)
    processor.set_interrupt_handler([this] { endpoint_.interrupted(); });
}

void norma_node::lay_out() {
  const unsigned line = machine_.caches.line();
  endpoint_.lay_out([this, line](std::uint64_t bytes) { return allocate(bytes, std::max(line, 64u)); },
                    [this](address_t at, const void* data, std::uint64_t bytes) { write(at, data, bytes); },
                    buffer_heap(size(), parameters_.buffer.value));
}

void norma_node::begin(processor& p, cpu_base& own) {
  endpoint_.start(p, parameters_.driver.notice == notice_by::interrupt ? &own : nullptr);
}

void norma_node::read(address_t address, void* data, std::uint64_t size) {
  bus_.debug(address, static_cast<std::uint8_t*>(data), static_cast<unsigned>(size), false);
}

void norma_node::write(address_t address, const void* data, std::uint64_t size) {
  // Written bytes are only read.
  bus_.debug(address, static_cast<std::uint8_t*>(const_cast<void*>(data)), static_cast<unsigned>(size), true);
}

void norma_node::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  bus_.declare_traces(recorder, prefix + ".bus");
  interface_.declare_traces(recorder, prefix + ".ni");
  endpoint_.declare_traces(recorder, prefix);
}

void norma_node::register_statistics(statistics& all, const std::string& p, const cpu_base& processor,
                                     const std::function<time_ps()>& finish_time) const {
  const time_account& t = endpoint_.times();
  const std::string adds_up = "; the eight add up to total_ps";
  const std::string account = p + ".time.";
  all.add(
      account + "program_ps",
      [&t, &processor] { return t.time(message_activity::program) + (processor.total_ps() - t.total()); },
      "of the processor for the program itself" + adds_up);
  all.add(account + "send_ps", t.time(message_activity::send), "building and sending messages" + adds_up);
  all.add(account + "send_copy_ps", t.time(message_activity::send_copy),
          "moving the bytes of messages to be sent" + adds_up);
  all.add(account + "receive_ps", t.time(message_activity::receive), "taking in messages" + adds_up);
  all.add(account + "receive_copy_ps", t.time(message_activity::receive_copy),
          "moving their bytes to where they belong" + adds_up);
  all.add(account + "interrupt_ps", t.time(message_activity::interrupt),
          "stopping for interrupts and going on" + adds_up);
  all.add(account + "system_call_ps", t.time(message_activity::system_call),
          "entering and leaving the kernel" + adds_up);
  all.add(account + "wait_ps", t.time(message_activity::wait), "waiting for messages" + adds_up);
  all.add(
      account + "total_ps", [&processor] { return processor.total_ps(); },
      "when the processor's program ended");
  const endpoint_counts& k = endpoint_.counts();
  all.add(p + ".mpi.packets_sent", k.packets_sent, "packets of messages and of the protocol");
  all.add(p + ".mpi.packets_received", k.packets_received, "likewise");
  all.add(p + ".mpi.out_of_order", k.out_of_order, "packets put aside until those before them came");
  all.add(p + ".mpi.buffered", k.buffered, "messages that went through a buffer of the layer");
  all.add(p + ".mpi.interrupts", k.interrupts, "interrupts that stopped the program");
  interface_.register_statistics(all, p + ".ni");
  register_bus(all, p + ".bus", bus_, parameters_.bus.model, finish_time);
  register_memory(all, p + ".memory", memory_, machine_.memory.model);
}

}  // namespace mimd
