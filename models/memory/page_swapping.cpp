#include "memory/page_swapping.h"

#include <algorithm>

namespace mimd {

swap_decision page_swapping::fault(std::uint64_t page, const std::function<bool(std::uint64_t)>& may_go) {
  using action = swap_decision::action;
  std::deque<std::uint64_t>& rivals = in_memory_[page % parameters_.colours];
  const bool from_disk = on_disk_.count(page) != 0;
  if (rivals.size() < parameters_.pages_of_colour) {
    rivals.push_back(page);
    return {action::enter, false, 0};
  }
  if (!from_disk && on_disk_.size() == parameters_.disk_pages) return {action::refuse, false, 0};
  const auto first = std::find_if(rivals.begin(), rivals.end(), may_go);
  if (first == rivals.end()) return {action::wait, from_disk, 0};
  const std::uint64_t out = *first;
  rivals.erase(first);
  rivals.push_back(page);
  on_disk_.erase(page);
  on_disk_.insert(out);
  return {action::exchange, from_disk, out};
}

}  // namespace mimd
