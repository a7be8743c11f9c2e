// A watcher of one TLM-2.0 base-protocol binding: stands between an initiator and a target socket, passes
// every call on unchanged and in the caller's context, and judges it (protocol_rules.h).
//
// It adds no time and no process. It holds a reference to each transaction of nb_transport until its end, as
// an interconnect component would, so that it may look at it after the initiator let go of it.
#ifndef MIMD_TB_TLM_PROTOCOL_CHECKER_H
#define MIMD_TB_TLM_PROTOCOL_CHECKER_H

#include <systemc>
#include <tlm>

#include "tb/tlm/protocol_rules.h"

namespace mimd::tb {

template <unsigned BUSWIDTH = 32>
class protocol_checker : public sc_core::sc_module,
                         private tlm::tlm_fw_transport_if<>,
                         private tlm::tlm_bw_transport_if<> {
 public:
  tlm::tlm_target_socket<BUSWIDTH> target_socket;        // faces the initiator
  tlm::tlm_initiator_socket<BUSWIDTH> initiator_socket;  // faces the target

  explicit protocol_checker(const sc_core::sc_module_name& module_name, const protocol_options& options = {})
      : sc_core::sc_module(module_name),
        target_socket("target_socket"),
        initiator_socket("initiator_socket"),
        rules_(name(), options) {
    target_socket.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    initiator_socket.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  }

  const protocol_rules& rules() const { return rules_; }
  const finding_log& violations() const { return rules_.violations(); }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override {
    const protocol_rules::call c = rules_.begin_blocking(payload, delay);
    initiator_socket->b_transport(payload, delay);
    rules_.end_blocking(c, payload, delay);
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    const protocol_rules::call c = rules_.begin_forward(payload, phase, delay);
    const tlm::tlm_sync_enum status = initiator_socket->nb_transport_fw(payload, phase, delay);
    rules_.end_forward(c, payload, phase, delay, status);
    return status;
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    const protocol_rules::call c = rules_.begin_backward(payload, phase, delay);
    const tlm::tlm_sync_enum status = target_socket->nb_transport_bw(payload, phase, delay);
    rules_.end_backward(c, payload, phase, delay, status);
    return status;
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) override {
    const protocol_rules::call c = rules_.begin_debug(payload);
    const unsigned moved = initiator_socket->transport_dbg(payload);
    rules_.end_debug(c, payload, moved);
    return moved;
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& region) override {
    const protocol_rules::call c = rules_.begin_direct(payload);
    const bool granted = initiator_socket->get_direct_mem_ptr(payload, region);
    rules_.end_direct(c, payload, granted, region);
    return granted;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) override {
    rules_.begin_invalidate(start, end);
    target_socket->invalidate_direct_mem_ptr(start, end);
    rules_.end_invalidate();
  }

  protocol_rules rules_;
};

}  // namespace mimd::tb

#endif
