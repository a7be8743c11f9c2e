#include "coherence/plain_agent.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "coherence/coherence_observer.h"
#include "coherence/debug_access.h"
#include "cpu/access_extension.h"
#include "cpu/atomic_access.h"
#include "infrastructure/payload_access.h"

namespace mimd {

namespace {

bool is_atomic(const tlm::tlm_generic_payload& payload, atomic_operation operation) {
  if (payload.get_command() != tlm::TLM_IGNORE_COMMAND) return false;
  const atomic_extension* const atomic = payload.get_extension<atomic_extension>();
  return atomic && atomic->operation == operation;
}

}  // namespace

plain_agent::plain_agent(coherence_forward& interconnect, unsigned line, timing_mode timing)
    : interconnect_(interconnect), line_(line), port_(*this, 0, timing) {}

bool plain_agent::acceptable(tlm::tlm_generic_payload& payload) {
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND && !payload.get_extension<atomic_extension>()) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return false;
  }
  const tlm::tlm_response_status status = payload_status(payload);
  if (status != tlm::TLM_OK_RESPONSE) {
    payload.set_response_status(status);
    return false;
  }
  const address_t first = payload.get_address();
  const address_t last = first + footprint(payload) - 1;
  bool reachable = last >= first;
  for (address_t line = first / line_; reachable && line <= last / line_; ++line) {
    reachable = interconnect_.kind_of(line * line_) != region_kind::nothing;
  }
  if (!reachable) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  const bool device = interconnect_.kind_of(first) == region_kind::device;
  if (device && payload.get_byte_enable_ptr()) {
    payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return false;
  }
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND && (device || !atomic_is_possible(payload))) {
    payload.set_response_status(
        tlm::TLM_OK_RESPONSE);  // `done` stays false: the initiator sees it was not performed
    return false;
  }
  if (is_atomic(payload, atomic_operation::store_conditional) &&
      !reserved_.on(first & ~static_cast<address_t>(line_ - 1))) {
    // It has failed already: it stays off the bus, where it would break the reservations of others.
    reserved_.drop();
    fail_conditional(*payload.get_extension<atomic_extension>());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return false;
  }
  return true;
}

plain_agent::piece& plain_agent::take_piece(tlm::tlm_generic_payload& payload) {
  piece& p = pieces_.take([this] {
    auto made = std::make_unique<piece>();
    made->buffer.resize(line_);
    made->data = made->buffer.data();
    return made;
  });
  p.payload = &payload;
  p.done = 0;
  p.size = 0;
  p.transient = true;
  const access_extension* attributes = payload.get_extension<access_extension>();
  p.synchronisation = attributes && attributes->synchronisation;
  return p;
}

bool plain_agent::next_piece(piece& p) {
  p.done += p.size;
  const tlm::tlm_generic_payload& payload = *p.payload;
  const unsigned length = footprint(payload);
  if (p.done >= length || p.failed) return false;
  const address_t address = payload.get_address() + p.done;
  p.line = address & ~static_cast<address_t>(line_ - 1);
  p.offset = static_cast<unsigned>(address - p.line);
  p.size = std::min(length - p.done, line_ - p.offset);
  const bool reads = payload.is_read() || is_atomic(payload, atomic_operation::load_reserved);
  p.event = reads ? processor_event::read : processor_event::write;
  p.needs_data = !reads && (!payload.is_write() || !is_contiguous(payload));
  p.continues = p.done != 0;
  p.conditional = is_atomic(payload, atomic_operation::store_conditional);
  const bool fetch_and_op =
      !reads && !payload.is_write() && !p.conditional && interconnect_.operates_at_home();
  p.at_home = fetch_and_op || interconnect_.kind_of(p.line) == region_kind::uncached;
  return true;
}

time_ps plain_agent::access(unsigned, tlm::tlm_generic_payload& payload, time_ps at) {
  if (!acceptable(payload)) return at;
  piece& p = take_piece(payload);
  p.failed = false;
  while (next_piece(p)) at = interconnect_.transact(p, at);
  payload.set_response_status(p.failed ? tlm::TLM_GENERIC_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  p.payload = nullptr;
  pieces_.give_back(p);
  return at;
}

bool plain_agent::start(unsigned, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  if (!acceptable(payload)) {
    done = at;
    return true;
  }
  piece& p = take_piece(payload);
  p.failed = false;
  next_piece(p);
  interconnect_.request(p, at);
  return false;
}

void plain_agent::complete(coherence_request& request, time_ps at) {
  piece& p = static_cast<piece&>(request);
  if (next_piece(p)) {
    interconnect_.request(p, at);
    return;
  }
  tlm::tlm_generic_payload& payload = *p.payload;
  payload.set_response_status(p.failed ? tlm::TLM_GENERIC_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  p.payload = nullptr;
  pieces_.give_back(p);
  port_.finish(payload, at);
}

void plain_agent::perform(coherence_request& request) {
  piece& p = static_cast<piece&>(request);
  if (p.withdrawn) {
    reserved_.drop();
    fail_conditional(*p.payload->get_extension<atomic_extension>());
    return;
  }
  std::uint8_t* const bytes = p.data + p.offset;
  if (!observer_ || interconnect_.kind_of(p.line) == region_kind::device) {
    access_bytes(p, bytes);
    return;
  }
  const bool reads = p.event == processor_event::read;
  std::uint8_t before[8] = {};
  const bool atomic = !reads && p.needs_data && p.size <= sizeof(before);
  if (atomic) std::memcpy(before, bytes, p.size);
  access_bytes(p, bytes);
  const address_t address = p.line + p.offset;
  if (reads) observer_->performed_read(number_, address, bytes, p.size, now_ps());
  if (atomic) observer_->performed_read(number_, address, before, p.size, now_ps());
  if (!reads) observer_->performed_write(number_, address, bytes, p.size, now_ps());
}

void plain_agent::access_bytes(piece& p, std::uint8_t* bytes) {
  if (p.payload->is_read()) {
    read_segment(*p.payload, p.done, p.size, bytes);
  } else if (p.payload->is_write()) {
    write_segment(*p.payload, p.done, p.size, bytes);
  } else {
    perform_atomic(p);
  }
}

void plain_agent::perform_atomic(piece& p) {
  atomic_extension& atomic = *p.payload->get_extension<atomic_extension>();
  const bool holds = reserved_.on(p.line);
  perform_atomic_on(atomic, p.data + p.offset, p.size, holds);
  if (atomic.operation == atomic_operation::load_reserved) {
    reserved_.take(p.line);
  } else if (atomic.operation == atomic_operation::store_conditional || holds) {
    reserved_.drop();
  }
}

snoop_reply plain_agent::snoop(const snoop_message& message) {
  if (!reserved_.on(message.line)) return {};
  // Who reads it is told that it is not alone, and then tells of its writes.
  if (message.operation == bus_operation::read) return {true};
  reserved_.drop();
  return {};
}

unsigned plain_agent::debug(unsigned, tlm::tlm_generic_payload& payload) {
  return debug_through(interconnect_, payload);
}

}  // namespace mimd
