// What mimd-coma refuses, each with one line that names the culprit, and status 2.
#include <fstream>

#include "tests/support/named_program.h"
#include "tests/support/scratch_files.h"

namespace mimd {
namespace {

void expect_all_refused(const std::vector<test::bad_settings>& all) {
  test::expect_all_refused("mimd-coma", all);
}

TEST(coma_bad_input, of_attraction_memories) {
  expect_all_refused({
      {{"attraction.size=0B"}, {"attraction.size"}},
      {{"attraction.size=1000B"}, {"attraction.size"}},
      {{"attraction.size=3KiB", "attraction.ways=16"}, {"attraction.size"}},
      {{"attraction.ways=65"}, {"attraction.ways", "'65'"}},
      {{"attraction.ways=2"}, {"attraction.ways", "must be above 2"}},
      {{"attraction.pressure=1.5"}, {"attraction.pressure", "'1.5'"}},
      {{"attraction.pressure=0"}, {"attraction.pressure", "'0'"}},
      {{"attraction.replacement=mru"}, {"attraction.replacement", "'mru'"}},
      {{"attraction.page=8KiB"}, {"attraction.page", "no effect"}},
      {{"attraction.swap_time=1us"}, {"attraction.swap_time", "no effect", "attraction.swap is 0"}},
      {{"attraction.swap=10000"}, {"attraction.swap", "whole pages"}},
      {{"attraction.swap=1MiB", "attraction.page=64B"}, {"attraction.page", "must not be below 4096 bytes"}},
      {{"attraction.swap=1MiB", "attraction.page=1MiB", "attraction.size=64KiB"},
       {"attraction.page", "more lines in each set than the 60"}},
      {{"atraction.swap=1MiB"}, {"'atraction.swap'", "'attraction.swap'"}},
      {{"atraction.size=1MiB"}, {"'atraction.size'", "'attraction.size'"}},
  });
}

TEST(coma_bad_input, of_the_directory) {
  expect_all_refused({
      {{"directory.format=dir-i-nb"}, {"directory.format", "'dir-i-nb'", "'dir-i-b'"}},
      {{"directory.format=pointer-pool"}, {"directory.format", "'pointer-pool'"}},
      {{"directory.sparse_entries=8"}, {"'directory.sparse_entries'"}},
      {{"memory.size=1MiB"}, {"'memory.size'"}},
      {{"placement.policy=first-touch"}, {"'placement.policy'"}},
      {{"node.count=3"}, {"node.count", "3 nodes"}},
  });
}

TEST(coma_bad_input, of_the_hierarchy) {
  const std::string tree = "coma.family=hierarchical";
  expect_all_refused({
      {{"coma.family=ddm"}, {"coma.family", "'ddm'"}},
      {{"hierarchy.arity=4"}, {"hierarchy.arity", "no effect"}},
      {{tree, "directory.busy=nack"}, {"directory.busy", "no effect"}},
      {{tree, "noc.fidelity=fixed"}, {"noc.fidelity", "no effect"}},
      {{tree, "attraction.swap=1MiB", "attraction.page=32B"},
       {"attraction.page", "must not be below l1.line"}},
      {{tree, "node.local_time=1ns"}, {"node.local_time", "no effect"}},
      {{tree, "hierarchy.slots=3"}, {"hierarchy.slots", "no effect", "bus"}},
      {{tree, "hierarchy.medium=ring", "hierarchy.width=4"}, {"hierarchy.width", "no effect", "ring"}},
      {{tree, "hierarchy.arity=65"}, {"hierarchy.arity", "'65'"}},
      {{tree, "hierarchy.arity=2", "node.count=1024", "cpu.count=1024"}, {"hierarchy.arity", "10 levels"}},
      {{tree, "hierarchy.arty=4"}, {"'hierarchy.arty'", "'hierarchy.arity'"}},
      {{tree, "attraction.size=4KiB", "attraction.ways=4", "workload.size=4096"},
       {"attraction.pressure", "page 0x3000", "sets 0 to 15", "at most 15 lines"}},
  });
}

TEST(coma_bad_input, a_program_that_does_not_fit_is_refused_before_it_starts_and_the_page_named) {
  expect_all_refused({
      {{"attraction.size=4KiB", "attraction.ways=4", "workload.size=4096"},
       {"attraction.pressure", "page 0x3000", "sets 0 to 15", "at most 15 lines", "4 nodes of 4 ways"}},
  });
}

TEST(coma_bad_input, a_trace_that_does_not_fit_ends_at_the_first_touch_of_the_page) {
  const test::scratch_directory scratch;
  const std::string trace = scratch.file("trace.din");
  {
    std::ofstream out(trace);
    for (unsigned i = 0; i < 200; ++i) out << "1 " << std::hex << 0x10000 * i << "\n";
  }
  for (const char* family : {"flat", "hierarchical"}) {
    const test::program_run run =
        test::run_program(std::string(MIMD_BINARY_DIR) + "/mimd-coma",
                          {"--trace", trace, "--set", "attraction.size=16KiB", "--set", "attraction.ways=4",
                           "--set", std::string("coma.family=") + family});
    EXPECT_EQ(
        test::complaint_about(run, {"attraction.pressure", "page 0xf0000", "at most 15 lines"}, "mimd-coma"),
        "")
        << run;
  }
}

}  // namespace
}  // namespace mimd
