// What a litmus test may end with: every final state of two operational machines, by exhaustive search.
//
// sc: one memory, threads interleave. tso: each thread has a FIFO store buffer with forwarding, drained at
// any moment; a fence waits until it is empty (Owens, Sarkar & Sewell, "A better x86 memory model: x86-TSO",
// 2009). Dependencies need no treatment: neither machine lets anything overtake a load. Knows nothing of the
// models under test.
#ifndef MIMD_TESTS_SUPPORT_LITMUS_MODEL_H
#define MIMD_TESTS_SUPPORT_LITMUS_MODEL_H

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "support/litmus_test.h"

namespace mimd::test {

class litmus_enumerator {
 public:
  litmus_enumerator(const litmus_test& test, bool store_buffers)
      : test_(test), store_buffers_(store_buffers) {}

  std::set<litmus_outcome> outcomes() {
    state initial;
    initial.threads.resize(test_.threads.size());
    explore(initial);
    return found_;
  }

 private:
  struct thread {
    unsigned next = 0;  // operation
    std::array<unsigned, litmus_registers> registers{};
    std::vector<std::pair<unsigned, unsigned>> buffer;  // variable, value; oldest first
    bool operator<(const thread& o) const {
      if (next != o.next) return next < o.next;
      if (registers != o.registers) return registers < o.registers;
      return buffer < o.buffer;
    }
  };
  struct state {
    std::array<unsigned, litmus_variables> memory{};
    std::vector<thread> threads;
    bool operator<(const state& o) const {
      if (memory != o.memory) return memory < o.memory;
      return threads < o.threads;
    }
  };

  void explore(const state& s) {
    if (!seen_.insert(s).second) return;
    bool ended = true;
    for (unsigned i = 0; i < s.threads.size(); ++i) {
      const thread& t = s.threads[i];
      if (!t.buffer.empty()) {
        ended = false;
        state next = s;
        next.memory[t.buffer.front().first] = t.buffer.front().second;
        next.threads[i].buffer.erase(next.threads[i].buffer.begin());
        explore(next);
      }
      if (t.next == test_.threads[i].size()) continue;
      ended = false;
      const litmus_operation& o = test_.threads[i][t.next];
      if (o.what == litmus_operation::kind::fence && !t.buffer.empty()) continue;
      state next = s;
      thread& moved = next.threads[i];
      ++moved.next;
      if (o.what == litmus_operation::kind::store) {
        if (store_buffers_) {
          moved.buffer.emplace_back(o.variable, o.value);
        } else {
          next.memory[o.variable] = o.value;
        }
      } else if (o.what == litmus_operation::kind::load) {
        moved.registers[o.reg] = s.memory[o.variable];
        for (const auto& [variable, value] : t.buffer) {
          if (variable == o.variable) moved.registers[o.reg] = value;  // the youngest store wins
        }
      }
      explore(next);
    }
    if (!ended) return;
    litmus_outcome outcome;
    for (const litmus_observation& o : test_.observed)
      outcome.push_back(o.is_register ? s.threads[o.thread].registers[o.index] : s.memory[o.index]);
    found_.insert(outcome);
  }

  const litmus_test& test_;
  bool store_buffers_;
  std::set<state> seen_;
  std::set<litmus_outcome> found_;
};

inline std::set<litmus_outcome> allowed_outcomes(const litmus_test& test, bool tso) {
  return litmus_enumerator(test, tso).outcomes();
}

}  // namespace mimd::test

#endif
