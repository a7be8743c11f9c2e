// Where each page of a divided memory lives, and the directory entries of its lines.
//
// A page is the unit of placement: a power of two of bytes, at least a line. It comes into being when
// somebody first needs it: the placement policy then names its node (which for first touch is the toucher's),
// the node gives it its next free frame, and its lines get directory entries in the format of that home,
// unless the directory is sparse. Look-ups are three indexed loads, whatever the size; only what is touched
// takes room. Plain C++.
//
// A page may have replicas on other nodes, each with a frame and directory entries of its own there; a node
// that has one finds it instead of the page itself.
//
// Ranges: memories to 2^48 bytes. Errors: std::invalid_argument with one line; what `placement` throws passes
// through.
#ifndef MIMD_DIRECTORY_MEMORY_PAGES_H
#define MIMD_DIRECTORY_MEMORY_PAGES_H

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "directory/home_core.h"
#include "directory/sharer_format.h"
#include "infrastructure/time.h"

namespace mimd {

using address_t = std::uint64_t;

// What a home remembers of a line, in its format's words.
struct directory_entry {
  home_line* state;
  sharer_word* sharers;
};

struct memory_page {
  std::uint16_t home = 0;   // node
  std::uint16_t words = 0;  // of an entry
  bool moving = false;      // to another node, or being copied: nothing of it may begin
  bool read_only = false;   // has replicas or is one: no line of it has an owner, nor may get one
  address_t frame = 0;      // address of its first byte in that node's memory
  time_ps available = 0;    // where it has been moved to
  // The entries of its lines, each a home_line and the words of its sharers; null: a sparse directory has
  // them.
  std::unique_ptr<sharer_word[]> entries;
  std::unique_ptr<std::unique_ptr<memory_page>[]> replicas;  // by node; null: there are none

  static constexpr unsigned state_words = (sizeof(home_line) + sizeof(sharer_word) - 1) / sizeof(sharer_word);
  directory_entry entry(unsigned line) const {
    sharer_word* const first = &entries[std::size_t{line} * words];
    return {reinterpret_cast<home_line*>(first), first + state_words};
  }
  void prefetch(unsigned line) const {
    if (entries) __builtin_prefetch(&entries[std::size_t{line} * words]);
  }
};

struct memory_pages_parameters {
  std::uint64_t size = 0;  // bytes of all memory
  std::uint64_t page = 4096;
  unsigned line = 64;
  std::vector<sharer_format*> formats;  // of each node's directory
  bool entries = true;                  // a directory entry for every line of memory
};

class memory_pages {
 public:
  // The node on which the page that begins there is to live, first needed by `toucher`.
  using placement = std::function<unsigned(address_t page, unsigned toucher)>;
  // The page that begins there has got its place.
  using placed = std::function<void(address_t page, const memory_page&)>;

  memory_pages(const memory_pages_parameters& parameters, placement place, placed then);

  std::uint64_t size() const { return size_; }
  std::uint64_t page_bytes() const { return std::uint64_t{1} << page_bits_; }

  // The page of an address below size(), or the replica of it that the node has.
  memory_page& at(address_t address, unsigned node) {
    memory_page& page = original(address, node);
    if (!page.replicas) return page;
    memory_page* const own = page.replicas[node].get();
    return own ? *own : page;
  }
  // The page itself, first needed by `toucher`.
  memory_page& original(address_t address, unsigned toucher) {
    const std::uint64_t number = address >> page_bits_;
    const auto& upper = tables_[number >> (2 * level_bits)];
    if (upper) {
      const auto& lower = (*upper)[(number >> level_bits) & (level_size - 1)];
      if (lower) {
        if (memory_page* const page = (*lower)[number & (level_size - 1)].get()) return *page;
      }
    }
    return create(number, toucher);
  }
  memory_page* find(address_t address) const;  // the page itself; null: nobody has needed it yet
  // f(address, page) for every page that somebody has needed, in the order of their addresses.
  template <class F>
  void for_each(F f) const {
    for (std::uint64_t upper = 0; upper < tables_.size(); ++upper) {
      for (std::uint64_t middle = 0; tables_[upper] && middle < level_size; ++middle) {
        const auto& lower = (*tables_[upper])[middle];
        for (std::uint64_t i = 0; lower && i < level_size; ++i) {
          const std::uint64_t number = (upper << level_bits | middle) << level_bits | i;
          if (memory_page* const page = (*lower)[i].get()) f(number << page_bits_, *page);
        }
      }
    }
  }

  // Gives the page a frame of another node; its entries stay as they are. Moving its bytes is the caller's.
  void move(memory_page& page, unsigned node);
  // Gives a node, not its home, a replica of the page that begins at `first`, with entries in the initial
  // state. Copying its bytes is the caller's.
  memory_page& replicate(memory_page& page, address_t first, unsigned node);
  void drop_replicas(memory_page& page);
  // The page that begins there is no more, until somebody needs it again. None of its lines has a copy. Its
  // frame goes to a page that comes into being later, over whose bytes `placed` must write. Not where pages
  // move.
  void remove(address_t first);

  unsigned line_in_page(address_t address) const {
    return static_cast<unsigned>((address & (page_bytes() - 1)) >> line_bits_);
  }
  address_t in_memory(const memory_page& page, address_t address) const {
    return page.frame + (address & (page_bytes() - 1));
  }
  // The other way round: what is at an address of the node's memory.
  address_t from_memory(unsigned node, address_t in_node) const {
    return frames_[node][in_node >> page_bits_] + (in_node & (page_bytes() - 1));
  }
  // Pages that live there, replicas too.
  std::uint64_t pages_of(unsigned node) const { return frames_[node].size() - free_frames_[node].size(); }

 private:
  static constexpr unsigned level_bits = 10;
  static constexpr std::uint64_t level_size = std::uint64_t{1} << level_bits;
  using lower_table = std::array<std::unique_ptr<memory_page>, level_size>;
  using upper_table = std::array<std::unique_ptr<lower_table>, level_size>;

  memory_page& create(std::uint64_t number, unsigned toucher);
  void take_frame(memory_page& page, address_t first, unsigned node);
  void leave_frame(const memory_page& page) { free_frames_[page.home].push_back(page.frame >> page_bits_); }
  void open_entries(memory_page& page, address_t first);

  std::uint64_t size_;
  unsigned page_bits_;
  unsigned line_bits_;
  bool entries_;
  bool removes_ = false;
  std::vector<sharer_format*> formats_;
  placement place_;
  placed then_;
  std::vector<std::vector<address_t>> frames_;         // by node: the page in each frame
  std::vector<std::vector<std::size_t>> free_frames_;  // by node: left by pages that moved
  std::vector<std::unique_ptr<upper_table>> tables_;
};

}  // namespace mimd

#endif
