// Acceptance: the references of a real program through one processor's split L1 and non-inclusive L2 give
// exactly Cachegrind's counts, in both timings.
//  * Two recorded traces and the counts that came with them, four geometries.
//  * Random references that straddle lines and mix everything, against Cachegrind's rules written down a
//  second
//    time (tests/support/cachegrind_rules.h), which must themselves give the recorded counts.
//  * A program recorded here and now, against Cachegrind itself, through scripts/compare-cachegrind.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "platforms/uma/uma_machine.h"
#include "tb/traces/open_trace.h"
#include "tests/support/cachegrind_rules.h"
#include "tests/support/uma_run.h"

namespace {

using namespace mimd;
using namespace mimd::test;

struct geometry {
  const char* name;
  cachegrind_geometry i1, d1, last;
};

const geometry geometries[] = {
    {"A", {32768, 8, 64}, {32768, 8, 64}, {262144, 8, 64}},
    {"B", {4096, 1, 32}, {4096, 1, 32}, {65536, 4, 32}},
    {"C", {16384, 4, 64}, {8192, 2, 64}, {131072, 16, 64}},
    {"D", {2048, 64, 32}, {2048, 64, 32}, {1048576, 16, 64}},
};

std::vector<std::string> settings(const geometry& g) {
  const auto set = [](const char* name, std::uint64_t value) {
    return std::string(name) + "=" + std::to_string(value);
  };
  return {"cpu.count=1",
          "l1.split=true",
          "l2.inclusive=false",
          set("l1i.size", g.i1.size),
          set("l1i.ways", g.i1.ways),
          set("l1.size", g.d1.size),
          set("l1.ways", g.d1.ways),
          set("l1.line", g.d1.line),
          set("l2.size", g.last.size),
          set("l2.ways", g.last.ways),
          set("l2.line", g.last.line)};
}

// In the words of mimd-uma's statistics.
template <typename Count>
cachegrind_counts counts_of(Count count) {
  const std::uint64_t fetch_misses = count("cpu_0.l2.fetch_misses");
  return {{count("cpu_0.fetches"), count("cpu_0.l1i.misses"), fetch_misses, count("cpu_0.loads"),
           count("cpu_0.l1d.read_misses"), count("cpu_0.l2.read_misses") - fetch_misses,
           count("cpu_0.stores"), count("cpu_0.l1d.write_misses"), count("cpu_0.l2.write_misses"),
           count("cpu_0.l1d.write_backs")}};
}

void expect_equal(const cachegrind_counts& counted, const cachegrind_counts& expected) {
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    EXPECT_EQ(counted.values[i], expected.values[i]) << cachegrind_counts::names[i];
  }
}

cachegrind_counts replay(const std::string& path, const geometry& g, timing_mode timing) {
  parameter_set set;
  uma_parameters parameters;
  parameters.declare(set);
  for (const std::string& s : settings(g)) {
    const std::size_t equals = s.find('=');
    set.set(s.substr(0, equals), s.substr(equals + 1), "the test");
  }
  parameters.resolve(set, timing, 1);
  parameters.memory.model.size = io_devices::window(0);
  uma_machine machine("uma", parameters, timing, 1, false);
  machine.load_traces({path});
  statistics all;
  machine.register_statistics(all);
  sc_core::sc_start();
  EXPECT_TRUE(machine.finished()) << machine.waiting();
  EXPECT_EQ(machine.failure(), "");
  return counts_of([&all](const char* name) { return all.count(name); });
}

const std::string traces = std::string(MIMD_TEST_DATA) + "/traces/";

// The line "TRACE GEOMETRY Ir=N I1mr=N ..." of the recorded counts.
cachegrind_counts recorded_counts(const std::string& trace, const std::string& name) {
  std::ifstream in(traces + "reference-counts.txt");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string t, g, word;
    words >> t >> g;
    if (t != trace || g != name) continue;
    cachegrind_counts counts;
    for (std::size_t i = 0; i < counts.values.size(); ++i) {
      words >> word;
      const std::string prefix = std::string(cachegrind_counts::names[i]) + "=";
      if (word.compare(0, prefix.size(), prefix) != 0) throw std::runtime_error("not as expected: " + line);
      counts.values[i] = std::stoull(word.substr(prefix.size()));
    }
    return counts;
  }
  throw std::runtime_error("no counts for " + trace + " " + name);
}

char letter(tb::trace_record::kind what) {
  using kind = tb::trace_record::kind;
  return what == kind::fetch ? 'I' : what == kind::load ? 'L' : what == kind::store ? 'S' : 'M';
}

