// Simple COMA on mimd-coma: attraction memories that are allocated by the page and coherent by the line.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/named_program.h"
#include "tests/support/scratch_files.h"

namespace mimd {
namespace {

constexpr std::uint64_t page = 1024;
constexpr unsigned frames = 16;

// One processor that reads a line of each of so many pages in turn, three times over; one attraction memory
// of `frames` pages, in which all pages have room if it is allocated by the line.
nlohmann::json sparse_reads(unsigned pages, const std::vector<std::string>& settings) {
  const test::scratch_directory scratch;
  std::ofstream trace(scratch.file("sparse.din"));
  for (unsigned turn = 0; turn < 3; ++turn) {
    for (unsigned i = 0; i < pages; ++i) trace << "0 " << std::hex << i * page + i % 16 * 64 << '\n';
  }
  trace.close();
  std::vector<std::string> words{"--trace", scratch.file("sparse.din")};
  for (const char* setting : {"node.count=1", "cpu.count=1", "attraction.size=16KiB", "attraction.ways=16",
                              "attraction.pressure=1", "attraction.page=1KiB", "l1.size=128B", "l1.ways=1"}) {
    words.insert(words.end(), {"--set", setting});
  }
  for (const std::string& setting : settings) words.insert(words.end(), {"--set", setting});
  return test::statistics_of_run("mimd-coma", words);
}

TEST(simple_coma, a_page_takes_a_whole_frame_however_few_of_its_lines_are_used) {
  const unsigned pages = frames - 1;
  const nlohmann::json by_page = sparse_reads(pages, {"attraction.allocation=1KiB"});
  EXPECT_EQ(by_page.at("attraction.allocated"), pages);
  EXPECT_EQ(by_page.at("attraction.lines"), pages);
  EXPECT_EQ(by_page.at("attraction.misses"), pages);
  EXPECT_EQ(by_page.at("attraction.pages_replaced"), 0);
}

TEST(simple_coma, pages_beyond_the_frames_are_refused_that_would_fit_line_by_line) {
  const test::scratch_directory scratch;
  std::ofstream trace(scratch.file("sparse.din"));
  for (unsigned i = 0; i < frames; ++i) trace << "0 " << std::hex << i * page << '\n';
  trace.close();
  const std::vector<std::string> words{"--trace", scratch.file("sparse.din"),
                                       "--set",   "node.count=1",
                                       "--set",   "cpu.count=1",
                                       "--set",   "attraction.size=16KiB",
                                       "--set",   "attraction.page=1KiB",
                                       "--set",   "attraction.allocation=1KiB"};
  test::expect_refuses("mimd-coma", words, {"attraction.pressure", "page 0x3c00", "15 pages"});
}

TEST(simple_coma, a_page_fault_costs_its_time_once_a_frame_in_both_timings) {
  const unsigned pages = 12;
  for (const char* const timing : {"lt", "at"}) {
    const std::string run = std::string("run.timing=") + timing;
    const nlohmann::json free = sparse_reads(pages, {run, "attraction.allocation=1KiB"});
    const nlohmann::json costly =
        sparse_reads(pages, {run, "attraction.allocation=1KiB", "attraction.allocation_time=10us"});
    EXPECT_EQ(costly.at("time_ps").get<std::uint64_t>() - free.at("time_ps").get<std::uint64_t>(),
              pages * 10'000'000u)
        << timing;
  }
}

TEST(simple_coma, pages_of_one_line_are_flat_coma) {
  const std::vector<std::string> program{"--workload",         "radix-sort", "--set",
                                         "workload.size=2000", "--set",      "attraction.size=8KiB"};
  std::vector<std::string> by_page = program;
  by_page.insert(by_page.end(), {"--set", "attraction.allocation=64B"});
  const nlohmann::json line = test::statistics_of_run("mimd-coma", program);
  const nlohmann::json one = test::statistics_of_run("mimd-coma", by_page);
  for (const auto& [name, value] : line.items()) EXPECT_EQ(one.at(name), value) << name;
}

// False sharing of frames: what one node uses of a page keeps the frame of all of it.
TEST(simple_coma, replaces_pages_where_a_program_is_sparse) {
  const std::vector<std::string> program{
      "--workload",   "radix-sort", "--check-coherence",     "--set", "workload.size=3000", "--set",
      "l1.size=1KiB", "--set",      "attraction.size=16KiB", "--set", "attraction.ways=16"};
  std::vector<std::string> by_page = program;
  by_page.insert(by_page.end(), {"--set", "attraction.allocation=1KiB"});
  const nlohmann::json line = test::statistics_of_run("mimd-coma", program);
  const nlohmann::json pages = test::statistics_of_run("mimd-coma", by_page);
  EXPECT_GT(pages.at("attraction.pages_replaced"), 0);
  EXPECT_LT(pages.at("attraction.hit_share"), line.at("attraction.hit_share"));
}

TEST(simple_coma, refuses_what_has_no_meaning) {
  test::expect_all_refused(
      "mimd-coma",
      {{{"attraction.allocation=32"}, {"attraction.allocation", "l1.line"}},
       {{"attraction.allocation=1000"}, {"attraction.allocation", "power of two"}},
       {{"attraction.allocation=8KiB"}, {"attraction.allocation"}},
       {{"attraction.allocation_time=1us"}, {"attraction.allocation_time", "attraction.allocation is 0"}},
       {{"attraction.allocation=4KiB", "attraction.size=32KiB"}, {"attraction.size"}}});
}

}  // namespace
}  // namespace mimd
