// The memory of a home: reads for messages, posted writes, debug accesses.
#include <algorithm>
#include <sstream>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

tlm::tlm_generic_payload& home_directory::fill(tlm::tlm_command command, const memory_page& page,
                                               address_t line, std::uint8_t* data) {
  tlm::tlm_generic_payload& payload = fabric_.loose() ? loose_payload_ : payloads_.allocate();
  payload.set_command(command);
  payload.set_address(fabric_.pages().in_memory(page, line));
  payload.set_data_ptr(data);
  payload.set_data_length(fabric_.line_bytes());
  payload.set_streaming_width(fabric_.line_bytes());
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  return payload;
}

void home_directory::expect(const memory_page& page, address_t line) const {
  page.prefetch(fabric_.pages().line_in_page(line));
  if (room_) {
    room_->prefetch(line);
  } else {
    memory_.expect(fabric_.pages().in_memory(page, line));
  }
}

// No transaction can end without the line: the run ends, as by any error that a SystemC model reports.
void home_directory::check(const tlm::tlm_generic_payload& payload) const {
  if (payload.get_response_status() == tlm::TLM_OK_RESPONSE) return;
  std::ostringstream what;
  what << fabric_.name() << ": the memory of node " << node_ << " answers " << payload.get_response_string()
       << " at 0x" << std::hex << payload.get_address();
  SC_REPORT_ERROR("mimd/directory", what.str().c_str());
}

void home_directory::fetch(directory_packet& p, time_ps start, time_ps ready) {
  if (const std::uint8_t* const bytes = unwritten(p.line)) {
    copy_line(p.data, bytes, fabric_.line_bytes());
    fabric_.send(p, ready);
    return;
  }
  tlm::tlm_generic_payload& payload = fill(tlm::TLM_READ_COMMAND, *p.page, p.line, p.data);
  time_ps done = 0;
  if (fabric_.loose()) {
    done = memory_.transport(payload, start);
  } else if (!memory_.start(payload, start, done)) {
    reading_.push_back({&payload, &p, ready, {}});
    return;
  }
  check(payload);
  if (p.reread) debug_memory(p.line, p.data, fabric_.line_bytes(), false);
  if (payload.has_mm()) payload.release();
  fabric_.send(p, std::max(ready, done));
}

// The line that a message brought; in a flat COMA, into a slot. True: done with the packet.
bool home_directory::take_into_memory(directory_packet& p, time_ps start) {
  if (room_) slots_.push_back(p.line);
  counters_.slots_used = std::max<std::uint64_t>(counters_.slots_used, slots_.size());
  return store(p, start);
}

// The memory may wait, and a debug access write the line meanwhile, what its owner has of it, too: but not
// the bytes that are being written.
time_ps home_directory::access_alone(tlm::tlm_command command, const lone_request& r, std::uint8_t* data,
                                     time_ps at) {
  const std::uint64_t debug_writes = fabric_.debug_writes();
  const bool writes = command == tlm::TLM_WRITE_COMMAND;
  if (writes) copy_line(lone_line_.data(), data, fabric_.line_bytes());
  tlm::tlm_generic_payload& payload = fill(command, r.page, r.line, writes ? lone_line_.data() : data);
  const time_ps done = memory_.transport(payload, at);
  check(payload);
  if (fabric_.debug_writes() == debug_writes) return done;
  if (writes && r.entry.state->owner != no_node) {
    const std::uint8_t* const newest = fabric_.agent_at(r.entry.state->owner).cache().copy_of(r.line);
    if (newest != nullptr && newest != data) copy_line(data, newest, fabric_.line_bytes());
  }
  debug_memory(r.line, data, fabric_.line_bytes(), writes);
  return done;
}

// A memory may answer out of order, but the writes of a line must not pass one another.
bool home_directory::store(directory_packet& p, time_ps start) {
  p.newest = false;  // what memory holds, or is going to hold, is
  if (unwritten(p.line)) {
    deferred_.push_back(&p);
    return false;
  }
  return write(p, start);
}

