// Coarse vector: i pointers while they suffice, then in the same bits one bit a region of r nodes (Gupta,
// Weber & Mowry's Dir_iCV_r); with i = 0 always regions. Bits: max(i * ceil(log2 P), ceil(P / r)), the dirty
// bit, and with i > 0 the bit that says which. See sharer_format.h.
//
// Invalidations for a write: every node of the marked regions but the writer. A region stays marked until the
// next write, because the home cannot know when its last sharer has gone.
#ifndef MIMD_DIRECTORY_COARSE_VECTOR_FORMAT_H
#define MIMD_DIRECTORY_COARSE_VECTOR_FORMAT_H

#include "directory/sharer_format.h"

namespace mimd {

class coarse_vector_format final : public sharer_format {
 public:
  coarse_vector_format(unsigned nodes, unsigned pointers, unsigned region);

  unsigned bits_per_block() const override;

  void open(sharer_word* entry, std::uint64_t line) override;
  void clear(sharer_word* entry) override { open(entry, 0); }
  void add(sharer_word* entry, node_id node) override;
  void remove(sharer_word* entry, node_id node) override;
  node_id victim(sharer_word* entry) override;

  bool empty(const sharer_word* entry) const override;
  bool certain(const sharer_word* entry, node_id node) const override;
  void collect(const sharer_word* entry, std::vector<node_id>& nodes) const override;

 private:
  unsigned regions() const { return (nodes() + region_ - 1) / region_; }
  void mark(sharer_word* entry, node_id node) const;

  unsigned pointers_;
  unsigned region_;
};

}  // namespace mimd

#endif
