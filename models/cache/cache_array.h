// The storage of one cache level: tags, states, data and recency. Plain C++, no time, no coherence.
//
// A line's entry is one 64-bit word: its address with the coherence state (3 bits) and a modified bit (this
// array's copy was written since it was filled) in the low bits that alignment leaves free. Eight ways are
// one host cache line. The way last touched in a set is tried first; a search compares 16-bit partial tags,
// kept apart, eight at a time.
//
// Geometry: `size` = sets * ways * line bytes; line a power of two, 16 bytes to 4 KiB; sets a power of two;
// 1 to 64 ways (tree-PLRU: a power of two). check() says what is wrong.
#ifndef MIMD_CACHE_CACHE_ARRAY_H
#define MIMD_CACHE_CACHE_ARRAY_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cstdint>
#include <string>
#include <vector>

#include "cache/replacement.h"
#include "coherence/snooping_protocol.h"
#include "infrastructure/cache_line_allocator.h"

namespace mimd {

using address_t = std::uint64_t;

struct cache_geometry {
  std::uint64_t size = 32 * 1024;
  unsigned ways = 8;
  unsigned line = 64;
  replacement_policy replacement = replacement_policy::lru;

  // Empty if the geometry can be built, else one line that says why not.
  std::string check() const;
  unsigned sets() const { return static_cast<unsigned>(size / line / ways); }
};

class cache_array {
 public:
  using slot = std::size_t;  // set * ways + way
  static constexpr slot none = ~slot{0};
  static constexpr unsigned state_bits = 7;
  static constexpr unsigned modified_bit = 8;

  // Throws std::invalid_argument if geometry.check() complains.
  cache_array(const cache_geometry& geometry, std::uint64_t seed);

  unsigned line_size() const { return line_; }
  unsigned ways() const { return ways_; }
  std::size_t slots() const { return entries_.size(); }
  address_t line_of(address_t address) const { return address & ~static_cast<address_t>(line_ - 1); }

  // Where a valid copy of the line is, or none. Does not touch recency.
  slot find(address_t line) const {
    const unsigned set = set_of(line);
    const slot likely = static_cast<slot>(set) * ways_ + recent_[set];
    return matches(entries_[likely], line) ? likely : search<false>(set, line);
  }
  // The same of an array in which nothing is ever invalidated, and where seldom the way last touched is asked
  // for: mostly, the partial tags are all that is looked at.
  slot find_filled(address_t line) const { return search<true>(set_of(line), line); }
  // The same, counting as a use of the line.
  slot find_and_touch(address_t line) {
    const unsigned set = set_of(line);
    const slot likely = static_cast<slot>(set) * ways_ + recent_[set];
    if (matches(entries_[likely], line)) {
      if (!repeat_is_idle_) replacement_.touched(set, recent_[set]);
      return likely;
    }
    const slot s = search<false>(set, line);
    if (s != none) touch(line, s);
    return s;
  }
  // A use of the line, which is in this slot.
  void touch(address_t line, slot s) {
    const unsigned set = set_of(line);
    const auto way = static_cast<unsigned>(s - static_cast<slot>(set) * ways_);
    if (way == recent_[set] && repeat_is_idle_) return;
    recent_[set] = static_cast<std::uint8_t>(way);
    replacement_.touched(set, way);
  }

  // The slot a fill of this line takes: its own old place if an invalidated copy left one, else the policy's
  // victim. The caller must have removed what contents() shows there.
  slot choose(address_t line) {
    const unsigned set = set_of(line);
    const slot first = static_cast<slot>(set) * ways_;
    // Line 0 is indistinguishable from a never-filled entry; the policy's choice is right for both.
    for (unsigned way = 0; holes_ != 0 && line != 0 && way < ways_; ++way) {
      if (entries_[first + way] == line) return first + way;
    }
    return first + replacement_.victim(set);
  }
  // Where only some ways of the line's set may go, a bit each and at least one: of these, the policy's
  // victim.
  slot choose(address_t line, std::uint64_t among) {
    return first_of_set(line) + replacement_.victim(set_of(line), among);
  }
  // The line will come: what it replaces is brought into the host's cache, if the policy lets that be told.
  void expect(address_t line) const {
    const unsigned set = set_of(line);
    if (!replacement_.tells_victim()) return;
    const slot s = static_cast<slot>(set) * ways_ + replacement_.oldest(set);
    for (unsigned at = 0; at < line_; at += 64) __builtin_prefetch(data(s) + at, 1);
  }
  // The line will be looked for; in find_filled().
  void prefetch_tags(address_t line) const {
    __builtin_prefetch(partial_tags(set_of(line)));
    if (!exact_) prefetch_entries(set_of(line));
  }
  // In find().
  void prefetch_set(address_t line) const {
    const unsigned set = set_of(line);
    __builtin_prefetch(partial_tags(set));
    prefetch_entries(set);
  }
  slot first_of_set(address_t line) const { return static_cast<slot>(set_of(line)) * ways_; }
  // Installs a line; the slot must be the one choose() gave. Data is copied from `data`.
  void fill(slot s, address_t line, coherence_state state, const std::uint8_t* data);

