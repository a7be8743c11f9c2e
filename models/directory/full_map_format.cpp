#include "directory/full_map_format.h"

#include <stdexcept>

namespace mimd {

node_id full_map_format::victim(sharer_word* /*entry*/) {
  throw std::logic_error("full-map: gives up no sharer");
}

bool full_map_format::empty(const sharer_word* entry) const {
  sharer_word any = 0;
  for (unsigned i = 0; i < words(); ++i) any |= entry[i];
  return any == 0;
}

void full_map_format::collect(const sharer_word* entry, std::vector<node_id>& nodes) const {
  for (unsigned i = 0; i < words(); ++i) {
    for (sharer_word left = entry[i]; left != 0; left &= left - 1) {
      nodes.push_back(static_cast<node_id>(i * 64 + static_cast<unsigned>(__builtin_ctzll(left))));
    }
  }
}

}  // namespace mimd
