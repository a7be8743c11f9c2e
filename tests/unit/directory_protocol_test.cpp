// The directory tables as data, and the cores that run them, one message at a time.
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "directory/directory_documentation.h"
#include "directory/full_map_format.h"
#include "directory/home_core.h"
#include "directory/requester_core.h"

namespace {

using namespace mimd;
using type = directory_message_type;

directory_state agent_state(const directory_protocol& protocol, const std::string& name) {
  for (directory_state s = 0; s < protocol.agent_states.size(); ++s) {
    if (protocol.agent_states[s].name == name) return s;
  }
  throw std::logic_error("no such state");
}

TEST(directory_protocol, has_24_forms_of_different_names_and_the_default_is_mesi_in_three_hops) {
  std::set<std::string> names;
  for (const directory_form& form : all_directory_forms()) {
    names.insert(form.name());
    EXPECT_NO_THROW(compiled_directory_protocol{directory_protocol_of(form)}) << form.name();
  }
  EXPECT_EQ(names.size(), 24u);
  EXPECT_EQ(directory_form{}.name(), "mesi-3hop-silent-queue");
  EXPECT_EQ(all_directory_forms().front().name(), directory_form{}.name());
}

TEST(directory_protocol, is_one_table_whose_every_row_is_in_some_form) {
  const directory_protocol& master = directory_master_table();
  std::set<std::string> agent;
  std::set<std::string> home;
  const auto cell = [](const auto& row) {
    return std::to_string(row.state) + " " + to_string(row.event) + " " + describe_groups(row.when);
  };
  std::vector<directory_form> forms = all_directory_forms();
  for (const directory_form& form : all_coma_forms()) forms.push_back(form);
  for (const directory_form& form : forms) {
    const directory_protocol protocol = directory_protocol_of(form);
    for (const agent_row& row : protocol.agent) agent.insert(cell(row));
    for (const home_row& row : protocol.home) home.insert(cell(row));
  }
  EXPECT_EQ(agent.size(), master.agent.size());
  EXPECT_EQ(home.size(), master.home.size());
}

// ---- malformed tables ----

std::string error_of(const directory_protocol& protocol) {
  try {
    compiled_directory_protocol{protocol};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(compiled_directory_protocol, says_which_row_is_malformed) {
  directory_protocol protocol = directory_protocol_of({});
  protocol.agent.push_back(protocol.agent.front());
  EXPECT_EQ(error_of(protocol), "directory protocol 'mesi-3hop-silent-queue': agent, I on Read: two rows");
  protocol = directory_protocol_of({});
  protocol.home.front().next_if_empty = 99;
  EXPECT_EQ(error_of(protocol), "directory protocol 'mesi-3hop-silent-queue': home: a state is out of range");
  protocol = directory_protocol_of({});
  protocol.home.front().next = 99;
  EXPECT_EQ(error_of(protocol),
            "directory protocol 'mesi-3hop-silent-queue': home, I on GetS: a state is out of range");
  protocol = directory_protocol_of({});
  protocol.agent_states[agent_state(protocol, "IS_D")].held = agent_state(protocol, "IM_AD");
  EXPECT_EQ(error_of(protocol),
            "directory protocol 'mesi-3hop-silent-queue': agent, IS_D: what the cache holds is not a stable "
            "state");
  protocol = directory_protocol_of({});
  protocol.home_states.clear();
  EXPECT_EQ(error_of(protocol),
            "directory protocol 'mesi-3hop-silent-queue': home has 0 states, but 1 to 32 are possible");
}

TEST(action_list, holds_six_actions_and_refuses_a_seventh) {
  action_list<agent_action> list{agent_action::send_get_s, agent_action::send_get_m};
  for (int i = 0; i < 4; ++i) list.push_back(agent_action::complete);
  EXPECT_EQ(list.size(), 6u);
  EXPECT_THROW(list.push_back(agent_action::hold), std::invalid_argument);
  list.erase(0);
  EXPECT_EQ(list.size(), 5u);
  EXPECT_EQ(list[0], agent_action::send_get_m);
}

// ---- the cores, in words ----

std::string node_name(node_id node) {
  return node == home_node ? "home" : node == no_node ? "-" : std::to_string(node);
}

struct words_port {
  std::vector<std::string> said;
  void snoop(directory_state held) { said.push_back("snoop " + std::to_string(held)); }
  void send(type t, node_id to, node_id requester, unsigned acks) {
    std::string text = std::string(to_string(t)) + " to " + node_name(to);
    if (requester != no_node) text += " for " + node_name(requester);
    if (acks != 0) text += ", " + std::to_string(acks) + " acks";
    said.push_back(text);
  }
  void take_data() { said.push_back("take data"); }
  void complete(agent_state_info::pending_access, directory_state granted) {
    said.push_back("complete " + std::to_string(granted));
  }
  void pass_data(node_id to) { said.push_back("pass data to " + node_name(to)); }
  bool older(node_id source, node_id than) const { return source < than; }
  void write_memory() { said.push_back("write memory"); }
  void free_slot() { said.push_back("free slot"); }
  node_id injection_target() { return next_targets.empty() ? no_node : take_target(); }
  void take_over(directory_state granted) { said.push_back("take over " + std::to_string(granted)); }
  node_id take_target() {
    const node_id target = next_targets.front();
    next_targets.erase(next_targets.begin());
    return target;
  }
  std::vector<node_id> next_targets;
};

struct bench {
  explicit bench(const directory_form& form) : protocol(directory_protocol_of(form)) {}

  std::vector<std::string> agent(const std::string& event_or_type, node_id requester = no_node,
                                 unsigned acks = 0, bool holding = false) {
    words_port port;
    for (unsigned e = 0; e < 3; ++e) {
      if (event_or_type != to_string(static_cast<agent_event>(e))) continue;
      outcome = agents.step(line, static_cast<agent_event>(e), no_node, 0, port).outcome;
      return port.said;
    }
    for (unsigned t = 0; t < directory_message_count; ++t) {
      if (event_or_type != to_string(static_cast<type>(t))) continue;
      const agent_event event = requester_core::event_of(line, static_cast<type>(t), acks, holding);
      outcome = agents.step(line, event, requester, acks, port).outcome;
      return port.said;
    }
    throw std::logic_error("no such event");
  }
  std::vector<std::string> home(type t, node_id source = no_node, std::vector<node_id> targets = {},
                                unsigned acks = 0) {
    words_port port;
    port.next_targets = std::move(targets);
    line_sharers sharers(format, entry.data(), scratch);
    outcome =
        homes.step(home_state, sharers, homes.event_of(home_state, sharers, t, source, acks), source, port)
            .outcome;
    return port.said;
  }
  std::string state() const { return protocol.agent_states[line.state].name; }

  directory_protocol protocol;
  compiled_directory_protocol table{protocol};
  requester_core agents{table};
  home_core homes{table};
  requester_line line;
  home_line home_state;
  full_map_format format{8};
  std::vector<sharer_word> entry = std::vector<sharer_word>(format.words());
  std::vector<node_id> scratch;
  directory_step::result outcome = directory_step::result::undefined;
};

using said = std::vector<std::string>;
constexpr auto waits = directory_step::result::waits;

TEST(requester_core, counts_acknowledgements_that_come_before_the_data) {
  bench b{{}};
  EXPECT_EQ(b.agent("Write"), (said{"GetM to home"}));
  EXPECT_EQ(b.agent("Ack"), said{});
  EXPECT_EQ(b.agent("Data", no_node, 2), (said{"take data"}));
  EXPECT_EQ(b.state(), "IM_A");
  EXPECT_EQ(b.agent("FwdGetM", 3), said{});
  EXPECT_EQ(b.outcome, waits);
  EXPECT_EQ(b.agent("Ack"), (said{"complete 4"}));
  EXPECT_EQ(b.state(), "M");
  EXPECT_EQ(b.agent("FwdGetM", 3, 1), (said{"snoop 0", "Data to 3, 1 acks", "TransferAck to home"}));
  EXPECT_EQ(b.state(), "I");
}

TEST(requester_core, gives_a_read_whose_data_was_overtaken_by_an_invalidation_one_use) {
  bench b{{}};
  b.agent("Read");
  EXPECT_EQ(b.agent("Inv", 5), (said{"Ack to 5"}));
  EXPECT_EQ(b.agent("Data"), (said{"take data", "complete 0"}));
  EXPECT_EQ(b.state(), "I");
}

TEST(requester_core, asks_for_data_when_its_upgrade_lost_the_race_and_was_refused) {
  directory_form form;
  form.busy = directory_form::busy_line::nack;
  bench b{form};
  b.line.state = agent_state(b.protocol, "S");
  EXPECT_EQ(b.agent("Write"), (said{"Upg to home"}));
  EXPECT_EQ(b.agent("Inv", 2), (said{"snoop 0", "Ack to 2"}));
  EXPECT_EQ(b.agent("Nack"), (said{"GetM to home"}));
}

TEST(requester_core, answers_for_a_line_that_it_is_replacing) {
  bench b{{}};
  b.line.state = agent_state(b.protocol, "M");
  EXPECT_EQ(b.agent("Evict"), (said{"PutM to home"}));
  EXPECT_EQ(b.agent("FwdGetM", 1), (said{"snoop 0", "Data to 1", "TransferAck to home"}));
  EXPECT_EQ(b.agent("PutAck"), (said{"complete 0"}));
}

TEST(requester_core, says_that_it_has_replaced_a_clean_copy_silently) {
  bench b{{}};
  b.line.state = agent_state(b.protocol, "E");
  EXPECT_EQ(b.agent("Evict"), (said{"complete 0"}));
  EXPECT_EQ(b.agent("FwdGetS", 3), (said{"ReplacedAck to home"}));
  EXPECT_EQ(b.agent("Read"), (said{"GetS to home, 1 acks"})) << "an answer is on its way";
  EXPECT_EQ(b.agent("DataE"), (said{"take data", "complete 2"}));
  b.agent("Evict");
  EXPECT_EQ(b.agent("Write"), (said{"GetM to home"}));
}

TEST(requester_core, answers_the_forward_that_it_holds_when_its_request_is_refused) {
  bench b{{}};
  b.agent("Read");
  b.agent("FwdGetM", 3);
  EXPECT_EQ(b.outcome, waits) << "its data may be on the way";
  EXPECT_EQ(b.agent("Nack", no_node, 0, true), (said{"ReplacedAck to home", "GetS to home, 1 acks"}));
  EXPECT_EQ(b.state(), "IS_D");
}

TEST(home_core, serves_an_owner_that_has_replaced_its_clean_copy_again) {
  bench b{{}};
  EXPECT_EQ(b.home(type::get_s, 1), (said{"DataE to 1"}));
  EXPECT_EQ(b.home(type::get_s, 1), (said{"DataE to 1"}));
  EXPECT_EQ(b.home(type::get_m, 1), (said{"Data to 1"}));
  EXPECT_EQ(b.home_state.owner, 1);
}

TEST(home_core, serves_from_memory_whom_an_owner_without_copy_cannot_serve) {
  bench b{{}};
  b.home(type::get_s, 1);
  EXPECT_EQ(b.home(type::get_s, 2), (said{"FwdGetS to 1 for 2"}));
  EXPECT_EQ(b.home(type::get_s, 1), (said{"Nack to 1"})) << "it may hold the forward";
  EXPECT_EQ(b.home(type::replaced_ack), (said{"DataE to 2"}));
  EXPECT_EQ(b.home_state.owner, 2);
  EXPECT_EQ(b.home(type::get_m, 1), (said{"FwdGetM to 2 for 1"}));
  EXPECT_EQ(b.home(type::get_s, 2, {}, 1), said{});
  EXPECT_EQ(b.outcome, waits) << "it has answered";
  EXPECT_EQ(b.home(type::replaced_ack), (said{"Data to 1"}));
}

TEST(home_core, forwards_in_three_hops_and_is_busy_until_the_owner_has_answered) {
  bench b{{}};
  EXPECT_EQ(b.home(type::get_m, 1), (said{"Data to 1"}));
  EXPECT_EQ(b.home(type::get_s, 2), (said{"FwdGetS to 1 for 2"}));
  EXPECT_EQ(b.home(type::get_m, 3), said{});
  EXPECT_EQ(b.outcome, waits);
  EXPECT_EQ(b.home(type::copy_back), (said{"write memory"}));
  EXPECT_EQ(b.home(type::get_m, 3), (said{"Inv to 1 for 3", "Inv to 2 for 3", "Data to 3, 2 acks"}));
  EXPECT_EQ(b.home_state.owner, 3);
}

TEST(home_core, replies_itself_via_home_when_all_have_acknowledged) {
  directory_form form;
  form.protocol = directory_form::protocol_name::msi;
  form.replies = directory_form::reply_path::via_home;
  bench b{form};
  for (node_id reader = 1; reader <= 3; ++reader) b.home(type::get_s, reader);
  EXPECT_EQ(b.home(type::upgrade, 2), (said{"Inv to 1 for home", "Inv to 3 for home"}));
  EXPECT_EQ(b.home(type::ack), said{});
  EXPECT_EQ(b.home(type::ack), (said{"Grant to 2"}));
  b.home(type::put_m, 2);
  b.home(type::get_s, 4);
  EXPECT_EQ(b.home(type::upgrade, 4), (said{"Grant to 4"})) << "nobody to wait for";
}

TEST(home_core, treats_an_upgrade_of_a_copy_that_was_invalidated_as_a_fetch) {
  bench b{{}};
  b.home(type::get_m, 1);
  EXPECT_EQ(b.home(type::upgrade, 2), (said{"FwdGetM to 1 for 2"}));
}

TEST(home_core, refuses_when_busy_in_the_nack_form) {
  directory_form form;
  form.busy = directory_form::busy_line::nack;
  bench b{form};
  b.home(type::get_m, 1);
  b.home(type::get_s, 2);
  EXPECT_EQ(b.home(type::get_s, 3), (said{"Nack to 3"}));
  EXPECT_EQ(b.home_state.requester, 2);
}

TEST(home_core, reserves_a_line_for_the_oldest_request_that_it_refused) {
  directory_form form;
  form.busy = directory_form::busy_line::nack;
  bench b{form};
  b.home(type::get_m, 1);
  b.home(type::get_s, 2);
  b.home(type::get_m, 5);
  EXPECT_EQ(b.home_state.reserved, 5);
  b.home(type::get_m, 6);  // younger
  EXPECT_EQ(b.home_state.reserved, 5);
  b.home(type::get_m, 4);  // older
  EXPECT_EQ(b.home_state.reserved, 4);
  EXPECT_EQ(b.home(type::put_s, 0), (said{"Nack to 0"})) << "and is not sure to come again";
  EXPECT_EQ(b.home_state.reserved, 4);
  b.home(type::copy_back);
  EXPECT_EQ(b.home(type::get_m, 5), (said{"Nack to 5"}));
  EXPECT_EQ(b.home(type::get_m, 4).back(), "Data to 4, 2 acks");
  EXPECT_EQ(b.home_state.reserved, no_node);
}

TEST(home_core, acknowledges_a_replacement_that_was_outrun) {
  bench b{{}};
  b.home(type::get_m, 1);
  b.home(type::get_m, 2);
  b.home(type::transfer_ack);
  EXPECT_EQ(b.home(type::put_m, 1), (said{"PutAck to 1"}));
  EXPECT_EQ(b.home_state.owner, 2);
}

directory_form coma_form() {
  return all_coma_forms().front();
}

TEST(home_core, offers_a_line_that_lost_its_master_to_one_node_after_another) {
  bench b{coma_form()};
  EXPECT_EQ(b.home(type::get_m, 1), (said{"Data to 1", "free slot"}));
  EXPECT_EQ(b.home(type::put_m, 1, {2}), (said{"write memory", "PutAck to 1", "Inject to 2"}));
  EXPECT_EQ(b.home(type::get_s, 4), said{});
  EXPECT_EQ(b.outcome, waits);
  EXPECT_EQ(b.home(type::inject_refusal, no_node, {3}), (said{"Inject to 3"}));
  EXPECT_EQ(b.home(type::inject_ack), (said{"free slot"}));
  EXPECT_EQ(b.home_state.owner, 3);
  EXPECT_EQ(b.home(type::get_s, 4), (said{"FwdGetS to 3 for 4"}));
}

TEST(home_core, keeps_a_line_that_nobody_takes_and_serves_it) {
  bench b{coma_form()};
  b.home(type::get_m, 1);
  b.home(type::put_m, 1, {2});
  EXPECT_EQ(b.home(type::inject_refusal), said{});
  EXPECT_EQ(b.home(type::get_s, 4), (said{"DataE to 4", "free slot"}));
  EXPECT_EQ(b.home(type::put_m, 4), (said{"write memory", "PutAck to 4"})) << "nobody else to ask";
}

TEST(home_core, makes_a_sharer_the_master) {
  bench b{coma_form()};
  b.home(type::get_m, 1);
  b.home(type::get_s, 2);
  b.home(type::owner_ack);
  EXPECT_EQ(b.home(type::put_m, 1, {2}), (said{"write memory", "PutAck to 1", "Inject-Owned to 2"}));
  b.home(type::inject_ack);
  EXPECT_EQ(b.home_state.owner, 2);
  EXPECT_EQ(b.home(type::upgrade, 2), (said{"Grant to 2"})) << "and no sharer is left";
}

TEST(requester_core, takes_over_a_line_and_refuses_one_that_it_is_reading) {
  bench b{coma_form()};
  EXPECT_EQ(b.agent("Inject"), (said{"take over 4", "InjectAck to home"}));
  EXPECT_EQ(b.state(), "M");
  bench reader{coma_form()};
  reader.agent("Read");
  EXPECT_EQ(reader.agent("Inject-Owned"), (said{"InjectRefusal to home"}));
  bench writer{coma_form()};
  writer.line.state = agent_state(writer.protocol, "S");
  writer.agent("Write");
  EXPECT_EQ(writer.agent("Inject-Owned"), (said{"take over 3", "InjectAck to home"}));
  EXPECT_EQ(writer.state(), "OM_AD");
}

TEST(directory_documentation, has_the_rows_of_the_tables) {
  const std::string text = directory_protocols_markdown();
  EXPECT_NE(text.find("| IS_D | Inv | Ack | IS_DI | |\n"), std::string::npos);
  EXPECT_NE(text.find("| M | FwdGetS | Data to requester, OwnerAck | O | MOESI, COMA; three hops |\n"),
            std::string::npos);
  EXPECT_NE(text.find("| S | Put of another | remove requester, PutAck | S, I if no sharer is left | MSI, "
                      "MESI |\n"),
            std::string::npos);
}

}  // namespace
