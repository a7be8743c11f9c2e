// Invalidations of one write, sent as multicasts.
#include "directory/directory_fabric.h"

namespace mimd {

// Ports of one node come one behind the other: the first of each node in one multicast, the second in
// another.
void directory_fabric_base::send_all(const std::vector<directory_packet*>& invalidations, time_ps ready) {
  std::vector<directory_packet*>& left = unsent_;
  left.clear();
  for (directory_packet* const p : invalidations) {
    if (p->from == p->to) {
      send(*p, ready);
    } else {
      left.push_back(p);
    }
  }
  while (!left.empty()) {
    directory_packet* const first = left.front();
    directory_packet* last = nullptr;
    std::size_t kept = 0;
    ++tree_;
    for (directory_packet* const p : left) {
      if (in_tree_[p->to] == tree_) {
        left[kept++] = p;
        continue;
      }
      in_tree_[p->to] = tree_;
      if (last) last->next = p;
      last = p;
      last->next = nullptr;
    }
    left.resize(kept);
    if (first == last) {
      send(*first, ready);
    } else {
      send_tree(*first, *last, ready);
    }
  }
}

void directory_fabric_base::send_tree(directory_packet& first, directory_packet& last, time_ps ready) {
  time_ps enters = ready;
  for (directory_packet* p = &first; p; p = p->next) {
    p->sent = ready;
    enters = leaves(*p, ready);
  }
  if (!loose()) {
    transport_->carry_all(first, enters);
    return;
  }
  transport_->travel_all(first, enters);
  (last_undelivered_ ? last_undelivered_->next : undelivered_) = &first;
  last_undelivered_ = &last;
}

}  // namespace mimd
