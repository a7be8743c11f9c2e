// What a requester agent says of itself: debug accesses, reports, waves.
#include <algorithm>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "directory/directory_fabric.h"
#include "directory/requester_agent.h"

namespace mimd {

using pending_access = requester_core::pending_access;

time_ps requester_agent::began(address_t line) const {
  const transaction* const t = find(line);
  return t ? t->begun : 0;
}

coherence_state requester_agent::holds(address_t line) const {
  const transaction* const t = find(line);
  if (t && fabric_.protocol().pending(t->core.state) == pending_access::evict) return invalid_state;
  return t ? fabric_.protocol().held(t->core.state) : cache_->state(line);
}

const std::uint8_t* requester_agent::copy_of(address_t line) const {
  const transaction* const t = find(line);
  if (!t) return cache_->copy_of(line);
  const pending_access pending = fabric_.protocol().pending(t->core.state);
  if (pending != pending_access::write) return nullptr;
  return t->took_data || fabric_.protocol().held(t->core.state) != 0 ? t->request->data : nullptr;
}

const std::uint8_t* requester_agent::leaving_copy(address_t line) const {
  const transaction* const t = find(line);
  if (!t || fabric_.protocol().pending(t->core.state) != pending_access::evict) return nullptr;
  return fabric_.protocol().held(t->core.state) != 0 ? t->request->data : nullptr;
}

void requester_agent::debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) {
  cache_->debug_update(line, offset, data, size);
  if (transaction* const t = find(line)) {
    if (t->request->data) std::memcpy(t->request->data + offset, data, size);
  }
}

unsigned requester_agent::debug_read(address_t address, std::uint8_t* data, unsigned size) {
  return fabric_.debug(address, data, size, false);
}

unsigned requester_agent::debug_write(address_t address, const std::uint8_t* data, unsigned size) {
  return fabric_.debug(address, const_cast<std::uint8_t*>(data), size, true);
}

void requester_agent::no_row(const requester_line& line, address_t address, const char* event) const {
  std::ostringstream what;
  what << fabric_.name() << ": port " << port_ << ", line 0x" << std::hex << address << std::dec
       << ": no row for " << fabric_.description().agent_states[line.state].name << " on " << event;
  throw std::logic_error(what.str());
}

std::string requester_agent::waiting() const {
  std::ostringstream out;
  for (const coherence_request* r : operations_) {
    out << fabric_.port_name(port_) << " waits for the home of line 0x" << std::hex << r->line << std::dec
        << " to do an access; ";
  }
  for (const transaction* t : open_) {
    out << fabric_.port_name(port_) << " waits in " << fabric_.description().agent_states[t->core.state].name
        << " for line 0x" << std::hex << t->line << std::dec << " of node " << t->home << " since "
        << t->begun << " ps; ";
  }
  return out.str();
}

time_ps requester_agent::oldest(time_ps now) const {
  for (const transaction* t : open_) now = std::min(now, t->begun);
  for (const coherence_request* r : operations_) now = std::min(now, r->arrival);
  return now;
}

void requester_agent::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  std::vector<std::string> names;
  for (const agent_state_info& info : fabric_.description().agent_states) names.push_back(info.name);
  recorder.declare(traced_state_, prefix + ".state", trace_kind::words(names));
  recorder.declare(traced_line_, prefix + ".line", trace_kind::integer(64));
}

}  // namespace mimd
