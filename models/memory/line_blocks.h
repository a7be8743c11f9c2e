// What a machine keeps of every line that somebody has touched, in blocks of neighbouring lines that come
// into being when they are first needed. Look-ups are three indexed loads, whatever the size of memory;
// blocks never move. Addresses to 2^48. Plain C++.
#ifndef MIMD_MEMORY_LINE_BLOCKS_H
#define MIMD_MEMORY_LINE_BLOCKS_H

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace mimd {

// Block: constructible from (address of its first line). Lines are a power of two of bytes.
template <class Block>
class line_blocks {
 public:
  using address_t = std::uint64_t;
  static constexpr unsigned index_bits = 4;
  static constexpr unsigned block_lines = 1u << index_bits;

  explicit line_blocks(unsigned line)
      : line_bits_(static_cast<unsigned>(__builtin_ctz(line))), block_bits_(line_bits_ + index_bits) {}

  // Of the line, in its block.
  unsigned index_of(address_t address) const {
    return static_cast<unsigned>(address >> line_bits_) & (block_lines - 1);
  }

  Block& at(address_t address) {
    Block* const known = find(address);
    return known != nullptr ? *known : make(address >> block_bits_);
  }
  // Null: nobody has needed it yet.
  Block* find(address_t address) const {
    const std::uint64_t number = address >> block_bits_;
    const std::uint64_t upper = number >> (2 * bits);
    if (upper >= tables_.size() || !tables_[upper]) return nullptr;
    const auto& lower = (*tables_[upper])[number >> bits & mask];
    return lower ? (*lower)[number & mask].get() : nullptr;
  }
  // f(block) in the order of addresses.
  template <class F>
  void for_each(F f) const {
    for (const auto& middle : tables_) {
      if (!middle) continue;
      for (const auto& lower : *middle) {
        if (!lower) continue;
        for (const auto& block : *lower) {
          if (block) f(*block);
        }
      }
    }
  }

 private:
  static constexpr unsigned bits = 10;
  static constexpr std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  using lower_table = std::array<std::unique_ptr<Block>, mask + 1>;
  using middle_table = std::array<std::unique_ptr<lower_table>, mask + 1>;

  [[gnu::cold, gnu::noinline]] Block& make(std::uint64_t number) {
    const std::uint64_t upper = number >> (2 * bits);
    if (upper >= tables_.size()) tables_.resize(upper + 1);
    if (!tables_[upper]) tables_[upper] = std::make_unique<middle_table>();
    auto& lower = (*tables_[upper])[number >> bits & mask];
    if (!lower) lower = std::make_unique<lower_table>();
    auto& block = (*lower)[number & mask];
    block = std::make_unique<Block>(number << block_bits_);
    return *block;
  }

  unsigned line_bits_;
  unsigned block_bits_;
  std::vector<std::unique_ptr<middle_table>> tables_;
};

}  // namespace mimd

#endif
