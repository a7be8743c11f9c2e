// The rules of the TLM-2.0 base protocol, judged at one socket.
//
// Plain C++ around the calls that pass a socket: for each interface method, a begin function before the call
// is passed on and an end function after it returned. protocol_checker.h is the module that does so. Source:
// IEEE 1666-2011, clauses 11 (interfaces), 14 (generic payload), 15 (base protocol); the clause is named in
// each violation.
//
// Judged: both sides of the socket, per transaction and across transactions. Not judged: addresses after the
// call (interconnects may change them), the contents of read data, extended phases, anything between two
// sockets. No allocation per transaction once buffers have grown to the largest number in flight.
#ifndef MIMD_TB_TLM_PROTOCOL_RULES_H
#define MIMD_TB_TLM_PROTOCOL_RULES_H

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "tb/tlm/finding_log.h"

namespace mimd::tb {

enum class protocol_rule : unsigned {
  // Of the initiator
  method_process,
  transaction_in_use,
  memory_manager,
  reference_count,
  data_pointer,
  data_length,
  byte_enable_length,
  byte_enable_value,
  streaming_width,
  initial_dmi_hint,
  initial_option,
  initial_response,
  request_exclusion,
  dmi_command,
  dmi_in_invalidate,
  // Of either side
  phase_path,
  phase_order,
  return_status,
  accepted_but_changed,
  nested_transport,
  nonblocking_wait,
  nonblocking_time,
  attribute_changed,
  write_data_changed,
  byte_enables_changed,
  // Of the target and what lies before it
  blocking_time,
  blocking_wait,
  response_missing,
  response_value,
  response_changed,
  response_exclusion,
  disabled_bytes_changed,
  extension_left,
  debug_count,
  debug_wait,
  dmi_range,
  dmi_access,
  dmi_pointer,
  dmi_wait,
  invalidate_range,
  count_  // number of rules
};

constexpr unsigned protocol_rule_count = static_cast<unsigned>(protocol_rule::count_);
const char* name_of(protocol_rule rule);

struct protocol_options {
  // Real initiators leave the response status, the DMI hint and the streaming width (0) as they were: with
  // this, those three are not violations, and an old response status cannot be told from a new one.
  bool sloppy_initiator = false;
  // mimd's own promise for loosely-timed models: b_transport never calls wait.
  bool forbid_wait = false;
  // Report each violation as an SC_ERROR "/mimd/protocol_checker", too.
  bool report_errors = false;
};

class protocol_rules {
 public:
  protocol_rules(std::string name, const protocol_options& options);
  protocol_rules(const protocol_rules&) = delete;
  protocol_rules& operator=(const protocol_rules&) = delete;
  ~protocol_rules();

  const finding_log& violations() const { return violations_; }
  std::uint64_t violations_of(protocol_rule rule) const { return counts_[static_cast<unsigned>(rule)]; }
  std::uint64_t transactions() const { return transactions_; }  // by b_transport and nb_transport
  std::size_t in_flight() const { return live_.size(); }        // begun, not ended

 private:
  struct record;

 public:
  // What has to be remembered from a call to its return; lives on the caller's stack.
  struct call {
    record* entry = nullptr;
    std::uint64_t generation = 0;
    unsigned phase = tlm::UNINITIALIZED_PHASE;
    tlm::tlm_response_status response = tlm::TLM_INCOMPLETE_RESPONSE;
    bool dmi_hint = false;
    sc_core::sc_time now, delay;
    sc_dt::uint64 delta = 0, address = 0;
  };

  call begin_blocking(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  void end_blocking(const call& c, tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  call begin_forward(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                     const sc_core::sc_time& delay);
  void end_forward(const call& c, tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                   const sc_core::sc_time& delay, tlm::tlm_sync_enum status);
  call begin_backward(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                      const sc_core::sc_time& delay);
  void end_backward(const call& c, tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                    const sc_core::sc_time& delay, tlm::tlm_sync_enum status);
  call begin_debug(tlm::tlm_generic_payload& payload);
  void end_debug(const call& c, tlm::tlm_generic_payload& payload, unsigned moved);
  call begin_direct(tlm::tlm_generic_payload& payload);
  void end_direct(const call& c, tlm::tlm_generic_payload& payload, bool granted, const tlm::tlm_dmi& region);
  void begin_invalidate(sc_dt::uint64 start, sc_dt::uint64 end);
  void end_invalidate();

 private:
  void violate(protocol_rule rule, const tlm::tlm_generic_payload* payload, const std::string& detail);
  call enter(tlm::tlm_generic_payload& payload, unsigned phase, const sc_core::sc_time& delay) const;
  record& open(tlm::tlm_generic_payload& payload);
  record* find(const tlm::tlm_generic_payload& payload) const;
  bool still_open(const call& c) const;
  void close(record& r);
  void take_snapshot(record& r);
  void check_request(const tlm::tlm_generic_payload& payload);
  void check_unchanged(record& r, const char* where);
  void check_response(record& r, const char* where);
  void check_lifetime(const tlm::tlm_generic_payload& payload, const record* r, const char* where);
  void check_time(record& r, const sc_core::sc_time& delay, const char* where);
  void check_no_wait(const call& c, protocol_rule rule, const tlm::tlm_generic_payload& payload);
  void check_accepted(const call& c, const tlm::tlm_generic_payload& payload, unsigned phase,
                      const sc_core::sc_time& delay, const char* where);
  void advance(record& r, unsigned phase, const char* where);
  void end_request(record& r);
  void end_response(record& r);

  const std::string name_;
  const protocol_options options_;
  finding_log violations_;
  std::uint64_t counts_[protocol_rule_count] = {};
  std::uint64_t transactions_ = 0;
  std::uint64_t generation_ = 0;
  std::vector<std::unique_ptr<record>> records_;
  std::vector<record*> free_;
  std::vector<record*> live_;
  record* request_ = nullptr;   // whose BEGIN_REQ is not ended
  record* response_ = nullptr;  // whose BEGIN_RESP is not ended
  unsigned forward_depth_ = 0, backward_depth_ = 0, invalidate_depth_ = 0;
};

}  // namespace mimd::tb

#endif
