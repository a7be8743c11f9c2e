#include "tb/traces/replay_order.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd::tb {

std::optional<time_ps> counted_event::reached(std::uint64_t count, unsigned processor) {
  if (count_ >= count) return count == 0 ? 0 : last_;
  waiters_.push_back({count, processor});
  return std::nullopt;
}

void counted_event::happened(time_ps now, const release_function& released) {
  ++count_;
  last_ = std::max(last_, now);
  const auto due = std::stable_partition(waiters_.begin(), waiters_.end(),
                                         [this](const waiter& w) { return w.count > count_; });
  const std::vector<waiter> woken(due, waiters_.end());
  waiters_.erase(due, waiters_.end());
  for (const waiter& w : woken) released(w.processor, last_);
}

replay_lock::answer replay_lock::acquire(lock_order order, std::uint64_t acquisition, unsigned processor) {
  if (order == lock_order::recorded && acquisition <= acquisitions_) return answer::impossible;
  if (held_ || (order == lock_order::recorded && acquisition != acquisitions_ + 1)) {
    waiters_.emplace_back(acquisition, processor);
    return answer::not_yet;
  }
  held_ = true;
  ++acquisitions_;
  return answer::granted;
}

bool replay_lock::release(lock_order order, time_ps now, const release_function& released) {
  if (!held_) return false;
  held_ = false;
  released_at_ = std::max(released_at_, now);
  std::vector<std::pair<std::uint64_t, unsigned>> woken;
  if (order == lock_order::free) {
    woken.swap(waiters_);  // all try again, in simulated time
  } else {
    const auto next = std::find_if(waiters_.begin(), waiters_.end(),
                                   [this](const auto& w) { return w.first == acquisitions_ + 1; });
    if (next != waiters_.end()) {
      woken.push_back(*next);
      waiters_.erase(next);
    }
  }
  for (const auto& [acquisition, processor] : woken) released(processor, released_at_);
  return true;
}

std::optional<time_ps> replay_order::barrier_reached(address_t barrier, std::uint64_t use,
                                                     unsigned participants, unsigned processor, time_ps now) {
  gathering& g = barriers_[{barrier, use}];
  if (g.waiters.empty()) g.participants = participants;
  if (g.participants != participants) {
    throw std::runtime_error("the barrier has " + std::to_string(participants) + " participants here and " +
                             std::to_string(g.participants) + " in another thread");
  }
  g.latest = std::max(g.latest, now);
  g.waiters.push_back(processor);
  if (g.waiters.size() < g.participants) return std::nullopt;
  g.waiters.pop_back();
  return g.latest;
}

void replay_order::barrier_open(address_t barrier, std::uint64_t use, time_ps now,
                                const release_function& released) {
  const auto found = barriers_.find({barrier, use});
  const std::vector<unsigned> woken = std::move(found->second.waiters);
  barriers_.erase(found);
  for (const unsigned processor : woken) released(processor, now);
}

}  // namespace mimd::tb
