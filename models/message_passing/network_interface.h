// A network interface: a device on the bus of a node, between its private memory and a network.
//
// Registers and rings: network_interface_registers.h. Two engines, each a process with a burst mover and a
// memory port of its own, so that sending and receiving overlap:
//  * Sending: a descriptor is fetched, then its data, then the packet leaves when the link is free; while it
//    leaves, the next one is fetched. `sent` is counted, and reported in memory, when the data have been
//    read.
//  * Receiving: a packet waits in a queue of `input_packets` (approximately timed; when it is full, the
//    network is held), then for a descriptor; the data go to its buffer, then the descriptor is written.
// Each packet costs either engine `packet_overhead`. All bursts go through the bus, so they are coherent with
// the node's cache. Programmed I/O uses two windows instead: the processor stores a packet word by word, and
// loads one word by word. The line is a level and may be left unbound.
//
// Not modelled: protection between users, gathering of several buffers into one packet.
//
// Accounts: the two engines' busy times; packets and bytes each way, which agree with the network's.
// Errors: std::invalid_argument for a parameter outside its range; an address of a descriptor that memory
// refuses sets bad_address, and the packet is dropped.
#ifndef MIMD_MESSAGE_PASSING_NETWORK_INTERFACE_H
#define MIMD_MESSAGE_PASSING_NETWORK_INTERFACE_H

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <systemc>
#include <vector>

#include "infrastructure/agenda_event.h"
#include "infrastructure/parameters.h"
#include "infrastructure/statistics.h"
#include "infrastructure/target_port.h"
#include "infrastructure/timing_mode.h"
#include "infrastructure/trace.h"
#include "io/burst_mover.h"
#include "io/io_device.h"
#include "io/register_window.h"
#include "message_passing/packet_carrier.h"

namespace mimd {

struct network_interface_parameters {
  duration register_latency{10'000};  // 0 ... 1 s
  duration packet_overhead{50'000};   // of an engine, each packet, 0 ... 1 s
  byte_count packet{1024};            // data of a packet at most: a power of two, 64 B ... 16 KiB
  byte_count burst{64};               // a power of two, 4 B ... 4 KiB
  unsigned input_packets = 16;        // 1 ... 4096
};

void declare(parameter_set& parameters, network_interface_parameters& variables, const std::string& prefix);

class network_interface_base : public sc_core::sc_module, public packet_consumer, private access_target {
 public:
  interrupt_port interrupt;

  struct counters {
    std::uint64_t packets_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t bytes_sent = 0;  // of data
    std::uint64_t bytes_received = 0;
    std::uint64_t register_reads = 0;
    std::uint64_t register_writes = 0;
    std::uint64_t interrupts = 0;  // rising edges
    std::uint64_t errors = 0;      // descriptors with an address that memory refused
    std::uint64_t held = 0;        // times that the network was held
    time_ps send_busy_ps = 0;
    time_ps receive_busy_ps = 0;
  };
  const counters& count() const { return counters_; }
  void register_statistics(statistics& all, const std::string& prefix) const;
  void declare_traces(trace_recorder& recorder, const std::string& prefix);
  // Nothing is being sent or taken in.
  bool quiet() const;
  // Something that waits: one line, or "".
  std::string waiting() const;

  // packet_consumer
  void arrived(interface_packet& p) override;

 protected:
  network_interface_base(const sc_core::sc_module_name& name, const network_interface_parameters& parameters,
                         timing_mode timing, std::uint32_t node, packet_carrier& carrier);

  target_port& register_port() { return register_port_; }
  burst_mover& send_mover() { return send_mover_; }
  burst_mover& receive_mover() { return receive_mover_; }

 private:
  static constexpr unsigned most_ready = 2;  // packets of the send window that have not left
  enum class activity : std::uint8_t { idle, descriptor, data, link, wait };

  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;

  std::uint64_t value(unsigned offset) const;
  std::uint64_t status() const;
  void write_register(unsigned offset, std::uint64_t value, time_ps at);
  void send_window(std::uint64_t command, time_ps at);
  void drop_received(time_ps at);

  void send_all();
  interface_packet* fetch_packet();
  void depart(interface_packet& p);
  void receive_all();
  void store_packet(interface_packet& p);
  void release_input();
  void line_changes(time_ps at);
  void drive_interrupt();
  bool line() const;
  bool programmed() const { return (control_ & ni_control::programmed) != 0; }

  network_interface_parameters parameters_;
  std::uint32_t node_;
  packet_carrier& carrier_;
  register_window window_{0, ni_register::window};
  target_port register_port_;
  burst_mover send_mover_;
  burst_mover receive_mover_;

  std::uint64_t control_ = 0;
  bool bad_address_ = false;
  std::uint64_t send_ring_ = 0;
  std::uint64_t send_entries_ = 1;
  std::uint64_t send_given_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t send_report_ = 0;
  std::uint64_t receive_ring_ = 0;
  std::uint64_t receive_entries_ = 0;
  std::uint64_t receive_given_ = 0;
  std::uint64_t received_ = 0;
  std::vector<std::uint64_t> send_window_;
  std::deque<interface_packet*> ready_;  // of the send window
  std::deque<interface_packet*> input_;  // in the order of arrival
  time_ps link_free_ = 0;
  bool held_ = false;
  bool sending_ = false;
  bool receiving_ = false;
  bool line_ = false;

  agenda_event to_send_;
  agenda_event to_receive_;
  agenda_event line_changed_;
  counters counters_;
  trace_signal traced_send_;
  trace_signal traced_receive_;
  trace_signal traced_queue_;
  trace_signal traced_interrupt_;
};

// With its sockets: registers (target), send_memory and receive_memory (initiators).
template <unsigned BUSWIDTH = 32>
class network_interface : public network_interface_base {
 public:
  tlm::tlm_target_socket<BUSWIDTH> registers{"registers"};
  tlm::tlm_initiator_socket<BUSWIDTH> send_memory{"send_memory"};
  tlm::tlm_initiator_socket<BUSWIDTH> receive_memory{"receive_memory"};

  network_interface(const sc_core::sc_module_name& name, const network_interface_parameters& parameters,
                    timing_mode timing, std::uint32_t node, packet_carrier& carrier)
      : network_interface_base(name, parameters, timing, node, carrier) {
    registers.bind(register_port());
    send_memory.bind(send_mover().port());
    receive_memory.bind(receive_mover().port());
  }

 private:
  void end_of_elaboration() override {
    register_port().set_backward(registers.get_base_port().operator->());
    send_mover().port().set_forward(send_memory.get_base_port().operator->());
    receive_mover().port().set_forward(receive_memory.get_base_port().operator->());
  }
};

}  // namespace mimd

#endif
