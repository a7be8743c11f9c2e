// The operating system's part of a cache-only memory: pages come into the global sets of the attraction
// memories while these have room; then, if there is a disk, others go there.
#ifndef MIMD_PLATFORMS_COMA_PAGE_SETS_H
#define MIMD_PLATFORMS_COMA_PAGE_SETS_H

#include <functional>
#include <map>
#include <set>
#include <string>

#include "memory/page_swapper.h"
#include "platforms/coma/coma_parameters.h"

namespace mimd {

class page_sets {
 public:
  explicit page_sets(const coma_parameters& parameters)
      : parameters_(parameters), swapping_(parameters.swapping()) {}

  // Memory has gaps, so that its pages are placed as they are touched; else every set has as many lines.
  bool places() const { return parameters_.memory.model.size == memory_contents::largest; }
  // An address is touched. Empty, or one line: its page is one too many.
  std::string touch(address_t address);
  // Where pages are swapped: what is to become of a page that is not in memory. Who refuses is told why.
  page_swapper::policy swap_policy(std::function<void(const std::string& reason)> refuse);
  // One line each: nor has the disk room for the page; a program asks for so much that this would happen.
  std::string disk_full(address_t address) const;
  std::string too_small(std::uint64_t bytes, std::uint64_t allocated) const;

 private:
  std::string one_too_many(address_t address) const;

  const coma_parameters& parameters_;
  page_swapping swapping_;
  std::set<address_t> pages_;                         // that were touched
  std::map<address_t, std::uint64_t> lines_in_sets_;  // of such pages, by where they begin among the sets
};

}  // namespace mimd

#endif
