// Cache-only memory against a distributed shared memory of equal resources: COMA wins where capacity misses
// dominate and data are finely interleaved, and loses where coherence misses dominate (Stenström, Joe &
// Gupta, ISCA 1992). By scripts/compare-coma-numa, whose columns also say why.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <sstream>

#include "tests/support/program_run.h"

namespace mimd {
namespace {

struct row {
  double capacity;   // % of the misses
  double coherence;  // likewise
  double own;        // % of lines found in the node's own attraction memory
  double ratio;      // of the times, COMA to NUMA
};

// By program and size of the caches.
std::map<std::string, row> compare(const std::vector<std::string>& programs) {
  std::vector<std::string> words{"--bin", MIMD_BINARY_DIR};
  words.insert(words.end(), programs.begin(), programs.end());
  const test::program_run run =
      test::run_program(std::string(MIMD_SOURCE_DIR) + "/scripts/compare-coma-numa", words);
  EXPECT_EQ(run.status, 0) << run.errors;
  std::cout << run.output;
  std::istringstream lines(run.output);
  std::string line;
  std::getline(lines, line);  // names
  std::map<std::string, row> rows;
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    std::string program;
    std::string cache;
    row r{};
    double skipped = 0;
    cells >> program >> cache >> r.capacity >> r.coherence >> r.own;
    for (unsigned i = 0; i < 4; ++i) cells >> skipped;
    cells >> r.ratio;
    EXPECT_TRUE(cells) << line;
    rows[program + " " + cache] = r;
  }
  return rows;
}

TEST(coma_against_numa, wins_by_lines_of_its_own_node_where_capacity_misses_dominate) {
  const auto rows = compare({"matmul:48", "radix-sort:8192"});
  ASSERT_EQ(rows.size(), 4u);
  for (const char* program : {"matmul 4KiB", "radix-sort 4KiB"}) {
    const row& r = rows.at(program);
    EXPECT_GT(r.capacity, 80) << program;
    EXPECT_GT(r.own, 80) << program;
    EXPECT_LT(r.ratio, 0.9) << program;
  }
  // With caches that are large enough the same sort gains less.
  EXPECT_GT(rows.at("radix-sort 32KiB").ratio, rows.at("radix-sort 4KiB").ratio);
}

TEST(coma_against_numa, loses_where_coherence_misses_dominate) {
  const auto rows = compare({"histogram:2048", "false-sharing:100"});
  ASSERT_EQ(rows.size(), 4u);
  for (const auto& [program, r] : rows) {
    EXPECT_GT(r.coherence, 50) << program;
    EXPECT_GT(r.ratio, 1.05) << program;
  }
}

}  // namespace
}  // namespace mimd
