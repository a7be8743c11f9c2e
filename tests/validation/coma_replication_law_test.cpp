// How far lines can be replicated in attraction memories: P nodes of K ways, one global set, u distinct lines
// whose masters are placed as evenly as possible. Of P * K ways, u hold masters.
//  * u <= P * (K - 1): every node has a way that holds no master, so any line reaches all nodes and nothing
//  is
//    injected.
//  * u = P * K - P + 1: one node holds K masters. A line reaches all nodes: without an injection if its
//  master is in
//    that node, with exactly one if it is elsewhere and that node reads last.
//  * u = P * K - P + 2: too few ways are left for P copies of any line.
// In no case is a line lost. Derived by counting ways; the issue is discussed in Joe & Hennessy, Evaluating
// the memory overhead required for COMA architectures, ISCA 1994.
#include <gtest/gtest.h>

#include "tests/support/coma_in_process.h"
#include "tests/support/function_program.h"
#include "tests/support/hierarchy_in_process.h"

namespace mimd {
namespace {

// What the two families do not have in common.
struct flat_family {
  using in_process = test::coma_in_process;
  static test::settings own() { return {{"noc.fidelity", "fixed"}}; }
  static std::uint64_t injections(coma_machine& m) {
    std::uint64_t sum = 0;
    for (unsigned n = 0; n < m.fabric().nodes(); ++n) sum += m.fabric().home(n).counters().injections;
    return sum;
  }
  static bool holds(coma_machine& m, unsigned node, address_t line) {
    return m.fabric().agent(node).holds(line) != invalid_state;
  }
};
struct hierarchical_family {
  using in_process = test::hierarchy_in_process;
  static test::settings own() { return {{"coma.family", "hierarchical"}, {"hierarchy.arity", "16"}}; }
  static std::uint64_t injections(hierarchical_machine& m) { return m.fabric().counters_of(0).placed; }
  static bool holds(hierarchical_machine& m, unsigned node, address_t line) {
    return m.fabric().agent(node).state_of(line) != invalid_state;
  }
};

struct law_case {
  bool hierarchical;
  unsigned nodes;
  unsigned ways;
  unsigned lines;  // u
  timing_mode timing;
};

struct outcome {
  std::string trouble;
  unsigned holders = 0;                 // of the line that was read last, at the end
  std::uint64_t injections = 0;         // during the reads
  std::uint64_t placed_injections = 0;  // before
  std::string lost;
};

constexpr time_ps step = 100'000'000;  // longer than any transaction

// Every line is written by the node that is to be its master; then, one line after another, each node in turn
// reads it.
template <class Family>
outcome replicate_in(const law_case& c, const std::vector<unsigned>& lines,
                     const std::vector<unsigned>& order) {
  const nlohmann::json found = test::in_child([&]() -> nlohmann::json {
    const std::string nodes = std::to_string(c.nodes);
    typename Family::in_process coma(test::joined({Family::own(),
                                                   {{"node.count", nodes},
                                                    {"cpu.count", nodes},
                                                    {"l1.size", "64B"},
                                                    {"l1.ways", "1"},
                                                    {"attraction.size", std::to_string(64 * c.ways) + "B"},
                                                    {"attraction.ways", std::to_string(c.ways)},
                                                    {"attraction.pressure", "1"}}}),
                                     c.timing, 1, true);
    const auto address_of = [](unsigned line) { return address_t{64} * (line + 1); };
    const auto value_of = [](unsigned line) { return std::uint64_t{line} * 1'000'003 + 17; };
    std::uint64_t before = 0;
    std::string wrong;
    const auto offers = [&coma] { return Family::injections(coma.machine()); };
    std::vector<test::program> programs;
    for (unsigned node = 0; node < c.nodes; ++node) {
      programs.emplace_back([&, node](processor& cpu) {
        for (unsigned line = node; line < c.lines; line += c.nodes) {
          const std::uint64_t value = value_of(line);
          cpu.write(address_of(line), &value, 8);
        }
        time_ps turn = 100 * step;
        for (const unsigned line : lines) {
          for (const unsigned reader : order) {
            turn += step;
            if (reader != node) continue;
            cpu.sleep_until(turn);
            if (line == lines.front() && reader == order.front()) before = offers();
            std::uint64_t value = 0;
            cpu.read(address_of(line), &value, 8);
            if (value != value_of(line)) wrong = "line " + std::to_string(line) + " reads wrong";
          }
        }
      });
    }
    coma.machine().load_program(std::make_unique<test::function_program>(programs));
    const tb::verdict verdict = coma.run();
    unsigned holders = 0;
    for (unsigned n = 0; n < c.nodes; ++n) {
      holders += Family::holds(coma.machine(), n, address_of(lines.back()));
    }
    for (unsigned line = 0; line < c.lines; ++line) {
      std::uint64_t value = 0;
      coma.machine().read(address_of(line), &value, 8);
      if (value != value_of(line)) wrong = "line " + std::to_string(line) + " is not what was written";
    }
    if (!verdict.correct) wrong += verdict.text;
    const auto lost = coma.machine().fabric().lost_line();
    return {{"trouble", wrong},
            {"holders", holders},
            {"before", before},
            {"injections", offers() - before},
            {"lost", lost ? std::to_string(*lost) : ""}};
  });
  outcome o;
  if (found.contains("error")) {
    o.trouble = found.at("error").get<std::string>();
    return o;
  }
  o.trouble = found.at("trouble").get<std::string>();
  o.holders = found.at("holders").get<unsigned>();
  o.placed_injections = found.at("before").get<std::uint64_t>();
  o.injections = found.at("injections").get<std::uint64_t>();
  o.lost = found.at("lost").get<std::string>();
  return o;
}

outcome replicate(const law_case& c, const std::vector<unsigned>& lines, const std::vector<unsigned>& order) {
  return c.hierarchical ? replicate_in<hierarchical_family>(c, lines, order)
                        : replicate_in<flat_family>(c, lines, order);
}

std::vector<unsigned> in_order(unsigned nodes, unsigned last) {
  std::vector<unsigned> order;
  for (unsigned n = 0; n < nodes; ++n) {
    if (n != last) order.push_back(n);
  }
  order.push_back(last);
  return order;
}

class replication_law : public testing::TestWithParam<std::tuple<unsigned, unsigned, timing_mode, bool>> {
 protected:
  law_case with_lines(unsigned lines) const {
    return {std::get<3>(GetParam()), std::get<0>(GetParam()), std::get<1>(GetParam()), lines,
            std::get<2>(GetParam())};
  }
  unsigned nodes() const { return std::get<0>(GetParam()); }
  unsigned ways() const { return std::get<1>(GetParam()); }
};

TEST_P(replication_law, any_line_reaches_all_nodes_without_injection_while_each_has_a_way_without_master) {
  const law_case c = with_lines(nodes() * (ways() - 1));
  std::vector<unsigned> every_line(c.lines);
  for (unsigned i = 0; i < c.lines; ++i) every_line[i] = i;
  const outcome o = replicate(c, every_line, in_order(nodes(), 0));
  EXPECT_EQ(o.trouble, "");
  EXPECT_EQ(o.holders, nodes());
  EXPECT_EQ(o.injections + o.placed_injections, 0u);
  EXPECT_EQ(o.lost, "");
}

TEST_P(replication_law, a_line_of_the_full_node_reaches_all_without_injection) {
  const law_case c = with_lines(nodes() * ways() - nodes() + 1);
  const outcome o = replicate(c, {0}, in_order(nodes(), 0));  // node 0 has one more line than the others
  EXPECT_EQ(o.trouble, "");
  EXPECT_EQ(o.holders, nodes());
  EXPECT_EQ(o.injections + o.placed_injections, 0u);
}

TEST_P(replication_law, a_line_of_another_node_reaches_all_with_one_injection_if_the_full_node_reads_last) {
  const law_case c = with_lines(nodes() * ways() - nodes() + 1);
  for (const unsigned line : {1u, nodes() - 1, nodes() + 1}) {
    const outcome o = replicate(c, {line}, in_order(nodes(), 0));
    EXPECT_EQ(o.trouble, "");
    EXPECT_EQ(o.holders, nodes());
    EXPECT_EQ(o.injections, 1u);
    EXPECT_EQ(o.lost, "");
  }
}

TEST_P(replication_law, a_line_of_another_node_needs_an_injection_whenever_the_full_node_reads) {
  const law_case c = with_lines(nodes() * ways() - nodes() + 1);
  for (const unsigned last : {1u, nodes() / 2}) {
    const outcome o = replicate(c, {1}, in_order(nodes(), last));
    EXPECT_EQ(o.trouble, "");
    EXPECT_GE(o.injections, 1u);
    EXPECT_EQ(o.lost, "");
  }
}

TEST_P(replication_law, one_master_more_and_no_line_is_in_all_nodes_at_a_time_and_none_is_lost) {
  const law_case c = with_lines(nodes() * ways() - nodes() + 2);
  for (const unsigned line : {0u, 1u, 2u, nodes() - 1}) {
    const outcome o = replicate(c, {line, line}, in_order(nodes(), 0));
    EXPECT_EQ(o.trouble, "");
    EXPECT_LT(o.holders, nodes());
    EXPECT_GE(o.injections, 1u);
    EXPECT_EQ(o.lost, "");
  }
}

INSTANTIATE_TEST_SUITE_P(all, replication_law,
                         testing::Combine(testing::Values(4u, 16u), testing::Values(4u, 8u),
                                          testing::Values(timing_mode::loose, timing_mode::approximate),
                                          testing::Bool()),
                         [](const auto& tested) {
                           return std::to_string(std::get<0>(tested.param)) + "_nodes_of_" +
                                  std::to_string(std::get<1>(tested.param)) + "_ways_" +
                                  (std::get<2>(tested.param) == timing_mode::loose ? "lt" : "at") +
                                  (std::get<3>(tested.param) ? "_hierarchical" : "");
                         });

}  // namespace
}  // namespace mimd
