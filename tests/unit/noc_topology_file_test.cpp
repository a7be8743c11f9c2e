// Graphs from files: what they say, and errors that name the line.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "noc/topologies.h"

namespace mimd::noc {
namespace {

std::string refusal(const topology_parameters& p) {
  try {
    make_topology(p);
  } catch (const std::exception& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "nothing";
}

class topology_file : public testing::Test {
 protected:
  ~topology_file() override { std::remove(name_.c_str()); }
  topology_parameters holding(const std::string& content) {
    std::ofstream(name_) << content;
    topology_parameters p;
    p.family = "file";
    p.dims = {};
    p.file = name_;
    return p;
  }

 private:
  std::string name_ =
      std::string("noc_") + testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
};

TEST_F(topology_file, is_the_graph_that_it_says) {
  auto p = holding(
      "# two routers and a side way\n"
      "routers 3\n"
      "\n"
      "terminal t1 r1 r2 cycles 2  # injects at r1, ejects at r2\n"
      "terminal t0 r0\n"
      "link r0 r1\n"
      "channel r1 r2 cycles 7\n"
      "channel r2 r0\n");
  p.link_cycles = 3;
  const auto t = make_topology(p);
  EXPECT_EQ(t.routers(), 3u);
  EXPECT_EQ(t.terminals(), 2u);
  EXPECT_EQ(t.channels().size(), 4u + 2 * 2);
  EXPECT_EQ(t.source_router(1), 1u);
  EXPECT_EQ(t.destination_router(1), 2u);
  EXPECT_EQ(t.channels()[t.injection(1)].cycles, 2u);
  EXPECT_EQ(t.channels()[t.injection(0)].cycles, 1u);
  EXPECT_EQ(t.channels()[t.outputs(0)[0]].cycles, 3u);
  EXPECT_EQ(t.channels()[t.outputs(1)[1]].cycles, 7u);
}

TEST_F(topology_file, errors_name_the_line_and_the_nearest_word) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "1: no line 'routers <number>'"},
      {"routers 2\n", "1: no line 'terminal t0 r0'"},
      {"routers 0\n", "1: a topology needs a router"},
      {"routers\n", "1: after 'routers' there should be the number of routers"},
      {"routers two\n", "1: 'two' should be a number"},
      {"routers 99999999\n", "1: '99999999' is too large, 1048576 is the most"},
      {"routers 99999999999999\n", "1: '99999999999999' should be a number"},
      {"routers 2\nrouters 2\n", "2: the number of routers is there already"},
      {"routers 2 3\n", "1: unexpected '3' after the routers"},
      {"link r0 r1\n", "1: the line 'routers <number>' must come first"},
      {"routers 2\n\nlnk r0 r1\n", "3: unknown word 'lnk', the nearest is 'link'"},
      {"routers 2\nlink r0 r2\n", "2: no router 'r2', the last is r1"},
      {"routers 2\nlink r0 1\n", "2: '1' should be a router, as r0"},
      {"routers 2\nlink r0\n", "2: after 'r0' there should be a router"},
      {"routers 2\nlink r1 r1\n", "2: link from r1 to itself"},
      {"routers 2\nlink r0 r1 cycle 3\n", "2: unknown word 'cycle', the nearest is 'cycles'"},
      {"routers 2\nlink r0 r1 cycles 0\n", "2: a channel takes at least 1 cycle"},
      {"routers 2\nlink r0 r1 cycles\n", "2: after 'cycles' there should be a number of cycles"},
      {"routers 2\nlink r0 r1 cycles -1\n", "2: '-1' should be a number"},
      {"routers 1\nterminal t0 r0\nterminal t0 r0\n", "3: terminal t0 is there already, in line 2"},
      {"routers 1\nterminal 0 r0\n", "2: '0' should be a terminal, as t0"},
      {"routers 1\nterminal t2 r0\n", "2: terminal t0 is missing, there is a t2"},
  };
  for (const auto& [content, message] : wrong) {
    const auto p = holding(content);
    EXPECT_EQ(refusal(p), p.file + ":" + message);
  }
}

TEST_F(topology_file, whose_terminals_cannot_all_reach_each_other_is_refused) {
  EXPECT_EQ(refusal(holding("routers 2\nterminal t0 r0\nterminal t1 r1\n")),
            "terminal t1 cannot be reached from terminal t0");
  EXPECT_EQ(refusal(holding("routers 2\nterminal t0 r0\nterminal t1 r1\nchannel r0 r1\n")),
            "terminal t0 cannot be reached from terminal t1");
  EXPECT_EQ(refusal(holding("routers 3\nterminal t0 r0\nterminal t1 r1\nlink r0 r1\n")), "nothing");
}

TEST_F(topology_file, that_is_not_there_is_refused) {
  auto p = holding("");
  p.file = "no_such_file.txt";
  EXPECT_EQ(refusal(p), "no_such_file.txt: the topology cannot be read");
  p.file = ".";
  EXPECT_NE(refusal(p), "nothing");
}

}  // namespace
}  // namespace mimd::noc
