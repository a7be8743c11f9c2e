// Pages of a flat COMA that go to disk: they have homes, to whose slots their lines are recalled, and whose
// frames they leave.
#include <algorithm>
#include <stdexcept>

#include "directory/directory_fabric.h"

namespace mimd {

namespace {

// f(address, unit) for the units of placement of the page that are placed.
template <class F>
void for_each_unit(memory_pages& pages, address_t page, std::uint64_t bytes, F f) {
  const address_t end = std::min(page + bytes, pages.size());
  for (address_t a = page; a < end; a += pages.page_bytes()) {
    if (memory_page* const unit = pages.find(a)) f(a, *unit);
  }
}

}  // namespace

void directory_fabric_base::set_swap_policy(page_swapper::policy policy,
                                            const page_swapper_parameters& parameters) {
  if (!parameters_.form.swaps)
    throw std::invalid_argument("directory: pages are swapped by a form that swaps");
  swapped_memory& here = *this;
  swapper_ = std::make_unique<page_swapper>(here, std::move(policy), parameters);
}

unsigned directory_fabric_base::recall(address_t page, std::uint64_t bytes, time_ps at) {
  delivered_ = at;
  unsigned lines = 0;
  for_each_unit(*pages_, page, bytes, [&](address_t address, memory_page& unit) {
    lines += homes_[unit.home]->recall_page(unit, address, false, at);
  });
  if (loose()) deliver_all();
  return lines;
}

void directory_fabric_base::leave(address_t page, std::uint64_t bytes) {
  for_each_unit(*pages_, page, bytes, [this](address_t address, memory_page& unit) {
    std::vector<std::uint8_t> contents(pages_->page_bytes());
    home_directory& home = *homes_[unit.home];
    home.debug_memory(address, contents.data(), static_cast<unsigned>(contents.size()), false);
    home.free_slots(address, contents.size());
    unplaced_[address] = std::move(contents);
    pages_->remove(address);
  });
}

void directory_fabric_base::enter(address_t page, std::uint64_t bytes) {
  const address_t end = std::min(page + bytes, pages_->size());
  for (address_t address = page; address < end; address += pages_->page_bytes()) {
    unplaced_[address].resize(pages_->page_bytes());  // zeros, not what its frame held before
    pages_->original(address, 0);
  }
}

}  // namespace mimd
