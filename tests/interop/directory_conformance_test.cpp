// The outside sockets of caches under a directory and the memory sockets of its homes obey the base protocol,
// whoever drives them and whatever stands behind, and never lose a byte: loads and stores of any length,
// alignment, byte enables and streaming width race with debug accesses to the same lines.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/conformance_cases.h"
#include "tests/support/directory_conformance_bench.h"

namespace mimd::test {
namespace {

using options = directory_conformance_options;
using kind = sharer_format_parameters::format_kind;

// Every form; formats, sparse directories and caches in turn.
std::vector<options> own_memory_cases(timing_mode timing) {
  std::vector<options> all;
  for (const directory_form& form : all_directory_forms()) {
    const std::size_t turn = all.size();
    all.emplace_back(form.name(), timing, form);
    options& o = all.back();
    o.format.kind = static_cast<kind>(turn % 5);
    o.format.pointers = 1 + turn % 2;
    o.format.region = 2;
    o.format.pool_size = 5;
    if (turn % 3 == 1) o.sparse = {8, 2, sparse_directory_parameters::replacement_policy::lru};
    if (turn % 4 == 1) o.cache.write_allocate = false;
    if (turn % 4 == 2) {
      o.cache.levels.split = true;
      o.cache.levels.l1i = o.cache.levels.l1;
    }
    if (turn % 4 == 3) {
      o.cache.levels.l2 = {512, 4, 32, replacement_policy::lru};
      o.cache.levels.inclusive = turn % 8 == 3;
      o.cache.levels.write_through = turn % 8 == 3;
    }
  }
  return all;
}

// A foreign memory of every kind on each node, below forms that use it differently.
std::vector<options> foreign_memory_cases_of(timing_mode timing) {
  std::vector<options> all;
  const std::vector<directory_form> forms = all_directory_forms();
  for (const foreign_kind& memory : foreign_kinds()) {
    for (const std::size_t form : {std::size_t{0}, all.size() * 7 % forms.size()}) {
      all.emplace_back(std::string(memory.name) + "_below_" + forms[form].name() + std::to_string(all.size()),
                       timing, forms[form]);
      tb::foreign_target_options f;
      f.style = memory.style;
      f.in_order = memory.in_order;
      f.wait = memory.wait;
      f.max_delay = 90'000;
      f.direct = true;
      all.back().foreign = f;
    }
  }
  return all;
}

std::string name_of(const testing::TestParamInfo<options>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class directory_conformance : public testing::TestWithParam<options> {};

TEST_P(directory_conformance, holds) {
  directory_conformance_bench bench("bench", GetParam());
  bench.run_and_expect_no_finding();
}

INSTANTIATE_TEST_SUITE_P(lt, directory_conformance, testing::ValuesIn(own_memory_cases(timing_mode::loose)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(at, directory_conformance,
                         testing::ValuesIn(own_memory_cases(timing_mode::approximate)), name_of);
INSTANTIATE_TEST_SUITE_P(lt_foreign_memory, directory_conformance,
                         testing::ValuesIn(foreign_memory_cases_of(timing_mode::loose)), name_of);
INSTANTIATE_TEST_SUITE_P(at_foreign_memory, directory_conformance,
                         testing::ValuesIn(foreign_memory_cases_of(timing_mode::approximate)), name_of);

// A memory that does not know half of the addresses.
class failing_memory : public testing::TestWithParam<timing_mode> {};

TEST_P(failing_memory, ends_the_run_with_one_line_that_names_it) {
  options o("failing", GetParam(), all_directory_forms().front());
  o.foreign.emplace();
  o.foreign_size = 2048;
  directory_conformance_bench bench("bench", o);
  sc_core::sc_report_handler::set_handler(sc_core::sc_report_handler::default_handler);
  std::string said;
  try {
    sc_core::sc_start();
  } catch (const sc_core::sc_report& report) {
    EXPECT_NE(std::string(report.get_msg_type()), sc_core::SC_ID_SIMULATION_UNCAUGHT_EXCEPTION_);
    said = report.get_msg();
  }
  EXPECT_NE(said.find("the memory of node"), std::string::npos) << said;
  EXPECT_NE(said.find("TLM_ADDRESS_ERROR_RESPONSE"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(directory, failing_memory,
                         testing::Values(timing_mode::loose, timing_mode::approximate));

}  // namespace
}  // namespace mimd::test
