#include "tb/model_checker/hierarchy_model_checker.h"

#include <stdexcept>
#include <unordered_map>

#include "tb/model_checker/hierarchy_steps.h"
#include "tb/model_checker/packed_state_set.h"
#include "tb/model_checker/progress.h"

namespace mimd::tb {

namespace {

class search final : private hierarchy_steps::successors {
 public:
  search(const hierarchy_protocol& protocol, const hierarchy_model& model)
      : protocol_(protocol),
        model_(model),
        tree_(model.tree),
        compiled_(protocol),
        packing_(tree_, model.lines, compiled_),
        steps_(protocol, compiled_, model_, tree_, *this) {}

  hierarchy_check_result run() {
    states_.insert(packing_.pack(hierarchy_world{}), 0);
    for (; at_ < states_.size(); ++at_) {
      if (states_.size() > model_.max_states) break;
      steps_.expand(unpacked(at_));
      if (steps_.found()) {
        record_violation(at_, steps_.found()->message, &steps_.found()->found);
        break;
      }
    }
    result_.states = states_.size();
    result_.complete = at_ == states_.size();
    if (result_.complete && model_.progress) check_progress();
    result_.memory_use = std::move(steps_.memory_use);
    result_.tree_use = std::move(steps_.tree_use);
    result_.transitions_by_label.insert(labels_.begin(), labels_.end());
    return std::move(result_);
  }

 private:
  void successor(const hierarchy_world& next, std::uint64_t label) override {
    ++result_.transitions;
    ++labels_[label];
    const std::uint32_t to = states_.insert(packing_.pack(next), at_);
    if (model_.progress) edges_.push_back({static_cast<std::uint32_t>(at_), to});
  }
  hierarchy_world unpacked(std::size_t state) const { return packing_.unpack(states_[state].first); }

  // From every state some quiet state can be reached.
  void check_progress() {
    const auto stuck = first_without_progress(states_.size(), edges_,
                                              [this](std::uint32_t i) { return steps_.quiet(unpacked(i)); });
    if (stuck) record_violation(*stuck, "no quiet state can be reached any more", nullptr);
  }

  void record_violation(std::size_t at, const std::string& message, const hierarchy_world* found) {
    hierarchy_violation violation{
        protocol_.name + ", " + model_.tree + ", " + std::to_string(model_.lines) + " lines: " + message, {}};
    std::vector<std::size_t> path{at};
    while (path.back() != 0) path.push_back(states_.parent(path.back()));
    for (auto i = path.rbegin(); i != path.rend(); ++i) {
      violation.trace.push_back(describe(unpacked(*i), tree_, model_.lines, protocol_));
    }
    if (found) {
      violation.trace.push_back(describe(*found, tree_, model_.lines, protocol_) + "  <- " + message);
    }
    result_.violation = std::move(violation);
  }

  const hierarchy_protocol& protocol_;
  const hierarchy_model model_;
  const hierarchy_tree tree_;
  const compiled_hierarchy_protocol compiled_;
  const hierarchy_packing packing_;
  hierarchy_steps steps_;
  packed_state_set<packed_hierarchy_world> states_;
  std::vector<state_edge> edges_;  // with `progress` only
  std::unordered_map<std::uint64_t, std::size_t> labels_;
  hierarchy_check_result result_;
  std::size_t at_ = 0;
};

}  // namespace

hierarchy_check_result check_hierarchy(const hierarchy_protocol& protocol, const hierarchy_model& model) {
  if (model.lines < 1 || model.lines > max_hierarchy_lines) {
    throw std::invalid_argument("hierarchy model: 1 to 3 lines are possible");
  }
  return search(protocol, model).run();
}

}  // namespace mimd::tb
