// The machines on which the sockets of caches, bus and memory are tried (conformance_bench.h), for the tests
// of every day and the soak test.
#ifndef MIMD_TESTS_SUPPORT_CONFORMANCE_CASES_H
#define MIMD_TESTS_SUPPORT_CONFORMANCE_CASES_H

#include <functional>
#include <string>
#include <vector>

#include "tests/support/conformance_bench.h"

namespace mimd::test {

// Every protocol, and every kind of cache and bus, before the library's own memory.
inline std::vector<conformance_options> cache_cases(timing_mode timing) {
  std::vector<conformance_options> all;
  for (const snooping_protocol& p : snooping_protocols()) {
    conformance_options o = tiny(p.name, timing, p.name);
    o.cache.levels.write_through = p.write_through;
    all.push_back(o);
  }
  const auto add = [&](const char* name, const char* protocol,
                       const std::function<void(conformance_options&)>& change) {
    all.push_back(tiny(name, timing, protocol));
    change(all.back());
  };
  const auto split_bus = [](conformance_options& o) {
    o.bus.split = true;
    o.bus.outstanding = 4;
  };
  const auto split_l1 = [](conformance_options& o) {
    o.cache.levels.split = true;
    o.cache.levels.l1i = o.cache.levels.l1;
  };
  const auto l2 = [](conformance_options& o, bool inclusive, unsigned line = 32) {
    o.cache.levels.l2 = {1024, 4, line, replacement_policy::lru};
    o.cache.levels.inclusive = inclusive;
  };
  for (const char* const protocol : {"msi", "moesi", "synapse", "write-once", "dragon"}) {
    add((std::string(protocol) + "_split_bus").c_str(), protocol, split_bus);
  }
  add("one_mshr", "mesi", [](conformance_options& o) { o.cache.mshrs = o.cache.write_back_entries = 1; });
  add("split_l1", "mesi", split_l1);
  add("split_l1_split_bus", "moesi", [&](conformance_options& o) {
    split_l1(o);
    split_bus(o);
  });
  add("l2_inclusive", "mesi", [&](conformance_options& o) { l2(o, true); });
  add("l2_inclusive_split_l1_split_bus", "berkeley", [&](conformance_options& o) {
    l2(o, true);
    split_l1(o);
    split_bus(o);
  });
  add("l2_non_inclusive", "mesi", [&](conformance_options& o) { l2(o, false); });
  add("l2_non_inclusive_split_bus", "firefly", [&](conformance_options& o) {
    l2(o, false);
    split_bus(o);
  });
  add("l2_non_inclusive_split_l1", "moesi", [&](conformance_options& o) {
    l2(o, false);
    split_l1(o);
  });
  add("l2_blocks_of_four_lines", "mesi", [&](conformance_options& o) { l2(o, false, 128); });
  add("l2_blocks_of_two_lines_split_bus", "moesi", [&](conformance_options& o) {
    l2(o, true, 64);
    split_bus(o);
  });
  add("write_through_l1", "mesi", [&](conformance_options& o) {
    l2(o, true);
    o.cache.levels.write_through = true;
  });
  add("write_through_split_l1_split_bus", "moesi", [&](conformance_options& o) {
    l2(o, true);
    split_l1(o);
    split_bus(o);
    o.cache.levels.write_through = true;
  });
  add("no_write_allocate", "mesi", [](conformance_options& o) { o.cache.write_allocate = false; });
  add("no_write_allocate_split_bus", "synapse", [&](conformance_options& o) {
    o.cache.write_allocate = false;
    split_bus(o);
  });
  add("fixed_priority_asynchronous", "mesif", [](conformance_options& o) {
    o.bus.policy = arbitration::fixed_priority;
    o.bus.asynchronous = true;
    o.bus.period = 7'001;
  });
  add("fcfs_long_lines", "mesi", [](conformance_options& o) {
    o.bus.policy = arbitration::fcfs;
    o.bus.line = 64;
    o.cache.levels.l1 = {512, 4, 64, replacement_policy::random};
  });
  add("uncached", "mesi", [](conformance_options& o) {
    o.caches = 0;
    o.plain = 5;
  });
  add("uncached_split_bus", "mesi", [&](conformance_options& o) {
    o.caches = 0;
    o.plain = 5;
    split_bus(o);
  });
  add("one_cache", "mesi", [](conformance_options& o) {
    o.caches = 1;
    o.plain = 0;
  });
  add("plain_masters_among_caches", "moesi", [&](conformance_options& o) {
    o.caches = 2;
    o.plain = 4;
    split_bus(o);
  });
  add("observed", "mesi", [](conformance_options& o) { o.observed = true; });
  add("observed_split_bus", "dragon", [&](conformance_options& o) {
    o.observed = true;
    split_bus(o);
  });
  return all;
}

struct foreign_kind {
  const char* name;
  tb::foreign_style style;
  bool in_order = false;
  bool wait = true;
};

inline const std::vector<foreign_kind>& foreign_kinds() {
  using tb::foreign_style;
  static const std::vector<foreign_kind> kinds{
      {"blocking_only", foreign_style::blocking_only},
      {"blocking_only_annotating", foreign_style::blocking_only, false, false},
      {"nonblocking_only", foreign_style::nonblocking_only},
      {"completed", foreign_style::completed},
      {"updated_response", foreign_style::updated_response},
      {"updated_request", foreign_style::updated_request},
      {"two_phase", foreign_style::two_phase},
      {"four_phase", foreign_style::four_phase},
      {"four_phase_in_order", foreign_style::four_phase, true},
      {"mixed", foreign_style::mixed},
      {"mixed_annotating", foreign_style::mixed, false, false}};
  return kinds;
}

// A foreign memory of every kind behind the bus, below protocols that use it differently.
inline std::vector<conformance_options> foreign_memory_cases(timing_mode timing) {
  std::vector<conformance_options> all;
  for (const foreign_kind& kind : foreign_kinds()) {
    for (const char* const protocol : {"mesi", "synapse", "write-once", "dragon", "vi"}) {
      conformance_options o = tiny(std::string(kind.name) + "_below_" + protocol, timing, protocol);
      o.cache.levels.write_through = o.protocol == "vi";
      o.bus.split = o.protocol != "mesi";
      tb::foreign_target_options f;
      f.style = kind.style;
      f.in_order = kind.in_order;
      f.wait = kind.wait;
      f.max_delay = 90'000;
      f.direct = true;
      o.foreign = f;
      all.push_back(o);
    }
  }
  return all;
}

// The same loosely timed machines, with a bus at which calls wait for their turn.
inline std::vector<conformance_options> in_turns() {
  std::vector<conformance_options> all = cache_cases(timing_mode::loose);
  for (conformance_options& o : foreign_memory_cases(timing_mode::loose)) all.push_back(std::move(o));
  for (conformance_options& o : all) o.bus.turns = true;
  return all;
}

inline std::string case_name(const conformance_options& o) {
  std::string name = o.name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

}  // namespace mimd::test

#endif
