// A sparse directory: a cache of directory entries, for the lines that some cache may have and no others
// (Gupta, Weber & Mowry, Reducing memory and traffic requirements for scalable directory-based cache
// coherence schemes, ICPP 1990; O'Krafka & Newton, ISCA 1990). It has its own geometry and replacement; the
// entry of a line that is to be replaced is freed by recalling the line from the caches (home_event::recall),
// so an entry lives from allocate() to release(). Each entry has a tag and whatever the format of its sharers
// costs.
//
// Not modelled: time. Ranges: entries a multiple of ways; sets a power of two; 1 to 64 ways. Lines are
// numbers of lines, not addresses. Errors: std::invalid_argument with one line that names the parameter.
#ifndef MIMD_DIRECTORY_SPARSE_DIRECTORY_H
#define MIMD_DIRECTORY_SPARSE_DIRECTORY_H

#include <cstdint>
#include <vector>

#include "directory/home_core.h"
#include "directory/sharer_format.h"
#include "infrastructure/random.h"

namespace mimd {

struct sparse_directory_parameters {
  enum class replacement_policy : std::uint8_t { lru, random };
  std::uint32_t entries = 1024;
  unsigned ways = 4;
  replacement_policy replacement = replacement_policy::lru;
};

class sparse_directory {
 public:
  struct entry {
    std::uint64_t line = 0;
    home_line state;
    sharer_word* sharers = nullptr;  // format.words() of them
    std::uint64_t last_use = 0;
    bool valid = false;
  };

  // Keeps a reference to the format.
  sparse_directory(const sparse_directory_parameters& parameters, sharer_format& format, std::uint64_t seed);

  std::uint32_t sets() const { return sets_; }
  std::uint32_t in_use() const { return in_use_; }
  // Of a home with so many blocks of memory: format and tag in every entry. The tag says which of the blocks
  // of its set an entry is for, or that it is for none.
  std::uint64_t total_bits(std::uint64_t blocks) const;

  // The line's entry, now the most recently used one, or null.
  entry* find(std::uint64_t line);
  entry* peek(std::uint64_t line);  // the same, without a use
  // A new entry for a line that has none, its sharers opened; null if none of its set is free, but one that
  // is kept for another line.
  entry* allocate(std::uint64_t line);
  // Keeps the next free entry of its set for this line, unless one is kept already: until it has one.
  void keep_for(std::uint64_t line);
  // The entry to recall to make room for the line, whose set is full; null if `may_recall` says no of all.
  template <class MayRecall>
  entry* victim(std::uint64_t line, MayRecall may_recall);
  // The line's state is I again.
  void release(entry& e);

 private:
  static constexpr std::uint64_t no_line = ~std::uint64_t{0};
  entry* set_of(std::uint64_t line) { return &entries_[(line & (sets_ - 1)) * ways_]; }
  std::uint64_t& kept_for(std::uint64_t line) { return kept_for_[line & (sets_ - 1)]; }

  unsigned ways_;
  std::uint32_t sets_;
  sparse_directory_parameters::replacement_policy replacement_;
  sharer_format& format_;
  std::vector<entry> entries_;  // by set
  std::vector<sharer_word> sharers_;
  std::vector<std::uint64_t> kept_for_;  // by set
  std::uint64_t uses_ = 0;
  std::uint32_t in_use_ = 0;
  random_generator random_;
};

template <class MayRecall>
sparse_directory::entry* sparse_directory::victim(std::uint64_t line, MayRecall may_recall) {
  entry* const set = set_of(line);
  const bool lru = replacement_ == sparse_directory_parameters::replacement_policy::lru;
  const unsigned first = lru ? 0 : static_cast<unsigned>(random_.below(ways_));
  entry* chosen = nullptr;
  for (unsigned i = 0; i < ways_; ++i) {
    entry& e = set[(first + i) % ways_];
    if (!e.valid || !may_recall(e)) continue;
    if (!lru) return &e;
    if (chosen == nullptr || e.last_use < chosen->last_use) chosen = &e;
  }
  return chosen;
}

}  // namespace mimd

#endif
