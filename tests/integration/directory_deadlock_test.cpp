// Each virtual network of the directory protocols is needed: over a flit network between nodes with bounded
// queues, every protocol runs to its end; with two of its networks made one, it deadlocks, and the run says
// so. (What the tables alone say of that: tests/unit/directory_networks_test.cpp.)
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/bounded_transport.h"
#include "tests/support/numa_machines.h"

namespace mimd {
namespace {

// Ten times what the runs take that end. Of those that do not, nodes whose own home refuses them ask for
// ever.
constexpr time_ps long_enough = 50'000'000'000;

// Runs the random tester on five nodes; network `removed` is made one with that before it (0: none). "" if
// the run ended well, else what it says.
std::string run_without(unsigned removed, const directory_form& form, std::uint64_t seed = 1) {
  const nlohmann::json found = test::in_child([&]() -> nlohmann::json {
    const test::settings values = test::joined({test::form_settings(form),
                                                {{"node.count", "5"},
                                                 {"cpu.count", "10"},
                                                 {"workload.size", "2000"},
                                                 {"placement.interleave", "64B"},
                                                 {"l1.size", "256B"},
                                                 {"l1.ways", "2"},
                                                 {"cpu.consistency", "tso"},
                                                 {"cpu.outstanding", "8"},
                                                 {"l1.mshrs", "8"},
                                                 {"l1.write_back_entries", "4"},
                                                 {"directory.occupancy", "1ns"},
                                                 {"directory.access_time", "1ns"},
                                                 {"noc.fidelity", "flit"},
                                                 {"noc.vcs", "1"},
                                                 {"noc.buffer_flits", "2"},
                                                 {"noc.flit_bytes", "8"}}});
    test::numa_in_process numa(values, timing_mode::approximate, seed, true);
    const directory_protocol& protocol = numa.machine().fabric().description();
    std::array<unsigned, directory_network_count> number{};
    for (unsigned n = 0; n < directory_network_count; ++n)
      number[n] = removed != 0 && n >= removed ? n - 1 : n;
    const unsigned networks = directory_networks_of(protocol) - (removed != 0);
    noc::message_network network("bounded_network", numa.parameters().interconnect.message_network(networks));
    test::bounded_transport transport(network, protocol, number, 5, 64, 1);
    numa.machine().fabric().set_transport(transport);
    numa.machine().load_workload("random-test");
    const tb::verdict verdict = numa.run(long_enough);
    return {{"trouble", verdict.correct ? "" : verdict.text + transport.waiting()}};
  });
  return found.contains("error") ? found.at("error").get<std::string>()
                                 : found.at("trouble").get<std::string>();
}

class directory_deadlock : public testing::TestWithParam<directory_form> {};

TEST_P(directory_deadlock, does_not_happen_with_all_virtual_networks) {
  EXPECT_EQ(run_without(0, GetParam()), "");
}

TEST_P(directory_deadlock, is_detected_when_any_virtual_network_is_removed) {
  const unsigned networks = directory_networks_of(directory_protocol_of(GetParam()));
  for (unsigned removed = 1; removed < networks; ++removed) {
    std::string said;  // not every run has a cycle of the rarer messages
    for (std::uint64_t seed = 1; said.empty() && seed <= 16; ++seed) {
      said = run_without(removed, GetParam(), seed);
    }
    EXPECT_EQ(said.rfind("did not finish: ", 0), 0u) << "without network " << removed << ": " << said;
    EXPECT_NE(said.find("waits in"), std::string::npos) << said;
  }
}

INSTANTIATE_TEST_SUITE_P(all, directory_deadlock, testing::ValuesIn(all_directory_forms()),
                         [](const auto& tested) {
                           std::string name = tested.param.name();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace mimd
