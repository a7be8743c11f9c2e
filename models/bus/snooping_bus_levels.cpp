// The snooping bus as the inner one of two levels of coherence (outer_coherence.h).
#include "bus/snooping_bus.h"

namespace mimd {

// What the node must be permitted for this request to go ahead.
snooping_bus_base::permission_needed snooping_bus_base::needs(const coherence_request& r) const {
  if (r.event == processor_event::evict) return permission_needed::none;
  const region* const where = find_region(r.line);
  if (!where || where->device) return permission_needed::none;
  const bus_operation operation = row_for(state_at(r), r).operation;
  return operation == bus_operation::none   ? permission_needed::none
         : operation == bus_operation::read ? permission_needed::shared
                                            : permission_needed::exclusive;
}

snoop_reply snooping_bus_base::snoop_inside(const snoop_message& message) {
  snoop_reply all;
  const std::uint64_t hashed = presence_view::hash(message.line);
  for (std::size_t i = 0; i < masters_.size(); ++i) {
    if (!presence_[i].may_hold(hashed)) continue;
    const snoop_reply one = masters_[i].agent->snoop(message);
    all.shared |= one.shared;
    all.supplied |= one.supplied;
    all.memory_updated |= one.memory_updated;
  }
  return all;
}

bool snooping_bus_base::owned_inside(address_t line) const {
  const std::uint64_t hashed = presence_view::hash(line);
  for (std::size_t i = 0; i < masters_.size(); ++i) {
    if (presence_[i].may_hold(hashed) && protocol_.owner[masters_[i].agent->state(line)]) return true;
  }
  return false;
}

const std::uint8_t* snooping_bus_base::copy_inside(address_t line) const {
  for (const master& m : masters_) {
    if (const std::uint8_t* const copy = m.agent->copy_of(line)) return copy;
  }
  return nullptr;
}

void snooping_bus_base::update_inside(address_t line, unsigned offset, const std::uint8_t* data,
                                      unsigned size) {
  for (const master& m : masters_) m.agent->debug_update(line, offset, data, size);
  debug_patch(line + offset, data, size);
}

}  // namespace mimd
