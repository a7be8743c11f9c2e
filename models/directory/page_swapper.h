// The pages of a flat COMA that go to disk and come back: part of a directory fabric, whose form swaps().
//
// Memory does not hold all pages: the others are on disk. A page, a power of two of bytes and whole units of
// placement, enters memory when one of its lines is first wanted, as the policy says, which is asked with the
// address of the page. If another one has to go out first, nobody may begin anything on it any more but
// replace its lines; when nothing on it is under way, the homes recall its lines from all attraction
// memories; then its contents go to disk, and those of the page that comes are read if they are there:
// `transfer` each, one page at a time. Until then everybody waits who wants the page that comes; those that
// wait when it comes have it before it may go again, so that nobody starves.
//
// Contents go from and to the homes' slots. Not modelled: their way between home and disk; the processor's
// time that the operating system takes (add it to `transfer`).
#ifndef MIMD_DIRECTORY_PAGE_SWAPPER_H
#define MIMD_DIRECTORY_PAGE_SWAPPER_H

#include <cstdint>
#include <functional>
#include <vector>

#include "directory/memory_pages.h"
#include "infrastructure/timeline.h"
#include "memory/page_swapping.h"

namespace mimd {

class directory_fabric_base;
struct coherence_request;

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

class page_swapper {
 public:
  using policy = std::function<swap_decision(address_t page, const std::function<bool(address_t)>& may_go)>;

  page_swapper(directory_fabric_base& fabric, policy decide, const page_swapper_parameters& parameters)
      : fabric_(fabric), decide_(std::move(decide)), parameters_(parameters) {}

  const page_swapper_counters& counters() const { return counters_; }

  // When the request may begin; `never`: when its page has come.
  time_ps admit(const coherence_request& r, time_ps at);
  // Something has ended: goes on with the pages that are left alone by now.
  void progress();
  // The pages that have come by now are there. When the next one comes, or `never`.
  time_ps arrive(time_ps now);
  // Whether the page of the line is there.
  bool present(address_t line) const;

 private:
  struct swap {
    address_t in;
    address_t out;
    bool from_disk;
    time_ps decided;
    bool recalled = false;  // the lines of `out` are
    bool done = false;      // only `available` is to be waited for
    time_ps available = never;
  };
  // f(address, unit) for the units of the page that are placed.
  template <class F>
  void for_each_unit(address_t page, F f);
  void bring_in(address_t page, time_ps at);
  void recall(address_t page);
  void exchange(swap& s, time_ps at);
  void store(address_t page);
  void place(address_t page, time_ps available);

  directory_fabric_base& fabric_;
  policy decide_;
  page_swapper_parameters parameters_;
  std::vector<swap> swaps_;
  timeline disk_;
  page_swapper_counters counters_;
};

}  // namespace mimd

#endif
