// Which node of a machine is the home of an address, where memory is divided among nodes.
//
// Policies, for pages that place() was not called for:
//   interleaved  units of `interleave` bytes (a page or less) go to the nodes in turn
//   blocked      node n has the n-th of equal contiguous parts, in whole pages
//   first_touch  a page goes to the node that asks for it first, or if that one is full to the next that is
//   not next_touch   the same, and mark() lets the next node that asks have it node         all pages go to
//   one node, then to those behind it as it fills up (numactl --preferred)
// place() puts pages on a node whatever the policy (numactl --membind), move() migrates one; mark() works
// under any policy. A node holds up to `pages_per_node` pages that were touched, placed or moved to it;
// interleaved and blocked pages are divided evenly and not counted.
//
// home_of() is on every miss: two loads for an assigned page, a division more for an interleaved or blocked
// one. Plain C++. Not modelled: virtual addresses, time. Ranges: check(). Errors: std::invalid_argument where
// parameters or arguments are wrong, std::runtime_error where nodes are full; one line.
#ifndef MIMD_MEMORY_PAGE_PLACEMENT_H
#define MIMD_MEMORY_PAGE_PLACEMENT_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "memory/page_table.h"

namespace mimd {

enum class placement_policy : std::uint8_t { interleaved, blocked, first_touch, next_touch, node };

struct page_placement_parameters {
  unsigned nodes = 1;                            // 1 ... 16384
  std::uint64_t size = std::uint64_t{64} << 20;  // bytes of memory, from address 0; whole pages, up to 2^48
  std::uint64_t page = 4096;                     // bytes, a power of two, 1 KiB ... 1 GiB
  placement_policy policy = placement_policy::interleaved;
  std::uint64_t interleave = 4096;   // bytes, a power of two, 16 ... page
  unsigned node = 0;                 // of the policy `node`
  std::uint64_t pages_per_node = 0;  // 0: as many as there are

  // Empty, or one line that says what is impossible.
  std::string check() const;
};

struct page_placement_counters {
  std::uint64_t touched = 0;    // pages assigned to a node because it asked first, or by the policy `node`
  std::uint64_t overflows = 0;  // of them, those that went to another node because theirs was full
  std::uint64_t placed = 0;     // by place(); a page placed twice counts twice
  std::uint64_t retouched = 0;  // marked pages that went to the node that touched them next
  std::uint64_t moved = 0;      // by move()
};

class page_placement {
 public:
  explicit page_placement(const page_placement_parameters& parameters);

  // The home of an address below `size`, asked for by node `toucher`.
  unsigned home_of(std::uint64_t address, unsigned toucher) {
    const entry found = homes_[address >> page_bits_];
    return found < unassigned ? found : resolve(address, toucher);
  }
  // Where it lives now, without a touch; nothing before the first one if that is what decides.
  std::optional<unsigned> present_home_of(std::uint64_t address) const;

  // All pages that [first, first + bytes) touches: all of them change or none.
  void place(std::uint64_t first, std::uint64_t bytes, unsigned node);
  void mark(std::uint64_t first, std::uint64_t bytes);
  // One page, by number. False if the node is full (nothing changes).
  bool move(std::uint64_t page, unsigned node);

  std::uint64_t page_of(std::uint64_t address) const { return address >> page_bits_; }
  const page_placement_parameters& parameters() const { return parameters_; }
  const page_placement_counters& counters() const { return counters_; }
  // Pages on the node that were touched, placed or moved.
  std::uint64_t pages_on(unsigned node) const { return used_[node]; }

 private:
  using entry = std::uint16_t;  // a node, or unassigned; with `marked` or without
  static constexpr entry unassigned = 0x7fff;
  static constexpr entry marked = 0x8000;

  struct range {
    std::uint64_t begin;
    std::uint64_t end;
  };
  range pages(std::uint64_t first, std::uint64_t bytes) const;
  void check_node(unsigned node) const;
  bool touch_decides() const;
  unsigned divided(std::uint64_t address) const;
  unsigned resolve(std::uint64_t address, unsigned toucher);
  bool full(unsigned node) const { return used_[node] >= capacity_; }
  unsigned first_free(unsigned from) const;
  void assign(std::uint64_t page, unsigned node);

  page_placement_parameters parameters_;
  unsigned page_bits_;
  unsigned interleave_bits_;
  std::uint64_t pages_;
  std::uint64_t block_;  // pages of a part when blocked
  std::uint64_t capacity_;
  page_table<entry> homes_;
  std::vector<std::uint64_t> used_;
  page_placement_counters counters_;
};

}  // namespace mimd

#endif
