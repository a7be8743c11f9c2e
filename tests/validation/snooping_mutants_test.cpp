// Mutation test of the protocol tables. Every row of every protocol is deleted; gets each other next state,
// each other transaction and none; loses each of its actions. The model checker must notice: a violation, an
// undefined event (the only deadlock an atomic bus has), or other counts of states or transitions than the
// unmutated table has in the same run. Transitions are counted by what statistics see: the event, the
// operations, who supplied, memory updated, copies invalidated, and whether anything changed; never by the
// states themselves.
//
// A cell that the exhaustive search of the unmutated table never reads with 2 to 4 caches (the shared next
// state of a row that stays silent, or whose state excludes sharers) is don't-care and not mutated.
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>
#include <set>

#include "tb/model_checker/snooping_model_checker.h"

namespace {

using namespace mimd;

constexpr unsigned fewest_caches = 2;
constexpr unsigned most_caches = 4;

// Mutants that are other correct protocols, or differ in performance only: name -> why. A mutant that is
// listed here and caught fails the test, so that the list stays true.
const std::map<std::string, std::string>& harmless() {
  static const std::map<std::string, std::string> reasons{
      {"moesi: I on PrWr, alone: next O",
       "performance: a lone writer in O instead of M sends a needless BusUpgr at its next write"},
      {"moesi: I on PrWr, shared: next O",
       "performance: a lone writer in O instead of M sends a needless BusUpgr at its next write"},
      {"moesi: S on PrWr, alone: next O",
       "performance: a lone writer in O instead of M sends a needless BusUpgr at its next write"},
      {"moesi: S on PrWr, shared: next O",
       "performance: a lone writer in O instead of M sends a needless BusUpgr at its next write"},
      {"moesi: E on PrWr, alone: next O",
       "performance: a lone writer in O instead of M sends a needless BusUpgr at its next write"},
      {"moesi: O on PrWr, shared: next O",
       "performance: a lone writer in O instead of M sends a needless BusUpgr at its next write"},
      {"berkeley: I on PrWr, alone: next ON",
       "performance: a lone writer in ON instead of OE sends a needless BusUpgr at its next write"},
      {"berkeley: I on PrWr, shared: next ON",
       "performance: a lone writer in ON instead of OE sends a needless BusUpgr at its next write"},
      {"berkeley: UO on PrWr, alone: next ON",
       "performance: a lone writer in ON instead of OE sends a needless BusUpgr at its next write"},
      {"berkeley: UO on PrWr, shared: next ON",
       "performance: a lone writer in ON instead of OE sends a needless BusUpgr at its next write"},
      {"berkeley: ON on PrWr, shared: next ON",
       "performance: a lone writer in ON instead of OE sends a needless BusUpgr at its next write"},
      {"dragon: I on PrWr, alone: next Sm",
       "performance: a lone writer in Sm instead of M broadcasts its next write to nobody"},
      {"dragon: E on PrWr, alone: next Sm",
       "performance: a lone writer in Sm instead of M broadcasts its next write to nobody"},
      {"dragon: Sc on PrWr, alone: next Sm",
       "performance: a lone writer in Sm instead of M broadcasts its next write to nobody"},
      {"write-once: I on PrRd, alone: next R",
       "another protocol: a lone reader gets the line clean and alone, as E of Illinois"},
      {"write-once: V on PrWr, alone: next I",
       "performance: memory has the word; the writer drops its copy and misses next time"},
      {"write-once: V on PrWr, shared: next I",
       "performance: memory has the word; the writer drops its copy and misses next time"},
      {"write-once: V on PrWr, shared: next V",
       "performance: the line is not reserved, so the next write goes through to memory again"},
      {"firefly: I on PrRd, alone: next S",
       "performance: a lone reader takes the line as shared, so its first write uses the bus"},
      {"firefly: S on PrWr, alone: next I",
       "performance: memory has the word; the writer drops its copy and misses next time"},
      {"vi: V on PrWr, shared: next I",
       "performance: memory has the word; the writer drops its copy and misses next time"},
  };
  return reasons;
}

struct mutant {
  std::string name;
  bool deletes_row = false;
  snooping_protocol table;
};

enum class verdict { violation, undefined_event, other_states, other_transitions, survives };

const char* to_string(verdict v) {
  switch (v) {
    case verdict::violation:
      return "violation";
    case verdict::undefined_event:
      return "undefined event";
    case verdict::other_states:
      return "other states";
    case verdict::other_transitions:
      return "other transitions";
    case verdict::survives:
      return "survives";
  }
  return "?";
}

class mutation {
 public:
  explicit mutation(const snooping_protocol& protocol) : protocol_(protocol) {
    local_use_.resize(protocol.local.size());
    snoop_use_.resize(protocol.snoop.size());
    for (unsigned caches = fewest_caches; caches <= most_caches; ++caches) {
      reference_.push_back(tb::check_model(protocol, caches));
      for (std::size_t i = 0; i < local_use_.size(); ++i) {
        local_use_[i].alone += reference_.back().local_use[i].alone;
        local_use_[i].shared += reference_.back().local_use[i].shared;
      }
      for (std::size_t i = 0; i < snoop_use_.size(); ++i) snoop_use_[i] += reference_.back().snoop_use[i];
    }
    for (std::size_t i = 0; i < protocol.local.size(); ++i) mutate_local(i);
    for (std::size_t i = 0; i < protocol.snoop.size(); ++i) mutate_snoop(i);
  }

