// Acceptance: what a directory costs, on the running machine. Storage overhead equals the formulas; a write
// with s sharers other than the writer sends
//   full map, pointer pool     s invalidations
//   Dir_iB                     s if all sharers fit i pointers, else P - 1
//   Dir_iNB                    at most i: those that still have a pointer
//   coarse vector              s if all sharers fit i pointers, else all nodes of their regions but the
//   writer
//
// One processor after the other reads a line, then one writes it: for every s, several sets of sharers, with
// and without the writer among them. MSI, so that a single reader is a sharer. Each case is a process of its
// own under ctest: SystemC elaborates once.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "infrastructure/random.h"
#include "platforms/numa/numa_machine.h"
#include "tb/synchronisation/turns.h"
#include "tests/support/machine_in_process.h"

namespace mimd::test {
namespace {

constexpr unsigned processors = 14;
constexpr unsigned nodes = 7;
constexpr unsigned pointer_bits = 4;  // ceil(log2 14)

struct write_case {
  std::vector<unsigned> readers;  // in order
  unsigned writer;
  std::uint64_t invalidations = 0;  // sent for the write

  unsigned others() const {
    return static_cast<unsigned>(
        std::count_if(readers.begin(), readers.end(), [this](unsigned r) { return r != writer; }));
  }
};

std::vector<write_case> all_cases() {
  random_generator random(7);
  std::vector<write_case> cases;
  for (unsigned sharers = 0; sharers <= processors; ++sharers) {
    for (unsigned repeat = 0; repeat < 8; ++repeat) {
      std::vector<unsigned> order(processors);
      std::iota(order.begin(), order.end(), 0u);
      for (unsigned i = processors - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
      write_case one;
      one.readers.assign(order.begin(), order.begin() + sharers);
      // Every second time one of the readers writes.
      const bool shares = sharers == processors || (sharers > 0 && repeat % 2 == 1);
      one.writer = shares ? order[random.below(sharers)] : order[sharers];
      cases.push_back(one);
    }
  }
  return cases;
}

// Reads and writes a line for each case, one access at a time, and notes what each write sent.
class sharing final : public tb::workload {
 public:
  sharing(numa_machine& machine, std::vector<write_case>& cases) : machine_(machine), cases_(cases) {}

  void prepare(tb::memory_image& memory) override { lines_ = memory.allocate(64 * cases_.size()); }

  void run(processor& cpu) override {
    std::uint64_t turn = 0;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      write_case& one = cases_[i];
      for (const unsigned reader : one.readers) {
        if (reader == cpu.id()) in_turn(cpu, turn, [&] { cpu.load<std::uint64_t>(lines_ + 64 * i); });
        ++turn;
      }
      if (one.writer == cpu.id()) {
        in_turn(cpu, turn, [&] {
          const std::uint64_t before = sent();
          cpu.store<std::uint64_t>(lines_ + 64 * i, i + 1);
          one.invalidations = sent() - before;
        });
      }
      ++turn;
    }
  }

  tb::verdict check(tb::memory_image& memory) override {
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      std::uint64_t found = 0;
      memory.read(lines_ + 64 * i, &found, sizeof found);
      if (found != i + 1) return {false, "line " + std::to_string(i)};
    }
    return {true, "all written"};
  }

 private:
  void in_turn(processor& cpu, std::uint64_t turn, const std::function<void()>& access) {
    turns_.await(cpu, turn);
    access();
    turns_.pass(cpu);
  }
  std::uint64_t sent() const {
    std::uint64_t sum = 0;
    for (unsigned n = 0; n < nodes; ++n) sum += machine_.fabric().home(n).counters().invalidations;
    return sum;
  }

