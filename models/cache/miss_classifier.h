// Why a cache missed: cold, capacity, conflict, true sharing or false sharing. Every miss is exactly one of
// them.
//
//  * cold: this cache never held the line.
//  * true / false sharing: the cache lost the line to another agent's write. True if a byte that the missing
//    reference touches was written by another agent since the line was lost; else false
//    (Torrellas, Lam & Hennessy, IEEE TC 43(6) 1994, judged at the missing reference).
//  * else, as Hill & Smith (IEEE TC 38(12) 1989): conflict if a fully associative LRU cache of the same size,
//  fed with the
//    same references, would have hit; capacity if not.
// Later writes to a lost line pass no bus: writers therefore report to a write_history that all classifiers
// of a machine share. Cost: a hash look-up per reference and memory proportional to the footprint. Plain C++;
// deterministic.
#ifndef MIMD_CACHE_MISS_CLASSIFIER_H
#define MIMD_CACHE_MISS_CLASSIFIER_H

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

using address_t = std::uint64_t;

struct miss_classes {
  std::uint64_t cold = 0;
  std::uint64_t capacity = 0;
  std::uint64_t conflict = 0;
  std::uint64_t true_sharing = 0;
  std::uint64_t false_sharing = 0;
};

// The last writes to each 4-byte word of memory: who, and in which order. One a machine.
class write_history {
 public:
  struct stamp {
    std::uint64_t order = 0;  // 0: never written
    unsigned writer = 0;
  };

  void written(unsigned agent, address_t address, unsigned size);
  std::uint64_t now() const { return order_; }
  // True if another agent than `agent` wrote one of these bytes' words after `since`.
  bool written_by_other(unsigned agent, address_t address, unsigned size, std::uint64_t since) const;

 private:
  static constexpr unsigned page_words = 1024;
  struct entry {
    stamp last;
    stamp last_other;  // the last write by an agent other than last.writer
  };
  std::unordered_map<address_t, std::vector<entry>> pages_;
  std::uint64_t order_ = 0;
};

class miss_classifier {
 public:
  miss_classifier(write_history& history, unsigned agent, std::uint64_t lines);

  void hit(address_t line) { use(line); }
  // `address`, `size`: the bytes of the missing reference in the line.
  void miss(address_t line, address_t address, unsigned size);
  void lost(address_t line);  // another agent's transaction invalidated it

  const miss_classes& classes() const { return classes_; }

 private:
  struct line_record {
    bool lost = false;
    std::uint64_t lost_at = 0;
    bool resident = false;  // in the fully associative shadow
    std::list<address_t>::iterator position;
  };
  bool use(address_t line);  // returns whether the shadow had it

  write_history& history_;
  unsigned agent_;
  std::uint64_t capacity_;
  std::unordered_map<address_t, line_record> lines_;
  std::list<address_t> recency_;  // most recent first
  miss_classes classes_;
};

}  // namespace mimd

#endif
