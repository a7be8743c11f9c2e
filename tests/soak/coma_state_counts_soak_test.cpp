// The larger searches of the COMA-F tables: 2 nodes with 2 and 3 lines in one set, so that masters are
// replaced and injected, of every form.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "tb/model_checker/directory_model_checker.h"

namespace {

using namespace mimd;

void expect_coherent(const directory_form& form, unsigned lines, unsigned ways) {
  tb::directory_model m;
  m.caches = 2;
  m.lines = lines;
  m.ways = ways;
  m.recalls = false;
  m.symmetry = true;
  m.max_states = 400'000'000;
  const auto begin = std::chrono::steady_clock::now();
  const auto result = tb::check_directory(directory_protocol_of(form), m);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  EXPECT_TRUE(result.complete && !result.violation) << (result.violation ? result.violation->message : "");
  std::cout << form.name() << ", 2 nodes, " << lines << " lines, " << ways
            << " ways: " << result.unreduced_states << " states (" << result.states
            << " up to the numbering of nodes and lines), " << result.transitions << " transitions, "
            << static_cast<unsigned>(seconds.count()) << " s" << std::endl;
}

class coma_searches : public testing::TestWithParam<directory_form> {};

TEST_P(coma_searches, two_lines_in_a_set_are_coherent_and_never_lost) {
  expect_coherent(GetParam(), 2, 1);
  expect_coherent(GetParam(), 2, 2);
}

TEST_P(coma_searches, three_lines_in_a_set_of_one_way_are_coherent_and_never_lost) {
  expect_coherent(GetParam(), 3, 1);
}

std::string name_of(const testing::TestParamInfo<directory_form>& form) {
  std::string name = form.param.name();
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(all, coma_searches, testing::ValuesIn(all_coma_forms()), name_of);

}  // namespace