  const std::vector<mutant>& mutants() const { return mutants_; }

  verdict judge(const mutant& candidate) const {
    for (const auto& reference : reference_) {
      const auto result = tb::check_model(candidate.table, reference.caches);
      if (result.violation) {
        return result.violation->kind == tb::violation_kind::undefined_event ? verdict::undefined_event
                                                                             : verdict::violation;
      }
      if (result.states != reference.states) return verdict::other_states;
      if (result.transitions_by_label != reference.transitions_by_label) return verdict::other_transitions;
    }
    return verdict::survives;
  }

 private:
  void mutate_local(std::size_t i) {
    const local_row& row = protocol_.local[i];
    const std::string where = protocol_.states[row.state].name + " on " + to_string(row.event);
    remove(where, [i](auto& p) { p.local.erase(p.local.begin() + static_cast<std::ptrdiff_t>(i)); });
    each_state(local_use_[i].alone > 0, row.next_if_alone, where + ", alone",
               [i](auto& p, coherence_state next) { p.local[i].next_if_alone = next; });
    each_state(local_use_[i].shared > 0, row.next_if_shared, where + ", shared",
               [i](auto& p, coherence_state next) { p.local[i].next_if_shared = next; });
    each_operation(row.operation, where, [i](auto& p, bus_operation o) { p.local[i].operation = o; });
    if (local_use_[i].shared > 0) {
      each_operation(row.operation_if_shared, where + ", second",
                     [i](auto& p, bus_operation o) { p.local[i].operation_if_shared = o; });
    }
    drop(row.memory_updated, where + ": memory not updated",
         [i](auto& p) { p.local[i].memory_updated = false; });
  }

  void mutate_snoop(std::size_t i) {
    const snoop_row& row = protocol_.snoop[i];
    const std::string where = protocol_.states[row.state].name + " snooping " + to_string(row.operation);
    remove(where, [i](auto& p) { p.snoop.erase(p.snoop.begin() + static_cast<std::ptrdiff_t>(i)); });
    each_state(snoop_use_[i] > 0, row.next, where,
               [i](auto& p, coherence_state next) { p.snoop[i].next = next; });
    drop(row.supply, where + ": no supply", [i](auto& p) { p.snoop[i].supply = false; });
    drop(row.memory_updated, where + ": memory not updated",
         [i](auto& p) { p.snoop[i].memory_updated = false; });
    drop(row.take, where + ": word not taken", [i](auto& p) { p.snoop[i].take = false; });
  }

