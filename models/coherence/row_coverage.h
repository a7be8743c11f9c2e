// Which rows of a snooping protocol a machine exercised, and how often.
//
// A local row counts apart for the two answers of the shared line, because they lead to different next
// states; a row that puts nothing on the bus counts as alone. Only caches that keep lines count: transactions
// of agents that keep nothing borrow the rows of state I, but never take their next state. Plain counters,
// nothing is allocated.
#ifndef MIMD_COHERENCE_ROW_COVERAGE_H
#define MIMD_COHERENCE_ROW_COVERAGE_H

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "coherence/compiled_protocol.h"

namespace mimd {

class row_coverage {
 public:
  void local(coherence_state state, processor_event event, bool shared) {
    ++local_[state][static_cast<unsigned>(event)][shared];
  }
  void snoop(coherence_state state, bus_operation operation) {
    ++snoop_[state][static_cast<unsigned>(operation)];
  }

  std::uint64_t count(coherence_state state, processor_event event, bool shared) const {
    return local_[state][static_cast<unsigned>(event)][shared];
  }
  std::uint64_t count(coherence_state state, bus_operation operation) const {
    return snoop_[state][static_cast<unsigned>(operation)];
  }

  // Cells (rows, with the answer of the shared line) that were counted at least once.
  unsigned exercised() const {
    unsigned cells = 0;
    for (const auto& state : local_) {
      for (const auto& event : state) {
        for (const std::uint64_t n : event) cells += n != 0;
      }
    }
    for (const auto& state : snoop_) {
      for (const std::uint64_t n : state) cells += n != 0;
    }
    return cells;
  }

  // Cells that `reachable` has and this one has not, as words: "S on PrWr, shared".
  std::vector<std::string> missing(const row_coverage& reachable, const snooping_protocol& protocol) const {
    std::vector<std::string> cells;
    for (const local_row& row : protocol.local) {
      for (const bool shared : {false, true}) {
        if (reachable.count(row.state, row.event, shared) != 0 && count(row.state, row.event, shared) == 0) {
          cells.push_back(protocol.states[row.state].name + " on " + to_string(row.event) +
                          (shared ? ", shared" : ", alone"));
        }
      }
    }
    for (const snoop_row& row : protocol.snoop) {
      if (reachable.count(row.state, row.operation) != 0 && count(row.state, row.operation) == 0) {
        cells.push_back(protocol.states[row.state].name + " snooping " + to_string(row.operation));
      }
    }
    return cells;
  }

 private:
  template <class T>
  using per_state = compiled_protocol::per_state<T>;

  per_state<std::array<std::array<std::uint64_t, 2>, processor_event_count>> local_{};
  per_state<std::array<std::uint64_t, bus_operation_count>> snoop_{};
};

}  // namespace mimd

#endif
