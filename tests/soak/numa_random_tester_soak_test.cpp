// More than 10^8 accesses of the random tester on directory machines of 2 to 64 processors, with the
// coherence checker: every form in both timings, all formats, several seeds. No violation, right results.
// Which rows the networks of these machines provoke is printed; that all reachable ones can be provoked is
// tests/integration/numa_row_coverage_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tb/model_checker/reachable_directory_rows.h"
#include "tests/support/numa_machines.h"

namespace mimd {
namespace {

struct machine {
  unsigned cpus;
  std::uint64_t accesses;  // of all of them
  test::settings values;
};

constexpr std::uint64_t accesses_in_all = 100'000'000;

const std::vector<machine>& machines() {
  static const std::vector<machine> all{
      {2, 300'000, {{"node.count", "2"}, {"l1.size", "1KiB"}, {"l1.ways", "2"}}},
      {4, 500'000, {{"node.count", "4"}, {"l1.size", "512B"}, {"l1.ways", "1"}, {"cpu.consistency", "tso"}}},
      {8,
       500'000,
       {{"node.count", "8"},
        {"l1.size", "1KiB"},
        {"l1.ways", "4"},
        {"l1.replacement", "random"},
        {"cpu.outstanding", "4"},
        {"cpu.consistency", "tso"}}},
      {16, 400'000, {{"node.count", "16"}, {"l1.size", "2KiB"}, {"l1.ways", "2"}}},
      {30, 250'000, {{"node.count", "15"}, {"l1.size", "1KiB"}, {"l1.ways", "2"}, {"l2.size", "4KiB"}}},
      {64, 200'000, {{"node.count", "16"}, {"l1.size", "1KiB"}, {"l1.ways", "2"}}}};
  return all;
}

TEST(numa_random_tester_soak, adds_up_to_the_accesses_asked_for) {
  std::uint64_t sum = 0;
  for (const machine& m : machines()) sum += m.accesses;
  EXPECT_GE(sum * 2 * all_directory_forms().size(), accesses_in_all);
}

// Approximately timed, packets and flits cost ten times what the checker and everything else does: most
// accesses are on fixed latencies, some on networks.
struct share {
  timing_mode timing;
  std::vector<std::size_t> networks;  // of numa_networks(), in turn
  unsigned part;                      // of the accesses
};

const std::vector<share>& shares() {
  static const std::vector<share> all{{timing_mode::loose, {0, 1, 2, 3, 4, 5, 6}, 1},
                                      {timing_mode::approximate, {0, 3}, 1},
                                      {timing_mode::approximate, {1, 2, 4, 5, 6}, 20}};
  return all;
}

class numa_random_tester_soak : public testing::TestWithParam<std::size_t> {};

TEST_P(numa_random_tester_soak, finds_no_violation) {
  const directory_form form = all_directory_forms()[GetParam()];
  const auto& formats = test::directory_formats();
  std::uint64_t accesses = 0;
  std::size_t turn = GetParam() * 5;
  tb::directory_row_use exercised;
  for (const share& s : shares()) {
    for (const machine& m : machines()) {
      const test::named_settings& network = test::numa_networks()[s.networks[turn % s.networks.size()]];
      const test::named_settings& format = formats[turn % formats.size()];
      ++turn;
      // One step in 26 of the tester is a fence or a pause.
      const std::string steps = std::to_string(m.accesses / s.part / m.cpus * 26 / 25 + 1);
      const test::settings values =
          test::joined({test::form_settings(form),
                        format.values,
                        network.values,
                        m.values,
                        {{"cpu.count", std::to_string(m.cpus)}, {"workload.size", steps}}});
      const test::random_run run = test::run_random_tester(values, s.timing, turn);
      EXPECT_EQ(run.trouble, "") << network.name << ", " << format.name << ": --timing "
                                 << (s.timing == timing_mode::loose ? "lt" : "at") << " --seed " << turn
                                 << test::in_words(values);
      EXPECT_GE(run.accesses, m.accesses / s.part);
      accesses += run.accesses;
      exercised.add(run.agent_rows, run.home_rows);
    }
  }
  const directory_protocol protocol = directory_protocol_of(form);
  const tb::directory_row_use reachable = tb::reachable_directory_rows(form);
  std::cout << form.name() << ": " << accesses << " accesses; " << exercised.agent_rows() << " of "
            << reachable.agent_rows() << " rows of agents, " << exercised.home_rows() << " of "
            << reachable.home_rows() << " rows of homes\n";
  for (const std::string& row : reachable.missing_in(exercised, protocol)) {
    std::cout << "  not on these networks: " << row << '\n';
  }
}

INSTANTIATE_TEST_SUITE_P(all, numa_random_tester_soak,
                         testing::Range<std::size_t>(0, all_directory_forms().size()),
                         [](const testing::TestParamInfo<std::size_t>& tested) {
                           std::string name = all_directory_forms()[tested.param].name();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace mimd
