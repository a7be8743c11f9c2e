// When to migrate a page to another node, to replicate it, and to give its replicas up: the policy, which a
// machine asks at each miss and carries out (or not) at its own cost.
//
// Migration: hardware counts the misses of each node on each page; when the counter of a node exceeds the
// home's by more than a threshold, the page should move there (J. Laudon and D. Lenoski, The SGI Origin: a
// ccNUMA highly scalable server, ISCA 1997; US patent 5,727,150).
// Replication: a node with as many misses on a page as a threshold gets a copy of it, if another node misses
// on it, too, a quarter as often or more, and nobody has written it; a write collapses all copies into the
// one at home (B. Verghese, S. Devine, A. Gupta and M. Rosenblum, Operating system support for improving data
// locality on CC-NUMA compute servers, ASPLOS 1996, where the thresholds are 128 and 32 and counters begin
// again every 100 ms). Where both are possible, a page is replicated.
//
// A page's counters begin again with every decision, all pages' with begin_interval(); only the latter
// forgets that a page was written. Plain C++, no time, no hashing. Ranges: check(). Pages are numbers below
// `pages`, nodes below `nodes`. Room: 4 bytes a node for each page that was missed on.
#ifndef MIMD_MEMORY_PAGE_MIGRATION_H
#define MIMD_MEMORY_PAGE_MIGRATION_H

#include <cstdint>
#include <string>
#include <vector>

#include "memory/page_table.h"

namespace mimd {

struct page_migration_parameters {
  unsigned nodes = 1;                       // 1 ... 16384
  std::uint64_t pages = 1;                  // 1 ... 2^38
  std::uint32_t migration_threshold = 0;    // misses more than the home's; 0: pages do not migrate
  std::uint32_t replication_threshold = 0;  // misses; 0: pages are not replicated
  std::uint32_t sharing_threshold = 0;      // misses of another node; 0: a quarter of replication_threshold

  // Empty, or one line that says what is impossible.
  std::string check() const;
};

struct page_decision {
  enum class action : std::uint8_t { none, migrate, replicate, collapse };
  action what = action::none;
  unsigned to = 0;  // of migrate and replicate
};

struct page_migration_counters {
  std::uint64_t local_misses = 0;   // of the home node, and of nodes with a replica
  std::uint64_t remote_misses = 0;  // of others
  std::uint64_t migrations = 0;     // decided
  std::uint64_t replications = 0;   // decided
  std::uint64_t collapses = 0;      // decided
  std::uint64_t replicas = 0;       // at present
};

class page_migration {
 public:
  explicit page_migration(const page_migration_parameters& parameters);

  // A miss of `node` on a page whose home is `home`. A write to a page with replicas is `collapse`.
  page_decision note_miss(std::uint64_t page, unsigned node, unsigned home, bool write);
  void begin_interval() { ++interval_; }

  // What the machine did about a decision.
  void add_replica(std::uint64_t page, unsigned node);
  unsigned drop_replicas(std::uint64_t page);  // returns how many there were
  bool has_replica(std::uint64_t page, unsigned node) const;

  const page_migration_counters& counters() const { return counters_; }

 private:
  struct page_record {
    std::uint64_t interval = 0;  // that the counters belong to
    unsigned replicas = 0;
    bool written = false;
  };
  using record_number = std::uint32_t;  // from 1; 0: none

  record_number record_of(std::uint64_t page);
  std::uint32_t* misses(record_number r) { return &misses_[std::size_t{r - 1} * parameters_.nodes]; }
  bool holds(record_number r, unsigned node) const {
    return (holders_[std::size_t{r - 1} * words_ + node / 64] >> (node % 64) & 1) != 0;
  }
  bool shared(record_number r, unsigned node);
  void count_again(record_number r);

  page_migration_parameters parameters_;
  unsigned words_;  // of 64 nodes
  std::uint64_t interval_ = 0;
  page_table<record_number> numbers_;
  std::vector<page_record> records_;
  std::vector<std::uint32_t> misses_;   // nodes of each record
  std::vector<std::uint64_t> holders_;  // words_ of each record
  page_migration_counters counters_;
};

}  // namespace mimd

#endif
