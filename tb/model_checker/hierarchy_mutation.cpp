#include "tb/model_checker/hierarchy_mutation.h"

#include <algorithm>
#include <stdexcept>

namespace mimd::tb {

namespace {

std::size_t use_of(const hierarchy_check_result& result, bool in_tree, std::size_t row) {
  return (in_tree ? result.tree_use : result.memory_use)[row];
}

}  // namespace

const char* to_string(hierarchy_mutation::verdict verdict) {
  static constexpr const char* names[] = {"violation", "other states", "other transitions", "survives"};
  return names[static_cast<unsigned>(verdict)];
}

hierarchy_mutation::hierarchy_mutation(const hierarchy_protocol& protocol,
                                       const std::vector<hierarchy_model>& models)
    : protocol_(protocol) {
  for (const hierarchy_model& model : models) {
    references_.push_back({model, check_hierarchy(protocol_, model)});
    const auto& result = references_.back().result;
    if (result.violation) throw std::logic_error(result.violation->message);
    if (!result.complete) throw std::logic_error(protocol.name + ": a model is too large to be mutated");
  }
  std::stable_sort(references_.begin(), references_.end(),
                   [](const reference& a, const reference& b) { return a.result.states < b.result.states; });
  for (std::size_t i = 0; i < protocol_.memory.size(); ++i) {
    mutate(false, i, &hierarchy_protocol::memory, protocol_.memory_states);
  }
  for (std::size_t i = 0; i < protocol_.tree.size(); ++i) {
    mutate(true, i, &hierarchy_protocol::tree, protocol_.tree_states);
  }
}

bool hierarchy_mutation::used(bool in_tree, std::size_t row) const {
  return std::any_of(references_.begin(), references_.end(),
                     [&](const reference& r) { return use_of(r.result, in_tree, row) != 0; });
}

std::string hierarchy_mutation::name(bool in_tree, std::size_t row) const {
  if (in_tree) {
    const tree_row& r = protocol_.tree[row];
    const std::string place = r.place == tree_place::top ? "topmost directory: " : "directory: ";
    return place + protocol_.tree_states[r.state].name + " on " + to_string(r.event);
  }
  const memory_row& r = protocol_.memory[row];
  return "memory: " + protocol_.memory_states[r.state].name + " on " + to_string(r.event);
}

std::vector<std::string> hierarchy_mutation::unused_rows() const {
  std::vector<std::string> rows;
  for (const bool in_tree : {false, true}) {
    const std::size_t count = in_tree ? protocol_.tree.size() : protocol_.memory.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (!used(in_tree, i)) rows.push_back(name(in_tree, i));
    }
  }
  return rows;
}

template <class Row>
void hierarchy_mutation::mutate(bool in_tree, std::size_t row, std::vector<Row> hierarchy_protocol::*table,
                                const std::vector<hierarchy_state_info>& states) {
  const Row& r = (protocol_.*table)[row];
  const auto add = [&](const std::string& what, std::function<void(hierarchy_protocol&)> change) {
    mutants_.push_back({name(in_tree, row) + ": " + what, false, in_tree, row, std::move(change)});
  };
  add("row deleted", [=](hierarchy_protocol& p) {
    (p.*table).erase((p.*table).begin() + static_cast<std::ptrdiff_t>(row));
  });
  mutants_.back().deletes_row = true;
  for (std::size_t next = 0; next < states.size(); ++next) {
    if (next == r.next) continue;
    add("next " + states[next].name,
        [=](hierarchy_protocol& p) { (p.*table)[row].next = static_cast<hierarchy_state>(next); });
  }
  for (unsigned i = 0; i < r.actions.size(); ++i) {
    add(std::string("no ") + to_string(r.actions[i]),
        [=](hierarchy_protocol& p) { (p.*table)[row].actions.erase(i); });
  }
}

hierarchy_mutation::verdict hierarchy_mutation::judge(const hierarchy_mutant& mutant) const {
  hierarchy_protocol changed = protocol_;
  mutant.change(changed);
  for (const reference& r : references_) {
    if (use_of(r.result, mutant.in_tree, mutant.row) == 0) continue;
    hierarchy_model model = r.model;
    model.max_states = r.result.states;
    const hierarchy_check_result result = check_hierarchy(changed, model);
    if (result.violation) return verdict::violation;
    if (!result.complete || result.states != r.result.states) return verdict::other_states;
    if (result.transitions_by_label != r.result.transitions_by_label) return verdict::other_transitions;
  }
  return verdict::survives;
}

}  // namespace mimd::tb
