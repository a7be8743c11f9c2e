// The checks that several interface methods share, and the records they compare with.
#include <algorithm>
#include <cstring>

#include "tb/tlm/protocol_record.h"

namespace mimd::tb {

// --- records ---

protocol_rules::record* protocol_rules::find(const tlm::tlm_generic_payload& payload) const {
  for (record* r : live_) {
    if (r->payload == &payload) return r;
  }
  return nullptr;
}

protocol_rules::record& protocol_rules::open(tlm::tlm_generic_payload& payload) {
  if (free_.empty()) {
    records_.push_back(std::make_unique<record>());
    free_.push_back(records_.back().get());
  }
  record& r = *free_.back();
  free_.pop_back();
  live_.push_back(&r);
  r.payload = &payload;
  r.generation = ++generation_;
  r.blocking = false;
  r.held = false;
  r.phase = tlm::UNINITIALIZED_PHASE;
  r.time = sc_core::SC_ZERO_TIME;
  take_snapshot(r);
  return r;
}

// A call that should not have happened inside this one may have closed, and even reused, its record.
bool protocol_rules::still_open(const call& c) const {
  return c.entry != nullptr && c.entry->payload != nullptr && c.entry->generation == c.generation;
}

void protocol_rules::close(record& r) {
  end_request(r);
  end_response(r);
  live_.erase(std::find(live_.begin(), live_.end(), &r));
  free_.push_back(&r);
  tlm::tlm_generic_payload* payload = r.payload;
  const bool held = r.held;
  r.payload = nullptr;
  r.held = false;
  if (held) payload->release();
}

void protocol_rules::end_request(record& r) {
  if (request_ == &r) request_ = nullptr;
}

void protocol_rules::end_response(record& r) {
  if (response_ == &r) response_ = nullptr;
}

void protocol_rules::take_snapshot(record& r) {
  const tlm::tlm_generic_payload& p = *r.payload;
  r.response = p.get_response_status();
  r.command = p.get_command();
  r.data = p.get_data_ptr();
  r.length = p.get_data_length();
  r.enables = p.get_byte_enable_ptr();
  r.enables_length = p.get_byte_enable_length();
  r.width = p.get_streaming_width();
  r.option = p.get_gp_option();
  r.managed = p.has_mm();
  r.data_copy.clear();
  r.enables_copy.clear();
  r.extensions.clear();
  if (r.enables != nullptr) r.enables_copy.assign(r.enables, r.enables + r.enables_length);
  const bool watch_data = p.is_write() || (p.is_read() && !r.enables_copy.empty());
  if (watch_data && r.data != nullptr) r.data_copy.assign(r.data, r.data + r.length);
  if (!r.managed) {
    for (unsigned i = 0; i < tlm::max_num_extensions(); ++i) r.extensions.push_back(p.get_extension(i));
  }
}

// --- what every call is judged by ---

protocol_rules::call protocol_rules::enter(tlm::tlm_generic_payload& payload, unsigned phase,
                                           const sc_core::sc_time& delay) const {
  call c;
  c.phase = phase;
  c.response = payload.get_response_status();
  c.dmi_hint = payload.is_dmi_allowed();
  c.now = sc_core::sc_time_stamp();
  c.delay = delay;
  c.delta = sc_core::sc_delta_count();
  return c;
}

void protocol_rules::check_request(const tlm::tlm_generic_payload& payload) {
  if (payload.get_command() != tlm::TLM_IGNORE_COMMAND) {
    if (payload.get_data_length() == 0) violate(protocol_rule::data_length, &payload, "");
    if (payload.get_data_ptr() == nullptr) violate(protocol_rule::data_pointer, &payload, "");
  }
  if (const unsigned char* enables = payload.get_byte_enable_ptr()) {
    const unsigned length = payload.get_byte_enable_length();
    if (length == 0) violate(protocol_rule::byte_enable_length, &payload, "");
    const auto odd = [](unsigned char e) { return e != TLM_BYTE_ENABLED && e != TLM_BYTE_DISABLED; };
    if (std::any_of(enables, enables + length, odd)) {
      violate(protocol_rule::byte_enable_value, &payload, "");
    }
  }
  if (payload.get_gp_option() != tlm::TLM_MIN_PAYLOAD) violate(protocol_rule::initial_option, &payload, "");
  if (options_.sloppy_initiator) return;
  if (payload.get_streaming_width() == 0) violate(protocol_rule::streaming_width, &payload, "");
  if (payload.is_dmi_allowed()) violate(protocol_rule::initial_dmi_hint, &payload, "");
  if (payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE) {
    violate(protocol_rule::initial_response, &payload, payload.get_response_string());
  }
}

// Each change is reported once: what is found changed is the new state to compare with.
void protocol_rules::check_unchanged(record& r, const char* where) {
  const std::uint64_t before = violations_.count();
  const tlm::tlm_generic_payload& p = *r.payload;
  const auto attribute = [&](bool same, const char* what) {
    if (!same) violate(protocol_rule::attribute_changed, &p, std::string(what) + ", seen in " + where);
  };
  attribute(p.get_command() == r.command, "command");
  attribute(p.get_data_ptr() == r.data, "data pointer");
  attribute(p.get_data_length() == r.length, "data length");
  attribute(p.get_byte_enable_ptr() == r.enables, "byte enable pointer");
  attribute(p.get_byte_enable_length() == r.enables_length, "byte enable length");
  attribute(p.get_streaming_width() == r.width, "streaming width");
  attribute(p.has_mm() == r.managed, "memory manager");
  attribute(p.get_gp_option() == r.option ||
                (r.option == tlm::TLM_FULL_PAYLOAD && p.get_gp_option() == tlm::TLM_FULL_PAYLOAD_ACCEPTED),
            "generic payload option");

  const std::size_t enables = r.enables_copy.size();
  if (enables > 0 && std::memcmp(r.enables, r.enables_copy.data(), enables) != 0) {
    violate(protocol_rule::byte_enables_changed, &p, where);
  }
  if (!r.data_copy.empty() && std::memcmp(r.data, r.data_copy.data(), r.data_copy.size()) != 0) {
    if (r.command == tlm::TLM_WRITE_COMMAND) {
      violate(protocol_rule::write_data_changed, &p, where);
    } else {
      for (std::size_t k = 0; k < r.data_copy.size(); ++k) {
        if (r.enables_copy[k % enables] != TLM_BYTE_DISABLED || r.data[k] == r.data_copy[k]) continue;
        violate(protocol_rule::disabled_bytes_changed, &p, "byte " + std::to_string(k));
        break;
      }
    }
  }
  for (unsigned i = 0; i < r.extensions.size(); ++i) {
    if (p.get_extension(i) != nullptr && r.extensions[i] == nullptr) {
      violate(protocol_rule::extension_left, &p, "extension " + std::to_string(i));
    }
  }
  if (violations_.count() != before) {
    const tlm::tlm_response_status response = r.response;
    take_snapshot(r);
    r.response = response;
  }
}

void protocol_rules::check_response(record& r, const char* where) {
  const tlm::tlm_response_status status = r.payload->get_response_status();
  if (status == tlm::TLM_INCOMPLETE_RESPONSE) {
    violate(protocol_rule::response_missing, r.payload, where);
  } else if (status < tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE || status > tlm::TLM_OK_RESPONSE) {
    violate(protocol_rule::response_value, r.payload, std::to_string(static_cast<int>(status)));
  }
  check_unchanged(r, where);
}

void protocol_rules::check_lifetime(const tlm::tlm_generic_payload& payload, const record* r,
                                    const char* where) {
  const int ours = r != nullptr && r->held ? 1 : 0;
  if (!payload.has_mm()) {
    violate(protocol_rule::memory_manager, &payload, where);
  } else if (payload.get_ref_count() - ours < 1) {
    violate(protocol_rule::reference_count, &payload, where);
  }
}

void protocol_rules::check_time(record& r, const sc_core::sc_time& delay, const char* where) {
  const sc_core::sc_time effective = sc_core::sc_time_stamp() + delay;
  if (effective < r.time) {
    violate(protocol_rule::nonblocking_time, r.payload,
            effective.to_string() + " after " + r.time.to_string() + " in " + where);
  }
  r.time = std::max(r.time, effective);
}

void protocol_rules::check_no_wait(const call& c, protocol_rule rule,
                                   const tlm::tlm_generic_payload& payload) {
  if (sc_core::sc_delta_count() != c.delta || sc_core::sc_time_stamp() != c.now) violate(rule, &payload, "");
}

void protocol_rules::check_accepted(const call& c, const tlm::tlm_generic_payload& payload, unsigned phase,
                                    const sc_core::sc_time& delay, const char* where) {
  const char* what = phase != c.phase                              ? "phase"
                     : delay != c.delay                            ? "time"
                     : payload.get_response_status() != c.response ? "response status"
                     : payload.is_dmi_allowed() != c.dmi_hint      ? "DMI hint"
                                                                   : nullptr;
  if (what != nullptr) {
    violate(protocol_rule::accepted_but_changed, &payload, std::string(what) + " by " + where);
  }
}

}  // namespace mimd::tb
