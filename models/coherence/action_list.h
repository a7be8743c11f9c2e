// The actions of a row of a protocol table.
#ifndef MIMD_COHERENCE_ACTION_LIST_H
#define MIMD_COHERENCE_ACTION_LIST_H

#include <array>
#include <initializer_list>
#include <stdexcept>

namespace mimd {

// Up to six actions, in order.
template <class Action>
class action_list {
 public:
  static constexpr unsigned capacity = 6;
  action_list() = default;
  action_list(std::initializer_list<Action> actions) {
    for (const Action action : actions) push_back(action);
  }
  void push_back(Action action) {
    if (size_ == capacity) throw std::invalid_argument("a protocol row with more than 6 actions");
    actions_[size_++] = action;
  }
  void erase(unsigned at) {
    for (unsigned i = at + 1; i < size_; ++i) actions_[i - 1] = actions_[i];
    --size_;
  }
  unsigned size() const { return size_; }
  Action operator[](unsigned at) const { return actions_[at]; }
  const Action* begin() const { return actions_.data(); }
  const Action* end() const { return actions_.data() + size_; }

 private:
  std::array<Action, capacity> actions_{};
  unsigned size_ = 0;
};

}  // namespace mimd

#endif