  bool valid(slot s) const { return (entries_[s] & state_bits) != 0; }
  address_t address(slot s) const { return entries_[s] & ~static_cast<address_t>(state_bits | modified_bit); }
  coherence_state state(slot s) const { return static_cast<coherence_state>(entries_[s] & state_bits); }
  bool modified(slot s) const { return (entries_[s] & modified_bit) != 0; }
  unsigned low_bits(slot s) const { return static_cast<unsigned>(entries_[s]) & (state_bits | modified_bit); }
  void set_state(slot s, coherence_state state) {
    entries_[s] = (entries_[s] & ~static_cast<std::uint64_t>(state_bits)) | state;
  }
  void set_written(slot s, coherence_state state) {
    entries_[s] = (entries_[s] & ~static_cast<std::uint64_t>(state_bits)) | state | modified_bit;
  }
  void clear_modified(slot s) { entries_[s] &= ~static_cast<std::uint64_t>(modified_bit); }
  void invalidate(slot s) {
    entries_[s] &= ~static_cast<std::uint64_t>(state_bits | modified_bit);
    holes_ += entries_[s] != 0;  // line 0 leaves none
  }

  std::uint8_t* data(slot s) { return &data_[s * line_]; }
  const std::uint8_t* data(slot s) const { return &data_[s * line_]; }

 private:
  unsigned set_of(address_t address) const {
    return static_cast<unsigned>(address >> line_shift_) & set_mask_;
  }
  static bool matches(std::uint64_t entry, address_t line) {
    // Equal above the modified bit and a state other than invalid: entry - line is then 1..7 or 9..15.
    const std::uint64_t difference = entry ^ line;
    return difference < 16 && (difference & state_bits) != 0;
  }
  std::uint16_t partial_of(address_t line) const { return static_cast<std::uint16_t>(line >> tag_shift_); }

  void prefetch_entries(unsigned set) const {
    for (unsigned way = 0; way < ways_; way += 8)
      __builtin_prefetch(&entries_[static_cast<slot>(set) * ways_ + way]);
  }
  const std::uint16_t* partial_tags(unsigned set) const {
    return &partial_[static_cast<std::size_t>(set) * padded_ways_];
  }

  // Compares 16 bits of the tags of eight ways at once; the full entry decides, unless those bits tell all.
  template <bool filled>
  slot search(unsigned set, address_t line) const {
    const slot first = static_cast<slot>(set) * ways_;
    const std::uint16_t* const partial = partial_tags(set);
    const auto is_it = [&](unsigned way) {
      return (filled && exact_ && line >> tag_shift_ < unfilled) || matches(entries_[first + way], line);
    };
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi16(static_cast<short>(partial_of(line)));
    for (unsigned base = 0; base < ways_; base += 8) {
      const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(partial + base));
      auto equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi16(eight, wanted)));
      for (; equal != 0; equal &= equal - 1, equal &= equal - 1) {  // two bits a way
        const unsigned way = base + static_cast<unsigned>(__builtin_ctz(equal)) / 2;
        if (way < ways_ && is_it(way)) return first + way;
      }
    }
#else
    for (unsigned way = 0; way < ways_; ++way) {
      if (partial[way] == partial_of(line) && is_it(way)) return first + way;
    }
#endif
    return none;
  }

  unsigned line_;
  unsigned line_shift_;
  unsigned ways_;
  unsigned set_mask_;
  unsigned tag_shift_;
  unsigned padded_ways_;  // to a multiple of eight
  bool repeat_is_idle_;
  static constexpr std::uint16_t unfilled = 0xffff;
  bool exact_ = true;        // of no line filled, a partial tag is not the whole
  std::uint64_t holes_ = 0;  // invalidated entries that no fill has taken yet
  // So that nothing lies in two lines of the host's cache that need not.
  template <class T>
  using array = std::vector<T, cache_line_allocator<T>>;
  array<std::uint64_t> entries_;
  array<std::uint16_t> partial_;  // low bits of the tags, padded_ways_ a set
  array<std::uint8_t> recent_;
  array<std::uint8_t> data_;
  replacement_state replacement_;
};

}  // namespace mimd

#endif
