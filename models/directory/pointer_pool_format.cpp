#include "directory/pointer_pool_format.h"

#include <stdexcept>

namespace mimd {

pointer_pool_format::pointer_pool_format(unsigned nodes, std::uint32_t pool_size) : sharer_format(nodes, 2) {
  constexpr std::uint32_t most = 1u << 24;
  if (pool_size < 1 || pool_size > most) {
    throw std::invalid_argument("directory.pool: " + std::to_string(pool_size) + " pointers, but 1 to " +
                                std::to_string(most) + " are possible");
  }
  pool_.resize(pool_size);
  for (std::uint32_t i = pool_size; i-- > 0;) release(i);
}

void pointer_pool_format::release(std::uint32_t at) {
  pool_[at] = {0, free_, no_node};
  free_ = at;
  ++free_count_;
}

std::optional<std::uint64_t> pointer_pool_format::line_to_reclaim() {
  if (free_count_ == pool_.size()) return std::nullopt;
  do {
    cursor_ = cursor_ + 1 == pool_.size() ? 0 : cursor_ + 1;
  } while (pool_[cursor_].node == no_node);
  return pool_[cursor_].line;
}

void pointer_pool_format::open(sharer_word* entry, std::uint64_t line) {
  entry[0] = nobody;
  entry[1] = line;
}

void pointer_pool_format::clear(sharer_word* entry) {
  if (entry[0] < everybody) {
    for (auto at = static_cast<std::uint32_t>(entry[0]); at != end;) {
      const std::uint32_t next = pool_[at].next;
      release(at);
      at = next;
    }
  }
  entry[0] = nobody;
}

void pointer_pool_format::add(sharer_word* entry, node_id node) {
  if (entry[0] == everybody || certain(entry, node)) return;
  if (free_count_ == 0) {
    clear(entry);
    entry[0] = everybody;
    return;
  }
  const std::uint32_t at = free_;
  free_ = pool_[at].next;
  --free_count_;
  pool_[at] = {entry[1], entry[0] == nobody ? end : static_cast<std::uint32_t>(entry[0]), node};
  entry[0] = at;
}

void pointer_pool_format::remove(sharer_word* entry, node_id node) {
  if (entry[0] >= everybody) return;
  std::uint32_t before = end;
  for (auto at = static_cast<std::uint32_t>(entry[0]); at != end; before = at, at = pool_[at].next) {
    if (pool_[at].node != node) continue;
    const std::uint32_t next = pool_[at].next;
    if (before != end) {
      pool_[before].next = next;
    } else {
      entry[0] = next == end ? nobody : next;
    }
    return release(at);
  }
}

node_id pointer_pool_format::victim(sharer_word* entry) {
  auto at = static_cast<std::uint32_t>(entry[0]);
  while (pool_[at].next != end) at = pool_[at].next;
  const node_id oldest = pool_[at].node;
  remove(entry, oldest);
  return oldest;
}

bool pointer_pool_format::certain(const sharer_word* entry, node_id node) const {
  if (entry[0] >= everybody) return false;
  for (auto at = static_cast<std::uint32_t>(entry[0]); at != end; at = pool_[at].next) {
    if (pool_[at].node == node) return true;
  }
  return false;
}

bool pointer_pool_format::room(const sharer_word* entry, node_id first, node_id second) const {
  if (entry[0] == everybody) return true;
  unsigned needed = first != no_node && !certain(entry, first);
  needed += second != no_node && !certain(entry, second);
  return needed <= free_count_;
}

void pointer_pool_format::collect(const sharer_word* entry, std::vector<node_id>& nodes_found) const {
  if (entry[0] == everybody) return collect_all(nodes_found);
  if (entry[0] == nobody) return;
  for (auto at = static_cast<std::uint32_t>(entry[0]); at != end; at = pool_[at].next) {
    nodes_found.push_back(pool_[at].node);
  }
}

}  // namespace mimd
