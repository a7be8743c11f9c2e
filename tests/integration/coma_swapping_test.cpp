// Pages of a cache-only memory that go to disk, in both families: to the page and the picosecond where that
// can be counted; programs of half as much again as there is memory. And the random tester on flat ones,
// whose every line is a page that comes and goes (hierarchical ones: hierarchy_swapping_test.cpp).
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

#include "tests/support/coma_in_process.h"
#include "tests/support/named_program.h"
#include "tests/support/scratch_files.h"

namespace mimd {
namespace {

constexpr std::uint64_t page = 1024;
constexpr unsigned in_memory = 15;  // pages

struct family {
  const char* name;
  std::vector<std::string> free_slots;  // that take no time
  std::vector<std::string> two_levels;  // if it has levels
};

const std::vector<family>& families() {
  static const std::vector<family> all{
      {"flat", {"coma.family=flat", "directory.slot_time=0ps"}, {"coma.family=flat"}},
      {"hierarchical",
       {"coma.family=hierarchical", "hierarchy.slot_time=0ps"},
       {"coma.family=hierarchical", "hierarchy.arity=2"}}};
  return all;
}

void append(std::vector<std::string>& words, const std::vector<std::string>& settings) {
  for (const std::string& setting : settings) words.insert(words.end(), {"--set", setting});
}

// One processor that reads a line of each of so many pages in turn, three times over.
nlohmann::json reads_in_turn(const family& of, unsigned pages, const std::vector<std::string>& settings) {
  const test::scratch_directory scratch;
  std::ofstream trace(scratch.file("turns.din"));
  for (unsigned turn = 0; turn < 3; ++turn) {
    for (unsigned i = 0; i < pages; ++i) trace << "0 " << std::hex << i * page << '\n';
  }
  trace.close();
  std::vector<std::string> words{"--trace", scratch.file("turns.din")};
  append(words, {"node.count=1", "cpu.count=1", "attraction.size=16KiB", "attraction.ways=16",
                 "attraction.page=1KiB", "attraction.swap=64KiB", "l1.size=128B", "l1.ways=1"});
  append(words, of.free_slots);
  append(words, settings);
  return test::statistics_of_run("mimd-coma", words);
}

TEST(coma_swapping, nothing_is_swapped_while_there_is_room) {
  for (const family& of : families()) {
    const nlohmann::json run = reads_in_turn(of, in_memory, {"attraction.swap_time=1ms"});
    EXPECT_EQ(run.at("attraction.swapped_out"), 0) << of.name;
    EXPECT_EQ(run.at("attraction.swap_unavailable_ps"), 0) << of.name;
  }
}

// First in, first out, in turn: every touch beyond the first pages makes room for a page, which comes back
// from disk unless it is new.
TEST(coma_swapping, every_page_costs_its_transfers_in_both_timings) {
  const unsigned pages = in_memory + 2;
  const unsigned out = 3 * pages - in_memory;
  const unsigned in = out - 2;
  const std::uint64_t transfers = std::uint64_t{out + in} * 100'000'000;
  for (const family& of : families()) {
    for (const char* const timing : {"lt", "at"}) {
      SCOPED_TRACE(std::string(of.name) + ", " + timing);
      const std::string run = std::string("run.timing=") + timing;
      const nlohmann::json free = reads_in_turn(of, pages, {run, "attraction.swap_time=0ps"});
      const nlohmann::json costly = reads_in_turn(of, pages, {run, "attraction.swap_time=100us"});
      EXPECT_EQ(costly.at("attraction.swapped_out"), out);
      EXPECT_EQ(costly.at("attraction.swapped_in"), in);
      EXPECT_EQ(costly.at("attraction.swap_lines_recalled"), out);
      EXPECT_EQ(costly.at("time_ps").get<std::uint64_t>() - free.at("time_ps").get<std::uint64_t>(),
                transfers);
      EXPECT_GE(costly.at("attraction.swap_unavailable_ps").get<std::uint64_t>(), transfers);
    }
  }
}

TEST(coma_swapping, a_trace_ends_at_the_page_for_which_the_disk_has_no_room_either) {
  const test::scratch_directory scratch;
  std::ofstream trace(scratch.file("much.din"));
  for (unsigned i = 0; i < in_memory + 5; ++i) trace << "1 " << std::hex << i * page << '\n';
  trace.close();
  for (const family& of : families()) {
    std::vector<std::string> words{"--trace", scratch.file("much.din")};
    append(words, {"node.count=1", "cpu.count=1", "attraction.size=16KiB", "attraction.page=1KiB",
                   "attraction.swap=4KiB"});
    append(words, of.two_levels);
    test::expect_refuses("mimd-coma", words, {"attraction.swap", "page 0x4c00", "no room on disk"});
  }
}

// ---- programs larger than memory

struct large_program {
  const char* workload;
  const char* size;
};

class coma_swapping_programs : public testing::TestWithParam<large_program> {};

std::vector<std::string> words_for(const family& of, const large_program& p, const char* swap) {
  std::vector<std::string> words{"--workload", p.workload, "--check-coherence"};
  append(words, {std::string("workload.size=") + p.size, std::string("attraction.swap=") + swap,
                 "workload.iterations=1", "attraction.size=8KiB", "attraction.page=1KiB", "l1.size=1KiB"});
  append(words, of.two_levels);
  return words;
}

// Memory is 30 KiB.
TEST_P(coma_swapping_programs, of_more_than_150_percent_of_memory_are_right_in_both_timings) {
  for (const family& of : families()) {
    test::expect_refuses("mimd-coma", words_for(of, GetParam(), "15KiB"),
                         {"attraction.swap", "no room on disk"});
    for (const char* const timing : {"lt", "at"}) {
      SCOPED_TRACE(std::string(of.name) + ", " + timing);
      std::vector<std::string> words = words_for(of, GetParam(), "128KiB");
      words.insert(words.end(), {"--timing", timing});
      append(words, {"attraction.swap_time=1us"});
      const nlohmann::json run = test::statistics_of_run("mimd-coma", words);  // right, or the test fails
      EXPECT_GT(run.at("attraction.swapped_out"), 15);
      EXPECT_GT(run.at("attraction.swap_unavailable_ps"), 0);
      EXPECT_EQ(run.at("coherence.violations"), 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(all, coma_swapping_programs,
                         testing::Values(large_program{"radix-sort", "5600"}, large_program{"matmul", "44"},
                                         large_program{"lu", "54"}, large_program{"fft", "2048"},
                                         large_program{"stencil", "54"}, large_program{"histogram", "12000"},
                                         large_program{"stream", "2048"}, large_program{"bfs", "1024"}),
                         [](const auto& tested) {
                           std::string name = tested.param.workload;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// ---- the random tester

class coma_swapping_forms : public testing::TestWithParam<directory_form> {};

TEST_P(coma_swapping_forms, lose_nothing_while_every_page_comes_and_goes) {
  static const test::settings small{{"workload.variant", "full"}, {"workload.size", "400"},
                                    {"l1.size", "128B"},          {"l1.ways", "2"},
                                    {"cpu.consistency", "tso"},   {"attraction.pressure", "1"}};
  static const std::vector<test::named_coma> kinds{{"three_nodes_pages_of_a_line",
                                                    {{"node.count", "3"},
                                                     {"cpu.count", "3"},
                                                     {"attraction.size", "192B"},
                                                     {"attraction.ways", "3"},
                                                     {"attraction.page", "64B"},
                                                     {"attraction.swap", "256B"}}},
                                                   {"five_nodes_two_sets",
                                                    {{"node.count", "5"},
                                                     {"cpu.count", "5"},
                                                     {"cpu.outstanding", "4"},
                                                     {"attraction.size", "384B"},
                                                     {"attraction.ways", "3"},
                                                     {"attraction.page", "64B"},
                                                     {"attraction.swap", "512B"}}},
                                                   {"two_nodes_of_four",
                                                    {{"node.count", "2"},
                                                     {"cpu.count", "8"},
                                                     {"cpu.outstanding", "4"},
                                                     {"bus.split", "true"},
                                                     {"attraction.size", "1KiB"},
                                                     {"attraction.ways", "16"},
                                                     {"attraction.page", "128B"},
                                                     {"attraction.swap", "4KiB"}}},
                                                   {"simple_coma",
                                                    {{"node.count", "4"},
                                                     {"cpu.count", "4"},
                                                     {"attraction.size", "4KiB"},
                                                     {"attraction.ways", "8"},
                                                     {"attraction.allocation", "256B"},
                                                     {"attraction.page", "512B"},
                                                     {"attraction.swap", "8KiB"}}}};
  const auto& formats = test::coma_formats();
  std::uint64_t accesses = 0;
  std::uint64_t seed = 0;
  for (const test::named_coma& kind : kinds) {
    for (const char* const time : {"0ps", "20ns", "1us"}) {
      for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
        const test::settings values = test::joined({small,
                                                    test::coma_form_settings(GetParam()),
                                                    kind.values,
                                                    formats[++seed % formats.size()].values,
                                                    {{"attraction.swap_time", time}}});
        const test::random_run run = test::run_coma_random_tester(values, timing, seed, seed % 4 < 2);
        EXPECT_EQ(run.trouble, "") << kind.name << " seed " << seed << test::in_words(values);
        accesses += run.accesses;
      }
    }
  }
  std::cout << accesses << " accesses checked\n";
  EXPECT_GT(accesses, 20'000u);
}

INSTANTIATE_TEST_SUITE_P(all, coma_swapping_forms, testing::ValuesIn(all_coma_forms()),
                         [](const auto& tested) {
                           std::string name = tested.param.name();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace mimd
