// Distances between nodes: what is read, and where errors are said to be.
#include "memory/node_distances.h"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>

#include "support/scratch_files.h"

namespace mimd {
namespace {

node_distances read(const std::string& text) {
  std::istringstream in(text);
  return node_distances::read(in, "slit.txt");
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(node_distances, are_read_as_linux_prints_them) {
  const node_distances d = read("10 21 31\n21 10 21\n31 22 10\n");
  EXPECT_EQ(d.nodes(), 3u);
  EXPECT_EQ(d(0, 0), 10u);
  EXPECT_EQ(d(0, 2), 31u);
  EXPECT_EQ(d(2, 1), 22u);
  EXPECT_EQ(d(1, 2), 21u);
}

TEST(node_distances, may_have_comments_and_empty_lines_and_no_last_newline) {
  const node_distances d = read("# two sockets\n\n10\t20 # node 0\n 20 10");
  EXPECT_EQ(d.nodes(), 2u);
  EXPECT_EQ(d(1, 0), 20u);
}

TEST(node_distances, are_uniform_where_nobody_states_them) {
  const node_distances d(3, 16);
  EXPECT_EQ(d(1, 1), 10u);
  EXPECT_EQ(d(1, 2), 16u);
  EXPECT_EQ(node_distances(1)(0, 0), 10u);
  EXPECT_THROW(node_distances(0), std::invalid_argument);
  EXPECT_THROW(node_distances(2, 9), std::invalid_argument);
}

TEST(node_distances, that_are_wrong_are_refused_with_the_line) {
  EXPECT_EQ(complaint("10 20\n20 1O\n"), "slit.txt:2: '1O' is no distance: a number, 10 ... 254");
  EXPECT_EQ(complaint("10 255\n20 10\n"), "slit.txt:1: '255' is no distance: a number, 10 ... 254");
  EXPECT_EQ(complaint("10 -20\n20 10\n"), "slit.txt:1: '-20' is no distance: a number, 10 ... 254");
  EXPECT_EQ(complaint("10 99999999999999999999\n"),
            "slit.txt:1: '99999999999999999999' is no distance: a number, 10 ... 254");
  EXPECT_EQ(complaint("10 20\n20 11\n"), "slit.txt:2: node 1 is 11 from itself, not 10");
  EXPECT_EQ(complaint("10 20\n\n20 10 30\n"), "slit.txt:3: 3 distances, but the first line has 2");
  EXPECT_EQ(complaint("10 20\n20 10\n20 20\n"), "slit.txt:3: one line too many for 2 nodes");
  EXPECT_EQ(complaint("10 20 30\n20 10 30\n"),
            "slit.txt:2: there are 2 lines of 3 distances: one line for each node is needed");
  EXPECT_EQ(complaint("# nothing\n"), "slit.txt:1: there are no distances");
}

TEST(node_distances, come_from_a_file_that_is_there) {
  const test::scratch_directory scratch;
  const std::string path = scratch.file("distances");
  std::ofstream(path) << "10 17\n17 10\n";
  EXPECT_EQ(node_distances::read_file(path)(0, 1), 17u);
  try {
    node_distances::read_file(scratch.file("nowhere"));
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("nowhere: the distances cannot be read"), std::string::npos);
  }
}

}  // namespace
}  // namespace mimd
