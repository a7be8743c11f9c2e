// A bit for every node, and the dirty bit: P + 1 bits. Exact. See sharer_format.h.
#ifndef MIMD_DIRECTORY_FULL_MAP_FORMAT_H
#define MIMD_DIRECTORY_FULL_MAP_FORMAT_H

#include "directory/sharer_format.h"

namespace mimd {

class full_map_format final : public sharer_format {
 public:
  explicit full_map_format(unsigned nodes) : sharer_format(nodes, (nodes + 63) / 64) {}

  unsigned bits_per_block() const override { return nodes() + 1; }

  void clear(sharer_word* entry) override { open(entry, 0); }
  void add(sharer_word* entry, node_id node) override { entry[node / 64] |= bit(node); }
  void remove(sharer_word* entry, node_id node) override { entry[node / 64] &= ~bit(node); }
  node_id victim(sharer_word* entry) override;

  bool empty(const sharer_word* entry) const override;
  bool certain(const sharer_word* entry, node_id node) const override {
    return (entry[node / 64] & bit(node)) != 0;
  }
  void collect(const sharer_word* entry, std::vector<node_id>& nodes) const override;

 private:
  static sharer_word bit(node_id node) { return sharer_word{1} << (node % 64); }
};

}  // namespace mimd

#endif
