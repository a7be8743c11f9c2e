// Mutation tests of all forms of the directory tables, and exploration of every form with every way to
// remember sharers.
#include "validation/directory_mutant_cases.h"

namespace {

using namespace mimd;
using format = tb::directory_model::sharer_format;

class directory_forms : public testing::TestWithParam<directory_form> {};

TEST_P(directory_forms, mutants_are_all_caught) {
  tb::judge_mutants_of(GetParam());
}

TEST_P(directory_forms, is_coherent_with_every_format) {
  const directory_protocol protocol = directory_protocol_of(GetParam());
  const auto explore = [&](unsigned caches, unsigned lines, format f, unsigned pointers) {
    tb::directory_model m;
    m.caches = caches;
    m.lines = lines;
    m.format = f;
    m.pointers = pointers;
    m.progress = true;
    m.symmetry = true;
    const auto result = tb::check_directory(protocol, m);
    EXPECT_TRUE(result.complete && !result.violation)
        << protocol.name << (result.violation ? ": " + result.violation->message : "");
    std::cout << protocol.name << ", " << caches << " caches, " << lines
              << " lines: " << result.unreduced_states << " states\n";
  };
  explore(3, 1, format::broadcast, 1);
  explore(3, 1, format::no_broadcast, 1);
  explore(3, 1, format::no_broadcast, 2);
  explore(2, 2, format::pool, 1);
  explore(2, 2, format::pool, 2);
  explore(4, 1, format::full_map, 0);
}

std::string name_of(const testing::TestParamInfo<directory_form>& form) {
  std::string name = form.param.name();
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(all, directory_forms, testing::ValuesIn(all_directory_forms()), name_of);

class coma_forms : public testing::TestWithParam<directory_form> {};

TEST_P(coma_forms, mutants_are_all_caught_but_those_with_a_reason) {
  tb::judge_mutants_of(GetParam());
}

TEST_P(coma_forms, is_coherent_with_four_nodes_and_loses_no_line) {
  tb::directory_model m;
  m.caches = 4;
  m.recalls = GetParam().swaps;
  m.symmetry = true;
  const auto result = tb::check_directory(directory_protocol_of(GetParam()), m);
  EXPECT_TRUE(result.complete && !result.violation) << (result.violation ? result.violation->message : "");
  std::cout << GetParam().name() << ": " << result.unreduced_states << " states\n";
}

std::vector<directory_form> coma_forms_with_and_without_swapping() {
  std::vector<directory_form> forms = all_coma_forms();
  for (directory_form form : all_coma_forms()) {
    form.swaps = true;
    forms.push_back(form);
  }
  return forms;
}

INSTANTIATE_TEST_SUITE_P(all, coma_forms, testing::ValuesIn(coma_forms_with_and_without_swapping()), name_of);

}  // namespace