  void remove(const std::string& where, const std::function<void(snooping_protocol&)>& change) {
    drop(true, where + ": row deleted", change);
    mutants_.back().deletes_row = true;
  }
  void each_state(bool read, coherence_state original, const std::string& where,
                  const std::function<void(snooping_protocol&, coherence_state)>& change) {
    for (coherence_state next = 0; next < protocol_.states.size(); ++next) {
      drop(read && next != original, where + ": next " + protocol_.states[next].name,
           [&](auto& p) { change(p, next); });
    }
  }
  void each_operation(bus_operation original, const std::string& where,
                      const std::function<void(snooping_protocol&, bus_operation)>& change) {
    for (unsigned o = 0; o < bus_operation_count; ++o) {
      const auto operation = static_cast<bus_operation>(o);
      drop(operation != original, where + ": transaction " + mimd::to_string(operation),
           [&](auto& p) { change(p, operation); });
    }
  }
  void drop(bool present, const std::string& name, const std::function<void(snooping_protocol&)>& change) {
    if (!present) return;
    mutants_.push_back({protocol_.name + ": " + name, false, protocol_});
    change(mutants_.back().table);
  }

  const snooping_protocol& protocol_;
  std::vector<tb::model_check_result> reference_;  // by number of caches
  std::vector<tb::local_row_use> local_use_;
  std::vector<std::size_t> snoop_use_;
  std::vector<mutant> mutants_;
};

TEST(snooping_mutants, are_all_caught_or_explained) {
  std::set<std::string> survivors;
  for (const auto& protocol : snooping_protocols()) {
    const mutation mutation_of(protocol);
    std::map<verdict, unsigned> count;
    for (const auto& candidate : mutation_of.mutants()) {
      const verdict found = mutation_of.judge(candidate);
      ++count[found];
      if (found != verdict::survives) continue;
      survivors.insert(candidate.name);
      EXPECT_FALSE(candidate.deletes_row) << "survives: " << candidate.name;
      const auto reason = harmless().find(candidate.name);
      if (reason == harmless().end()) {
        ADD_FAILURE() << "survives without a reason: " << candidate.name;
      } else {
        std::cout << "survivor " << candidate.name << ": " << reason->second << "\n";
      }
    }
    std::cout << protocol.name << ": " << mutation_of.mutants().size() << " mutants";
    for (const auto& [v, n] : count) std::cout << ", " << n << " " << to_string(v);
    std::cout << "\n";
  }
  for (const auto& [name, reason] : harmless()) {
    EXPECT_TRUE(survivors.count(name)) << "listed as harmless but caught: " << name;
  }
}

// What acceptance asks for, at least: a deletion for each row, and for each cell that is read every other
// state.
TEST(snooping_mutants, cover_every_row_and_every_cell_that_is_read) {
  for (const auto& protocol : snooping_protocols()) {
    const mutation mutation_of(protocol);
    const auto use = tb::check_model(protocol, most_caches);
    std::size_t cells = 0;
    for (const auto& u : use.local_use) cells += (u.alone > 0) + (u.shared > 0);
    for (const auto& u : use.snoop_use) cells += u > 0;
    std::size_t deletions = 0;
    std::size_t next_states = 0;
    std::set<std::string> names;
    for (const auto& candidate : mutation_of.mutants()) {
      deletions += candidate.deletes_row;
      next_states += candidate.name.find(": next ") != std::string::npos;
      names.insert(candidate.name);
    }
    EXPECT_EQ(deletions, protocol.local.size() + protocol.snoop.size()) << protocol.name;
    EXPECT_EQ(next_states, cells * (protocol.states.size() - 1)) << protocol.name;
    EXPECT_EQ(names.size(), mutation_of.mutants().size()) << protocol.name << ": names are unique";
  }
}

}  // namespace
