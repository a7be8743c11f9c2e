// How a directory remembers who may have a copy of a line: the directory's format.
//
// A format is told of readers and forgets them; it knows how many bits a block costs, and which nodes have to
// be invalidated, which may be more than have a copy. It has no time and no state of its own (but for the
// pointer pool, whose pointers all lines share); what it remembers of a line is `words()` words that the home
// keeps, opened before first use. Nothing allocates but collect(), into a vector that its caller may reserve.
//
// Formats (Agarwal, Simoni, Hennessy & Horowitz, An evaluation of directory schemes for cache coherence, ISCA
// 1988: names Dir_iB and Dir_iNB; Gupta, Weber & Mowry, Reducing memory and traffic requirements for scalable
// directory-based cache coherence schemes, ICPP 1990: coarse vector, sparse directories):
//   full-map       a bit a node (Censier & Feautrier 1978; DASH)
//   dir-i-b        i pointers; one sharer more, and the next write invalidates everybody
//   dir-i-nb       i pointers; one sharer more takes the pointer of the oldest, which is invalidated
//   coarse-vector  i pointers; one sharer more, and their bits become a vector of one bit a region of nodes
//   pointer-pool   a list of pointers from a pool that all lines of the home share (Simoni & Horowitz,
//                  Dynamic pointer allocation, ISCA 1991; FLASH), reclaimed from other lines when it is empty
// A sparse directory keeps any of these for some lines only: sparse_directory.h.
//
// Bits of a block are its sharing information with the dirty bit and, where there is one, the bit that says
// how to read it; the bits of further stable states are not in it.
//
// Ranges: 1 to 4096 nodes. Errors: std::invalid_argument with one line that names the parameter.
#ifndef MIMD_DIRECTORY_SHARER_FORMAT_H
#define MIMD_DIRECTORY_SHARER_FORMAT_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory_message.h"

namespace mimd {

using sharer_word = std::uint64_t;

inline constexpr unsigned max_directory_nodes = 4096;

// Bits that number n things: ceil(log2(n)).
constexpr unsigned bits_to_number(std::uint64_t n) {
  unsigned bits = 0;
  while (bits < 64 && (std::uint64_t{1} << bits) < n) ++bits;
  return bits;
}

class sharer_format {
 public:
  virtual ~sharer_format() = default;
  sharer_format(const sharer_format&) = delete;
  sharer_format& operator=(const sharer_format&) = delete;

  unsigned nodes() const { return nodes_; }
  unsigned words() const { return words_; }

  virtual unsigned bits_per_block() const = 0;
  // Of a home with so many blocks of memory: pool included.
  virtual std::uint64_t total_bits(std::uint64_t blocks) const { return blocks * bits_per_block(); }

  // A line without sharers; `line` is for the format to name it by.
  virtual void open(sharer_word* entry, std::uint64_t line);
  virtual void clear(sharer_word* entry) = 0;
  virtual void add(sharer_word* entry, node_id node) = 0;
  virtual void remove(sharer_word* entry, node_id node) = 0;  // as far as it can be told apart
  virtual node_id victim(sharer_word* entry) = 0;  // gives up one sharer; only where room() can be false

  virtual bool empty(const sharer_word* entry) const = 0;
  virtual bool certain(const sharer_word* entry, node_id node) const = 0;
  // Both can be added without giving up another; no_node is not asked.
  virtual bool room(const sharer_word* entry, node_id first, node_id second) const;
  // Appends every node that may have a copy, ascending or in the order they came, each once.
  virtual void collect(const sharer_word* entry, std::vector<node_id>& nodes) const = 0;

 protected:
  // `format` is for the message if nodes is out of range.
  sharer_format(unsigned nodes, unsigned words);

  void collect_all(std::vector<node_id>& nodes) const;

 private:
  unsigned nodes_;
  unsigned words_;
};

// The sharers of one line, as home_core wants them.
class line_sharers {
 public:
  line_sharers(sharer_format& format, sharer_word* entry, std::vector<node_id>& scratch)
      : format_(format), entry_(entry), scratch_(scratch) {}

  bool empty() const { return format_.empty(entry_); }
  bool certain(node_id node) const { return format_.certain(entry_, node); }
  bool room(node_id first, node_id second) const { return format_.room(entry_, first, second); }
  void add(node_id node) { format_.add(entry_, node); }
  void remove(node_id node) { format_.remove(entry_, node); }
  void clear() { format_.clear(entry_); }
  node_id victim() { return format_.victim(entry_); }
  template <class F>
  void for_each(F f) const {
    scratch_.clear();
    format_.collect(entry_, scratch_);
    for (const node_id node : scratch_) f(node);
  }

 private:
  sharer_format& format_;
  sharer_word* entry_;
  std::vector<node_id>& scratch_;
};

struct sharer_format_parameters {
  enum class format_kind : std::uint8_t { full_map, dir_i_b, dir_i_nb, coarse_vector, pointer_pool };
  format_kind kind = format_kind::full_map;
  unsigned nodes = 1;
  unsigned pointers = 4;           // dir-i-b, dir-i-nb: 1 to 64; coarse-vector: 0 (always regions) to 64
  unsigned region = 4;             // coarse-vector: nodes a bit
  std::uint32_t pool_size = 1024;  // pointer-pool: pointers of a home
};

std::unique_ptr<sharer_format> make_sharer_format(const sharer_format_parameters& parameters);

// "full-map", "dir-i-b", "dir-i-nb", "coarse-vector", "pointer-pool": in the order of the enumeration.
const std::vector<std::string>& sharer_format_names();

}  // namespace mimd

#endif
