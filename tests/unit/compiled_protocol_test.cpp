// The compiled protocol says what the table says, cell by cell, and refuses a malformed table.
#include "coherence/compiled_protocol.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

using namespace mimd;

TEST(compiled_protocol, has_every_row_of_every_shipped_table_and_no_other) {
  for (const auto& protocol : snooping_protocols()) {
    SCOPED_TRACE(protocol.name);
    const compiled_protocol compiled(protocol);
    ASSERT_EQ(compiled.state_count, protocol.states.size());
    EXPECT_EQ(compiled.write_through, protocol.write_through);
    unsigned rows = 0;
    for (coherence_state s = 0; s < compiled.state_count; ++s) {
      EXPECT_EQ(compiled.exclusive[s], protocol.states[s].exclusive);
      EXPECT_EQ(compiled.owner[s], protocol.states[s].owner);
      for (unsigned e = 0; e < processor_event_count; ++e) {
        const auto event = static_cast<processor_event>(e);
        const local_row* row = protocol.find(s, event);
        ASSERT_EQ(compiled.defined(s, event), row != nullptr);
        if (!row) continue;
        ++rows;
        const local_row& found = compiled.on(s, event);
        EXPECT_EQ(found.next_if_alone, row->next_if_alone);
        EXPECT_EQ(found.next_if_shared, row->next_if_shared);
        EXPECT_EQ(found.operation, row->operation);
        EXPECT_EQ(found.operation_if_shared, row->operation_if_shared);
        EXPECT_EQ(found.memory_updated, row->memory_updated);
      }
      for (unsigned o = 0; o < bus_operation_count; ++o) {
        const auto operation = static_cast<bus_operation>(o);
        const snoop_row* row = protocol.find(s, operation);
        ASSERT_EQ(compiled.defined(s, operation), row != nullptr);
        if (!row) continue;
        ++rows;
        const snoop_row& found = compiled.on(s, operation);
        EXPECT_EQ(found.next, row->next);
        EXPECT_EQ(found.supply, row->supply);
        EXPECT_EQ(found.memory_updated, row->memory_updated);
        EXPECT_EQ(found.take, row->take);
      }
    }
    EXPECT_EQ(rows, protocol.local.size() + protocol.snoop.size());
  }
}

TEST(compiled_protocol, knows_the_hits_that_need_no_bus) {
  const snooping_protocol& mesi = *find_snooping_protocol("mesi");
  const compiled_protocol compiled(mesi);
  for (coherence_state s = 0; s < compiled.state_count; ++s) {
    const std::string& name = mesi.states[s].name;
    EXPECT_EQ(compiled.silent_read[s], name != "I") << name;
    EXPECT_EQ(compiled.silent_write[s], name == "E" || name == "M") << name;
    if (compiled.silent_write[s]) {
      EXPECT_EQ(mesi.states[compiled.after_silent_write[s]].name, "M");
    }
  }
  const compiled_protocol vi(*find_snooping_protocol("vi"));
  for (coherence_state s = 0; s < vi.state_count; ++s) EXPECT_FALSE(vi.silent_write[s]);
}

TEST(compiled_protocol, finds_protocols_by_name) {
  EXPECT_EQ(snooping_protocols().size(), 10u);
  for (const auto& protocol : snooping_protocols()) {
    EXPECT_EQ(find_snooping_protocol(protocol.name), &protocol);
    EXPECT_FALSE(protocol.source.empty());
  }
  EXPECT_EQ(find_snooping_protocol("MESI"), nullptr);
  EXPECT_EQ(find_snooping_protocol(""), nullptr);
}

struct malformed {
  const char* what;
  std::function<void(snooping_protocol&)> change;
};

TEST(compiled_protocol, refuses_a_malformed_table_in_one_line_that_names_it) {
  const malformed cases[] = {
      {"17 states", [](auto& p) { p.states.resize(17); }},
      {"at least one valid state", [](auto& p) { p.states.resize(1); }},
      {"state 0", [](auto& p) { p.states[0].owner = true; }},
      {"M on PrWr: a state is out of range",
       [](auto& p) {
         p.local.back() = {2, processor_event::write, 3, 3};
       }},
      {"cannot be evicted",
       [](auto& p) {
         p.local.push_back({0, processor_event::evict, 0, 0});
       }},
      {"S on PrRd: two rows", [](auto& p) { p.local.push_back(*p.find(1, processor_event::read)); }},
      {"M snooping BusRd: a state is out of range",
       [](auto& p) {
         p.snoop.back() = {2, bus_operation::read, 9};
       }},
      {"does not snoop",
       [](auto& p) {
         p.snoop.push_back({0, bus_operation::read, 0});
       }},
      {"not snooped",
       [](auto& p) {
         p.snoop.push_back({1, bus_operation::write_back, 1});
       }},
      {"S snooping BusRd: two rows", [](auto& p) { p.snoop.push_back(*p.find(1, bus_operation::read)); }},
  };
  for (const auto& bad : cases) {
    snooping_protocol protocol = *find_snooping_protocol("msi");
    bad.change(protocol);
    try {
      compiled_protocol compiled(protocol);
      ADD_FAILURE() << "accepted: " << bad.what;
    } catch (const std::invalid_argument& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find("protocol 'msi'"), std::string::npos) << message;
      EXPECT_NE(message.find(bad.what), std::string::npos) << message;
    }
  }
}

}  // namespace
