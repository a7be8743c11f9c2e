#include "infrastructure/transaction_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "support/scratch_files.h"

namespace {

using mimd::time_ps;
using mimd::transaction_log;
using mimd::transaction_record;
using mimd::test::scratch_directory;
using mimd::test::text_of;
using nlohmann::json;

std::vector<json> read_log(const std::string& file) {
  const std::string text = text_of(file);
  EXPECT_TRUE(text.empty() || text.back() == '\n') << "ends within a line";
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

TEST(transaction_log, writes_exactly_this_line) {
  const scratch_directory scratch;
  transaction_log log(scratch.file("t.jsonl"));
  log.record({7, 3, 120000, 165000, "BusRd", "cpu_0.l1", 0x1f40, 64, "from_memory"});
  log.finish();
  EXPECT_EQ(text_of(scratch.file("t.jsonl")),
            "{\"id\":7,\"parent\":3,\"begin_ps\":120000,\"end_ps\":165000,\"type\":\"BusRd\",\"agent\":\"cpu_"
            "0.l1\","
            "\"address\":\"0x1f40\",\"size\":64,\"outcome\":\"from_memory\"}\n");
}

TEST(transaction_log, every_text_and_number_comes_back) {
  const scratch_directory scratch;
  const std::uint64_t largest = ~std::uint64_t{0};
  transaction_log log(scratch.file("t.jsonl"));
  const std::string long_text(5000, '\x01');
  log.record({largest, largest, largest - 1, largest, "a\"b\\c", "tab\there\nnew\x1f", largest,
              ~std::uint32_t{0}, "µ"});
  log.record({1, 0, largest, largest, "", long_text.c_str(), 0, 0, ""});
  log.finish();
  const auto lines = read_log(scratch.file("t.jsonl"));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["id"], largest);
  EXPECT_EQ(lines[0]["end_ps"], largest);
  EXPECT_EQ(lines[0]["address"], "0xffffffffffffffff");
  EXPECT_EQ(lines[0]["type"], "a\"b\\c");
  EXPECT_EQ(lines[0]["agent"], "tab\there\nnew\x1f");
  EXPECT_EQ(lines[0]["outcome"], "µ");
  EXPECT_EQ(lines[1]["agent"], long_text);
}

TEST(transaction_log, records_of_the_future_are_sorted_by_begin_then_by_record) {
  const scratch_directory scratch;
  transaction_log log(scratch.file("t.jsonl"));
  std::mt19937 random(11);
  std::vector<std::pair<time_ps, std::uint64_t>> expected;  // begin, id
  std::uint64_t id = 0;
  for (time_ps now = 0; now < 20000; ++now) {
    log.advance(now);
    const time_ps begin = now + random() % 300;
    expected.emplace_back(begin, ++id);
    log.record({id, 0, begin, begin + 50, "load", "cpu_0", id, 8, "hit"});
  }
  log.finish();
  std::sort(expected.begin(), expected.end());
  const auto lines = read_log(scratch.file("t.jsonl"));
  ASSERT_EQ(lines.size(), expected.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(lines[i]["begin_ps"], expected[i].first);
    ASSERT_EQ(lines[i]["id"], expected[i].second);
  }
}

TEST(transaction_log, completions_stand_in_the_order_of_completion) {
  const scratch_directory scratch;
  transaction_log log(scratch.file("t.jsonl"));
  log.advance(100);
  log.record({2, 0, 90, 100, "BusRd", "a", 0, 64, ""});
  log.advance(120);
  log.record({1, 0, 10, 120, "BusRd", "a", 0, 64, ""});
  log.record({3, 0, 119, 120, "BusRd", "a", 0, 64, ""});
  log.finish();
  const auto lines = read_log(scratch.file("t.jsonl"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0]["id"], 2);
  EXPECT_EQ(lines[1]["id"], 1);
  EXPECT_EQ(lines[2]["id"], 3);
}

TEST(transaction_log, ends_at_a_full_line_while_it_grows_and_is_flushed_within_a_second) {
  const scratch_directory scratch;
  transaction_log log(scratch.file("t.jsonl"));
  for (std::uint64_t i = 0; i < 50000; ++i) {
    log.advance(i);
    log.record({i + 1, 0, i, i + 1, "load", "cpu_0", i, 8, "hit"});
    if (i % 17000 == 16999) read_log(scratch.file("t.jsonl"));
  }
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(900)) log.advance(60000);
  EXPECT_EQ(read_log(scratch.file("t.jsonl")).size(), 50000U);
}

TEST(transaction_log, a_file_that_cannot_be_written_is_named) {
  EXPECT_THROW(transaction_log{"/nonexistent/t.jsonl"}, std::runtime_error);
  transaction_log full("/dev/full");
  full.record({});
  EXPECT_THROW(full.finish(), std::runtime_error);
}

}  // namespace
