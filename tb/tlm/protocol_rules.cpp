// The interface methods, one pair of functions each.
#include "tb/tlm/protocol_rules.h"

#include <sstream>

#include "tb/tlm/protocol_record.h"

namespace mimd::tb {

namespace {

std::string phase_name(unsigned phase) {
  switch (phase) {
    case tlm::UNINITIALIZED_PHASE:
      return "UNINITIALIZED_PHASE";
    case tlm::BEGIN_REQ:
      return "BEGIN_REQ";
    case tlm::END_REQ:
      return "END_REQ";
    case tlm::BEGIN_RESP:
      return "BEGIN_RESP";
    case tlm::END_RESP:
      return "END_RESP";
    default:
      return "extended phase " + std::to_string(phase);
  }
}

bool is_base_phase(unsigned phase) {
  return phase <= tlm::END_RESP;
}

}  // namespace

protocol_rules::protocol_rules(std::string name, const protocol_options& options)
    : name_(std::move(name)), options_(options) {}

protocol_rules::~protocol_rules() = default;

// --- b_transport ---

protocol_rules::call protocol_rules::begin_blocking(tlm::tlm_generic_payload& payload,
                                                    const sc_core::sc_time& delay) {
  ++transactions_;
  call c = enter(payload, tlm::UNINITIALIZED_PHASE, delay);
  if (sc_core::sc_get_current_process_handle().proc_kind() == sc_core::SC_METHOD_PROC_) {
    violate(protocol_rule::method_process, &payload, "");
  }
  if (payload.has_mm() && payload.get_ref_count() < 1) {
    violate(protocol_rule::reference_count, &payload, "b_transport");
  }
  if (find(payload) != nullptr) violate(protocol_rule::transaction_in_use, &payload, "b_transport");
  check_request(payload);
  record& r = open(payload);
  r.blocking = true;
  c.entry = &r;
  c.generation = r.generation;
  return c;
}

void protocol_rules::end_blocking(const call& c, tlm::tlm_generic_payload& payload,
                                  const sc_core::sc_time& delay) {
  if (options_.forbid_wait) check_no_wait(c, protocol_rule::blocking_wait, payload);
  if (sc_core::sc_time_stamp() + delay < c.now + c.delay) {
    violate(
        protocol_rule::blocking_time, &payload,
        "from " + (c.now + c.delay).to_string() + " to " + (sc_core::sc_time_stamp() + delay).to_string());
  }
  if (!still_open(c)) return;
  check_response(*c.entry, "b_transport");
  close(*c.entry);
}

// --- nb_transport ---

// The transaction enters a phase that the target side may give it.
void protocol_rules::advance(record& r, unsigned phase, const char* where) {
  const bool in_order = phase == tlm::END_REQ ? r.phase == tlm::BEGIN_REQ
                                              : r.phase == tlm::BEGIN_REQ || r.phase == tlm::END_REQ;
  if (!in_order) {
    violate(protocol_rule::phase_order, r.payload,
            phase_name(phase) + " after " + phase_name(r.phase) + " in " + where);
    return;
  }
  r.phase = phase;
  end_request(r);
  if (phase == tlm::BEGIN_RESP) {
    if (response_ != nullptr) violate(protocol_rule::response_exclusion, r.payload, where);
    response_ = &r;
    check_response(r, where);
    r.response = r.payload->get_response_status();
  } else {
    check_unchanged(r, where);
  }
}

protocol_rules::call protocol_rules::begin_forward(tlm::tlm_generic_payload& payload,
                                                   const tlm::tlm_phase& phase,
                                                   const sc_core::sc_time& delay) {
  call c = enter(payload, phase, delay);
  record* r = find(payload);
  check_lifetime(payload, r, "nb_transport_fw");
  if (backward_depth_ > 0) violate(protocol_rule::nested_transport, &payload, "nb_transport_fw");
  ++forward_depth_;
  if (c.phase == tlm::BEGIN_REQ) {
    ++transactions_;
    bool held = false;
    if (r != nullptr) {
      violate(r->blocking ? protocol_rule::transaction_in_use : protocol_rule::phase_order, &payload,
              "BEGIN_REQ of a transaction that is not over");
      if (r->blocking) return c;
      held = r->held;  // goes over to the new record: ours may be the last reference
      r->held = false;
      close(*r);
    }
    check_request(payload);
    r = &open(payload);
    r->phase = tlm::BEGIN_REQ;
    r->held = payload.has_mm();
    if (r->held && !held) payload.acquire();
    if (request_ != nullptr) violate(protocol_rule::request_exclusion, &payload, "");
    request_ = r;
  } else if (c.phase == tlm::END_RESP) {
    if (r == nullptr || r->phase != tlm::BEGIN_RESP) {
      violate(protocol_rule::phase_order, &payload,
              "END_RESP after " + (r == nullptr ? "the end" : phase_name(r->phase)));
      r = nullptr;
    } else {
      check_unchanged(*r, "nb_transport_fw");
      if (payload.get_response_status() != r->response) {
        violate(protocol_rule::response_changed, &payload, "");
      }
      r->phase = tlm::END_RESP;
      end_response(*r);
    }
  } else if (is_base_phase(c.phase)) {
    violate(protocol_rule::phase_path, &payload, phase_name(c.phase) + " passed to nb_transport_fw");
    r = nullptr;
  }
  if (r != nullptr && is_base_phase(c.phase)) {
    check_time(*r, delay, "nb_transport_fw");
    c.entry = r;
    c.generation = r->generation;
  }
  return c;
}

void protocol_rules::end_forward(const call& c, tlm::tlm_generic_payload& payload,
                                 const tlm::tlm_phase& phase, const sc_core::sc_time& delay,
                                 tlm::tlm_sync_enum status) {
  const char* const where = "the return of nb_transport_fw";
  --forward_depth_;
  check_no_wait(c, protocol_rule::nonblocking_wait, payload);
  if (!still_open(c)) return;
  record& r = *c.entry;
  if (status == tlm::TLM_ACCEPTED) {
    check_accepted(c, payload, phase, delay, "nb_transport_fw");
    check_unchanged(r, where);
  } else {
    check_time(r, delay, where);
  }
  if (c.phase == tlm::END_RESP) {
    if (status == tlm::TLM_UPDATED) violate(protocol_rule::return_status, &payload, "UPDATED for END_RESP");
    close(r);
  } else if (status == tlm::TLM_UPDATED) {
    if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) {
      advance(r, phase, where);
    } else if (is_base_phase(phase)) {
      violate(protocol_rule::phase_path, &payload, phase_name(phase) + " returned by nb_transport_fw");
    }
  } else if (status == tlm::TLM_COMPLETED) {
    check_response(r, where);
    close(r);
  }
}

