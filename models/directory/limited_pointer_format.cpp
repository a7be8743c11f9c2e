#include "directory/limited_pointer_format.h"

#include <stdexcept>

#include "directory/pointer_list.h"

namespace mimd {

limited_pointer_format::limited_pointer_format(unsigned nodes, unsigned pointers, on_overflow overflow)
    : sharer_format(nodes, pointer_list::words(pointers)), pointers_(pointers), overflow_(overflow) {
  if (pointers < 1 || pointers > pointer_list::most) {
    throw std::invalid_argument("directory.pointers: " + std::to_string(pointers) + ", but 1 to " +
                                std::to_string(pointer_list::most) + " are possible");
  }
}

void limited_pointer_format::add(sharer_word* entry, node_id node) {
  if (pointer_list::flagged(entry) || certain(entry, node)) return;
  if (pointer_list::size(entry) < pointers_) {
    pointer_list::push_back(entry, node);
  } else if (overflow_ == on_overflow::broadcast) {
    entry[0] = pointer_list::flag;
  } else {
    throw std::logic_error("dir-i-nb: no pointer is left for another sharer");
  }
}

void limited_pointer_format::remove(sharer_word* entry, node_id node) {
  const unsigned i = pointer_list::find(entry, node);
  if (i < pointer_list::size(entry)) pointer_list::erase(entry, i);
}

node_id limited_pointer_format::victim(sharer_word* entry) {
  const node_id oldest = pointer_list::at(entry, 0);
  pointer_list::erase(entry, 0);
  return oldest;
}

bool limited_pointer_format::certain(const sharer_word* entry, node_id node) const {
  return pointer_list::find(entry, node) < pointer_list::size(entry);
}

bool limited_pointer_format::room(const sharer_word* entry, node_id first, node_id second) const {
  if (overflow_ == on_overflow::broadcast) return true;
  unsigned needed = pointer_list::size(entry);
  needed += first != no_node && !certain(entry, first);
  needed += second != no_node && !certain(entry, second);
  return needed <= pointers_;
}

void limited_pointer_format::collect(const sharer_word* entry, std::vector<node_id>& nodes) const {
  if (pointer_list::flagged(entry)) return collect_all(nodes);
  for (unsigned i = 0; i < pointer_list::size(entry); ++i) nodes.push_back(pointer_list::at(entry, i));
}

}  // namespace mimd
