// Wrong options, values, units, files, geometries and combinations: each is refused with one line that names
// it.
#include "tests/support/refused_run.h"

namespace mimd {
namespace {

using test::expect_refused;
using words = std::vector<std::string>;

struct bad_line {
  words given;
  words culprits;
};

void expect_all_refused(const std::vector<bad_line>& lines) {
  for (const bad_line& line : lines) expect_refused(line.given, line.culprits);
}

// --set for each of `settings`, behind `front`.
words with(words front, const words& settings) {
  for (const std::string& setting : settings) {
    front.push_back("--set");
    front.push_back(setting);
  }
  return front;
}

TEST(bad_input, wrong_options_name_the_nearest) {
  expect_all_refused({
      {{"--wrokload", "stream"}, {"--wrokload", "'--workload'"}},
      {{"-workload", "stream"}, {"-workload", "'--workload'"}},
      {{"--vdc=x"}, {"--vdc", "'--vcd'"}},
      {{"--workload"}, {"--workload"}},
      {{"--workload="}, {"--workload"}},
      {{"--workload", "--quiet"}, {"--workload"}},
      {{"stray"}, {"'stray'"}},
      {{"--"}, {"'--'"}},
      {{""}, {"''"}},
      {{"--help=3"}, {"--help"}},
      {{"--quiet=yes"}, {"--quiet"}},
      {{"--timing", "lt", "--timing", "at"}, {"--timing", "twice"}},
      {{"--progress", "--no-progress"}, {"--progress", "--no-progress"}},
      {{"--list-parameters=xml"}, {"--list-parameters", "'xml'"}},
      {{"--list-parameters", "json"}, {"'json'"}},
      {{"--list-statistics=foo"}, {"--list-statistics", "'foo'"}},
      {{"--preset", "fast"}, {"--preset", "'fast'"}},
      {{"--dump-config"}, {"--dump-config"}},
  });
}

TEST(bad_input, wrong_names_name_the_nearest) {
  expect_all_refused({
      {{"--workload", "straem"}, {"'straem'", "'stream'"}},
      {{"--timing", "ta"}, {"--timing", "'ta'", "'at'"}},
      {with({}, {"cpu.cout=4"}), {"'cpu.cout'", "'cpu.count'"}},
      {with({}, {"count=4"}), {"'count'", "'cpu.count'"}},
      {with({}, {"L1.size=4KiB"}), {"'L1.size'", "'l1.size'"}},
      {with({}, {"coherence.protocol=messi"}), {"coherence.protocol", "'messi'", "'mesi'"}},
      {with({}, {"cpu.consistency=tos"}), {"cpu.consistency", "'tso'"}},
      {with({}, {"l1.replacement=lur"}), {"l1.replacement", "'lru'"}},
      {with({}, {"bus.arbitration=round_robin"}), {"bus.arbitration", "'round-robin'"}},
      {with({}, {"workload.variant=block"}), {"workload.variant", "'blocked'"}},
      {with({"--workload", "stream"}, {"workload.variant=blocked"}), {"workload.variant", "stream", "triad"}},
      {with({"--workload", "bfs"}, {"workload.variant=triad"}), {"workload.variant", "bfs", "'triad'"}},
  });
}

TEST(bad_input, wrong_values_and_units) {
  expect_all_refused({
      {with({}, {"foo"}), {"--set", "'foo'"}},
      {with({}, {"=5"}), {"--set", "'=5'"}},
      {with({}, {"cpu.count="}), {"cpu.count", "''"}},
      {with({}, {"cpu.count=0"}), {"cpu.count", "'0'"}},
      {with({}, {"cpu.count=5000"}), {"cpu.count", "'5000'"}},
      {with({}, {"cpu.count=-1"}), {"cpu.count", "'-1'"}},
      {with({}, {"cpu.count=4x"}), {"cpu.count", "'4x'"}},
      {with({}, {"cpu.count=1e3"}), {"cpu.count", "'1e3'"}},
      {with({}, {"cpu.count=99999999999999999999999"}), {"cpu.count", "64 bits"}},
      {with({}, {"cpu.clock=2"}), {"cpu.clock", "unit", "GHz"}},
      {with({}, {"cpu.clock=1GB"}), {"cpu.clock", "'GB'"}},
      {with({}, {"cpu.clock=0Hz"}), {"cpu.clock", "'0Hz'"}},
      {with({}, {"cpu.clock=-1GHz"}), {"cpu.clock", "'-1GHz'"}},
      {with({}, {"cpu.clock=nan"}), {"cpu.clock", "'nan'"}},
      {with({}, {"cpu.clock=1e400GHz"}), {"cpu.clock", "'1e400GHz'"}},
      {with({}, {"cpu.clock=10THz"}), {"cpu.clock", "'10THz'"}},
      {with({}, {"cpu.clock=1Hz"}), {"cpu.clock", "'1Hz'"}},
      {with({}, {"bus.clock=1Hz"}), {"bus.clock", "'1Hz'"}},
      {with({}, {"bus.width=3"}), {"bus.width", "'3'"}},
      {with({}, {"l1.split=maybe"}), {"l1.split", "'maybe'"}},
      {with({}, {"memory.access_time=10"}), {"memory.access_time", "'10'", "ns"}},
      {with({}, {"memory.access_time=10GHz"}), {"memory.access_time", "'GHz'"}},
      {with({}, {"memory.access_time=-5ns"}), {"memory.access_time", "'-5ns'"}},
      {with({}, {"memory.access_time=10s"}), {"memory.access_time", "'10s'"}},
      {with({}, {"memory.cycle_time=10000000s"}), {"memory.cycle_time", "'10000000s'"}},
      {with({}, {"memory.bandwidth=-1GB/s"}), {"memory.bandwidth", "'-1GB/s'"}},
      {with({}, {"memory.interleave=24"}), {"memory.interleave", "'24'"}},
      {with({}, {"memory.banks=0"}), {"memory.banks", "'0'"}},
      {with({}, {"cpu.lt_quantum=1000s"}), {"cpu.lt_quantum", "'1000s'"}},
      {with({}, {"synthetic.think=10000000s"}), {"synthetic.think", "'10000000s'"}},
      {{"--max-time", "abc"}, {"--max-time", "'abc'"}},
      {{"--max-time", "0ns"}, {"--max-time", "'0ns'"}},
      {{"--max-time", "10"}, {"--max-time", "unit"}},
      {{"--max-time", "1e30s"}, {"--max-time", "'1e30s'"}},
      {{"--seed", "abc"}, {"--seed", "'abc'"}},
      {{"--seed", "-1"}, {"--seed", "'-1'"}},
      {{"--seed", "99999999999999999999999"}, {"--seed", "64 bits"}},
  });
}

TEST(bad_input, impossible_geometries) {
  expect_all_refused({
      {with({}, {"l1.size=100"}), {"l1.size", "100"}},
      {with({}, {"l1.size=3KiB"}), {"l1.size", "3072"}},
      {with({}, {"l1.size=1TiB"}), {"l1.size", "1099511627776"}},
      {with({}, {"l1.size=100000000TiB"}), {"l1.size", "100000000TiB"}},
      {with({}, {"l1.size=4GiB"}), {"l1.size", "together"}},
      {with({}, {"cpu.count=1024", "l2.size=256MiB"}), {"l2.size", "together"}},
      {with({}, {"l1.ways=0"}), {"l1.ways", "'0'"}},
      {with({}, {"l1.ways=3"}), {"--set: l1.ways: '3'", "3 ways"}},
      {with({}, {"l1.ways=3", "l1.size=48KiB", "l1.replacement=tree-plru"}), {"l1.", "3 ways", "tree-plru"}},
      {with({}, {"l1.line=48"}), {"l1.line", "'48'"}},
      {with({}, {"l1.line=8192"}), {"l1.line", "'8192'"}},
      {with({}, {"l1.split=true", "l1i.size=100"}), {"l1i.size", "100"}},
      {with({}, {"l2.size=100"}), {"l2.size", "100"}},
      {with({}, {"l2.size=64KiB", "l2.line=32"}), {"l2.line", "l1"}},
      {with({}, {"memory.size=0"}), {"memory.size", "'0'"}},
      {with({}, {"memory.size=1KiB"}), {"memory.size", "'1KiB'"}},
      {with({}, {"memory.size=70001"}), {"memory.size", "multiple"}},
      {with({}, {"memory.row_size=100"}), {"memory.row_size", "'100'"}},
  });
}

TEST(bad_input, parameters_without_effect) {
  expect_all_refused({
      {with({}, {"l2.ways=4"}), {"l2.ways", "'4'", "l2.size is 0"}},
      {with({}, {"l2.inclusive=false"}), {"l2.inclusive", "l2.size is 0"}},
      {with({}, {"l1i.size=8KiB"}), {"l1i.size", "l1.split is false"}},
      {with({}, {"cpu.store_buffer=4"}), {"cpu.store_buffer", "cpu.consistency is sc"}},
      {with({}, {"bus.outstanding=2"}), {"bus.outstanding", "bus.split is false"}},
      {with({}, {"memory.precharge=20ns"}), {"memory.precharge", "memory.page_mode is false"}},
      {with({}, {"memory.page_mode=true", "memory.access_time=50ns"}),
       {"memory.access_time", "memory.page_mode is true"}},
      {with({}, {"disk.rotation=6ms"}), {"disk.rotation", "disk.present is false"}},
      {with({}, {"disk.present=true", "disk.sectors_per_track=6"}), {"disk.sectors_per_track", "skew"}},
      {with({}, {"tape.gap=1KiB"}), {"tape.gap", "tape.present is false"}},
      {with({}, {"dma.burst=32B"}), {"dma.burst", "dma.present is false"}},
  });
}

TEST(bad_input, contradictory_parameters) {
  expect_all_refused({
      {with({}, {"coherence.protocol=vi"}), {"coherence.protocol", "l1.write"}},
      {with({}, {"l1.write=through"}), {"l1.write", "vi", "mesi"}},
      {with({}, {"coherence.protocol=vi", "l1.write=through", "l2.size=64KiB"}),
       {"coherence.protocol", "l2"}},
      {with({}, {"l1.write=through", "l2.size=64KiB", "l2.inclusive=false"}), {"l1.write", "inclusive"}},
      {with({}, {"memory.access_time=100ns", "memory.cycle_time=10ns"}),
       {"memory.cycle_time", "memory.access_time"}},
      {with({}, {"memory.page_mode=true", "memory.refresh_interval=100ns", "memory.refresh_time=200ns"}),
       {"memory.refresh_time", "memory.refresh_interval"}},
      {with({"--workload", "synthetic"}, {"synthetic.service=15ns"}), {"synthetic.service", "'15ns'"}},
      {{"--workload", "disk-sort"}, {"disk-sort", "disk.present"}},
      {{"--workload", "stream", "--trace", "x"}, {"run.trace", "run.workload"}},
      {{"--program", "x.elf"}, {"--program", "mimd-uma runs no programs"}},
      {{"--trace-scope", "*"}, {"--trace-scope", "--vcd"}},
      {{"--trace-window", "1ns:2ns"}, {"--trace-window", "--vcd"}},
  });
}

TEST(bad_input, too_few_synthetic_accesses_to_measure_are_refused) {
  expect_refused(with({"--workload", "synthetic"}, {"workload.size=2"}), {"workload.size", "synthetic", "3"});
}

TEST(bad_input, problems_too_large_are_refused_before_they_are_allocated) {
  for (const char* workload : {"bfs", "false-sharing", "fft", "histogram", "lock-contention", "lu", "matmul",
                               "n-body", "pointer-chase", "producer-consumer", "radix-sort", "random-test",
                               "stencil", "stream", "synthetic"}) {
    for (const char* size : {"1000000000000000000", "18446744073709551615"}) {
      expect_refused(with({"--workload", workload}, {std::string("workload.size=") + size}),
                     {"workload.size", workload, size});
    }
    if (std::string(workload) != "synthetic")
      expect_refused(with({"--workload", workload}, {"workload.iterations=1000000000000000000"}),
                     {"workload.iterations", workload});
  }
  expect_refused(
      with({"--workload", "disk-sort"}, {"disk.present=true", "workload.size=1000000000000000000"}),
      {"workload.size", "disk-sort"});
  expect_refused(with({"--workload", "disk-sort"}, {"disk.present=true", "workload.size=1000000000"}),
                 {"disk"});
  for (const char* workload : {"stream", "matmul", "lu"})
    expect_refused(with({"--workload", workload}, {"memory.size=64KiB"}), {"memory.size", "65536"});
  for (const char* workload : {"matmul", "lu", "stencil"}) {
    expect_refused(with({"--workload", workload}, {"workload.size=16384"}), {"memory.size", "67108864"});
  }
}

TEST(bad_input, places_that_cannot_be_written_are_found_before_the_run) {
  const test::scratch_directory scratch;
  const std::string folder = scratch.file("");
  const std::string nowhere = scratch.file("none/x");
  const std::string input = scratch.file("input.ini");
  std::ofstream(input) << "[cpu]\ncount = 2\n";
  const std::string waves = scratch.file("waves.vcd");
  expect_all_refused({
      {{"--stats", nowhere + ".json"}, {"--stats", nowhere}},
      {{"--stats", scratch.file("x.foo")}, {"--stats", "x.foo", ".json"}},
      {{"--stats", folder}, {"--stats", folder}},
      {{"--stats", scratch.file("a.json"), "--stats", scratch.file("a.json")}, {"--stats", "a.json"}},
      {{"--vcd", nowhere}, {"--vcd", nowhere}},
      {{"--vcd", folder}, {"--vcd", folder}},
      {{"--transactions", nowhere}, {"--transactions", nowhere}},
      {{"--vcd", waves, "--transactions", waves}, {"--transactions", waves, "--vcd"}},
      {{"--config", input, "--transactions", input}, {"--transactions", input, "--config"}},
      {{"--dump-config", nowhere}, {"--dump-config", nowhere}},
  });
  EXPECT_EQ(test::files_in(scratch), 1u) << "only the input is there";
}

TEST(bad_input, windows_and_scopes_that_hold_nothing_leave_no_files) {
  const test::scratch_directory scratch;
  const words outputs{"--vcd",   scratch.file("w.vcd"), "--transactions", scratch.file("t"),
                      "--stats", scratch.file("s.json")};
  const auto refused = [&](words given, const words& culprits) {
    given.insert(given.end(), outputs.begin(), outputs.end());
    expect_refused(given, culprits);
    EXPECT_EQ(test::files_in(scratch), 0u) << test::in_one_line(given);
  };
  refused({"--trace-window", "5ns:1ns"}, {"--trace-window", "'5ns:1ns'"});
  refused({"--trace-window", "5ns"}, {"--trace-window", "'5ns'"});
  refused({"--trace-window", "a:b"}, {"--trace-window", "'a'"});
  refused({"--trace-scope", "uma.bsu.*"}, {"'uma.bsu.*'", "uma.bus"});
  refused({"--trace-scope", "["}, {"'['"});
  // Found only when the simulation starts.
  refused(with({"--workload", "stream"}, {"memory.size=64KiB"}), {"memory.size"});
}

struct bad_file {
  std::string text;
  words culprits;
};

TEST(bad_input, configurations_are_refused_at_their_line) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("machine.ini");
  const std::vector<bad_file> files{
      {"[cpu]\ncount = 4\ncount = 5\n", {"machine.ini:3", "count"}},
      {"[cpu]\ncount = 4\n[l1]\n[cpu]\ncount = 4\n", {"machine.ini:5", "count"}},
      {"[cpu]\n\ncuont = 4\n", {"machine.ini:3", "cpu.cuont", "cpu.count"}},
      {"[cpuu]\ncount = 4\n", {"machine.ini:", "cpu.count"}},
      {"# fine\n[cpu\ncount = 4\n", {"machine.ini:2"}},
      {"[cpu]\ncount 4\n", {"machine.ini:2", "count 4"}},
      {"[cpu]\n= 4\n", {"machine.ini:2"}},
      {"count = 4\n", {"machine.ini:1", "count"}},
      {"[cpu]\ncount = \"4\n", {"machine.ini:2"}},
      {"[cpu]\nclock = 4 parsec\n", {"machine.ini:2", "cpu.clock", "parsec"}},
      {"[l1]\nsize = 100\n", {"machine.ini:2", "l1.size"}},
      {"[bus]\nclock = 1GHz\n\n[coherence]\nprotocol = vi\n", {"machine.ini:5", "coherence.protocol"}},
      {std::string("[cpu]\ncount = \0 4\n", 17), {"machine.ini:2"}},
      {std::string(100'000, 'x'), {"machine.ini:1"}},
      {std::string(100'000, '['), {"machine.ini:1"}},
      {"\xff\xfe\x00[cpu]", {"machine.ini:1"}},
      {test::text_of(std::string(MIMD_BINARY_DIR) + "/mimd-uma").substr(0, 20'000), {"machine.ini:"}},
  };
  for (const bad_file& bad : files) {
    std::ofstream(file, std::ios::binary) << bad.text;
    SCOPED_TRACE(bad.text.substr(0, 60));
    expect_refused({"--config", file}, bad.culprits);
  }
  expect_refused({"--config", scratch.file("none.ini")}, {"none.ini"});
  expect_refused({"--config", scratch.file("")}, {scratch.file("")});
  std::ofstream(file) << "[cpu]\ncount = 2\n";
  expect_refused({"--config", file, "--set", "cpu.count=0"}, {"--set", "cpu.count"});
}

// A wrong result is not wrong input: one line, and status 1.
TEST(bad_input, a_reference_where_there_is_no_memory_is_a_wrong_result) {
  const test::scratch_directory scratch;
  const std::string trace = scratch.file("far.din");
  std::ofstream(trace) << "0 1000\n0 7fffff000000\n0 2000\n";
  for (const char* timing : {"lt", "at"}) {
    const test::program_run run = test::run_mimd_uma(
        {"--quiet", "--no-progress", "--timing", timing, "--trace", trace, "--set", "memory.size=1MiB"});
    EXPECT_EQ(run.status, 1) << run;
    EXPECT_EQ(run.error_lines(), 1u) << run;
    EXPECT_NE(run.errors.find("7fffff000000"), std::string::npos) << run;
  }
}

}  // namespace
}  // namespace mimd
