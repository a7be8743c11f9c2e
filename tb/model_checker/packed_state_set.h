// The states that a model checker has met so far: packed words in one arena, found by open addressing.
// Packed: `words`, an array of std::uint16_t, and `size`, how many of them.
#ifndef MIMD_TB_MODEL_CHECKER_PACKED_STATE_SET_H
#define MIMD_TB_MODEL_CHECKER_PACKED_STATE_SET_H

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace mimd::tb {

template <class Packed>
class packed_state_set {
 public:
  packed_state_set() : table_(1u << 12, empty) { begin_.push_back(0); }

  std::size_t size() const { return parent_.size(); }
  std::pair<const std::uint16_t*, unsigned> operator[](std::size_t state) const {
    return {arena_.data() + begin_[state], static_cast<unsigned>(begin_[state + 1] - begin_[state])};
  }
  std::size_t parent(std::size_t state) const { return parent_[state]; }

  // The state's number; a new one gets the next.
  std::uint32_t insert(const Packed& world, std::size_t parent) {
    if (size() * 2 >= table_.size()) grow();
    std::size_t slot = hash(world.words.data(), world.size) & (table_.size() - 1);
    for (; table_[slot] != empty; slot = (slot + 1) & (table_.size() - 1)) {
      const auto [words, length] = (*this)[table_[slot]];
      if (length == world.size && std::memcmp(words, world.words.data(), length * sizeof *words) == 0) {
        return table_[slot];
      }
    }
    const auto number = static_cast<std::uint32_t>(size());
    table_[slot] = number;
    arena_.insert(arena_.end(), world.words.begin(), world.words.begin() + world.size);
    begin_.push_back(arena_.size());
    parent_.push_back(static_cast<std::uint32_t>(parent));
    return number;
  }

 private:
  static constexpr std::uint32_t empty = 0xffffffffu;

  static std::size_t hash(const std::uint16_t* words, unsigned size) {
    std::uint64_t h = size;
    for (unsigned i = 0; i < size; ++i) {
      h = (h ^ words[i]) * 0x9e3779b97f4a7c15u;
      h ^= h >> 29;
    }
    return h ^ h >> 32;
  }
  void grow() {
    table_.assign(table_.size() * 4, empty);
    for (std::uint32_t i = 0; i < size(); ++i) {
      const auto [words, length] = (*this)[i];
      std::size_t slot = hash(words, length) & (table_.size() - 1);
      while (table_[slot] != empty) slot = (slot + 1) & (table_.size() - 1);
      table_[slot] = i;
    }
  }

  std::vector<std::uint16_t> arena_;
  std::vector<std::size_t> begin_;  // one more than there are states
  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> table_;
};

}  // namespace mimd::tb

#endif
