// Which rows of the directory protocols make a write that takes a line from its sharers.
#include "directory/sharer_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/protocol_states.h"

namespace mimd {
namespace {

struct form_rows {
  explicit form_rows(const directory_form& form)
      : protocol(directory_protocol_of(form)), compiled(protocol), rows(protocol, compiled) {}
  directory_state home(const std::string& name) const {
    return test::state_named(protocol.home_states, name);
  }
  directory_state agent(const std::string& name) const {
    return test::state_named(protocol.agent_states, name);
  }

  directory_protocol protocol;
  compiled_directory_protocol compiled;
  sharer_rows rows;
};

using message = directory_message_type;

TEST(sharer_rows, of_mesi_are_writes_of_shared_lines_that_the_home_answers) {
  const form_rows f(all_directory_forms().front());  // MESI in three hops
  const sharer_rows::service& write = f.rows.service_of(f.home("S"), home_event::get_m);
  EXPECT_EQ(write.answer, message::data);
  EXPECT_EQ(write.next, f.home("M"));
  EXPECT_TRUE(write.sets_owner && !write.invalidates_owner && !write.frees_slot);
  EXPECT_EQ(f.rows.service_of(f.home("S"), home_event::upgrade).answer, message::grant);
  EXPECT_EQ(f.rows.service_of(f.home("S"), home_event::get_s).row, no_row);
  EXPECT_EQ(f.rows.service_of(f.home("M"), home_event::get_m).row, no_row) << "it is forwarded";
  EXPECT_EQ(f.rows.service_of(f.home("I"), home_event::get_m).row, no_row) << "nobody has it";
}

TEST(sharer_rows, of_a_flat_coma_free_the_slot_or_take_the_line_from_its_master_too) {
  const form_rows f(all_coma_forms().front());
  EXPECT_TRUE(f.rows.service_of(f.home("S"), home_event::get_m).frees_slot);
  EXPECT_TRUE(f.rows.service_of(f.home("O"), home_event::upgrade).invalidates_owner);
  const sharer_rows::service& by_master = f.rows.service_of(f.home("O"), home_event::upgrade_owner);
  EXPECT_EQ(by_master.answer, message::grant);
  EXPECT_TRUE(!by_master.invalidates_owner && !by_master.sets_owner);
}

TEST(sharer_rows, let_sharers_drop_what_they_have_in_stable_states_alone) {
  const form_rows f(all_coma_forms().front());
  for (const char* const name : {"I", "S", "O"}) EXPECT_NE(f.rows.drop_of(f.agent(name)), no_row) << name;
  for (const char* const name : {"M", "IS_D", "SM_AD", "MI_A"})
    EXPECT_EQ(f.rows.drop_of(f.agent(name)), no_row) << name;
}

TEST(sharer_rows, complete_a_write_with_the_last_acknowledgement) {
  const form_rows f(all_directory_forms().front());
  const sharer_rows::gathering& with_data =
      f.rows.gathering_of(f.agent("IM_AD"), agent_event::data_awaiting_acks);
  EXPECT_EQ(f.protocol.agent[with_data.answer_row].next, f.agent("IM_A"));
  EXPECT_EQ(f.protocol.agent[with_data.ack_row].event, agent_event::ack);
  EXPECT_EQ(f.protocol.agent[with_data.last.row].event, agent_event::last_ack);
  EXPECT_EQ(with_data.last.granted, f.agent("M"));
  EXPECT_TRUE(with_data.last.takes_data);
  const sharer_rows::gathering& granted =
      f.rows.gathering_of(f.agent("SM_AD"), agent_event::grant_awaiting_acks);
  EXPECT_EQ(granted.last.granted, f.agent("M"));
  EXPECT_FALSE(granted.last.takes_data);
  EXPECT_EQ(f.rows.gathering_of(f.agent("IS_D"), agent_event::data).last.row, no_row);
}

TEST(sharer_rows, are_none_where_the_home_gathers_the_acknowledgements) {
  for (const directory_form& form : all_directory_forms()) {
    if (form.replies != directory_form::reply_path::via_home) continue;
    const form_rows f(form);
    for (directory_state s = 0; s < f.protocol.home_states.size(); ++s) {
      EXPECT_EQ(f.rows.service_of(s, home_event::get_m).row, no_row) << form.name();
      EXPECT_EQ(f.rows.service_of(s, home_event::upgrade).row, no_row) << form.name();
    }
  }
}

}  // namespace
}  // namespace mimd
