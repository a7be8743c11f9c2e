// A cache array whose blocks hold one or more lines: one tag and one place in the order of replacement a
// block, a state and a modified bit a line. For a second level with longer blocks than the first, where the
// line of the first level is the line of coherence, and for an attraction memory that is allocated by the
// page. Plain C++, no time, no coherence; see cache_array.h.
//
// An access asks for its line many times on its way: where the last block asked for is, or that it is
// nowhere, is remembered.
#ifndef MIMD_CACHE_SECTORED_ARRAY_H
#define MIMD_CACHE_SECTORED_ARRAY_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
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
        line_shift_(static_cast<unsigned>(__builtin_ctz(line))),
        lines_shift_(static_cast<unsigned>(__builtin_ctz(lines_))),
        entries_(blocks_.slots() * lines_ + at_once, 0),
        empty_(geometry.line, 0) {}

  address_t line_of(address_t address) const { return address & ~static_cast<address_t>(line_ - 1); }
  address_t block_of(address_t line) const { return blocks_.line_of(line); }
  unsigned lines_in_block() const { return lines_; }
  std::size_t slots() const { return blocks_.slots() * lines_; }

  // Where a valid copy of the line is, or none.
  slot find(address_t line) const {
    const cache_array::slot block = find_block(block_of(line));
    if (block == cache_array::none) return none;
    const slot s = slot_in(block, line);
    return valid(s) ? s : none;
  }
  // The same, counting as a use of its block.
  slot find_and_touch(address_t line) {
    const slot s = find(line);
    if (s != none) blocks_.touch(block_of(line), known_slot_);
    return s;
  }
  bool has_block(address_t line) const { return find_block(block_of(line)) != cache_array::none; }

  // The slot a fill of this line takes. If has_block(line) does not hold, the caller must first have removed
  // what is valid in that whole block.
  slot choose(address_t line) {
    const address_t address = block_of(line);
    const cache_array::slot held = find_block(address);
    return slot_in(held != cache_array::none ? held : blocks_.choose(address), line);
  }
  // The same where lines differ in worth and some may not go: of the blocks of the least class (below
  // `classes`) that may go, the one that the policy lets go first; none if there is none. A block is of the
  // highest class of its lines, and goes if all that are valid may. may_go is asked of valid slots.
  using class_of_state = std::array<std::uint8_t, cache_array::state_bits + 1>;
  template <class MayGo>
  slot choose(address_t line, unsigned classes, const class_of_state& class_of, MayGo may_go) {
    const address_t address = block_of(line);
    const cache_array::slot held = find_block(address);
    if (held != cache_array::none) return slot_in(held, line);
    const cache_array::slot first = blocks_.first_of_set(address);
    for (unsigned c = 0; c < classes; ++c) {
      for (std::uint64_t left = blocks_of_class(first, c, class_of); left != 0;) {
        const cache_array::slot block = blocks_.choose(address, left);
        if (all_may_go(block, may_go)) return slot_in(block, line);
        left &= ~(std::uint64_t{1} << (block - first));
      }
    }
    return none;
  }
  void prefetch(slot s) const { __builtin_prefetch(data(s)); }
  // As of cache_array: the line will come.
  void expect(address_t line) const {
    if (!has_block(line)) blocks_.expect(block_of(line));
  }
  // As of cache_array: the line will be looked for.
  void prefetch_set(address_t line) const {
    const address_t block = block_of(line);
    blocks_.prefetch_tags(block);
    __builtin_prefetch(&entries_[blocks_.first_of_set(block) * lines_]);
  }
  slot first_of_block(slot s) const { return block_at(s) << lines_shift_; }
  // The slot must be the one that choose() gave.
  void fill(slot s, address_t line, coherence_state state, const std::uint8_t* bytes) {
    if (lines_ == 1) {
      blocks_.fill(s, line, present, bytes);
    } else {
      if (!has_block(line)) blocks_.fill(block_at(s), block_of(line), present, empty_.data());
      blocks_.touch(block_of(line), block_at(s));
      std::memcpy(data(s), bytes, line_);
    }
    known_ = block_of(line);
    known_slot_ = block_at(s);
    entries_[s] = state;
  }

  bool valid(slot s) const { return (entries_[s] & cache_array::state_bits) != 0; }
  address_t address(slot s) const { return blocks_.address(block_at(s)) + offset_in_block(s); }
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

  std::uint8_t* data(slot s) { return blocks_.data(block_at(s)) + offset_in_block(s); }
  const std::uint8_t* data(slot s) const { return blocks_.data(block_at(s)) + offset_in_block(s); }

 private:
  static constexpr coherence_state present = 1;  // of a block; its lines have states of their own

  static constexpr unsigned at_once = 16;  // entries, that are compared

  slot slot_in(cache_array::slot block, address_t line) const {
    return block << lines_shift_ | (line >> line_shift_ & (lines_ - 1));
  }
  cache_array::slot block_at(slot s) const { return s >> lines_shift_; }
  std::size_t offset_in_block(slot s) const { return (s & (lines_ - 1)) << line_shift_; }
  cache_array::slot find_block(address_t address) const {
    if (address != known_) {
      known_ = address;
      known_slot_ = blocks_.find_filled(address);
    }
    return known_slot_;
  }

  // Which ways of the set that begins there are of the class, a bit each.
  std::uint64_t blocks_of_class(cache_array::slot first, unsigned c, const class_of_state& class_of) const {
    std::uint64_t members = 0;
    for (unsigned way = 0; lines_ > 1 && way < blocks_.ways(); ++way) {
      unsigned highest = 0;
      for (slot s = (first + way) * lines_; s < (first + way + 1) * lines_; ++s)
        highest = std::max<unsigned>(highest, class_of[state(s)]);
      members |= std::uint64_t{highest == c} << way;
    }
    for (unsigned way = 0; lines_ == 1 && way < blocks_.ways(); way += at_once) {
      members |= std::uint64_t{lines_of_class(first + way, c, class_of)} << way;
    }
    return blocks_.ways() < 64 ? members & ((std::uint64_t{1} << blocks_.ways()) - 1) : members;
  }
  // Of at_once lines from `first` on.
  unsigned lines_of_class(slot first, unsigned c, const class_of_state& class_of) const {
    unsigned members = 0;
#ifdef __SSE2__
    const __m128i entries = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&entries_[first]));
    const __m128i states = _mm_and_si128(entries, _mm_set1_epi8(cache_array::state_bits));
    for (unsigned s = 0; s < class_of.size(); ++s) {
      if (class_of[s] != c) continue;
      const __m128i equal = _mm_cmpeq_epi8(states, _mm_set1_epi8(static_cast<char>(s)));
      members |= static_cast<unsigned>(_mm_movemask_epi8(equal));
    }
#else
    for (unsigned i = 0; i < at_once; ++i)
      members |= static_cast<unsigned>(class_of[state(first + i)] == c) << i;
#endif
    return members;
  }
  template <class MayGo>
  bool all_may_go(cache_array::slot block, MayGo may_go) const {
    for (slot s = block * lines_; s < (block + 1) * lines_; ++s)
      if (valid(s) && !may_go(s)) return false;
    return true;
  }

  cache_array blocks_;
  unsigned line_;
  unsigned lines_;
  unsigned line_shift_;
  unsigned lines_shift_;
  // State and modified bit of each line.
  std::vector<std::uint8_t, cache_line_allocator<std::uint8_t>> entries_;
  std::vector<std::uint8_t> empty_;
  static constexpr address_t nowhere = ~address_t{0};
  mutable address_t known_ = nowhere;  // the block asked for or filled last
  mutable cache_array::slot known_slot_ = cache_array::none;
};

}  // namespace mimd

#endif
