#include "directory/coarse_vector_format.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "directory/pointer_list.h"

namespace mimd {
namespace {

unsigned words_of(unsigned nodes, unsigned pointers, unsigned region) {
  const unsigned regions = region == 0 ? 0 : (nodes + region - 1) / region;
  return std::max(pointer_list::words(pointers), 1 + (regions + 63) / 64);
}

}  // namespace

coarse_vector_format::coarse_vector_format(unsigned nodes, unsigned pointers, unsigned region)
    : sharer_format(nodes, words_of(nodes, pointers, region)), pointers_(pointers), region_(region) {
  if (pointers > pointer_list::most) {
    throw std::invalid_argument("directory.pointers: " + std::to_string(pointers) + ", but 0 to " +
                                std::to_string(pointer_list::most) + " are possible");
  }
  if (region < 1 || region > nodes) {
    throw std::invalid_argument("directory.region: " + std::to_string(region) + ", but 1 to " +
                                std::to_string(nodes) + " nodes are possible");
  }
}

unsigned coarse_vector_format::bits_per_block() const {
  return std::max(pointers_ * bits_to_number(nodes()), regions()) + (pointers_ == 0 ? 1 : 2);
}

void coarse_vector_format::open(sharer_word* entry, std::uint64_t line) {
  sharer_format::open(entry, line);
  if (pointers_ == 0) entry[0] = pointer_list::flag;  // the flag: regions, not pointers
}

void coarse_vector_format::mark(sharer_word* entry, node_id node) const {
  const unsigned region = node / region_;
  entry[1 + region / 64] |= sharer_word{1} << (region % 64);
}

void coarse_vector_format::add(sharer_word* entry, node_id node) {
  if (pointer_list::flagged(entry)) return mark(entry, node);
  if (certain(entry, node)) return;
  const unsigned count = pointer_list::size(entry);
  if (count < pointers_) return pointer_list::push_back(entry, node);
  std::array<node_id, pointer_list::most> sharers;
  for (unsigned i = 0; i < count; ++i) sharers[i] = pointer_list::at(entry, i);
  sharer_format::open(entry, 0);
  entry[0] = pointer_list::flag;
  for (unsigned i = 0; i < count; ++i) mark(entry, sharers[i]);
  mark(entry, node);
}

void coarse_vector_format::remove(sharer_word* entry, node_id node) {
  if (pointer_list::flagged(entry)) return;
  const unsigned i = pointer_list::find(entry, node);
  if (i < pointer_list::size(entry)) pointer_list::erase(entry, i);
}

node_id coarse_vector_format::victim(sharer_word* /*entry*/) {
  throw std::logic_error("coarse-vector: gives up no sharer");
}

bool coarse_vector_format::empty(const sharer_word* entry) const {
  if (!pointer_list::flagged(entry)) return pointer_list::size(entry) == 0;
  return std::all_of(entry + 1, entry + words(), [](sharer_word word) { return word == 0; });
}

bool coarse_vector_format::certain(const sharer_word* entry, node_id node) const {
  return !pointer_list::flagged(entry) && pointer_list::find(entry, node) < pointer_list::size(entry);
}

void coarse_vector_format::collect(const sharer_word* entry, std::vector<node_id>& nodes_found) const {
  if (!pointer_list::flagged(entry)) {
    for (unsigned i = 0; i < pointer_list::size(entry); ++i)
      nodes_found.push_back(pointer_list::at(entry, i));
    return;
  }
  for (unsigned r = 0; r < regions(); ++r) {
    if ((entry[1 + r / 64] >> (r % 64) & 1u) == 0) continue;
    for (unsigned node = r * region_; node < std::min((r + 1) * region_, nodes()); ++node) {
      nodes_found.push_back(static_cast<node_id>(node));
    }
  }
}

}  // namespace mimd
