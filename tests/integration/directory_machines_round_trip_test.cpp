// What of mimd-numa and mimd-coma is bit-reproducible: a dumped configuration; statistics, waves and log of a
// seed.
#include <nlohmann/json.hpp>

#include "tests/support/program_run.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;

words joined(words front, const words& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

words with(const words& settings) {
  words all;
  for (const std::string& s : settings) all.insert(all.end(), {"--set", s});
  return all;
}

test::program_run good_run(const std::string& program, const words& given) {
  test::program_run run = test::run_program(std::string(MIMD_BINARY_DIR) + '/' + program, given);
  EXPECT_EQ(run.status, 0) << test::in_one_line(given) << '\n' << run;
  return run;
}

// The statistics section as text: equal texts are equal bits.
std::string statistics_of(const std::string& program, const words& given) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("s.json");
  good_run(program, joined(given, {"--quiet", "--no-progress", "--stats", file}));
  return nlohmann::json::parse(test::text_of(file)).at("statistics").dump(1);
}

struct machine {
  const char* program;
  const char* name;
  words settings;
};

const std::vector<machine>& machines() {
  static const std::vector<machine> all{
      {"mimd-numa",
       "fixed",
       {"noc.fidelity=fixed", "noc.latency=33.5ns", "noc.bandwidth=1.5GB/s", "noc.socket_nodes=2"}},
      {"mimd-numa",
       "packet",
       {"cpu.count=8", "cpu.consistency=tso", "cpu.outstanding=3", "coherence.protocol=moesi",
        "directory.replies=via-home", "directory.busy=nack", "directory.retry_time=77.5ns",
        "directory.format=dir-i-nb", "directory.pointers=2", "placement.policy=first-touch",
        "placement.page=2KiB"}},
      {"mimd-numa",
       "flit",
       {"noc.fidelity=flit", "noc.topology=torus", "noc.dims=2x2", "noc.vcs=2", "noc.buffer_flits=3",
        "coherence.protocol=msi", "directory.clean_eviction=notified", "directory.sparse_entries=64",
        "directory.sparse_ways=2", "directory.sparse_replacement=random", "l1.size=3KiB", "l1.ways=3",
        "l1.replacement=random", "memory.banks=2"}},
      {"mimd-numa",
       "three_hops",
       {"node.count=8", "cpu.count=8", "noc.header_bytes=0", "coherence.protocol=moesi",
        "directory.format=coarse-vector", "directory.pointers=1", "l1.size=1KiB"}},
      {"mimd-numa",
       "pool",
       {"node.count=2", "noc.fidelity=fixed", "directory.format=pointer-pool", "directory.pool=7",
        "l2.size=6KiB", "l2.ways=6", "l2.inclusive=false", "placement.policy=node", "placement.node=1"}},
      {"mimd-coma",
       "coma",
       {"cpu.count=8", "attraction.size=512KiB", "attraction.ways=32", "attraction.replacement=random",
        "attraction.latency=41.5ns", "attraction.pressure=0.875", "directory.slot_time=17ns",
        "directory.format=dir-i-b", "directory.pointers=2", "bus.clock=250MHz", "l1.size=1KiB"}},
      {"mimd-coma",
       "tree",
       {"coma.family=hierarchical", "cpu.count=8", "attraction.size=512KiB", "attraction.ways=32",
        "hierarchy.arity=2", "hierarchy.clock=250MHz", "hierarchy.width=32", "hierarchy.address_cycles=3",
        "hierarchy.directory_time=7.5ns", "hierarchy.slot_time=17ns", "l1.size=1KiB"}},
      {"mimd-coma",
       "rings",
       {"coma.family=hierarchical", "hierarchy.medium=ring", "attraction.size=512KiB", "hierarchy.arity=3",
        "hierarchy.revolution=333.5ns", "hierarchy.slots=7", "l1.size=1KiB"}}};
  return all;
}

class directory_machines_round_trip : public testing::TestWithParam<machine> {
 protected:
  words run_of(const char* workload, const char* timing) const {
    return joined({"--workload", workload, "--timing", timing, "--seed", "7"},
                  with(joined(GetParam().settings, {"workload.size=200"})));
  }
};

TEST_P(directory_machines_round_trip, a_dumped_configuration_is_the_same_machine_byte_for_byte) {
  for (const char* timing : {"lt", "at"}) {
    const test::scratch_directory scratch;
    const words given = run_of("random-test", timing);
    const std::string first = good_run(GetParam().program, joined(given, {"--dump-config", "-"})).output;
    EXPECT_NE(first, "");
    std::ofstream(scratch.file("c.ini")) << first;
    EXPECT_EQ(good_run(GetParam().program, {"--config", scratch.file("c.ini"), "--dump-config", "-"}).output,
              first);
    EXPECT_EQ(statistics_of(GetParam().program, {"--config", scratch.file("c.ini")}),
              statistics_of(GetParam().program, given));
  }
}

TEST(directory_machine_presets, a_dumped_preset_is_read_back) {
  const std::pair<const char*, const char*> presets[] = {{"mimd-coma", "ksr1"}, {"mimd-numa", "dash"}};
  for (const auto& [program, preset] : presets) {
    const test::scratch_directory scratch;
    const std::string first = good_run(program, {"--preset", preset, "--dump-config", "-"}).output;
    std::ofstream(scratch.file("c.ini")) << first;
    EXPECT_EQ(good_run(program, {"--config", scratch.file("c.ini"), "--dump-config", "-"}).output, first);
  }
}

TEST_P(directory_machines_round_trip, the_same_seed_gives_the_same_bits_with_and_without_records) {
  for (const char* workload : {"random-test", "lock-contention"}) {
    for (const char* timing : {"lt", "at"}) {
      const words given = joined(run_of(workload, timing), {"--check-coherence"});
      SCOPED_TRACE(test::in_one_line(given));
      const std::string bare = statistics_of(GetParam().program, given);
      const auto recorded = [&] {
        const test::scratch_directory scratch;
        const std::string statistics = statistics_of(
            GetParam().program,
            joined(given, {"--vcd", scratch.file("w.vcd"), "--transactions", scratch.file("t.json")}));
        EXPECT_EQ(statistics, bare) << "recording changes no statistic";
        return test::text_of(scratch.file("w.vcd")) + test::text_of(scratch.file("t.json"));
      };
      const std::string once = recorded();
      EXPECT_GT(once.size(), 1000u);
      EXPECT_TRUE(once == recorded()) << "waves or log differ";
    }
  }
}

TEST_P(directory_machines_round_trip, checking_coherence_changes_no_time) {
  for (const char* timing : {"lt", "at"}) {
    const words given = run_of("random-test", timing);
    auto checked =
        nlohmann::json::parse(statistics_of(GetParam().program, joined(given, {"--check-coherence"})));
    const auto bare = nlohmann::json::parse(statistics_of(GetParam().program, given));
    for (const auto& [name, value] : bare.items()) EXPECT_EQ(checked.at(name), value) << name;
  }
}

TEST_P(directory_machines_round_trip, another_seed_gives_another_run) {
  words given = run_of("random-test", "at");
  const std::string seven = statistics_of(GetParam().program, given);
  given[5] = "8";
  EXPECT_NE(statistics_of(GetParam().program, given), seven);
}

INSTANTIATE_TEST_SUITE_P(machines, directory_machines_round_trip, testing::ValuesIn(machines()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace mimd
