// Dynamic pointer allocation: the sharers of a line are a linked list of pointers from a pool that all lines
// of the home share (Simoni & Horowitz, Dynamic pointer allocation for scalable cache coherence directories,
// 1991; Heinrich et al., the FLASH prototype's protocol). Exact. See sharer_format.h.
//
// Bits: a block has the head of its list, the dirty bit, and the bit that says "everybody":
// ceil(log2(pool + 1)) + 2. A pointer of the pool has a node and a link: ceil(log2 P) + ceil(log2(pool + 1)).
//
// Reclamation: when no pointer is left (room() is false), a line with sharers gives up its oldest one, as
// Dir_iNB does; for a line without, the home recalls line_to_reclaim(). A transaction may find the pool empty
// that had room when it began: then the line remembers "everybody" until its next write.
#ifndef MIMD_DIRECTORY_POINTER_POOL_FORMAT_H
#define MIMD_DIRECTORY_POINTER_POOL_FORMAT_H

#include <optional>

#include "directory/sharer_format.h"

namespace mimd {

class pointer_pool_format final : public sharer_format {
 public:
  pointer_pool_format(unsigned nodes, std::uint32_t pool_size);

  unsigned bits_per_block() const override { return bits_to_number(pool_.size() + 1) + 2; }
  std::uint64_t total_bits(std::uint64_t blocks) const override {
    return blocks * bits_per_block() +
           pool_.size() * (bits_to_number(nodes()) + bits_to_number(pool_.size() + 1));
  }

  std::uint32_t free_pointers() const { return free_count_; }
  // A line that has pointers, a different one each time as far as possible; none if nobody has.
  std::optional<std::uint64_t> line_to_reclaim();

  void open(sharer_word* entry, std::uint64_t line) override;
  void clear(sharer_word* entry) override;
  void add(sharer_word* entry, node_id node) override;
  void remove(sharer_word* entry, node_id node) override;
  node_id victim(sharer_word* entry) override;

  bool empty(const sharer_word* entry) const override { return entry[0] == nobody; }
  bool certain(const sharer_word* entry, node_id node) const override;
  bool room(const sharer_word* entry, node_id first, node_id second) const override;
  void collect(const sharer_word* entry, std::vector<node_id>& nodes) const override;

 private:
  // First word of an entry: the newest pointer of the list, or one of these; second: the line.
  static constexpr sharer_word nobody = ~sharer_word{0};
  static constexpr sharer_word everybody = nobody - 1;
  static constexpr std::uint32_t end = 0xffffffffu;

  struct pointer {
    std::uint64_t line;
    std::uint32_t next = end;
    node_id node = no_node;  // no_node: free
  };

  void release(std::uint32_t at);

  std::vector<pointer> pool_;
  std::uint32_t free_ = end;
  std::uint32_t free_count_ = 0;
  std::uint32_t cursor_ = 0;
};

}  // namespace mimd

#endif
