#include "tb/model_checker/directory_model_checker.h"

#include <stdexcept>
#include <unordered_map>

#include "tb/model_checker/directory_steps.h"
#include "tb/model_checker/packed_state_set.h"
#include "tb/model_checker/progress.h"

namespace mimd::tb {
namespace {

class search final : private directory_steps::successors {
 public:
  search(const directory_protocol& protocol, const directory_model& model)
      : protocol_(protocol),
        model_(model),
        packing_(model.caches, model.lines, model.symmetry),
        steps_(protocol, model, *this) {}

  directory_check_result run() {
    states_.insert(packing_.pack(world{}), 0);
    for (; at_ < states_.size(); ++at_) {
      if (states_.size() > model_.max_states) break;
      steps_.expand(unpacked(at_));
      if (steps_.found()) {
        record_violation(at_, *steps_.found());
        break;
      }
    }
    result_.states = states_.size();
    if (at_ == states_.size()) {
      result_.complete = true;
      result_.unreduced_states = model_.symmetry ? unreduced_states() : states_.size();
      if (model_.progress) check_progress();
    }
    result_.agent_use = std::move(steps_.agent_use);
    result_.home_use = std::move(steps_.home_use);
    result_.home_use_if_empty = std::move(steps_.home_use_if_empty);
    result_.transitions_by_label.insert(labels_.begin(), labels_.end());
    return std::move(result_);
  }

 private:
  void successor(const world& next, std::uint64_t label) override {
    ++result_.transitions;
    ++labels_[label];
    const std::uint32_t to = states_.insert(packing_.pack(next), at_);
    if (model_.progress) edges_.push_back({static_cast<std::uint32_t>(at_), to});
  }

  world unpacked(std::size_t state) const {
    const auto [words, size] = states_[state];
    world w = packing_.unpack(words, size, 0);
    unsigned loose = 0;
    for (unsigned k = 0; k < w.count; ++k) {
      loose += !steps_.ordered(model_message::type_of(w.messages[k]));
    }
    w.loose = static_cast<std::uint8_t>(loose);
    return w;
  }

  std::size_t unreduced_states() const {
    std::size_t all = 0;
    for (std::size_t i = 0; i < states_.size(); ++i) all += packing_.orbit(unpacked(i));
    return all;
  }

  // From every state some quiet state can be reached.
  void check_progress() {
    const auto stuck = first_without_progress(states_.size(), edges_,
                                              [this](std::uint32_t i) { return steps_.quiet(unpacked(i)); });
    if (!stuck) return;
    const directory_violation_kind kind = directory_violation_kind::no_progress;
    record_violation(*stuck, {kind, "no quiet state can be reached any more", unpacked(*stuck)});
  }

  void record_violation(std::size_t at, const directory_steps::fault& fault) {
    directory_violation violation{fault.kind,
                                  protocol_.name + ", " + std::to_string(model_.caches) + " caches, " +
                                      std::to_string(model_.lines) + " lines: " + to_string(fault.kind) +
                                      ": " + fault.message,
                                  {}};
    std::vector<std::size_t> path{at};
    while (path.back() != 0) path.push_back(states_.parent(path.back()));
    for (auto i = path.rbegin(); i != path.rend(); ++i) {
      violation.trace.push_back(describe(unpacked(*i), protocol_, model_.caches, model_.lines));
    }
    violation.trace.push_back(describe(fault.found, protocol_, model_.caches, model_.lines) + "  <- " +
                              to_string(fault.kind));
    result_.violation = std::move(violation);
  }

  const directory_protocol& protocol_;
  const directory_model model_;
  const world_packing packing_;
  directory_steps steps_;
  packed_state_set<packed_world> states_;
  std::vector<state_edge> edges_;  // with `progress` only
  std::unordered_map<std::uint64_t, std::size_t> labels_;
  directory_check_result result_;
  std::size_t at_ = 0;
};

}  // namespace

const char* to_string(directory_violation_kind kind) {
  static constexpr const char* names[] = {"undefined event", "stale data",   "exclusive but not alone",
                                          "two owners",      "copy unknown", "deadlock",
                                          "no progress",     "lost line"};
  return names[static_cast<unsigned>(kind)];
}

directory_check_result check_directory(const directory_protocol& protocol, const directory_model& model) {
  if (model.caches < 1 || model.caches > max_model_caches || model.lines < 1 ||
      model.lines > max_model_lines) {
    throw std::invalid_argument("directory model: 1 to 4 caches and 1 to 3 lines are possible");
  }
  return search(protocol, model).run();
}

}  // namespace mimd::tb