cachegrind_counts by_rules(const std::string& path, const geometry& g) {
  cachegrind_rules rules(g.i1, g.d1, g.last);
  const auto stream = tb::open_stream(path);
  tb::trace_record records[256];
  for (std::size_t n = stream->read(records, 256); n != 0; n = stream->read(records, 256)) {
    for (std::size_t i = 0; i < n; ++i)
      rules.reference(letter(records[i].what), records[i].address, records[i].size);
  }
  return rules.counts();
}

// --- the recorded traces

struct recorded_case {
  const char* trace;
  unsigned geometry;
  timing_mode timing;
};

void PrintTo(const recorded_case& c, std::ostream* out) {
  *out << c.trace << " " << geometries[c.geometry].name << " "
       << (c.timing == timing_mode::loose ? "lt" : "at");
}

std::string title(const testing::TestParamInfo<recorded_case>& info) {
  return std::string(info.param.trace) + "_" + geometries[info.param.geometry].name +
         (info.param.timing == timing_mode::loose ? "_lt" : "_at");
}

std::vector<recorded_case> recorded_cases() {
  std::vector<recorded_case> all;
  for (const char* trace : {"matmul", "sha256"}) {
    for (unsigned g = 0; g < 4; ++g) {
      for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate})
        all.push_back({trace, g, timing});
    }
  }
  return all;
}

class recorded_trace : public testing::TestWithParam<recorded_case> {};

TEST_P(recorded_trace, gives_exactly_the_recorded_counts) {
  const geometry& g = geometries[GetParam().geometry];
  expect_equal(replay(traces + GetParam().trace + ".lk.xz", g, GetParam().timing),
               recorded_counts(GetParam().trace, g.name));
}

INSTANTIATE_TEST_SUITE_P(cachegrind_agreement, recorded_trace, testing::ValuesIn(recorded_cases()), title);

TEST(cachegrind_agreement, the_rules_written_down_again_give_the_recorded_counts) {
  for (const char* trace : {"matmul", "sha256"}) {
    for (const geometry& g : geometries) {
      SCOPED_TRACE(std::string(trace) + " " + g.name);
      expect_equal(by_rules(traces + trace + ".lk.xz", g), recorded_counts(trace, g.name));
    }
  }
}

TEST(cachegrind_agreement, on_the_command_line) {
  const geometry& g = geometries[3];
  const uma_run run = run_uma("--trace " + traces + "sha256.lk.xz", settings(g));
  ASSERT_EQ(run.status, 0) << run.errors;
  expect_equal(counts_of([&run](const char* name) { return run.count(name); }),
               recorded_counts("sha256", "D"));
}

// --- random references

// A few regions that fight for the sets of small caches; code and data of their own, all sizes, many
// straddles.
void write_random_trace(const std::string& path, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::ofstream out(path);
  out << std::hex;
  for (unsigned i = 0; i < 150'000; ++i) {
    const char operation = "IILLSM"[below(6)];
    const std::uint64_t bases[] = {0x400000, 0x1ffeffe000, 0x5000000, 0x5000000};  // data beside code, too
    const std::uint64_t base = bases[operation == 'I' ? 0 : below(4)];
    const std::uint64_t address = base + (below(4) == 0 ? below(1 << 19) : below(1 << 13));
    const unsigned sizes[] = {1, 2, 4, 8, 16, 32, 10, 64, 160, 512};
    const unsigned size = operation == 'I' ? 1 + below(15) : sizes[below(10)];
    out << operation << ' ' << address << ' ' << std::dec << size << std::hex << '\n';
  }
}

class random_references : public testing::TestWithParam<recorded_case> {};

TEST_P(random_references, are_counted_by_the_rules) {
  const geometry& g = geometries[GetParam().geometry];
  const scratch_directory scratch;
  const std::string path = scratch.file("random.trace");
  write_random_trace(path, GetParam().geometry + 1);
  const cachegrind_counts expected = by_rules(path, g);
  for (const std::uint64_t n : expected.values) EXPECT_GT(n, 100u);
  expect_equal(replay(path, g, GetParam().timing), expected);
}

std::vector<recorded_case> random_cases() {
  std::vector<recorded_case> all;
  for (unsigned g = 0; g < 4; ++g) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate})
      all.push_back({"random", g, timing});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(cachegrind_agreement, random_references, testing::ValuesIn(random_cases()), title);

// --- Cachegrind itself

TEST(cachegrind_agreement, with_cachegrind_itself_on_a_program_recorded_now) {
  const scratch_directory scratch;
  std::ofstream(scratch.file("lines")) << "pear\napple\nfig\nquince\nplum\ncherry\nmedlar\n";
  const std::string command = "MIMD_UMA=" MIMD_BINARY_DIR "/mimd-uma " MIMD_SOURCE_DIR
                              "/scripts/compare-cachegrind sort " +
                              scratch.file("lines") + " >" + scratch.file("report") + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << text_of(scratch.file("report"));
}

}  // namespace
