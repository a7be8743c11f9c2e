// TLM-2.0 on the network: base-protocol initiators at some terminals, targets at others, an address map
// between.
//
// Foreign initiators bind to `from[i]`, foreign targets to `to[j]`; each has a terminal of its own. A
// transaction travels as a request packet (address, and the data of a write) on virtual network 0 and a
// response packet (status, and the data of a read) on virtual network 1; the bytes themselves stay in the
// payload's data array. Targets see addresses from 0, as behind the snooping bus. Any length, alignment, byte
// enables, streaming width; extensions reach the target. An access that no region holds whole answers
// TLM_ADDRESS_ERROR_RESPONSE, after no time; so do TLM_IGNORE_COMMANDs outside the map, while those inside
// travel as reads do. transport_dbg goes straight to the target and takes no time. DMI is passed on, with the
// zero-load time of the way there and back added to the target's latencies, and taken back with the target's:
// whoever uses it sees no contention.
//
// Approximately timed, many transactions of an initiator are in flight at once and responses come back in the
// order in which they arrive; loosely timed, each is complete in the caller's context (b_transport waits only
// if the target does). Order: not kept between transactions of one initiator to one target unless both
// virtual networks are `ordered`.
#ifndef MIMD_NOC_MEMORY_MAPPED_NETWORK_H
#define MIMD_NOC_MEMORY_MAPPED_NETWORK_H

#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "infrastructure/free_list.h"
#include "infrastructure/initiator_port.h"
#include "infrastructure/target_port.h"
#include "noc/message_network.h"

namespace mimd::noc {

class memory_mapped_network_base : public sc_core::sc_module,
                                   private access_target,
                                   private message_receiver,
                                   private tlm::tlm_mm_interface {
 public:
  static constexpr std::uint8_t request_network = 0;
  static constexpr std::uint8_t response_network = 1;

  ~memory_mapped_network_base() override;

  // Where initiator i and target j sit; by default initiators take the first terminals, targets the next. A
  // terminal may be shared. Elaboration only; std::invalid_argument if the terminal does not exist.
  void place_initiator(unsigned initiator, std::uint32_t terminal);
  void place_target(unsigned target, std::uint32_t terminal);
  // Addresses [begin, begin + size) belong to `target`, which sees them from 0. Elaboration only; throws
  // std::invalid_argument for an overlap, an empty region or a missing target.
  void map(unsigned target, std::uint64_t begin, std::uint64_t size);

  const message_network& network() const { return network_; }

 protected:
  memory_mapped_network_base(const sc_core::sc_module_name& name,
                             const message_network_parameters& parameters, timing_mode timing,
                             unsigned initiators, unsigned targets);
  void set_backward(unsigned initiator, tlm::tlm_bw_transport_if<>* backward);

  std::vector<std::unique_ptr<target_port>> initiator_side_;  // what initiators bind to
  std::vector<std::unique_ptr<initiator_port>> target_side_;

 private:
  struct region {
    std::uint64_t begin;
    std::uint64_t size;
    unsigned target;
  };
  struct transaction;  // one in flight, from its request's departure to its response's arrival
  class target_link;

  const region* find(std::uint64_t address, std::uint64_t length) const;
  void check_terminal(std::uint32_t terminal) const;
  packet request_packet(unsigned initiator, unsigned target, const tlm::tlm_generic_payload& payload) const;
  packet response_packet(unsigned initiator, unsigned target, const tlm::tlm_generic_payload& payload) const;

  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  bool access_may_wait() const override { return true; }
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;
  bool direct(unsigned port, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  void direct_access_ends(unsigned target, std::uint64_t first, std::uint64_t last);

  void message_arrived(packet& p) override;
  void serve(transaction& t);
  void answer(transaction& t, time_ps at);
  void complete(transaction& t);
  void free(tlm::tlm_generic_payload* payload) override;

  message_network network_;
  std::vector<region> regions_;  // ascending
  std::vector<std::uint32_t> initiator_terminal_;
  std::vector<std::uint32_t> target_terminal_;
  std::vector<tlm::tlm_bw_transport_if<>*> backward_;  // of each initiator
  std::vector<std::unique_ptr<target_link>> links_;
  free_list<transaction> transactions_;
};

template <unsigned BUSWIDTH = 32>
class memory_mapped_network : public memory_mapped_network_base {
 public:
  sc_core::sc_vector<tlm::tlm_target_socket<BUSWIDTH>> from;
  sc_core::sc_vector<tlm::tlm_initiator_socket<BUSWIDTH>> to;

  memory_mapped_network(const sc_core::sc_module_name& name, const message_network_parameters& parameters,
                        timing_mode timing, unsigned initiators, unsigned targets)
      : memory_mapped_network_base(name, parameters, timing, initiators, targets),
        from("from", initiators),
        to("to", targets) {
    for (unsigned i = 0; i < initiators; ++i) from[i].bind(*initiator_side_[i]);
    for (unsigned j = 0; j < targets; ++j) to[j].bind(*target_side_[j]);
  }

 private:
  void end_of_elaboration() override {
    for (unsigned i = 0; i < from.size(); ++i)
      set_backward(i, dynamic_cast<tlm::tlm_bw_transport_if<>*>(from[i].get_base_port().get_interface()));
    for (unsigned j = 0; j < to.size(); ++j)
      target_side_[j]->set_forward(
          dynamic_cast<tlm::tlm_fw_transport_if<>*>(to[j].get_base_port().get_interface()));
  }
};

}  // namespace mimd::noc

#endif
