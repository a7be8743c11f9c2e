// Litmus tests as data: what each thread does, what is observed at the end, and the outcome that the test is
// about. The names and shapes are those of diy/herd (Alglave, Maranget & Tautschnig, "Herding Cats", ACM
// TOPLAS 36(2) 2014) and of the RISC-V litmus tests; reference-litmus-classic.csv says what each model
// allows.
//
// A test is written as one string a thread: "Wx1" stores 1 to x, "Rx" loads x into the thread's next register
// (0, 1, ... in order), "F" is a full fence. A suffix names a dependency on the register loaded last before:
// ":a" address, ":d" data, ":c" control. Observed: "1:0" is register 0 of thread 1, "x" the final value of x.
#ifndef MIMD_TESTS_SUPPORT_LITMUS_TEST_H
#define MIMD_TESTS_SUPPORT_LITMUS_TEST_H

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace mimd::test {

struct litmus_operation {
  enum class kind : unsigned char { load, store, fence };
  kind what;
  unsigned variable = 0;  // 0: x, 1: y, 2: z
  unsigned value = 0;     // stores
  unsigned reg = 0;       // loads
  char depends = 0;       // 0, 'a', 'd' or 'c': on register `on`
  unsigned on = 0;
};

struct litmus_observation {
  bool is_register;
  unsigned thread;  // of a register
  unsigned index;   // register, or variable
};

using litmus_outcome = std::vector<unsigned>;  // one value an observation

struct litmus_test {
  std::string name;
  std::vector<std::vector<litmus_operation>> threads;
  std::vector<litmus_observation> observed;
  litmus_outcome target;  // the outcome that the test asks about
};

inline constexpr unsigned litmus_variables = 3;
inline constexpr unsigned litmus_registers = 3;

inline std::vector<litmus_operation> parse_litmus_thread(const std::string& text) {
  std::vector<litmus_operation> thread;
  std::istringstream in(text);
  unsigned registers = 0;
  for (std::string word; in >> word;) {
    litmus_operation o{};
    o.what = word[0] == 'W'   ? litmus_operation::kind::store
             : word[0] == 'R' ? litmus_operation::kind::load
                              : litmus_operation::kind::fence;
    if (o.what != litmus_operation::kind::fence) o.variable = static_cast<unsigned>(word.at(1) - 'x');
    if (o.what == litmus_operation::kind::store) o.value = static_cast<unsigned>(word.at(2) - '0');
    if (word.find(':') != std::string::npos) {
      o.depends = word.back();
      o.on = registers - 1;
    }
    if (o.what == litmus_operation::kind::load) o.reg = registers++;
    thread.push_back(o);
  }
  return thread;
}

// `target`: pairs of an observation and the value it has in the outcome asked about: "0:0=0 1:0=0".
inline litmus_test make_litmus_test(const std::string& name, const std::vector<std::string>& threads,
                                    const std::string& target) {
  litmus_test t;
  t.name = name;
  for (const std::string& thread : threads) t.threads.push_back(parse_litmus_thread(thread));
  std::istringstream in(target);
  for (std::string word; in >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) throw std::invalid_argument("litmus " + name + ": " + word);
    litmus_observation o{word[1] == ':', 0, 0};
    o.thread = o.is_register ? static_cast<unsigned>(word[0] - '0') : 0;
    o.index = static_cast<unsigned>(o.is_register ? word[2] - '0' : word[0] - 'x');
    t.observed.push_back(o);
    t.target.push_back(static_cast<unsigned>(word[equals + 1] - '0'));
  }
  return t;
}

inline std::string to_string(const litmus_test& test, const litmus_outcome& outcome) {
  std::string text;
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    const litmus_observation& o = test.observed[i];
    text += (i ? " " : "") +
            (o.is_register ? std::to_string(o.thread) + ":r" + std::to_string(o.index)
                           : std::string(1, static_cast<char>('x' + o.index))) +
            "=" + std::to_string(outcome[i]);
  }
  return text;
}

