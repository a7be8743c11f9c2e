// Dir_iB and Dir_iNB: i pointers. Bits: i * ceil(log2 P), the dirty bit, and for Dir_iB the broadcast bit; so
// Dir_iB costs i * ceil(log2 P) + 2. See sharer_format.h.
//
// Invalidations for a write with s sharers other than the writer: Dir_iB s while all sharers have a pointer,
// then P - 1; Dir_iNB at most i. Which sharer Dir_iNB gives up: the oldest.
#ifndef MIMD_DIRECTORY_LIMITED_POINTER_FORMAT_H
#define MIMD_DIRECTORY_LIMITED_POINTER_FORMAT_H

#include "directory/sharer_format.h"

namespace mimd {

class limited_pointer_format final : public sharer_format {
 public:
  enum class on_overflow : std::uint8_t { broadcast, give_up_a_sharer };

  limited_pointer_format(unsigned nodes, unsigned pointers, on_overflow overflow);

  unsigned bits_per_block() const override {
    return pointers_ * bits_to_number(nodes()) + (overflow_ == on_overflow::broadcast ? 2 : 1);
  }

  void clear(sharer_word* entry) override { entry[0] = 0; }
  void add(sharer_word* entry, node_id node) override;
  void remove(sharer_word* entry, node_id node) override;
  node_id victim(sharer_word* entry) override;

  bool empty(const sharer_word* entry) const override { return entry[0] == 0; }
  bool certain(const sharer_word* entry, node_id node) const override;
  bool room(const sharer_word* entry, node_id first, node_id second) const override;
  void collect(const sharer_word* entry, std::vector<node_id>& nodes) const override;

 private:
  unsigned pointers_;
  on_overflow overflow_;
};

}  // namespace mimd

#endif
