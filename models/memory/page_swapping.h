// Which pages are in a memory that is too small for all of them, and which goes to disk when another comes:
// the policy, which a machine asks at each page fault and carries out at its own cost.
//
// Pages compete for room within their colour alone, which repeats every `colours` pages: those of one colour
// lie in the same global sets of the attraction memories (page colouring: Kessler & Hill, ACM Transactions on
// Computer Systems 10(4), 1992). A page that was never touched enters while its colour has room; then, as for
// one on disk, the page of that colour goes out that came in first (FIFO), of those that may: the machine
// keeps a page until it has been used. The disk has room for `disk_pages`; a page that comes in gives its
// room back.
//
// Plain C++, no time. Pages are numbers. Room: some bytes for each page touched.
#ifndef MIMD_MEMORY_PAGE_SWAPPING_H
#define MIMD_MEMORY_PAGE_SWAPPING_H

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace mimd {

struct page_swapping_parameters {
  std::uint64_t colours = 1;          // 1 or more
  std::uint64_t pages_of_colour = 1;  // that find room in memory; 1 or more
  std::uint64_t disk_pages = 0;
};

struct swap_decision {
  enum class action : std::uint8_t {
    enter,     // there is room
    exchange,  // `out` goes to disk first
    wait,      // no page may go now: ask again
    refuse     // nor has the disk room for another page
  };
  action what = action::enter;
  bool from_disk = false;  // the page comes from there; else it was never touched
  std::uint64_t out = 0;
};

class page_swapping {
 public:
  explicit page_swapping(const page_swapping_parameters& parameters) : parameters_(parameters) {}

  // A page that is not in memory is touched. What is decided is taken for done.
  swap_decision fault(std::uint64_t page, const std::function<bool(std::uint64_t)>& may_go);

  std::uint64_t pages_on_disk() const { return on_disk_.size(); }

 private:
  page_swapping_parameters parameters_;
  std::unordered_map<std::uint64_t, std::deque<std::uint64_t>> in_memory_;  // by colour, in order of coming
  std::unordered_set<std::uint64_t> on_disk_;
};

}  // namespace mimd

#endif
