// The bytes of a memory of any size: pages that come into being, zero, when they are first touched.
//
// A page is never moved or freed before the memory is, so its host address may be given out (DMI). Sizes up
// to 2^48 bytes, which covers the virtual addresses of a recorded program. Plain C++.
#ifndef MIMD_MEMORY_MEMORY_CONTENTS_H
#define MIMD_MEMORY_MEMORY_CONTENTS_H

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace mimd {

class memory_contents {
 public:
  static constexpr std::uint64_t page_size = std::uint64_t{1} << 20;
  static constexpr std::uint64_t largest = std::uint64_t{1} << 48;

  // Throws std::invalid_argument if size is over `largest`.
  explicit memory_contents(std::uint64_t size);

  std::uint64_t size() const { return size_; }

  static bool in_one_page(std::uint64_t address, unsigned length) {
    return address % page_size + length <= page_size;
  }

  // The byte at `address` (< size) and those behind it to the end of its page.
  std::uint8_t* at(std::uint64_t address) {
    const std::unique_ptr<table>& t = tables_[address / table_span];
    if (t) {
      std::uint8_t* const page = t->pages[address / page_size % pages_in_table].bytes;
      if (page) return page + address % page_size;
    }
    return touch(address);
  }

  // Brings the line of `address` (< size) into the host's cache, if it was touched before.
  void prefetch(std::uint64_t address) const {
    const std::unique_ptr<table>& t = tables_[address / table_span];
    if (!t) return;
    const std::uint8_t* const page = t->pages[address / page_size % pages_in_table].bytes;
    if (page) __builtin_prefetch(page + address % page_size);
  }

  // Calls body(host, offset, count) for each piece of [address, address + length) that lies in one page.
  template <typename Body>
  void for_each_piece(std::uint64_t address, unsigned length, Body body) {
    for (unsigned offset = 0; offset < length;) {
      const std::uint64_t rest = page_size - (address + offset) % page_size;
      const unsigned count = rest < length - offset ? static_cast<unsigned>(rest) : length - offset;
      body(at(address + offset), offset, count);
      offset += count;
    }
  }

 private:
  static constexpr std::uint64_t pages_in_table = 1024;
  static constexpr std::uint64_t table_span = page_size * pages_in_table;
  struct free_deleter {
    void operator()(std::uint8_t* p) const { std::free(p); }
  };
  struct host_block {
    std::unique_ptr<std::uint8_t[], free_deleter> block;
    std::uint8_t* bytes = nullptr;  // in it, from a page of the host on: no line is in two of the host's
  };
  struct table {
    std::array<host_block, pages_in_table> pages;
  };
  std::uint8_t* touch(std::uint64_t address);

  std::uint64_t size_;
  std::vector<std::unique_ptr<table>> tables_;
};

}  // namespace mimd

#endif
