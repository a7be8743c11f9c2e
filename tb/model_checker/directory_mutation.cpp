#include "tb/model_checker/directory_mutation.h"

#include <algorithm>
#include <stdexcept>

namespace mimd::tb {
namespace {

const std::vector<std::size_t>& use_of(const directory_check_result& result, bool at_home) {
  return at_home ? result.home_use : result.agent_use;
}

template <class Rows>
void remove_row(Rows& rows, std::size_t row) {
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(row));
}

}  // namespace

const char* to_string(mutant_verdict verdict) {
  static constexpr const char* names[] = {"undefined event", "violation", "other states", "other transitions",
                                          "survives"};
  return names[static_cast<unsigned>(verdict)];
}

directory_mutation::directory_mutation(const directory_protocol& protocol,
                                       const std::vector<directory_model>& models)
    : protocol_(protocol) {
  for (const directory_model& model : models) {
    references_.push_back({model, check_directory(protocol_, model)});
    const auto& result = references_.back().result;
    if (result.violation) throw std::logic_error(result.violation->message);
    if (!result.complete) throw std::logic_error(protocol.name + ": a model is too large to be mutated");
  }
  std::stable_sort(references_.begin(), references_.end(),
                   [](const reference& a, const reference& b) { return a.result.states < b.result.states; });
  for (std::size_t i = 0; i < protocol_.agent.size(); ++i) mutate(false, i);
  for (std::size_t i = 0; i < protocol_.home.size(); ++i) mutate(true, i);
}

bool directory_mutation::used(bool at_home, std::size_t row) const {
  return std::any_of(references_.begin(), references_.end(),
                     [&](const reference& r) { return use_of(r.result, at_home)[row] != 0; });
}

std::string directory_mutation::name(bool at_home, std::size_t row) const {
  if (at_home) {
    const home_row& r = protocol_.home[row];
    return "home: " + protocol_.home_states[r.state].name + " on " + to_string(r.event);
  }
  const agent_row& r = protocol_.agent[row];
  return "agent: " + protocol_.agent_states[r.state].name + " on " + to_string(r.event);
}

std::vector<std::string> directory_mutation::unused_rows() const {
  std::vector<std::string> rows;
  for (const bool at_home : {false, true}) {
    const std::size_t count = at_home ? protocol_.home.size() : protocol_.agent.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (!used(at_home, i)) rows.push_back(name(at_home, i));
    }
  }
  return rows;
}

void directory_mutation::mutate(bool at_home, std::size_t row) {
  const std::string where = name(at_home, row);
  const auto add = [&](const std::string& what, std::function<void(directory_protocol&)> change) {
    mutants_.push_back({where + ": " + what, false, at_home, row, std::move(change)});
  };
  add("row deleted",
      [=](directory_protocol& p) { at_home ? remove_row(p.home, row) : remove_row(p.agent, row); });
  mutants_.back().deletes_row = true;
  if (!used(at_home, row)) return;

  if (at_home) {
    const home_row& r = protocol_.home[row];
    bool reads_next = false;
    bool reads_next_if_empty = false;
    for (const reference& model : references_) {
      reads_next |= model.result.home_use_if_empty[row] != model.result.home_use[row];
      reads_next_if_empty |= model.result.home_use_if_empty[row] != 0;
    }
    for (directory_state next = 0; next < protocol_.home_states.size(); ++next) {
      const std::string to = protocol_.home_states[next].name;
      if (r.next == r.next_if_empty) {
        if (next == r.next) continue;
        add("next " + to,
            [=](directory_protocol& p) { p.home[row].next = p.home[row].next_if_empty = next; });
        continue;
      }
      if (next != r.next && reads_next)
        add("next " + to, [=](directory_protocol& p) { p.home[row].next = next; });
      if (next != r.next_if_empty && reads_next_if_empty) {
        add("next " + to + " if empty", [=](directory_protocol& p) { p.home[row].next_if_empty = next; });
      }
    }
    for (unsigned i = 0; i < r.actions.size(); ++i) {
      add(std::string("no ") + mimd::to_string(r.actions[i]),
          [=](directory_protocol& p) { p.home[row].actions.erase(i); });
    }
    return;
  }
  const agent_row& r = protocol_.agent[row];
  for (directory_state next = 0; next < protocol_.agent_states.size(); ++next) {
    // A message that is held leaves the state alone: the cell is not read.
    const bool held = r.actions.size() != 0 && r.actions[0] == agent_action::hold;
    if (next == r.next || held) continue;
    add("next " + protocol_.agent_states[next].name,
        [=](directory_protocol& p) { p.agent[row].next = next; });
  }
  for (unsigned i = 0; i < r.actions.size(); ++i) {
    add(std::string("no ") + mimd::to_string(r.actions[i]),
        [=](directory_protocol& p) { p.agent[row].actions.erase(i); });
  }
}

mutant_verdict directory_mutation::judge(const directory_mutant& mutant) const {
  directory_protocol changed = protocol_;
  mutant.change(changed);
  for (const reference& r : references_) {
    if (use_of(r.result, mutant.at_home)[mutant.row] == 0) continue;
    directory_model model = r.model;
    model.max_states = r.result.states;
    const directory_check_result result = check_directory(changed, model);
    if (result.violation) {
      return result.violation->kind == directory_violation_kind::undefined_event
                 ? mutant_verdict::undefined_event
                 : mutant_verdict::violation;
    }
    if (!result.complete || result.states != r.result.states) return mutant_verdict::other_states;
    if (result.transitions_by_label != r.result.transitions_by_label) {
      return mutant_verdict::other_transitions;
    }
  }
  return mutant_verdict::survives;
}

std::vector<directory_model> mutation_models(const directory_form& form) {
  using format = directory_model::sharer_format;
  const auto model = [](unsigned caches, unsigned lines, format f, unsigned pointers) {
    directory_model m;
    m.caches = caches;
    m.lines = lines;
    m.format = f;
    m.pointers = pointers;
    m.symmetry = true;
    return m;
  };
  if (form.protocol == directory_form::protocol_name::coma) {
    std::vector<directory_model> models{model(2, 1, format::full_map, 0), model(3, 1, format::full_map, 0),
                                        model(3, 1, format::broadcast, 1)};
    for (directory_model& m : models) m.recalls = form.swaps;
    return models;
  }
  std::vector<directory_model> models{
      model(2, 1, format::full_map, 0),     model(2, 2, format::full_map, 0),
      model(3, 1, format::full_map, 0),     model(3, 1, format::broadcast, 1),
      model(3, 1, format::no_broadcast, 1), model(3, 1, format::no_broadcast, 2)};
  // An owner and more sharers than pointers.
  if (form.protocol == directory_form::protocol_name::moesi) {
    models.push_back(model(4, 1, format::no_broadcast, 2));
  }
  return models;
}

}  // namespace mimd::tb