// The forty tests of reference-litmus-classic.csv.
inline std::vector<litmus_test> classic_litmus_tests() {
  const auto t = make_litmus_test;
  return {
      t("SB", {"Wx1 Ry", "Wy1 Rx"}, "0:0=0 1:0=0"),
      t("MP", {"Wx1 Wy1", "Ry Rx"}, "1:0=1 1:1=0"),
      t("LB", {"Rx Wy1", "Ry Wx1"}, "0:0=1 1:0=1"),
      t("R", {"Wx1 Wy1", "Wy2 Rx"}, "y=2 1:0=0"),
      t("S", {"Wx2 Wy1", "Ry Wx1"}, "x=2 1:0=1"),
      t("2+2W", {"Wx2 Wy1", "Wy2 Wx1"}, "x=2 y=2"),
      t("3.SB", {"Wx1 Ry", "Wy1 Rz", "Wz1 Rx"}, "0:0=0 1:0=0 2:0=0"),
      t("3.LB", {"Rx Wy1", "Ry Wz1", "Rz Wx1"}, "0:0=1 1:0=1 2:0=1"),
      t("3.2W", {"Wx2 Wy1", "Wy2 Wz1", "Wz2 Wx1"}, "x=2 y=2 z=2"),
      t("WRC", {"Wx1", "Rx Wy1", "Ry Rx"}, "1:0=1 2:0=1 2:1=0"),
      t("RWC", {"Wx1", "Rx Ry", "Wy1 Rx"}, "1:0=1 1:1=0 2:0=0"),
      t("WWC", {"Wx2", "Rx Wy1", "Ry Wx1"}, "x=2 1:0=2 2:0=1"),
      t("ISA2", {"Wx1 Wy1", "Ry Wz1", "Rz Rx"}, "1:0=1 2:0=1 2:1=0"),
      t("Z6.0", {"Wx1 Wy1", "Ry Wz1", "Wz2 Rx"}, "z=2 1:0=1 2:0=0"),
      t("Z6.1", {"Wx2 Wy1", "Wy2 Wz1", "Rz Wx1"}, "x=2 y=2 2:0=1"),
      t("Z6.2", {"Wx2 Wy1", "Ry Wz1", "Rz Wx1"}, "x=2 1:0=1 2:0=1"),
      t("Z6.3", {"Wx1 Wy1", "Wy2 Wz1", "Rz Rx"}, "y=2 2:0=1 2:1=0"),
      t("Z6.4", {"Wx1 Wy1", "Wy2 Rz", "Wz1 Rx"}, "y=2 1:0=0 2:0=0"),
      t("Z6.5", {"Wx1 Wy1", "Wy2 Wz1", "Wz2 Rx"}, "y=2 z=2 2:0=0"),
      t("CoRR", {"Wx1", "Rx Rx"}, "1:0=1 1:1=0"),
      t("CoRW1", {"Rx Wx1"}, "0:0=1 x=1"),
      t("CoRW2", {"Wx1", "Rx Wx2"}, "x=1 1:0=1"),
      t("CoWR0", {"Wx1 Rx"}, "0:0=0 x=1"),
      t("CoWW", {"Wx1 Wx2"}, "x=1"),
      t("CO-SBI", {"Wx1 Rx Rx", "Wx2 Rx Rx"}, "x=1 0:0=1 0:1=1 1:0=2 1:1=1"),
      t("SB+fence.rw.rws", {"Wx1 F Ry", "Wy1 F Rx"}, "0:0=0 1:0=0"),
      t("MP+fence.rw.rws", {"Wx1 F Wy1", "Ry F Rx"}, "1:0=1 1:1=0"),
      t("LB+fence.rw.rws", {"Rx F Wy1", "Ry F Wx1"}, "0:0=1 1:0=1"),
      t("R+fence.rw.rws", {"Wx1 F Wy1", "Wy2 F Rx"}, "y=2 1:0=0"),
      t("S+fence.rw.rws", {"Wx2 F Wy1", "Ry F Wx1"}, "x=2 1:0=1"),
      t("2+2W+fence.rw.rws", {"Wx2 F Wy1", "Wy2 F Wx1"}, "x=2 y=2"),
      t("MP+fence.rw.rw+addr", {"Wx1 F Wy1", "Ry Rx:a"}, "1:0=1 1:1=0"),
      t("MP+fence.rw.rw+ctrl", {"Wx1 F Wy1", "Ry Rx:c"}, "1:0=1 1:1=0"),
      t("LB+datas", {"Rx Wy1:d", "Ry Wx1:d"}, "0:0=1 1:0=1"),
      t("LB+ctrls", {"Rx Wy1:c", "Ry Wx1:c"}, "0:0=1 1:0=1"),
      t("SB+rfi-pos", {"Wx1 Rx Ry", "Wy1 Ry Rx"}, "0:0=1 0:1=0 1:0=1 1:1=0"),
      t("SB+rfi-addrs", {"Wx1 Rx Ry:a", "Wy1 Ry Rx:a"}, "0:0=1 0:1=0 1:0=1 1:1=0"),
      t("PPOCA", {"Wx1 F Wy1", "Ry Wz1:c Rz Rx:a"}, "1:0=1 1:1=1 1:2=0"),
      t("PPOAA", {"Wx1 F Wy1", "Ry Wz1:a Rz Rx:a"}, "1:0=1 1:1=1 1:2=0"),
      t("IRIW", {"Wx1", "Rx Ry", "Wy1", "Ry Rx"}, "1:0=1 1:1=0 3:0=1 3:1=0"),
  };
}

}  // namespace mimd::test

#endif