  numa_machine& machine_;
  std::vector<write_case>& cases_;
  address_t lines_ = 0;
  tb::turns turns_;
};

struct format_case {
  std::string name;
  settings values;
  std::uint64_t bits_per_block;
  std::uint64_t expected_storage;  // of a home of 1024 blocks
  std::function<std::uint64_t(const write_case&)> invalidations;
};

std::uint64_t of_all_regions(const write_case& one, unsigned region) {
  std::set<unsigned> regions;
  for (const unsigned r : one.readers) regions.insert(r / region);
  std::uint64_t marked = 0;
  for (unsigned p = 0; p < processors; ++p) marked += p != one.writer && regions.count(p / region) != 0;
  return marked;
}

std::vector<format_case> formats() {
  constexpr std::uint64_t blocks = 1024;
  const auto exact = [](const write_case& one) { return std::uint64_t{one.others()}; };
  std::vector<format_case> all;
  all.push_back(
      {"full_map", {{"directory.format", "full-map"}}, processors + 1, blocks * (processors + 1), exact});
  for (const unsigned i : {1u, 3u}) {
    const std::string pointers = std::to_string(i);
    all.push_back({"dir_" + pointers + "_b",
                   {{"directory.format", "dir-i-b"}, {"directory.pointers", pointers}},
                   i * pointer_bits + 2,
                   blocks * (i * pointer_bits + 2),
                   [i](const write_case& one) -> std::uint64_t {
                     return one.readers.size() <= i ? one.others() : processors - 1;
                   }});
    all.push_back({"dir_" + pointers + "_nb",
                   {{"directory.format", "dir-i-nb"}, {"directory.pointers", pointers}},
                   i * pointer_bits + 1,
                   blocks * (i * pointer_bits + 1),
                   [i](const write_case& one) {  // the last i readers have the pointers
                     const std::size_t first = one.readers.size() > i ? one.readers.size() - i : 0;
                     return static_cast<std::uint64_t>(
                         std::count_if(one.readers.begin() + static_cast<std::ptrdiff_t>(first),
                                       one.readers.end(), [&](unsigned r) { return r != one.writer; }));
                   }});
  }
  constexpr unsigned region = 4;  // the last one has two processors
  constexpr std::uint64_t vector_bits = (processors + region - 1) / region;
  all.push_back(
      {"coarse_vector",
       {{"directory.format", "coarse-vector"}, {"directory.pointers", "0"}, {"directory.region", "4"}},
       vector_bits + 1,
       blocks * (vector_bits + 1),
       [](const write_case& one) { return of_all_regions(one, region); }});
  all.push_back(
      {"coarse_vector_after_two_pointers",
       {{"directory.format", "coarse-vector"}, {"directory.pointers", "2"}, {"directory.region", "4"}},
       2 * pointer_bits + 2,
       blocks * (2 * pointer_bits + 2),
       [](const write_case& one) {
         return one.readers.size() <= 2 ? one.others() : of_all_regions(one, region);
       }});
  // A link of 7 bits numbers 100 pointers and none.
  all.push_back({"pointer_pool",
                 {{"directory.format", "pointer-pool"}, {"directory.pool", "100"}},
                 7 + 2,
                 blocks * (7 + 2) + 100 * (pointer_bits + 7),
                 exact});
  // 256 entries in 64 sets: a set is for 16 of the blocks, and a tag says which, or none.
  all.push_back({"sparse_full_map",
                 {{"directory.format", "full-map"},
                  {"directory.sparse_entries", "256"},
                  {"directory.sparse_ways", "4"}},
                 processors + 1,
                 256 * (processors + 1 + 5),
                 exact});
  return all;
}

class directory_costs : public testing::TestWithParam<std::tuple<format_case, timing_mode>> {};
INSTANTIATE_TEST_SUITE_P(all_formats, directory_costs,
                         testing::Combine(testing::ValuesIn(formats()),
                                          testing::Values(timing_mode::loose, timing_mode::approximate)),
                         [](const auto& tested) {
                           return std::get<0>(tested.param).name +
                                  (std::get<1>(tested.param) == timing_mode::loose ? "_lt" : "_at");
                         });

TEST_P(directory_costs, are_those_of_the_formulas) {
  const auto& [format, timing] = GetParam();
  settings values{{"node.count", std::to_string(nodes)},
                  {"cpu.count", std::to_string(processors)},
                  {"coherence.protocol", "msi"},
                  {"memory.size", std::to_string(nodes * 64) + "KiB"},
                  {"noc.fidelity", "fixed"}};
  values.insert(values.end(), format.values.begin(), format.values.end());
  machine_in_process<numa_parameters, numa_machine> numa(values, timing, 1, true);
  statistics all;
  numa.machine().register_statistics(all);
  std::vector<write_case> cases = all_cases();
  numa.machine().load_program(std::make_unique<sharing>(numa.machine(), cases));
  const tb::verdict verdict = numa.run();
  ASSERT_TRUE(verdict.correct) << verdict.text;

  EXPECT_EQ(all.count("directory.bits_per_block"), format.bits_per_block);
  EXPECT_EQ(all.count("directory.state_bits_per_block"), 0u);
  EXPECT_EQ(all.count("directory.invalidations_per_write.count"), cases.size());
  for (unsigned n = 0; n < nodes; ++n) {
    EXPECT_EQ(all.count("node_" + std::to_string(n) + ".directory.storage_bits"), format.expected_storage);
  }
  for (const write_case& one : cases) {
    EXPECT_EQ(one.invalidations, format.invalidations(one))
        << one.readers.size() << " sharers, writer " << one.writer
        << (one.others() == one.readers.size() ? "" : " among them");
  }
}

}  // namespace
}  // namespace mimd::test
