#include "tb/model_checker/reachable_directory_rows.h"

#include <algorithm>
#include <stdexcept>

#include "tb/model_checker/directory_model_checker.h"

namespace mimd::tb {
namespace {

template <class Use>
void add_to(std::vector<std::uint64_t>& sum, const Use& use) {
  sum.resize(std::max(sum.size(), use.size()));
  for (std::size_t i = 0; i < use.size(); ++i) sum[i] += use[i];
}

unsigned used(const std::vector<std::uint64_t>& rows) {
  return static_cast<unsigned>(
      std::count_if(rows.begin(), rows.end(), [](std::uint64_t n) { return n != 0; }));
}

bool lacks(const std::vector<std::uint64_t>& rows, std::size_t i) {
  return i >= rows.size() || rows[i] == 0;
}

using format = directory_model::sharer_format;

struct machine {
  format kind;
  unsigned caches, lines, pointers;
  std::size_t most_states = 50'000'000;
};

std::vector<machine> machines_for(const directory_form& form) {
  if (form.protocol == directory_form::protocol_name::coma) {
    return {{format::full_map, 3, 1, 1}, {format::broadcast, 3, 1, 1}, {format::full_map, 2, 2, 1, 100'000}};
  }
  // The last is too large to be searched to the end; what was found by then can happen.
  return {{format::full_map, 2, 2, 1},     {format::full_map, 3, 1, 1},
          {format::broadcast, 2, 2, 1},    {format::broadcast, 3, 1, 1},
          {format::no_broadcast, 2, 2, 1}, {format::no_broadcast, 3, 1, 1},
          {format::no_broadcast, 3, 1, 2}, {format::pool, 2, 2, 1},
          {format::pool, 3, 1, 2},         {format::no_broadcast, 4, 1, 2, 100'000}};
}

}  // namespace

void directory_row_use::add(const std::vector<std::uint64_t>& agent_use,
                            const std::vector<std::uint64_t>& home_use) {
  add_to(agent, agent_use);
  add_to(home, home_use);
}

unsigned directory_row_use::agent_rows() const {
  return used(agent);
}

unsigned directory_row_use::home_rows() const {
  return used(home);
}

std::vector<std::string> directory_row_use::missing_in(const directory_row_use& other,
                                                       const directory_protocol& protocol) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < agent.size(); ++i) {
    if (lacks(agent, i) || !lacks(other.agent, i)) continue;
    const agent_row& row = protocol.agent[i];
    names.push_back(protocol.agent_states[row.state].name + " on " + to_string(row.event));
  }
  for (std::size_t i = 0; i < home.size(); ++i) {
    if (lacks(home, i) || !lacks(other.home, i)) continue;
    const home_row& row = protocol.home[i];
    names.push_back("home: " + protocol.home_states[row.state].name + " on " + to_string(row.event));
  }
  return names;
}

directory_row_use reachable_directory_rows(const directory_form& form) {
  const directory_protocol protocol = directory_protocol_of(form);
  directory_row_use use;
  for (const machine& m : machines_for(form)) {
    directory_model model;
    model.format = m.kind;
    model.caches = m.caches;
    model.lines = m.lines;
    model.pointers = m.pointers;
    model.recalls = form.protocol != directory_form::protocol_name::coma || form.swaps;
    model.symmetry = true;
    model.max_states = m.most_states;
    const directory_check_result found = check_directory(protocol, model);
    if (found.violation) throw std::logic_error(form.name() + ": " + found.violation->message);
    add_to(use.agent, found.agent_use);
    add_to(use.home, found.home_use);
  }
  for (std::size_t i = 0; i < use.agent.size(); ++i) {
    const agent_row& row = protocol.agent[i];
    const bool alone = row.event <= agent_event::evict && *row.actions.begin() == agent_action::complete;
    if (alone) use.agent[i] = 0;
  }
  return use;
}

}  // namespace mimd::tb
