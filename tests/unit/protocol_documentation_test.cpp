// The generated page has every row of every protocol in the cell of its state and event, and nothing else.
#include "coherence/protocol_documentation.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace {

using namespace mimd;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    all.push_back(first == std::string::npos ? ""
                                             : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return all;
}

// (state, column heading) -> text, of all matrices of one protocol; empty cells are left out.
std::map<std::pair<std::string, std::string>, std::string> read_back(const std::string& markdown) {
  std::map<std::pair<std::string, std::string>, std::string> found;
  std::vector<std::string> header;
  std::istringstream in(markdown);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] != '|') {
      header.clear();
      continue;
    }
    const auto row = cells(line);
    if (header.empty()) {
      header = row;
    } else if (row[0] != "---") {
      EXPECT_EQ(row.size(), header.size()) << line;
      for (std::size_t i = 1; i < row.size() && i < header.size(); ++i) {
        if (!header[i].empty() && !row[i].empty()) found[{row[0], header[i]}] = row[i];
      }
    }
  }
  return found;
}

TEST(protocol_documentation, has_every_row_in_its_cell_and_no_other) {
  for (const auto& protocol : snooping_protocols()) {
    const auto found = read_back(to_markdown(protocol));
    EXPECT_EQ(found.size(), protocol.local.size() + protocol.snoop.size()) << protocol.name;
    for (const auto& row : protocol.local) {
      EXPECT_EQ(found.at({protocol.states[row.state].name, to_string(row.event)}), describe(protocol, row));
    }
    for (const auto& row : protocol.snoop) {
      EXPECT_EQ(found.at({protocol.states[row.state].name, to_string(row.operation)}),
                describe(protocol, row));
    }
  }
}

TEST(protocol_documentation, says_what_a_row_does) {
  const auto& mesi = *find_snooping_protocol("mesi");
  EXPECT_EQ(describe(mesi, *mesi.find(0, processor_event::read)), "BusRd -> E, S if shared");
  EXPECT_EQ(describe(mesi, *mesi.find(3, processor_event::evict)), "BusWB, memory updated -> I");
  EXPECT_EQ(describe(mesi, *mesi.find(3, bus_operation::read)), "supply, memory updated -> S");
  EXPECT_EQ(describe(mesi, *mesi.find(1, bus_operation::upgrade)), "-> I");
  const auto& firefly = *find_snooping_protocol("firefly");
  EXPECT_EQ(describe(firefly, *firefly.find(0, processor_event::write)),
            "BusRd, BusUpdM if shared, memory updated if shared -> D, S if shared");
}

TEST(protocol_documentation, page_names_every_protocol_and_its_source) {
  const std::string page = snooping_protocols_markdown();
  for (const auto& protocol : snooping_protocols()) {
    EXPECT_NE(page.find("`" + protocol.name + "`"), std::string::npos);
    EXPECT_NE(page.find(protocol.source), std::string::npos);
  }
}

}  // namespace
