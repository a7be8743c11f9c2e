// Cache-only memory machines at the sizes of acceptance: 10^8 accesses of the random tester at memory
// pressures from 30 to 99 %.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/support/coma_in_process.h"

namespace mimd {
namespace {

constexpr std::uint64_t accesses_in_all = 100'000'000;

struct pressed {
  directory_form form;
  timing_mode timing;
  double pressure;
};

class coma_soak : public testing::TestWithParam<pressed> {};

std::vector<pressed> all_pressed() {
  std::vector<pressed> all;
  for (const directory_form& form : all_coma_forms()) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      for (const double pressure : {0.3, 0.6, 0.8, 0.9, 0.95, 0.99}) all.push_back({form, timing, pressure});
    }
  }
  return all;
}

TEST_P(coma_soak, loses_nothing_of_its_share_of_the_accesses) {
  const pressed& one = GetParam();
  const std::uint64_t share = accesses_in_all / all_pressed().size() + 1;
  std::uint64_t accesses = 0;
  for (std::uint64_t seed = 1; accesses < share; ++seed) {
    static constexpr const char* processors[] = {"4", "8", "16", "64", "2"};
    const char* const count = processors[seed % std::size(processors)];
    const unsigned each = static_cast<unsigned>(share / 5 / static_cast<unsigned>(std::stoi(count)));
    const bool two_a_node = seed % 3 == 0;
    const std::string nodes = two_a_node ? std::to_string(std::stoi(count) / 2) : count;
    const test::settings values = test::joined({test::coma_form_settings(one.form),
                                                {{"node.count", nodes},
                                                 {"cpu.count", count},
                                                 {"workload.variant", "full"},
                                                 {"workload.size", std::to_string(each)},
                                                 {"l1.size", "256B"},
                                                 {"l1.ways", "2"},
                                                 {"attraction.size", seed % 2 == 0 ? "512B" : "2KiB"},
                                                 {"attraction.ways", seed % 2 == 0 ? "8" : "16"},
                                                 {"attraction.pressure", std::to_string(one.pressure)}}});
    const test::random_run run = test::run_coma_random_tester(values, one.timing, seed, seed % 4 == 0);
    ASSERT_EQ(run.trouble, "") << "seed " << seed << test::in_words(values);
    accesses += run.accesses;
  }
  std::cout << accesses << " accesses checked\n";
}

std::string name_of(const testing::TestParamInfo<pressed>& info) {
  std::string name = info.param.form.name() + (info.param.timing == timing_mode::loose ? "-lt-" : "-at-") +
                     std::to_string(static_cast<int>(100 * info.param.pressure + 0.5));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(all, coma_soak, testing::ValuesIn(all_pressed()), name_of);

}  // namespace
}  // namespace mimd
