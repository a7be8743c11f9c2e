// The pages of a cache-only memory that go to disk and come back.
//
// Memory does not hold all pages: the others are on disk. A page, a power of two of bytes, enters memory when
// one of its lines is first wanted, as the policy says, which is asked with the address of the page. If
// another one has to go out first, nobody may begin anything on it any more but replace its lines; when
// nothing on it is under way, its lines are recalled from all attraction memories; then its contents go to
// disk, and those of the page that comes are read if they are there: `transfer` each, one page at a time.
// Until then everybody waits who wants the page that comes; those that wait when it comes have it before it
// may go again, so that nobody starves.
//
// What is under way, how lines are recalled and where contents are is the business of the machine, a
// swapped_memory. Not modelled: the way of contents between memory and disk; the processor's time that the
// operating system takes (add it to `transfer`).
//
// Ranges: pages of a power of two of bytes, a line or more; `transfer` in ps. Errors: none of its own; what
// the policy throws passes through. Called by the machine, from SystemC processes.
#ifndef MIMD_MEMORY_PAGE_SWAPPER_H
#define MIMD_MEMORY_PAGE_SWAPPER_H

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "infrastructure/timeline.h"
#include "memory/line_blocks.h"
#include "memory/page_swapping.h"

namespace mimd {

using address_t = std::uint64_t;

struct page_swapper_parameters {
  std::uint64_t page = 4096;
  time_ps transfer = 0;
};

struct page_swapper_counters {
  std::uint64_t out = 0;  // pages
  std::uint64_t in = 0;   // from disk
  std::uint64_t lines_recalled = 0;
  std::uint64_t unavailable_ps = 0;  // of pages that came, summed: from the wish for them on
};

// The machine whose pages are swapped. A page is told by the address of its first byte.
class swapped_memory {
 public:
  virtual bool loose() const = 0;
  virtual bool in_use(address_t page, std::uint64_t bytes) const = 0;
  // Takes the page's lines from all attraction memories, from `at` on; how many. Loosely timed, it is done
  // when this returns; else the machine calls progress() when nothing of it is under way any more.
  virtual unsigned recall(address_t page, std::uint64_t bytes, time_ps at) = 0;
  // Loosely timed: when the last recall was done.
  virtual time_ps recalled_at() const = 0;
  virtual void leave(address_t page, std::uint64_t bytes) = 0;
  virtual void enter(address_t page, std::uint64_t bytes) = 0;
  // Lets arrive() be called then, and whoever waited ask again.
  virtual void readmit_at(time_ps at) = 0;

 protected:
  ~swapped_memory() = default;
};

class page_swapper {
 public:
  using policy = std::function<swap_decision(address_t page, const std::function<bool(address_t)>& may_go)>;

  page_swapper(swapped_memory& memory, policy decide, const page_swapper_parameters& parameters);

  const page_swapper_counters& counters() const { return counters_; }

  // When a request for the line, or (`replaces`) one to be rid of it, may begin; `never`: when its page has
  // come.
  time_ps admit(address_t line, bool replaces, time_ps at);
  // Something has ended: goes on with the pages that are left alone by now.
  void progress(time_ps now);
  // The pages that have come by now are there. When the next one comes, or `never`.
  time_ps arrive(time_ps now);
  // Whether the page of the line is there.
  bool present(address_t line) const;

 private:
  // Of a page.
  struct presence {
    bool here = false;
    bool moving = false;
    time_ps available = 0;
  };
  struct neighbours {
    explicit neighbours(address_t) {}
    std::array<presence, 16> of;
  };
  struct swap {
    address_t in;
    address_t out;
    bool from_disk;
    time_ps decided;
    bool recalled = false;  // the lines of `out` are
    bool done = false;      // only `available` is to be waited for
    time_ps available = never;
  };
  presence& presence_of(address_t page) { return pages_.at(page).of[pages_.index_of(page)]; }
  void bring_in(address_t page, time_ps at);
  void exchange(swap& s, time_ps at);
  void place(address_t page, time_ps available);

  swapped_memory& memory_;
  policy decide_;
  page_swapper_parameters parameters_;
  line_blocks<neighbours> pages_;
  std::vector<swap> swaps_;
  timeline disk_;
  page_swapper_counters counters_;
};

}  // namespace mimd

#endif