protocol_rules::call protocol_rules::begin_backward(tlm::tlm_generic_payload& payload,
                                                    const tlm::tlm_phase& phase,
                                                    const sc_core::sc_time& delay) {
  call c = enter(payload, phase, delay);
  record* r = find(payload);
  check_lifetime(payload, r, "nb_transport_bw");
  if (forward_depth_ > 0) violate(protocol_rule::nested_transport, &payload, "nb_transport_bw");
  ++backward_depth_;
  if (c.phase != tlm::END_REQ && c.phase != tlm::BEGIN_RESP) {
    if (is_base_phase(c.phase)) {
      violate(protocol_rule::phase_path, &payload, phase_name(c.phase) + " passed to nb_transport_bw");
    }
    return c;
  }
  if (r == nullptr || r->blocking) {
    violate(protocol_rule::phase_order, &payload,
            phase_name(c.phase) + " of a transaction that is not in flight");
    return c;
  }
  check_time(*r, delay, "nb_transport_bw");
  advance(*r, c.phase, "nb_transport_bw");
  c.entry = r;
  c.generation = r->generation;
  return c;
}

void protocol_rules::end_backward(const call& c, tlm::tlm_generic_payload& payload,
                                  const tlm::tlm_phase& phase, const sc_core::sc_time& delay,
                                  tlm::tlm_sync_enum status) {
  const char* const where = "the return of nb_transport_bw";
  --backward_depth_;
  if (!still_open(c)) return;
  record& r = *c.entry;
  check_no_wait(c, protocol_rule::nonblocking_wait, payload);
  check_unchanged(r, where);
  if (status == tlm::TLM_ACCEPTED) {
    check_accepted(c, payload, phase, delay, "nb_transport_bw");
    return;
  }
  check_time(r, delay, where);
  if (c.phase == tlm::END_REQ) {
    violate(protocol_rule::return_status, &payload, "END_REQ is only accepted");
  } else if (status == tlm::TLM_COMPLETED || phase == tlm::END_RESP) {
    close(r);
  } else if (is_base_phase(phase)) {
    violate(protocol_rule::phase_path, &payload, phase_name(phase) + " returned by nb_transport_bw");
  }
}

// --- transport_dbg, DMI ---

protocol_rules::call protocol_rules::begin_debug(tlm::tlm_generic_payload& payload) {
  call c = enter(payload, tlm::UNINITIALIZED_PHASE, sc_core::SC_ZERO_TIME);
  if (payload.get_data_length() > 0 && payload.get_data_ptr() == nullptr) {
    violate(protocol_rule::data_pointer, &payload, "transport_dbg");
  }
  record& r = open(payload);
  c.entry = &r;
  c.generation = r.generation;
  return c;
}

void protocol_rules::end_debug(const call& c, tlm::tlm_generic_payload& payload, unsigned moved) {
  check_no_wait(c, protocol_rule::debug_wait, payload);
  if (moved > payload.get_data_length()) {
    violate(protocol_rule::debug_count, &payload, std::to_string(moved));
  }
  if (!still_open(c)) return;
  check_unchanged(*c.entry, "transport_dbg");
  close(*c.entry);
}

protocol_rules::call protocol_rules::begin_direct(tlm::tlm_generic_payload& payload) {
  call c = enter(payload, tlm::UNINITIALIZED_PHASE, sc_core::SC_ZERO_TIME);
  if (invalidate_depth_ > 0) violate(protocol_rule::dmi_in_invalidate, &payload, "");
  if (!payload.is_read() && !payload.is_write()) violate(protocol_rule::dmi_command, &payload, "");
  c.address = payload.get_address();
  return c;
}

void protocol_rules::end_direct(const call& c, tlm::tlm_generic_payload& payload, bool granted,
                                const tlm::tlm_dmi& region) {
  check_no_wait(c, protocol_rule::dmi_wait, payload);
  if (region.get_start_address() > c.address || region.get_end_address() < c.address) {
    violate(protocol_rule::dmi_range, &payload, "");
  }
  if (!granted) return;
  if (payload.is_read() ? !region.is_read_allowed() : !region.is_write_allowed()) {
    violate(protocol_rule::dmi_access, &payload, "");
  }
  if (region.get_dmi_ptr() == nullptr) violate(protocol_rule::dmi_pointer, &payload, "");
}

void protocol_rules::begin_invalidate(sc_dt::uint64 start, sc_dt::uint64 end) {
  ++invalidate_depth_;
  if (end < start) {
    std::ostringstream range;
    range << "0x" << std::hex << start << " to 0x" << end;
    violate(protocol_rule::invalidate_range, nullptr, range.str());
  }
}

void protocol_rules::end_invalidate() {
  --invalidate_depth_;
}

}  // namespace mimd::tb
