// Cachegrind's counting rules, written down a second time and on their own: nothing here knows the models.
//
// Two first-level caches and one last level, true LRU, allocated on every miss. A reference that straddles
// lines touches each of them and misses at most once; the last level is looked up, with the whole reference,
// only on a first-level miss. No inclusion, no write-backs into the last level. A modify is a read that
// dirties. References longer than the smallest line count as that long. D1wb, which Cachegrind does not have,
// counts dirty victims.
#ifndef MIMD_TESTS_SUPPORT_CACHEGRIND_RULES_H
#define MIMD_TESTS_SUPPORT_CACHEGRIND_RULES_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

namespace mimd::test {

struct cachegrind_geometry {
  std::uint64_t size;
  unsigned ways;
  unsigned line;
};

// In the order of Cachegrind's own summary, then D1wb.
struct cachegrind_counts {
  static constexpr std::array<const char*, 10> names{"Ir",   "I1mr", "ILmr", "Dr",   "D1mr",
                                                     "DLmr", "Dw",   "D1mw", "DLmw", "D1wb"};
  std::array<std::uint64_t, 10> values{};
};

class cachegrind_rules {
 public:
  cachegrind_rules(cachegrind_geometry i1, cachegrind_geometry d1, cachegrind_geometry last)
      : i1_(i1), d1_(d1), last_(last), smallest_line_(std::min({i1.line, d1.line, last.line})) {}

  void reference(char operation, std::uint64_t address, unsigned size) {
    const std::uint64_t end = address + std::min(size, smallest_line_) - 1;
    const bool fetch = operation == 'I';
    const bool store = operation == 'S';
    std::uint64_t* const counts = &counts_.values[fetch ? 0 : store ? 6 : 3];
    ++counts[0];
    level& first = fetch ? i1_ : d1_;
    if (!first.miss(address, end, store || operation == 'M', counts_.values[9])) return;
    ++counts[1];
    std::uint64_t ignored = 0;
    if (last_.miss(address, end, false, ignored)) ++counts[2];
  }

  const cachegrind_counts& counts() const { return counts_; }

 private:
  class level {
   public:
    explicit level(const cachegrind_geometry& g)
        : line_(g.line), ways_(g.ways), sets_(g.size / g.line / g.ways) {}

    bool miss(std::uint64_t first, std::uint64_t last, bool dirties, std::uint64_t& dirty_victims) {
      bool any = false;
      for (std::uint64_t block = first / line_; block <= last / line_; ++block) {
        std::list<entry>& set = sets_[block % sets_.size()];
        const auto found =
            std::find_if(set.begin(), set.end(), [block](const entry& e) { return e.block == block; });
        if (found != set.end()) {
          set.splice(set.begin(), set, found);
        } else {
          any = true;
          set.push_front({block, false});
          if (set.size() > ways_) {
            dirty_victims += set.back().dirty;
            set.pop_back();
          }
        }
        set.front().dirty |= dirties;
      }
      return any;
    }

   private:
    struct entry {
      std::uint64_t block;
      bool dirty;
    };
    std::uint64_t line_;
    std::size_t ways_;
    std::vector<std::list<entry>> sets_;  // each from the last used to the first to go
  };

  level i1_;
  level d1_;
  level last_;
  unsigned smallest_line_;
  cachegrind_counts counts_;
};

}  // namespace mimd::test

#endif
