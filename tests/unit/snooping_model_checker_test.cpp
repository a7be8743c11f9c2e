// The model checker finds each kind of violation in a table that has it, and tells how it comes about.
#include "tb/model_checker/snooping_model_checker.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace {

using namespace mimd;
using tb::violation_kind;

local_row& on(snooping_protocol& p, coherence_state state, processor_event event) {
  return const_cast<local_row&>(*p.find(state, event));
}
snoop_row& on(snooping_protocol& p, coherence_state state, bus_operation operation) {
  return const_cast<snoop_row&>(*p.find(state, operation));
}

struct broken {
  const char* base;
  violation_kind kind;
  std::function<void(snooping_protocol&)> change;
};

TEST(snooping_model_checker, finds_each_kind_of_violation) {
  using ev = processor_event;
  using op = bus_operation;
  const broken cases[] = {
      {"msi", violation_kind::undefined_event, [](auto& p) { p.snoop.pop_back(); }},
      {"msi", violation_kind::undefined_event, [](auto& p) { p.local.pop_back(); }},
      {"msi", violation_kind::stale_read,
       [](auto& p) {
         on(p, 0, ev::read).operation = op::upgrade;
         p.snoop.push_back({1, op::upgrade, 0});
         p.snoop.push_back({2, op::upgrade, 0});
       }},
      {"moesi", violation_kind::stale_fill, [](auto& p) { on(p, 4, op::read).supply = false; }},
      {"msi", violation_kind::stale_fill, [](auto& p) { on(p, 0, ev::write).operation = op::none; }},
      {"mesi", violation_kind::not_alone, [](auto& p) { on(p, 0, ev::read).next_if_shared = 2; }},
      {"moesi", violation_kind::two_owners, [](auto& p) { on(p, 0, ev::read).next_if_shared = 3; }},
      {"dragon", violation_kind::stale_copy, [](auto& p) { on(p, 2, op::update).take = false; }},
      {"msi", violation_kind::lost_data, [](auto& p) { on(p, 2, ev::evict).memory_updated = false; }},
      {"msi", violation_kind::lost_data, [](auto& p) { on(p, 2, ev::evict).operation = op::none; }},
      {"firefly", violation_kind::lost_data, [](auto& p) { on(p, 2, ev::write).memory_updated = false; }},
      {"msi", violation_kind::stale_copy, [](auto& p) { on(p, 1, ev::evict).next_if_alone = 1; }},
  };
  for (const auto& c : cases) {
    snooping_protocol protocol = *find_snooping_protocol(c.base);
    c.change(protocol);
    const auto result = tb::check_model(protocol, 3);
    ASSERT_TRUE(result.violation) << c.base << ", " << tb::to_string(c.kind);
    EXPECT_EQ(tb::to_string(result.violation->kind), std::string(tb::to_string(c.kind)))
        << result.violation->message;
    EXPECT_EQ(result.violation->message.find('\n'), std::string::npos);
  }
}

// Write-once, but a reader takes the line and the duty to write it back (V becomes an owner, memory stays
// stale). The first write then goes through to memory as one word, while the rest of the line in memory is
// still old.
TEST(snooping_model_checker, sees_that_a_written_word_does_not_repair_a_stale_line) {
  snooping_protocol protocol = *find_snooping_protocol("write-once");
  protocol.states[1].owner = true;
  on(protocol, 1, processor_event::evict) = {
      1, processor_event::evict, 0, 0, bus_operation::write_back, bus_operation::none, true};
  on(protocol, 1, bus_operation::read) = {1, bus_operation::read, 0, true};
  on(protocol, 1, bus_operation::read_exclusive).supply = true;
  on(protocol, 2, bus_operation::read) = {2, bus_operation::read, 0};
  on(protocol, 3, bus_operation::read) = {3, bus_operation::read, 0, true};
  const auto result = tb::check_model(protocol, 2);
  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->kind, violation_kind::lost_data) << result.violation->message;
  EXPECT_EQ(result.violation->trace.back(), "cache 1 PrWr BusWT: I R | memory stale  <- lost data");
}

TEST(snooping_model_checker, tells_the_shortest_way_to_the_violation) {
  snooping_protocol protocol = *find_snooping_protocol("msi");
  on(protocol, 1, bus_operation::read_exclusive).next = 1;
  const auto result = tb::check_model(protocol, 2);
  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->message, "msi, 2 caches: stale copy: cache 0 keeps a stale copy");
  const std::vector<std::string> expected{
      "start: I I | memory fresh",
      "cache 0 PrRd BusRd: S I | memory fresh",
      "cache 1 PrWr BusRdX: S(stale) M | memory stale  <- stale copy",
  };
  EXPECT_EQ(result.violation->trace, expected);
}

TEST(snooping_model_checker, counts_transitions_and_labels_consistently) {
  for (const auto& protocol : snooping_protocols()) {
    const auto result = tb::check_model(protocol, 3);
    std::size_t labelled = 0;
    for (const auto& [label, count] : result.transitions_by_label) labelled += count;
    EXPECT_EQ(labelled, result.transitions) << protocol.name;
    std::size_t rows = 0;
    for (const auto& use : result.local_use) rows += use.alone + use.shared;
    EXPECT_EQ(rows, result.transitions) << protocol.name << ": a step reads one local row";
  }
}

TEST(snooping_model_checker, refuses_what_it_cannot_search) {
  const auto& msi = *find_snooping_protocol("msi");
  EXPECT_THROW(tb::check_model(msi, 0), std::invalid_argument);
  EXPECT_THROW(tb::check_model(msi, 13), std::invalid_argument);
  EXPECT_EQ(tb::check_model(msi, 12).states, 4096u + 12u);
  snooping_protocol malformed = msi;
  malformed.local[0].next_if_alone = 7;
  EXPECT_THROW(tb::check_model(malformed, 2), std::invalid_argument);
}

}  // namespace