bool home_directory::write(directory_packet& p, time_ps start) {
  tlm::tlm_generic_payload& payload = fill(tlm::TLM_WRITE_COMMAND, *p.page, p.line, p.data);
  time_ps done = 0;
  if (fabric_.loose()) {
    p.offered = true;
    writing_.push_back({&payload, &p, start, {}});
    memory_.transport(payload, start);
    check(payload);
    written(writing_.size() - 1);
    return true;
  }
  if (!memory_.start(payload, start, done)) {
    p.offered = true;
    writing_.push_back({&payload, &p, start, {}});
    return false;
  }
  check(payload);
  if (payload.has_mm()) payload.release();
  return true;
}

void home_directory::written(std::size_t at) {
  open_access done = std::move(writing_[at]);
  writing_.erase(writing_.begin() + static_cast<std::ptrdiff_t>(at));
  done.packet->offered = false;
  if (done.rewritten.empty()) return;
  debug_memory(done.packet->line, done.rewritten.data(), fabric_.line_bytes(), true);
}

void home_directory::response(tlm::tlm_generic_payload& payload, time_ps at) {
  check(payload);
  const auto is_it = [&payload](const open_access& a) { return a.payload == &payload; };
  if (const auto read = std::find_if(reading_.begin(), reading_.end(), is_it); read != reading_.end()) {
    const open_access done = *read;
    reading_.erase(read);
    payload.release();
    directory_packet& p = *done.packet;
    if (p.reread) debug_memory(p.line, p.data, fabric_.line_bytes(), false);
    fabric_.send(p, std::max({done.ready, at, now_ps()}));
    return;
  }
  const auto write_done = std::find_if(writing_.begin(), writing_.end(), is_it);
  directory_packet& p = *write_done->packet;
  const address_t line = p.line;
  written(static_cast<std::size_t>(write_done - writing_.begin()));
  payload.release();
  fabric_.give_back(p);
  const auto of_line = [line](const directory_packet* d) { return d->line == line; };
  for (auto next = deferred_.end();
       (next = std::find_if(deferred_.begin(), deferred_.end(), of_line)) != deferred_.end();) {
    directory_packet& later = **next;
    deferred_.erase(next);
    if (!write(later, std::max(at, now_ps()))) break;
    fabric_.give_back(later);
  }
  fabric_.memory_answered();
}

// --- debug

std::array<node_id, 2> home_directory::owners_of(address_t line) {
  const home_line& state = *own_entry(line).state;
  return {state.owner, fabric_.protocol().busy(state.state) ? state.requester : no_node};
}

const std::uint8_t* home_directory::unwritten(address_t line) const {
  if (writing_.empty()) return nullptr;
  for (auto d = deferred_.rbegin(); d != deferred_.rend(); ++d) {
    if ((*d)->line == line) return (*d)->data;
  }
  for (const open_access& a : writing_) {
    if (a.packet->line == line) return a.rewritten.empty() ? a.packet->data : a.rewritten.data();
  }
  return nullptr;
}

void home_directory::rewrite(const directory_packet& p, unsigned offset, const std::uint8_t* data,
                             unsigned size) {
  for (open_access& a : writing_) {
    if (a.packet != &p) continue;
    if (a.rewritten.empty()) a.rewritten.assign(p.data, p.data + fabric_.line_bytes());
    std::copy(data, data + size, a.rewritten.begin() + offset);
  }
}

unsigned home_directory::debug_memory(address_t address, std::uint8_t* data, unsigned size, bool write) {
  memory_pages& pages = fabric_.pages();
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(pages.in_memory(pages.at(address, node_), address));
  payload.set_data_ptr(data);
  payload.set_data_length(size);
  payload.set_streaming_width(size);
  return memory_.debug(payload);
}

}  // namespace mimd
