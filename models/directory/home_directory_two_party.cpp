// Loosely timed requests that a home answers without anybody else (two_party_rows.h), at one go.
#include <algorithm>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"

namespace mimd {

const two_party_rows::service* home_directory::answers_alone(directory_message_type request, node_id source,
                                                             address_t line, memory_page& page) {
  if (sparse_ || traced_message_.on()) return nullptr;
  const directory_entry e = entry_in(page, line);
  const line_sharers sharers(*format_, e.sharers, scratch_);
  const home_event event = fabric_.homes_core().event_of(*e.state, sharers, request, source);
  const two_party_rows::service& row = fabric_.two_parties().service_of(e.state->state, event);
  return row.row != no_row ? &row : nullptr;
}

time_ps home_directory::answer_alone(const two_party_rows::service& row, directory_message_type request,
                                     node_id source, address_t line, memory_page& page, std::uint8_t* data,
                                     time_ps at) {
  const time_ps start = begin_service(at);
  time_ps ready = start + fabric_.timing().access;
  if (request == directory_message_type::get_s) {
    ++counters_.reads;
  } else if (request <= directory_message_type::upgrade) {
    ++counters_.writes;
    invalidations_per_write_.add(0);
    fabric_.count_write(0);
  } else {
    ++counters_.puts;
  }
  if (row.writes_memory) access_alone(tlm::TLM_WRITE_COMMAND, page, line, data, start);
  if (row.reads_memory) {
    ready = std::max(ready, access_alone(tlm::TLM_READ_COMMAND, page, line, data, start));
  }
  const directory_entry e = entry_in(page, line);
  line_sharers sharers(*format_, e.sharers, scratch_);
  if (row.sets_owner) e.state->owner = source;
  if (row.clears_owner) e.state->owner = no_node;
  if (row.adds_requester) sharers.add(source);
  if (row.removes_requester) sharers.remove(source);
  e.state->state = row.next == row.next_if_empty || !sharers.empty() ? row.next : row.next_if_empty;
  if (e.state->state == 0 || source == e.state->reserved) e.state->reserved = no_node;
  return ready;
}

// The memory may wait, and a debug access write the line meanwhile.
time_ps home_directory::access_alone(tlm::tlm_command command, const memory_page& page, address_t line,
                                     std::uint8_t* data, time_ps at) {
  const std::uint64_t debug_writes = fabric_.debug_writes();
  tlm::tlm_generic_payload& payload = fill(command, page, line, data);
  const time_ps done = memory_.transport(payload, at);
  check(payload);
  if (fabric_.debug_writes() != debug_writes) {
    debug_memory(line, data, fabric_.line_bytes(), command == tlm::TLM_WRITE_COMMAND);
  }
  return done;
}

}  // namespace mimd
