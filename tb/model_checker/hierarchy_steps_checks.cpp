// What must hold in every state of a model of a hierarchical cache-only memory.
#include "tb/model_checker/hierarchy_steps.h"

namespace mimd::tb {

void hierarchy_steps::check(unsigned) {
  for (unsigned l = 0; l < model_.lines && !fault_; ++l) {
    check_copies(l);
    check_known(l);
    if (!data_somewhere(l)) fail("lost line " + std::to_string(l));
  }
}

void hierarchy_steps::check_copies(unsigned line) {
  unsigned copies = 0;
  unsigned exclusive = 0;
  unsigned owners = 0;
  for (unsigned m = 0; m < tree_.memories.size(); ++m) {
    const model_memory_line& here = w_.memories[m][line];
    const hierarchy_state_info& info = protocol_.memory_states[here.state];
    copies += info.copy;
    exclusive += info.exclusive;
    owners += info.owner;
    if (info.copy && !here.fresh) fail("stale copy in memory " + std::to_string(m));
  }
  if (exclusive != 0 && copies != 1) fail("exclusive but not alone");
  if (owners > 1) fail("two masters");
}

void hierarchy_steps::check_known(unsigned line) {
  for (unsigned g = 0; g < tree_.groups.size(); ++g) {
    hierarchy_line known = w_.groups[g][line].line;
    for (unsigned m = 0; m < tree_.groups[g].members.size(); ++m) {
      const hierarchy_tree::member& member = tree_.groups[g].members[m];
      hierarchy_core::note(known, m,
                           member.directory ? compiled_.of_tree(w_.groups[member.number][line].line.state)
                                            : compiled_.of_memory(w_.memories[member.number][line].state));
    }
    const hierarchy_line& now = w_.groups[g][line].line;
    if (known.copies != now.copies || known.shared != now.shared || known.reading != now.reading) {
      fail("a directory does not know its members");
    }
    if (now.own.active && protocol_.tree_states[now.state].keeps && !now.own.has_data) {
      fail("a directory does not have what it keeps");
    }
    // Who has nothing in its subsystem says so, but while the group above is being told.
    const hierarchy_state_info& info = protocol_.tree_states[now.state];
    if (g != 0 && !info.copy && !info.awaits && !now.own.active && !now.above.active && now.copies != 0) {
      fail("a directory without copies has copies below");
    }
  }
}

bool hierarchy_steps::data_somewhere(unsigned line) const {
  if (w_.groups[0][line].line.state == 0 && w_.slot_fresh[line]) return true;
  for (unsigned m = 0; m < tree_.memories.size(); ++m) {
    const model_memory_line& here = w_.memories[m][line];
    if (here.fresh && protocol_.memory_states[here.state].copy) return true;
  }
  for (unsigned g = 0; g < tree_.groups.size(); ++g) {
    const model_group_line& here = w_.groups[g][line];
    if (here.line.own.active && here.line.own.has_data && here.own_fresh) return true;
    if (here.line.above.has_data && here.above_fresh) return true;
    for (const auto& a : here.answers) {
      if (a.fresh) return true;
    }
  }
  return false;
}

bool hierarchy_steps::pending(const hierarchy_world& w, unsigned line) const {
  for (unsigned g = 0; g < tree_.groups.size(); ++g) {
    const model_group_line& here = w.groups[g][line];
    if ((here.turn_posted && here.line.waiting != 0) || here.search_posted || here.grant_posted) return true;
    for (const auto& a : here.answers) {
      if (a.reply != hierarchy_reply::later) return true;
    }
  }
  return false;
}

bool hierarchy_steps::quiet_line(const hierarchy_world& w, unsigned line) const {
  for (unsigned m = 0; m < tree_.memories.size(); ++m) {
    if (protocol_.memory_states[w.memories[m][line].state].awaits) return false;
  }
  for (unsigned g = 0; g < tree_.groups.size(); ++g) {
    const hierarchy_line& here = w.groups[g][line].line;
    if (!here.quiet() || protocol_.tree_states[here.state].awaits) return false;
  }
  return true;
}

bool hierarchy_steps::quiet(const hierarchy_world& w) const {
  for (unsigned l = 0; l < model_.lines; ++l) {
    if (!quiet_line(w, l)) return false;
  }
  return true;
}

}  // namespace mimd::tb
