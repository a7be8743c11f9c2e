// What the lines of an attraction memory in a model of a hierarchical cache-only memory do to one another,
// and to other copies.
#include "tb/model_checker/hierarchy_steps.h"

namespace mimd::tb {

bool hierarchy_steps::way_free(unsigned memory, unsigned line) const {
  if (model_.lines == 1) return true;
  unsigned taken = 0;
  for (unsigned l = 0; l < model_.lines; ++l) {
    const hierarchy_state_info& info = protocol_.memory_states[w_.memories[memory][l].state];
    const bool leaving = w_.memories[memory][l].pending == model_memory_line::access::evict;
    taken += l != line && (info.copy || info.awaits) && !leaving;
  }
  return taken < model_.ways;
}

memory_event hierarchy_steps::injection(unsigned memory, unsigned line, hierarchy_question question) {
  if (w_.memories[memory][line].state == 0) {
    bool room = model_.lines == 1 ? !decide() : way_free(memory, line);
    for (unsigned l = 0; l < model_.lines && !room; ++l) {
      if (l == line || protocol_.memory_states[w_.memories[memory][l].state].name != "S") continue;
      step(memory, l, memory_event::evict, nullptr);
      room = true;
    }
    if (!room) return memory_event::ask_inject_no_room;
  }
  return static_cast<memory_event>(static_cast<unsigned>(memory_event::ask_read) +
                                   static_cast<unsigned>(question));
}

// A write: whatever else there is of the line is old now.
void hierarchy_steps::written(unsigned memory, unsigned line) {
  for (auto& m : w_.memories) m[line].fresh = false;
  for (auto& g : w_.groups) {
    g[line].own_fresh = g[line].above_fresh = false;
    for (auto& a : g[line].answers) a.fresh = false;
  }
  w_.slot_fresh[line] = false;
  w_.memories[memory][line].fresh = true;
}

}  // namespace mimd::tb
