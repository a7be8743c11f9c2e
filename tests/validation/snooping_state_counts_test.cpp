// Breadth-first search over the shipped tables finds no violation, uses every row, and reaches exactly as
// many states as the closed forms say; the tables are the published ones, row by row.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>

#include "tb/model_checker/snooping_model_checker.h"

namespace {

using namespace mimd;

std::size_t pow2(unsigned n) {
  return std::size_t{1} << n;
}

// One line, N >= 2 caches, each distinguished. The terms are, in order: every cache invalid or sharing; one
// non-exclusive special holder (owner, forwarder) and any of the others sharing; one exclusive holder alone.
const std::map<std::string, std::function<std::size_t(unsigned)>>& closed_forms() {
  static const std::map<std::string, std::function<std::size_t(unsigned)>> forms{
      {"msi", [](unsigned n) { return pow2(n) + n; }},
      {"synapse", [](unsigned n) { return pow2(n) + n; }},
      {"mesi", [](unsigned n) { return pow2(n) + 2 * n; }},
      {"write-once", [](unsigned n) { return pow2(n) + 2 * n; }},
      {"firefly", [](unsigned n) { return pow2(n) + 2 * n; }},
      {"moesi", [](unsigned n) { return pow2(n) + n * pow2(n - 1) + 2 * n; }},
      {"dragon", [](unsigned n) { return pow2(n) + n * pow2(n - 1) + 2 * n; }},
      {"berkeley", [](unsigned n) { return pow2(n) + n * pow2(n - 1) + n; }},
      // The forwarder F and any of the others in S: N*2^(N-1). Without F, any set of S but the full one: when
      // all N caches hold the line, the last to fetch it took F, and can lose it only by leaving or to a
      // further reader, so 2^N - 1. E or M alone: 2N.
      {"mesif", [](unsigned n) { return pow2(n) - 1 + n * pow2(n - 1) + 2 * n; }},
      // Any set of V; memory is always fresh.
      {"vi", [](unsigned n) { return pow2(n); }},
  };
  return forms;
}

std::string text(const tb::model_check_result& result) {
  std::string all;
  if (result.violation) {
    all = result.violation->message + "\n";
    for (const auto& line : result.violation->trace) all += "  " + line + "\n";
  }
  return all;
}

TEST(snooping_state_counts, equal_the_closed_forms_and_nothing_is_violated) {
  ASSERT_EQ(closed_forms().size(), snooping_protocols().size());
  for (const auto& protocol : snooping_protocols()) {
    for (unsigned caches = 2; caches <= 6; ++caches) {
      const auto result = tb::check_model(protocol, caches);
      ASSERT_FALSE(result.violation) << text(result);
      EXPECT_EQ(result.states, closed_forms().at(protocol.name)(caches))
          << protocol.name << ", " << caches << " caches";
    }
  }
}

TEST(snooping_state_counts, every_row_of_every_table_is_reachable_with_three_caches) {
  for (const auto& protocol : snooping_protocols()) {
    const auto result = tb::check_model(protocol, 3);
    for (std::size_t i = 0; i < protocol.local.size(); ++i) {
      EXPECT_GT(result.local_use[i].alone + result.local_use[i].shared, 0u)
          << protocol.name << ": " << protocol.states[protocol.local[i].state].name << " on "
          << to_string(protocol.local[i].event);
    }
    for (std::size_t i = 0; i < protocol.snoop.size(); ++i) {
      EXPECT_GT(result.snoop_use[i], 0u)
          << protocol.name << ": " << protocol.states[protocol.snoop[i].state].name << " snooping "
          << to_string(protocol.snoop[i].operation);
    }
  }
}

TEST(snooping_state_counts, write_through_tables_write_through_in_every_state_and_keep_it) {
  for (const auto& protocol : snooping_protocols()) {
    bool all_write_through = true;
    for (const auto& row : protocol.local) {
      if (row.event != processor_event::write) continue;
      all_write_through &= row.operation == bus_operation::write_through && row.memory_updated &&
                           row.next_if_alone == row.state && row.next_if_shared == row.state;
    }
    EXPECT_EQ(protocol.write_through, all_write_through) << protocol.name;
  }
}

// The published tables in the words of the data file: "side,state,event,alone,shared,transaction,action".
std::string written(const snooping_protocol& p, const local_row& row) {
  std::string bus = row.operation == bus_operation::none ? "none" : to_string(row.operation);
  std::string action = row.memory_updated ? "Mem" : "-";
  if (row.operation_if_shared != bus_operation::none) {
    bus += std::string("+") + to_string(row.operation_if_shared) + "_if_shared";
    if (row.memory_updated) action += "_if_shared";
  }
  return "L," + p.states[row.state].name + "," + to_string(row.event) + "," +
         p.states[row.next_if_alone].name + "," + p.states[row.next_if_shared].name + "," + bus + "," +
         action;
}

std::string written(const snooping_protocol& p, const snoop_row& row) {
  std::string action;
  if (row.supply) action += "+Supply";
  if (row.memory_updated) action += "+Mem";
  if (row.take) action += "+Take";
  action = action.empty() ? "-" : action.substr(1);
  const std::string& next = p.states[row.next].name;
  return "B," + p.states[row.state].name + "," + to_string(row.operation) + "," + next + "," + next + ",," +
         action;
}

TEST(snooping_tables, equal_the_published_rows) {
  const std::map<std::string, std::string> names{
      {"MSI", "msi"},         {"MESI(Illinois)", "mesi"},  {"MOESI", "moesi"},     {"Berkeley", "berkeley"},
      {"Synapse", "synapse"}, {"WriteOnce", "write-once"}, {"Firefly", "firefly"}, {"Dragon", "dragon"}};
  std::ifstream file(std::string(MIMD_TEST_DATA) + "/specification-snooping-protocols.csv");
  ASSERT_TRUE(file);
  std::map<std::string, std::vector<std::string>> published;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#' || line.rfind("protocol,", 0) == 0) continue;
    const auto comma = line.find(',');
    published[names.at(line.substr(0, comma))].push_back(line.substr(comma + 1));
  }
  ASSERT_EQ(published.size(), names.size());
  for (const auto& [name, rows] : published) {
    const snooping_protocol& protocol = *find_snooping_protocol(name);
    std::vector<std::string> shipped;
    for (const auto& row : protocol.local) shipped.push_back(written(protocol, row));
    for (const auto& row : protocol.snoop) shipped.push_back(written(protocol, row));
    EXPECT_EQ(shipped, rows) << name;
  }
}

}  // namespace
