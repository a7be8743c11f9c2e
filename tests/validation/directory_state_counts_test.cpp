// The model checker on the textbook protocol, whose counts are known, and on the shipped tables.
#include <gtest/gtest.h>

#include <iostream>

#include "tb/model_checker/directory_model_checker.h"
#include "tb/model_checker/directory_textbook_msi.h"

namespace {

using namespace mimd;
using format = tb::directory_model::sharer_format;

std::string text(const tb::directory_check_result& result) {
  if (!result.violation) return result.complete ? "" : "not complete";
  std::string all = result.violation->message + "\n";
  for (const auto& line : result.violation->trace) all += "  " + line + "\n";
  return all;
}

tb::directory_model model(unsigned caches, unsigned lines = 1, bool symmetry = false) {
  tb::directory_model m;
  m.caches = caches;
  m.lines = lines;
  m.symmetry = symmetry;
  m.progress = true;
  return m;
}

tb::directory_check_result expect_coherent(const directory_protocol& protocol, const tb::directory_model& m) {
  auto result = tb::check_directory(protocol, m);
  EXPECT_TRUE(result.complete && !result.violation) << text(result);
  std::cout << protocol.name << ", " << m.caches << " caches, " << m.lines << " line"
            << (m.lines > 1 ? "s" : "") << ": " << result.unreduced_states << " states";
  if (m.symmetry) std::cout << " (" << result.states << " up to the numbering of the caches)";
  std::cout << ", " << result.transitions << " transitions\n";
  return result;
}

using protocol_name = directory_form::protocol_name;

void expect_coherent_forms(protocol_name protocol, const tb::directory_model& m) {
  for (const directory_form& form : all_directory_forms()) {
    if (form.protocol == protocol) expect_coherent(directory_protocol_of(form), m);
  }
}

tb::directory_model textbook_model(unsigned caches, bool symmetry) {
  tb::directory_model m = model(caches, 1, symmetry);
  m.recalls = false;
  return m;
}

// Sorin, Hill & Wood, tables 8.1 and 8.2, data abstracted to fresh and stale.
TEST(directory_textbook, has_523_states_with_two_caches_15311_with_three_and_437143_with_four) {
  EXPECT_EQ(expect_coherent(tb::textbook_msi(), textbook_model(2, false)).states, 523u);
  EXPECT_EQ(expect_coherent(tb::textbook_msi(), textbook_model(3, false)).states, 15'311u);
  EXPECT_EQ(expect_coherent(tb::textbook_msi(), textbook_model(4, false)).states, 437'143u);
}

TEST(directory_textbook, has_as_many_when_counted_by_symmetry) {
  EXPECT_EQ(expect_coherent(tb::textbook_msi(), textbook_model(2, true)).unreduced_states, 523u);
  EXPECT_EQ(expect_coherent(tb::textbook_msi(), textbook_model(3, true)).unreduced_states, 15'311u);
  EXPECT_EQ(expect_coherent(tb::textbook_msi(), textbook_model(4, true)).unreduced_states, 437'143u);
}

// The book says that its forwards need order; PutAck could overtake a forward, and the line would be nowhere.
TEST(directory_textbook, breaks_when_its_forwards_lose_their_order) {
  directory_protocol protocol = tb::textbook_msi();
  protocol.ordered = {};
  const auto result = tb::check_directory(protocol, textbook_model(2, false));
  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->kind, tb::directory_violation_kind::lost_line);
}

TEST(directory_state_counts, every_form_of_msi_is_coherent_with_two_caches) {
  expect_coherent_forms(protocol_name::msi, model(2));
}

TEST(directory_state_counts, every_form_of_mesi_is_coherent_with_two_caches) {
  expect_coherent_forms(protocol_name::mesi, model(2));
}

TEST(directory_state_counts, every_form_of_moesi_is_coherent_with_two_caches) {
  expect_coherent_forms(protocol_name::moesi, model(2));
}

TEST(directory_state_counts, every_form_of_msi_is_coherent_with_three_caches) {
  expect_coherent_forms(protocol_name::msi, model(3, 1, true));
}

TEST(directory_state_counts, every_form_of_mesi_is_coherent_with_three_caches) {
  expect_coherent_forms(protocol_name::mesi, model(3, 1, true));
}

TEST(directory_state_counts, every_form_of_moesi_is_coherent_with_three_caches) {
  expect_coherent_forms(protocol_name::moesi, model(3, 1, true));
}

TEST(directory_state_counts, every_form_of_msi_is_coherent_when_two_lines_share_a_way_an_mshr_and_an_entry) {
  expect_coherent_forms(protocol_name::msi, model(2, 2, true));
}

TEST(directory_state_counts, every_form_of_mesi_is_coherent_when_two_lines_share_a_way_an_mshr_and_an_entry) {
  expect_coherent_forms(protocol_name::mesi, model(2, 2, true));
}

TEST(directory_state_counts,
     every_form_of_moesi_is_coherent_when_two_lines_share_a_way_an_mshr_and_an_entry) {
  expect_coherent_forms(protocol_name::moesi, model(2, 2, true));
}

TEST(directory_state_counts, the_default_form_is_coherent_with_four_caches) {
  expect_coherent(directory_protocol_of({}), model(4, 1, true));
}

TEST(directory_state_counts, symmetry_changes_no_count) {
  const directory_protocol protocol = directory_protocol_of({});
  for (const auto& m : {model(3), model(2, 2)}) {
    tb::directory_model reduced = m;
    reduced.symmetry = true;
    EXPECT_EQ(tb::check_directory(protocol, m).states,
              tb::check_directory(protocol, reduced).unreduced_states);
  }
}

// Sharers remembered imprecisely, or given up; and, of all models together, no row is out of reach.
TEST(directory_state_counts, the_default_form_is_coherent_with_every_format_and_uses_every_row) {
  const directory_protocol protocol = directory_protocol_of({});
  std::vector<std::size_t> agent(protocol.agent.size());
  std::vector<std::size_t> home(protocol.home.size());
  const auto explore = [&](tb::directory_model m, format f, unsigned pointers) {
    m.format = f;
    m.pointers = pointers;
    const auto result = expect_coherent(protocol, m);
    for (std::size_t i = 0; i < agent.size(); ++i) agent[i] += result.agent_use[i];
    for (std::size_t i = 0; i < home.size(); ++i) home[i] += result.home_use[i];
  };
  explore(model(3, 1, true), format::full_map, 0);
  explore(model(3, 1, true), format::broadcast, 1);
  explore(model(3, 1, true), format::no_broadcast, 1);
  explore(model(3, 1, true), format::no_broadcast, 2);
  explore(model(2, 2, true), format::full_map, 0);
  explore(model(2, 2, true), format::pool, 2);
  for (std::size_t i = 0; i < agent.size(); ++i) {
    EXPECT_NE(agent[i], 0u) << protocol.agent_states[protocol.agent[i].state].name << " on "
                            << to_string(protocol.agent[i].event);
  }
  for (std::size_t i = 0; i < home.size(); ++i) {
    EXPECT_NE(home[i], 0u) << "home: " << protocol.home_states[protocol.home[i].state].name << " on "
                           << to_string(protocol.home[i].event);
  }
}

// ---- flat COMA: no memory, so that a line may be lost ----

tb::directory_model coma_model(unsigned nodes, unsigned lines, unsigned ways, bool symmetry) {
  tb::directory_model m = model(nodes, lines, symmetry);
  m.ways = ways;
  m.recalls = false;
  return m;
}

TEST(directory_state_counts, every_form_of_coma_is_coherent_with_two_and_three_nodes) {
  for (const directory_form& form : all_coma_forms()) {
    expect_coherent(directory_protocol_of(form), coma_model(2, 1, 1, false));
    expect_coherent(directory_protocol_of(form), coma_model(3, 1, 1, true));
  }
}

// Where pages are swapped, homes may ask for a line back whatever is under way on it, and every row for that
// happens.
TEST(directory_state_counts, every_form_of_coma_is_coherent_where_pages_are_swapped_and_uses_every_row) {
  for (directory_form form : all_coma_forms()) {
    form.swaps = true;
    const directory_protocol protocol = directory_protocol_of(form);
    tb::directory_model m = coma_model(3, 1, 1, true);
    m.recalls = true;
    const auto exact = expect_coherent(protocol, m);
    m.format = format::broadcast;
    const auto imprecise = expect_coherent(protocol, m);
    for (std::size_t i = 0; i < protocol.agent.size(); ++i) {
      EXPECT_NE(exact.agent_use[i] + imprecise.agent_use[i], 0u)
          << protocol.agent_states[protocol.agent[i].state].name << " on "
          << to_string(protocol.agent[i].event);
    }
    for (std::size_t i = 0; i < protocol.home.size(); ++i) {
      EXPECT_NE(exact.home_use[i] + imprecise.home_use[i], 0u)
          << "home: " << protocol.home_states[protocol.home[i].state].name << " on "
          << to_string(protocol.home[i].event);
    }
  }
}

TEST(directory_state_counts, the_default_form_of_coma_is_coherent_with_four_nodes) {
  tb::directory_model m = coma_model(4, 1, 1, true);
  m.progress = false;
  expect_coherent(directory_protocol_of(all_coma_forms().front()), m);
}

// Two lines in one set of one way a node are more than may be placed there: the home's slot is needed. Of two
// ways, none is.
TEST(directory_state_counts, coma_is_coherent_when_two_lines_share_a_set) {
  for (const directory_form& form : all_coma_forms()) {
    if (form.busy == directory_form::busy_line::nack) continue;  // in tests/soak
    expect_coherent(directory_protocol_of(form), coma_model(2, 2, 1, true));
    expect_coherent(directory_protocol_of(form), coma_model(2, 2, 2, true));
  }
}

TEST(directory_model_checker, sees_a_line_that_nobody_takes_and_the_home_forgets) {
  directory_protocol protocol = directory_protocol_of(all_coma_forms().front());
  for (home_row& row : protocol.home) {
    if (row.event != home_event::unplaced) continue;
    row.actions = {home_action::free_slot};
  }
  const auto result = tb::check_directory(protocol, coma_model(2, 1, 1, false));
  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->kind, tb::directory_violation_kind::lost_line);
}

// The checker must see what is wrong, and name it.
template <class Rows, class State, class Event>
auto& row_of(Rows& rows, State state, Event event) {
  for (auto& row : rows) {
    if (row.state == state && row.event == event) return row;
  }
  throw std::logic_error("no such row");
}

directory_state agent_state(const directory_protocol& protocol, const std::string& name) {
  for (directory_state s = 0; s < protocol.agent_states.size(); ++s) {
    if (protocol.agent_states[s].name == name) return s;
  }
  throw std::logic_error("no such state");
}

tb::directory_violation_kind violation_of(const directory_protocol& protocol) {
  const auto result = tb::check_directory(protocol, model(2));
  if (!result.violation) throw std::logic_error("nothing found");
  return result.violation->kind;
}

TEST(directory_model_checker, sees_a_transaction_that_never_ends) {
  directory_protocol protocol = directory_protocol_of({});
  row_of(protocol.agent, agent_state(protocol, "M"), agent_event::fwd_get_s).actions = {
      agent_action::data_to_requester};
  EXPECT_EQ(violation_of(protocol), tb::directory_violation_kind::deadlock);
}

TEST(directory_model_checker, sees_that_requests_are_refused_for_ever) {
  directory_form form;
  form.busy = directory_form::busy_line::nack;
  directory_protocol protocol = directory_protocol_of(form);
  home_row& row = row_of(protocol.home, directory_state{0}, home_event::get_s);
  row = {0, home_event::get_s, {home_action::send_nack}, 0, 0};
  EXPECT_EQ(violation_of(protocol), tb::directory_violation_kind::no_progress);
}

TEST(directory_model_checker, sees_a_second_writer) {
  directory_protocol protocol = directory_protocol_of({});
  row_of(protocol.agent, agent_state(protocol, "M"), agent_event::fwd_get_s).next =
      agent_state(protocol, "M");
  EXPECT_EQ(violation_of(protocol), tb::directory_violation_kind::not_alone);
}

TEST(directory_model_checker, sees_lost_data) {
  directory_protocol protocol = directory_protocol_of({});
  constexpr directory_state home_m = 2;
  row_of(protocol.home, home_m, home_event::put_dirty).actions = {home_action::send_put_ack,
                                                                  home_action::clear_owner};
  EXPECT_EQ(violation_of(protocol), tb::directory_violation_kind::lost_line);
}

TEST(directory_model_checker, gives_a_shortest_trace_in_words) {
  directory_protocol protocol = directory_protocol_of({});
  row_of(protocol.agent, agent_state(protocol, "I"), agent_event::read).actions = {};
  const auto result = tb::check_directory(protocol, model(2));
  ASSERT_TRUE(result.violation);
  EXPECT_EQ(result.violation->message,
            "mesi-3hop-silent-queue, 2 caches, 1 lines: deadlock: nothing can be delivered");
  ASSERT_EQ(result.violation->trace.size(), 3u);
  EXPECT_EQ(result.violation->trace[0], "I I | I+");
  EXPECT_EQ(result.violation->trace[1], "IS_D I | I+");
}

TEST(directory_model_checker, refuses_sizes_that_it_cannot_pack) {
  EXPECT_THROW(tb::check_directory(tb::textbook_msi(), model(5)), std::invalid_argument);
  EXPECT_THROW(tb::check_directory(tb::textbook_msi(), model(2, 4)), std::invalid_argument);
}

}  // namespace
