// One small value for each page of an address space of up to 2^48 bytes: two levels, no hashing; only parts
// of the table that were written take room.
#ifndef MIMD_MEMORY_PAGE_TABLE_H
#define MIMD_MEMORY_PAGE_TABLE_H

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace mimd {

template <class Value>
class page_table {
 public:
  page_table(std::uint64_t pages, Value initial)
      : initial_(initial), parts_((pages + part_pages - 1) / part_pages) {}

  // Pages are below the number given.
  Value operator[](std::uint64_t page) const {
    const std::unique_ptr<Value[]>& part = parts_[page / part_pages];
    return part ? part[page % part_pages] : initial_;
  }
  void set(std::uint64_t page, Value value) {
    std::unique_ptr<Value[]>& part = parts_[page / part_pages];
    if (!part) {
      part.reset(new Value[part_pages]);
      std::fill_n(part.get(), part_pages, initial_);
    }
    part[page % part_pages] = value;
  }

 private:
  static constexpr std::uint64_t part_pages = std::uint64_t{1} << 16;

  Value initial_;
  std::vector<std::unique_ptr<Value[]>> parts_;
};

}  // namespace mimd

#endif
