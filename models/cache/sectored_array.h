// A cache array whose blocks hold one or more lines: one tag and one place in the order of replacement a
// block, a state and a modified bit a line. For a second level with longer blocks than the first, where the
// line of the first level is the line of coherence, and for an attraction memory that is allocated by the
// page. Plain C++, no time, no coherence; see cache_array.h.
#ifndef MIMD_CACHE_SECTORED_ARRAY_H
#define MIMD_CACHE_SECTORED_ARRAY_H

#include <algorithm>
#include <cstring>
#include <vector>

#include "cache/cache_array.h"

namespace mimd {

class sectored_array {
 public:
  using slot = std::size_t;  // slot of the block * lines in a block + line in the block
  static constexpr slot none = cache_array::none;

  // `geometry` describes the blocks; `line` divides geometry.line. Throws std::invalid_argument if
  // geometry.check() complains.
  sectored_array(const cache_geometry& geometry, unsigned line, std::uint64_t seed)
      : blocks_(geometry, seed),
        line_(line),
        lines_(geometry.line / line),
        entries_(blocks_.slots() * lines_, 0),
        empty_(geometry.line, 0) {}

  address_t line_of(address_t address) const { return address & ~static_cast<address_t>(line_ - 1); }
  address_t block_of(address_t line) const { return blocks_.line_of(line); }
  unsigned lines_in_block() const { return lines_; }
  std::size_t slots() const { return entries_.size(); }

  // Where a valid copy of the line is, or none.
  slot find(address_t line) const {
    const cache_array::slot block = blocks_.find(block_of(line));
    if (block == cache_array::none) return none;
    const slot s = slot_in(block, line);
    return valid(s) ? s : none;
  }
  // The same, counting as a use of its block.
  slot find_and_touch(address_t line) {
    const slot s = find(line);
    if (s != none) blocks_.find_and_touch(block_of(line));
    return s;
  }
  bool has_block(address_t line) const { return blocks_.find(block_of(line)) != cache_array::none; }

  // The slot a fill of this line takes. If has_block(line) does not hold, the caller must first have removed
  // what is valid in that whole block.
  slot choose(address_t line) {
    const address_t address = block_of(line);
    const cache_array::slot held = blocks_.find(address);
    return slot_in(held != cache_array::none ? held : blocks_.choose(address), line);
  }
  // The same where lines differ in worth and some may not go (cache_array.h): a block is of the highest class
  // of its lines, and goes if all that are valid may. class_of is asked of states, may_go of valid slots.
  template <class ClassOf, class MayGo>
  slot choose(address_t line, unsigned classes, ClassOf class_of, MayGo may_go) {
    const address_t address = block_of(line);
    cache_array::slot block = blocks_.find(address);
    if (block == cache_array::none) {
      block = blocks_.choose(
          address, classes,
          [&](cache_array::slot b) {
            unsigned highest = 0;
            for (slot s = b * lines_; s < (b + 1) * lines_; ++s)
              highest = std::max<unsigned>(highest, class_of(state(s)));
            return highest;
          },
          [&](cache_array::slot b) {
            for (slot s = b * lines_; s < (b + 1) * lines_; ++s)
              if (valid(s) && !may_go(s)) return false;
            return true;
          });
    }
    return block == cache_array::none ? none : slot_in(block, line);
  }
  slot first_of_block(slot s) const { return s - s % lines_; }
  // The slot must be the one that choose() gave.
  void fill(slot s, address_t line, coherence_state state, const std::uint8_t* bytes) {
    if (lines_ == 1) {
      blocks_.fill(s, line, present, bytes);
    } else {
      if (!has_block(line)) blocks_.fill(s / lines_, block_of(line), present, empty_.data());
      blocks_.find_and_touch(block_of(line));
      std::memcpy(data(s), bytes, line_);
    }
    entries_[s] = state;
  }

  bool valid(slot s) const { return (entries_[s] & cache_array::state_bits) != 0; }
  address_t address(slot s) const { return blocks_.address(s / lines_) + s % lines_ * line_; }
  coherence_state state(slot s) const {
    return static_cast<coherence_state>(entries_[s] & cache_array::state_bits);
  }
  bool modified(slot s) const { return (entries_[s] & cache_array::modified_bit) != 0; }
  void set_state(slot s, coherence_state state) {
    entries_[s] = static_cast<std::uint8_t>((entries_[s] & cache_array::modified_bit) | state);
  }
  void set_written(slot s, coherence_state state) {
    entries_[s] = static_cast<std::uint8_t>(state | cache_array::modified_bit);
  }
  void invalidate(slot s) { entries_[s] = 0; }

  std::uint8_t* data(slot s) { return blocks_.data(s / lines_) + s % lines_ * line_; }
  const std::uint8_t* data(slot s) const { return blocks_.data(s / lines_) + s % lines_ * line_; }

 private:
  static constexpr coherence_state present = 1;  // of a block; its lines have states of their own

  slot slot_in(cache_array::slot block, address_t line) const {
    return block * lines_ + static_cast<slot>(line - block_of(line)) / line_;
  }

  cache_array blocks_;
  unsigned line_;
  unsigned lines_;
  std::vector<std::uint8_t> entries_;  // state and modified bit of each line
  std::vector<std::uint8_t> empty_;
};

}  // namespace mimd

#endif
