// Atomics on directory machines: a reservation is lost when another processor writes the line, wherever its
// home is and however the line left; sums of all kinds of atomic updates are exact.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/support/function_program.h"
#include "tests/support/numa_machines.h"

namespace mimd {
namespace {

using test::program;

constexpr address_t a = 0x4000;
constexpr address_t b = 0x9000;  // of another home
constexpr address_t c = 0x9008;
constexpr time_ps us = 1'000'000;

std::uint64_t load_reserved(processor& p, address_t address) {
  return p.atomic<std::uint64_t>(atomic_operation::load_reserved, address, 0);
}
std::uint64_t store_conditional(processor& p, address_t address, std::uint64_t value) {
  return p.atomic<std::uint64_t>(atomic_operation::store_conditional, address, value);
}

const std::vector<test::named_settings>& shapes() {
  static const std::vector<test::named_settings> all{
      {"mesi", {}},
      {"msi_via_home", {{"coherence.protocol", "msi"}, {"directory.replies", "via-home"}}},
      {"moesi_nack", {{"coherence.protocol", "moesi"}, {"directory.busy", "nack"}}},
      {"one_pointer", {{"directory.format", "dir-i-nb"}, {"directory.pointers", "1"}}},
      {"broadcast", {{"directory.format", "dir-i-b"}, {"directory.pointers", "1"}}},
      {"one_entry", {{"directory.sparse_entries", "1"}, {"directory.sparse_ways", "1"}}},
      {"one_pool_pointer", {{"directory.format", "pointer-pool"}, {"directory.pool", "1"}}},
      {"no_write_allocate", {{"l1.write_allocate", "false"}}},
      {"tso", {{"cpu.consistency", "tso"}, {"cpu.outstanding", "4"}}},
      {"l2", {{"l1.size", "256B"}, {"l1.ways", "1"}, {"l2.size", "512B"}, {"l2.ways", "1"}}}};
  return all;
}

struct atomic_case {
  const test::named_settings* shape;
  timing_mode timing;
};

class numa_atomics : public testing::TestWithParam<atomic_case> {
 protected:
  void run(std::vector<program> programs) {
    const test::settings nodes{
        {"node.count", "4"}, {"cpu.count", "4"}, {"l1.size", "512B"}, {"l1.ways", "2"}};
    numa_.emplace(test::joined({nodes, GetParam().shape->values}), GetParam().timing, 1, true);
    numa_->machine().load_program(std::make_unique<test::function_program>(std::move(programs)));
    const tb::verdict verdict = numa_->run();
    EXPECT_TRUE(verdict.correct) << verdict.text;
    EXPECT_EQ(numa_->machine().checker()->violation_count(), 0u);
  }
  std::uint64_t memory(address_t address) {
    std::uint64_t value = 0;
    numa_->machine().read(address, &value, sizeof value);
    return value;
  }

 private:
  std::optional<test::numa_in_process> numa_;
};

TEST_P(numa_atomics, a_reservation_is_lost_when_another_processor_writes_the_line) {
  run({[](processor& p) {
         EXPECT_EQ(store_conditional(p, a, 1), 1u);  // none
         EXPECT_EQ(load_reserved(p, a), 0u);
         EXPECT_EQ(store_conditional(p, a, 2), 0u);
         EXPECT_EQ(store_conditional(p, a, 3), 1u);  // used up
         EXPECT_EQ(load_reserved(p, a), 2u);
         p.sleep_until(30 * us);  // processor 1 writes the line at 20 us
         EXPECT_EQ(store_conditional(p, a, 4), 1u);
         EXPECT_EQ(p.load<std::uint64_t>(a), 2u);
         EXPECT_EQ(load_reserved(p, a), 2u);
         p.sleep_until(60 * us);  // processor 2 writes it at 40 us, and replaces it
         EXPECT_EQ(store_conditional(p, a, 5), 1u);
         EXPECT_EQ(load_reserved(p, b), 0u);
         p.sleep_until(80 * us);  // processor 3 adds to it at 70 us
         EXPECT_EQ(store_conditional(p, b, 6), 1u);
       },
       [](processor& p) {
         p.sleep_until(20 * us);
         p.store<std::uint64_t>(a + 8, 9);
         p.fence();
       },
       [](processor& p) {
         p.sleep_until(40 * us);
         p.store<std::uint64_t>(a + 16, 9);
         for (unsigned i = 1; i < 12; ++i) p.store<std::uint64_t>(a + i * 512, i);
         p.fence();
       },
       [](processor& p) {
         p.sleep_until(70 * us);
         p.fetch_add<std::uint32_t>(b + 4, 1);
       }});
  EXPECT_EQ(memory(a), 2u);
  EXPECT_EQ(memory(b), std::uint64_t{1} << 32);
}

TEST_P(numa_atomics, of_four_processors_add_up) {
  constexpr unsigned times = 150;
  const program adds = [](processor& p) {
    for (unsigned i = 0; i < times; ++i) {
      p.fetch_add<std::uint32_t>(a, 1);
      // Where a reader takes the copy of another away (one pointer), processors in step would fail for ever.
      for (unsigned failed = 0;; ++failed) {
        const std::uint64_t old = load_reserved(p, b);
        p.compute(p.id() * 3);
        if (store_conditional(p, b, old + 1) == 0) break;
        p.compute((p.id() + 1) * 37 * std::min(failed, 50u));
      }
      for (;;) {
        const auto seen = p.load<std::uint64_t>(c);
        if (p.compare_exchange<std::uint64_t>(c, seen, seen + 1)) break;
      }
    }
  };
  run({adds, adds, adds, adds});
  EXPECT_EQ(memory(a), 4 * times);
  EXPECT_EQ(memory(b), 4 * times);
  EXPECT_EQ(memory(c), 4 * times);
}

std::vector<atomic_case> all_cases() {
  std::vector<atomic_case> cases;
  for (const test::named_settings& shape : shapes()) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      cases.push_back({&shape, timing});
    }
  }
  return cases;
}

std::string name_of(const testing::TestParamInfo<atomic_case>& tested) {
  return std::string(tested.param.shape->name) + (tested.param.timing == timing_mode::loose ? "_lt" : "_at");
}

INSTANTIATE_TEST_SUITE_P(all, numa_atomics, testing::ValuesIn(all_cases()), name_of);

}  // namespace
}  // namespace mimd
