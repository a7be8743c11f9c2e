// A hierarchical cache-only memory machine inside a test, and one that runs the random tester in a process of
// its own; and small ones of every kind, whose lines are replaced, injected and fought over.
#ifndef MIMD_TESTS_SUPPORT_HIERARCHY_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_HIERARCHY_IN_PROCESS_H

#include <functional>

#include "platforms/coma/hierarchical_machine.h"
#include "tests/support/directory_in_process.h"

namespace mimd::test {

using hierarchy_in_process = machine_in_process<coma_parameters, hierarchical_machine>;

struct hierarchy_run {
  std::string trouble;  // "" if the result is right, nothing was incoherent and nothing is lost
  std::uint64_t accesses = 0;
  std::vector<std::uint64_t> memory_rows;  // uses, as in ddm_protocol()
  std::vector<std::uint64_t> tree_rows;
};

// A medium of the group's own, or null: that which the settings say.
using medium_of_group = std::function<std::unique_ptr<hierarchy_medium>(unsigned group)>;

inline hierarchy_run run_hierarchy_random_tester(const settings& values, timing_mode timing,
                                                 std::uint64_t seed, const medium_of_group& medium = {}) {
  const nlohmann::json found = in_child(
      [&]() -> nlohmann::json {
        hierarchy_in_process here(
            joined({{{"coma.family", "hierarchical"}, {"workload.variant", "full"}}, values}), timing, seed,
            true);
        for (unsigned g = 0; medium && g < here.machine().fabric().groups(); ++g) {
          here.machine().fabric().set_medium(g, medium(g));
        }
        here.machine().load_workload("random-test");
        const tb::verdict verdict = here.run();
        std::string trouble = verdict.correct ? "" : verdict.text;
        const coherence_checker& checker = *here.machine().checker();
        if (checker.violation_count() != 0) trouble += "; " + checker.violations().front();
        return {{"trouble", trouble},
                {"accesses", checker.accesses_checked()},
                {"memory", here.machine().fabric().memory_rows_used()},
                {"tree", here.machine().fabric().tree_rows_used()}};
      },
      300);
  hierarchy_run run;
  if (found.contains("error")) {
    run.trouble = found.at("error").get<std::string>();
    return run;
  }
  run.trouble = found.at("trouble").get<std::string>();
  run.accesses = found.at("accesses").get<std::uint64_t>();
  run.memory_rows = found.at("memory").get<std::vector<std::uint64_t>>();
  run.tree_rows = found.at("tree").get<std::vector<std::uint64_t>>();
  return run;
}

struct named_hierarchy {
  const char* name;
  settings values;
};

inline const std::vector<named_hierarchy>& hierarchy_kinds() {
  static const settings small{{"workload.size", "600"}, {"l1.size", "256B"}, {"l1.ways", "2"}};
  static const auto kind = [](const char* nodes, const char* processors, const char* arity, const char* size,
                              const char* ways, const char* pressure) {
    return joined({small,
                   {{"node.count", nodes},
                    {"cpu.count", processors},
                    {"hierarchy.arity", arity},
                    {"attraction.size", size},
                    {"attraction.ways", ways},
                    {"attraction.pressure", pressure}}});
  };
  static const std::vector<named_hierarchy> all{
      {"one_node", kind("1", "4", "2", "2KiB", "16", "1")},
      {"one_bus_80_percent", kind("4", "4", "8", "1KiB", "4", "0.8")},
      {"one_bus_99_percent", kind("4", "4", "8", "1536B", "24", "1")},
      {"two_levels_99_percent", kind("8", "8", "4", "1KiB", "16", "1")},
      {"three_levels_one_set", kind("7", "7", "2", "256B", "4", "1")},
      {"four_levels_two_a_node", kind("9", "18", "2", "512B", "8", "0.9")},
      {"16_nodes_30_percent", kind("16", "16", "4", "512B", "8", "0.3")},
      {"split_buses_fifo", joined({kind("4", "8", "2", "2KiB", "32", "1"),
                                   {{"bus.split", "true"},
                                    {"cpu.outstanding", "2"},
                                    {"l2.size", "512B"},
                                    {"l2.ways", "2"},
                                    {"attraction.replacement", "fifo"}}})},
      {"no_time_passes", joined({kind("6", "6", "3", "1KiB", "8", "1"),
                                 {{"hierarchy.directory_time", "0ns"},
                                  {"hierarchy.slot_time", "0ns"},
                                  {"attraction.latency", "0ns"},
                                  {"attraction.replacement", "random"},
                                  {"cpu.at_quantum", "100ns"}}})}};
  return all;
}

}  // namespace mimd::test

#endif
