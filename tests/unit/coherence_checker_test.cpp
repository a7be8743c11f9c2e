// The checker finds what it is there for, and says it readably.
#include "coherence/coherence_checker.h"

#include <gtest/gtest.h>

#include <map>

namespace mimd {
namespace {

struct checked : testing::Test {
  const snooping_protocol& moesi = *find_snooping_protocol("moesi");
  std::map<std::pair<unsigned, address_t>, coherence_state> states;
  coherence_checker checker{moesi, {"cpu_0", "cpu_1", "cpu_2"}, 64, [this](unsigned agent, address_t line) {
                              return states[{agent, line}];
                            }};

  coherence_state named(const std::string& name) const {
    for (coherence_state s = 0; s < moesi.states.size(); ++s) {
      if (moesi.states[s].name == name) return s;
    }
    ADD_FAILURE() << "no state " << name;
    return 0;
  }
  void write(unsigned agent, address_t address, std::uint32_t value, time_ps at = 0) {
    checker.performed_write(agent, address, reinterpret_cast<const std::uint8_t*>(&value), 4, at);
  }
  void read(unsigned agent, address_t address, std::uint32_t value, time_ps at = 0) {
    checker.performed_read(agent, address, reinterpret_cast<const std::uint8_t*>(&value), 4, at);
  }
  bool says(const std::string& part) const {
    return !checker.violations().empty() && checker.violations().back().find(part) != std::string::npos;
  }
};

TEST_F(checked, reads_of_the_last_write_are_coherent) {
  read(0, 0x100, 77);  // preloaded memory
  read(1, 0x100, 77);
  write(0, 0x100, 1);
  read(1, 0x100, 1);
  write(1, 0x102, 0x00050005);
  read(2, 0x100, 0x00050001);
  EXPECT_EQ(checker.violation_count(), 0u);
  EXPECT_EQ(checker.accesses_checked(), 6u);
}

TEST_F(checked, a_stale_read_is_named_with_address_agents_and_time) {
  write(0, 0x148, 1, 500);
  checker.serialised(0, 0x140, bus_operation::read_exclusive, named("M"), 400);
  read(1, 0x148, 0, 900);
  ASSERT_EQ(checker.violation_count(), 1u);
  EXPECT_TRUE(says("line 0x140"));
  EXPECT_TRUE(says("900 ps"));
  EXPECT_TRUE(says("cpu_1 read 0 at address 0x148"));
  EXPECT_TRUE(says("last written by cpu_0 at 500 ps"));
  EXPECT_TRUE(says("cpu_0 BusRdX @400"));
}

TEST_F(checked, one_wrong_byte_of_a_line_crossing_read_is_enough) {
  const std::uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  checker.performed_write(0, 0x13c, bytes, 8, 0);
  std::uint8_t seen[8] = {1, 2, 3, 4, 5, 6, 7, 9};
  checker.performed_read(1, 0x13c, seen, 8, 0);
  EXPECT_EQ(checker.violation_count(), 1u);
  EXPECT_TRUE(says("0x143"));
}

TEST_F(checked, two_preloaded_reads_must_agree) {
  read(0, 0x100, 5);
  read(1, 0x100, 6);
  EXPECT_EQ(checker.violation_count(), 1u);
}

TEST_F(checked, an_exclusive_copy_beside_another_is_a_violation) {
  states[{1, 0x80}] = named("S");
  checker.serialised(0, 0x80, bus_operation::read_exclusive, named("M"), 10);
  EXPECT_EQ(checker.violation_count(), 1u);
  EXPECT_TRUE(says("cpu_0=M"));
  EXPECT_TRUE(says("cpu_1=S"));
  states[{1, 0x80}] = invalid_state;
  checker.serialised(0, 0x80, bus_operation::read_exclusive, named("M"), 20);
  EXPECT_EQ(checker.violation_count(), 1u);
}

TEST_F(checked, two_owners_are_a_violation) {
  states[{1, 0x80}] = named("O");
  states[{2, 0x80}] = named("O");
  checker.serialised(0, 0x80, bus_operation::read, named("S"), 10);
  EXPECT_EQ(checker.violation_count(), 1u);
  EXPECT_TRUE(says("more than one owner"));
}

TEST_F(checked, one_owner_and_many_sharers_are_coherent) {
  states[{1, 0x80}] = named("O");
  states[{2, 0x80}] = named("S");
  checker.serialised(0, 0x80, bus_operation::read, named("S"), 10);
  EXPECT_EQ(checker.violation_count(), 0u);
  EXPECT_EQ(checker.transactions_checked(), 1u);
}

TEST_F(checked, debug_writes_are_believed) {
  write(0, 0x100, 1);
  const std::uint32_t two = 2;
  checker.debug_written(0x100, reinterpret_cast<const std::uint8_t*>(&two), 4);
  read(1, 0x100, 2);
  EXPECT_EQ(checker.violation_count(), 0u);
}

TEST_F(checked, counts_all_violations_and_keeps_the_first_few) {
  write(0, 0x100, 1);
  for (unsigned i = 0; i < 100; ++i) read(1, 0x100, 2 + i);
  EXPECT_EQ(checker.violation_count(), 100u);
  EXPECT_LE(checker.violations().size(), 10u);
  for (const std::string& v : checker.violations()) EXPECT_EQ(v.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace mimd
