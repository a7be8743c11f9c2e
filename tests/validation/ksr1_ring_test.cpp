// Point 4 of the acceptance of cache-only memory: the KSR-1. A hit in the subcache and in the local cache and
// one revolution of a ring are calibrated; the mechanism is not: on a unidirectional slotted ring
//  * a read takes the same whichever of the other 31 cells answers it,
//  * what it takes under load is what it takes alone, and what its packets wait for slots,
//  * and a read of another ring is a prediction: printed.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

#include "platforms/coma/coma_summary.h"
#include "tests/support/csv_rows.h"
#include "tests/support/function_program.h"
#include "tests/support/hierarchy_in_process.h"
#include "tests/support/machine_run.h"

namespace mimd::test {
namespace {

constexpr double cycle_ps = 50'000;
constexpr unsigned cells = 32;

double published(const std::string& quantity) {
  for (const csv_row& row : csv_rows(MIMD_TEST_DATA "/reference-ksr1.csv")) {
    if (row.at("quantity").find(quantity) != std::string::npos) return std::stod(row.at("value"));
  }
  throw std::runtime_error("no published value of " + quantity);
}

// Cycles a load of a chain of so many subpages, once they are where they stay.
double steady_hop(const std::string& timing, unsigned lines) {
  const auto hop = [&](const std::string& rounds) {
    const machine_run run =
        run_machine("mimd-coma", "--preset ksr1 --timing " + timing + " --workload pointer-chase",
                    {"node.count=1", "cpu.count=1", "workload.size=" + std::to_string(lines),
                     "workload.iterations=" + rounds});
    EXPECT_EQ(run.status, 0) << run.errors;
    return run.statistics.at("workload.hop_ps").get<double>();
  };
  return (2 * hop("4") - hop("2")) / cycle_ps;
}

class ksr1 : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(both, ksr1, testing::Values("lt", "at"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_P(ksr1, hits_in_the_subcache_and_the_local_cache_as_calibrated) {
  EXPECT_NEAR(steady_hop(GetParam(), 512), published("subcache hit"), 0.01);
  EXPECT_NEAR(steady_hop(GetParam(), 8192), published("local cache"), 0.01);
}

TEST_P(ksr1, reads_another_cell_in_150_cycles_and_another_ring_as_predicted) {
  const machine_run run =
      run_machine("mimd-coma", "--preset ksr1 --workload core-to-core --timing " + std::string(GetParam()),
                  {"node.count=64", "cpu.count=64", "workload.size=8"});
  ASSERT_EQ(run.status, 0) << run.errors;
  double sum[2] = {0, 0};
  unsigned count[2] = {0, 0};
  for (unsigned i = 0; i < 2 * cells; ++i) {
    for (unsigned j = 0; j < 2 * cells; ++j) {
      if (i == j) continue;
      const std::string name = "workload.dirty." + std::to_string(i) + "." + std::to_string(j) + "_ns";
      const bool far = i / cells != j / cells;
      sum[far] += run.statistics.at(name).get<double>() * 1e3 / cycle_ps;
      ++count[far];
    }
  }
  const double near = sum[0] / count[0];
  const double far = sum[1] / count[1];
  std::cout << GetParam() << ": another cell of the ring " << near << " cycles, of another ring " << far
            << " cycles (prediction)\n";
  EXPECT_NEAR(near, published("same ring"), 1.0);
  EXPECT_GT(far, 2 * near);
}

// The ring of the preset, with attraction memories that a test can afford.
settings ring() {
  return {{"coma.family", "hierarchical"},
          {"hierarchy.medium", "ring"},
          {"hierarchy.arity", "32"},
          {"hierarchy.slots", "26"},
          {"hierarchy.revolution", "7800ns"},
          {"node.count", "32"},
          {"cpu.count", "32"},
          {"cpu.clock", "20MHz"},
          {"bus.clock", "20MHz"},
          {"l1.line", "128"},
          {"l1.size", "16KiB"},
          {"l1.ways", "2"},
          {"attraction.size", "256KiB"},
          {"attraction.ways", "16"}};
}
constexpr time_ps revolution = 7'800'000;

address_t line_of(unsigned cell, unsigned i) {
  return address_t{128} * (i * cells + cell);
}

TEST(ksr1_ring, answers_a_read_in_the_same_time_whichever_cell_has_the_line) {
  const nlohmann::json found = in_child([]() -> nlohmann::json {
    hierarchy_in_process here(ring(), timing_mode::approximate, 1, false);
    std::vector<time_ps> took;
    std::vector<program> programs;
    for (unsigned cell = 0; cell < cells; ++cell) {
      programs.emplace_back([cell, &took](processor& cpu) {
        const std::uint64_t value = cell + 1;
        for (unsigned i = 0; i < 3; ++i) cpu.write(line_of(cell, i), &value, 8);
        static constexpr unsigned readers[] = {0, 13, 31};
        for (unsigned i = 0; i < 3; ++i) {
          if (cell != readers[i]) continue;
          for (unsigned other = 0; other < cells; ++other) {
            if (other == cell) continue;
            cpu.sleep_until((1'000 + 100 * i + 3 * other) * revolution);  // the slots stand as they stood
            const time_ps begun = cpu.now();
            std::uint64_t read = 0;
            cpu.read(line_of(other, i), &read, 8);
            if (read != other + 1) throw std::runtime_error("wrong value");
            took.push_back(cpu.now() - begun);
          }
        }
      });
    }
    here.machine().load_program(std::make_unique<function_program>(programs));
    const tb::verdict verdict = here.run();
    if (!verdict.correct) throw std::runtime_error(verdict.text);
    return took;
  });
  ASSERT_TRUE(found.is_array()) << found;
  ASSERT_EQ(found.size(), 3 * (cells - 1));
  for (unsigned reader = 0; reader < 3; ++reader) {
    const auto first = found[reader * (cells - 1)].get<time_ps>();
    EXPECT_GE(first, revolution);
    for (unsigned i = 0; i < cells - 1; ++i) {
      EXPECT_EQ(found[reader * (cells - 1) + i].get<time_ps>(), first)
          << "reader " << reader << ", cell " << i;
    }
  }
}

struct load_point {
  double latency = 0;  // mean, picoseconds
  double wait = 0;     // for a slot
  double utilisation = 0;
};

// Every cell reads lines that others have, `pause` cycles apart.
load_point under_load(std::uint64_t pause) {
  const nlohmann::json found = in_child([pause]() -> nlohmann::json {
    hierarchy_in_process here(ring(), timing_mode::approximate, 1, false);
    const hierarchical_fabric& fabric = here.machine().fabric();
    constexpr unsigned reads = 60;
    constexpr time_ps start = 3'000'000'000;
    std::uint64_t latency = 0;
    std::uint64_t count = 0;
    medium_counters before;
    const auto sum = [&] {
      latency = count = 0;
      for (unsigned n = 0; n < cells; ++n) {
        latency += fabric.agent(n).counters().latency_ps[0];
        count += fabric.agent(n).counters().transactions[0];
      }
    };
    std::uint64_t latency_before = 0;
    std::uint64_t count_before = 0;
    std::vector<program> programs;
    for (unsigned cell = 0; cell < cells; ++cell) {
      programs.emplace_back([&, cell](processor& cpu) {
        const std::uint64_t value = cell + 1;
        for (unsigned i = 0; i < reads; ++i) cpu.write(line_of(cell, i), &value, 8);
        if (cell == 0) {
          cpu.sleep_until(start - 1'000'000);
          sum();
          latency_before = latency;
          count_before = count;
          before = fabric.medium_of(0).counters();
        }
        cpu.sleep_until(start);
        for (unsigned i = 0; i < reads; ++i) {
          std::uint64_t read = 0;
          cpu.read(line_of((cell + 1 + i % (cells - 1)) % cells, i), &read, 8);
          cpu.compute(pause / 2 + (cell * 37 + i * 101) % (pause + 1));
        }
      });
    }
    here.machine().load_program(std::make_unique<function_program>(programs));
    const tb::verdict verdict = here.run();
    if (!verdict.correct) throw std::runtime_error(verdict.text);
    sum();
    const medium_counters& after = fabric.medium_of(0).counters();
    const double length = static_cast<double>(here.machine().finish_time() - start);
    return {{"latency",
             static_cast<double>(latency - latency_before) / static_cast<double>(count - count_before)},
            {"wait", static_cast<double>(after.wait_ps - before.wait_ps) /
                         static_cast<double>(after.messages - before.messages)},
            {"utilisation", static_cast<double>(after.busy_ps - before.busy_ps) / length / 26}};
  });
  EXPECT_FALSE(found.contains("error")) << found;
  if (found.contains("error")) return {};
  return {found.at("latency"), found.at("wait"), found.at("utilisation")};
}

TEST(ksr1_ring, takes_longer_under_load_by_what_packets_wait_for_slots_and_nothing_else) {
  constexpr double cycle_slot =
      300'000;  // from slot to slot: alone, a packet waits for half of it in the mean
  load_point last;
  for (const std::uint64_t pause : {6000, 600, 200, 0}) {
    const load_point p = under_load(pause);
    std::cout << "utilisation " << p.utilisation << ": " << p.latency / cycle_ps << " cycles, of which "
              << p.wait / cycle_ps << " for a slot\n";
    EXPECT_NEAR(p.latency, static_cast<double>(revolution) + p.wait, 1.0) << "pause " << pause;
    EXPECT_GT(p.utilisation, last.utilisation) << "pause " << pause;
    EXPECT_GT(p.wait, last.wait - cycle_slot / 10) << "pause " << pause;
    if (pause == 6000) {
      EXPECT_NEAR(p.wait, cycle_slot / 2, cycle_slot / 4);
    }
    last = p;
  }
  EXPECT_GT(last.wait, 2 * cycle_slot);  // 32 cells want 26 slots
}

}  // namespace
}  // namespace mimd::test
