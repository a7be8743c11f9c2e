// Which rows of the directory protocols make a transaction of a requester, the home and the owner.
#include "directory/three_party_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/protocol_states.h"

namespace mimd {
namespace {

struct form_rows {
  explicit form_rows(const directory_form& form) : protocol(directory_protocol_of(form)), rows(protocol) {}
  directory_state home(const std::string& name) const {
    return test::state_named(protocol.home_states, name);
  }
  directory_state agent(const std::string& name) const {
    return test::state_named(protocol.agent_states, name);
  }

  directory_protocol protocol;
  three_party_rows rows;
};

TEST(three_party_rows, of_a_flat_coma_are_reads_of_masters_and_writes_of_only_copies) {
  const form_rows f(all_coma_forms().front());
  using message = directory_message_type;
  EXPECT_EQ(f.rows.forwarding_of(f.home("M"), home_event::get_s).forward, message::fwd_get_s);
  EXPECT_EQ(f.rows.forwarding_of(f.home("O"), home_event::get_s).forward, message::fwd_get_s_owned);
  EXPECT_EQ(f.rows.forwarding_of(f.home("M"), home_event::get_m).forward, message::fwd_get_m);
  EXPECT_FALSE(f.rows.forwarding_of(f.home("M"), home_event::get_m).takes_from_sharers);
  EXPECT_EQ(f.rows.forwarding_of(f.home("O"), home_event::get_m).forward, message::fwd_get_m_owned);
  EXPECT_TRUE(f.rows.forwarding_of(f.home("O"), home_event::get_m).takes_from_sharers);
  EXPECT_EQ(f.rows.forwarding_of(f.home("I"), home_event::get_s).row, no_row) << "the home answers";
  EXPECT_EQ(f.rows.forwarding_of(f.home("B_S"), home_event::busy).row, no_row);

  const three_party_rows::supply& read = f.rows.supply_of(f.agent("M"), message::fwd_get_s);
  EXPECT_EQ(read.word, message::owner_ack);
  EXPECT_EQ(read.next, f.agent("O"));
  EXPECT_EQ(f.rows.supply_of(f.agent("O"), message::fwd_get_s_owned).next, f.agent("O"));
  const three_party_rows::supply& write = f.rows.supply_of(f.agent("M"), message::fwd_get_m);
  EXPECT_EQ(write.word, message::transfer_ack);
  EXPECT_EQ(write.next, f.agent("I"));
  EXPECT_EQ(f.rows.supply_of(f.agent("S"), message::fwd_get_s).row, no_row);

  const three_party_rows::settling& shared = f.rows.settling_of(f.home("B_S"), message::owner_ack);
  EXPECT_EQ(shared.next, f.home("O"));
  EXPECT_TRUE(shared.adds_requester && !shared.adds_owner && !shared.sets_owner && !shared.clears_owner);
  const three_party_rows::settling& handed_over = f.rows.settling_of(f.home("B_M"), message::transfer_ack);
  EXPECT_EQ(handed_over.next, f.home("M"));
  EXPECT_TRUE(handed_over.sets_owner && !handed_over.adds_requester);
}

TEST(three_party_rows, of_mesi_bring_the_line_home_if_memory_is_not_up_to_date) {
  const form_rows f(all_directory_forms().front());  // MESI in three hops
  using message = directory_message_type;
  EXPECT_EQ(f.rows.supply_of(f.agent("M"), message::fwd_get_s).word, message::copy_back);
  EXPECT_EQ(f.rows.supply_of(f.agent("E"), message::fwd_get_s).word, message::clean_ack);
  EXPECT_EQ(f.rows.supply_of(f.agent("I"), message::fwd_get_s).row, no_row) << "it was replaced silently";
  for (const message word : {message::copy_back, message::clean_ack}) {
    const three_party_rows::settling& shared = f.rows.settling_of(f.home("B_S"), word);
    EXPECT_EQ(shared.next, f.home("S"));
    EXPECT_TRUE(shared.adds_requester && shared.adds_owner && shared.clears_owner);
    EXPECT_EQ(shared.writes_memory, word == message::copy_back);
  }
}

TEST(three_party_rows, are_none_where_all_goes_through_the_home) {
  for (const directory_form& form : all_directory_forms()) {
    if (form.replies != directory_form::reply_path::via_home) continue;
    const form_rows f(form);
    for (directory_state s = 0; s < f.protocol.home_states.size(); ++s) {
      EXPECT_EQ(f.rows.forwarding_of(s, home_event::get_s).row, no_row) << form.name();
      EXPECT_EQ(f.rows.forwarding_of(s, home_event::get_m).row, no_row) << form.name();
    }
  }
}

}  // namespace
}  // namespace mimd
