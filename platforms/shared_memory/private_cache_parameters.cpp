#include "platforms/shared_memory/private_cache_parameters.h"

#include <algorithm>

#include "platforms/support/complaint.h"

namespace mimd {

namespace {

const std::vector<std::pair<std::string, replacement_policy>> policies{
    {"lru", replacement_policy::lru},
    {"tree-plru", replacement_policy::tree_plru},
    {"fifo", replacement_policy::fifo},
    {"random", replacement_policy::random},
    {"srrip", replacement_policy::srrip}};

constexpr std::uint64_t largest_caches = std::uint64_t{4} << 30;  // bytes, of all processors together

}  // namespace

void private_cache_parameters::declare(parameter_set& set) {
  hierarchy_parameters& levels = model.levels;
  set.add("l1.size", l1_size, any,
          "capacity of the first-level (data) cache; 0: no caches at all, whatever l1, l1i and l2 say");
  set.add("l1.ways", levels.l1.ways, between(1, 64), "associativity");
  set.add("l1.line", levels.l1.line, between(16, 4096).power_of_two(),
          "bytes of a line: the unit of coherence, and of every level but l2 with l2.line");
  set.add_choice("l1.replacement", levels.l1.replacement, policies, "replacement policy");
  set.add("l1.split", levels.split, any, "separate instruction and data caches");
  set.add_choice("l1.write", levels.write_through, {{"back", false}, {"through", true}}, "write policy");
  set.add("l1.write_allocate", model.write_allocate, any, "a store that misses fetches its line");
  set.add("l1.latency", l1_latency, between(1, 1000), "processor cycles of a hit");
  set.add("l1.mshrs", model.mshrs, between(1, 1024), "lines that may be missing at once");
  set.add("l1.write_back_entries", model.write_back_entries, between(1, 1024),
          "entries of the write-back buffer");
  set.add("l1i.size", l1i_size, any, "capacity of the instruction cache (l1.split)");
  set.add("l1i.ways", levels.l1i.ways, between(1, 64), "associativity of the instruction cache");
  set.add_choice("l1i.replacement", levels.l1i.replacement, policies,
                 "replacement policy of the instruction cache");
  set.add("l2.size", l2_size, any, "capacity of the private second-level cache; 0: none");
  set.add("l2.ways", levels.l2.ways, between(1, 64), "associativity");
  set.add("l2.line", l2_line, between(0, 4096).power_of_two(),
          "bytes of a block, one or several lines of l1.line; 0: as l1.line");
  set.add_choice("l2.replacement", levels.l2.replacement, policies, "replacement policy");
  set.add("l2.inclusive", levels.inclusive, any, "a line leaves l1 when it leaves l2");
  set.add("l2.latency", l2_latency, between(0, 1000), "processor cycles of a hit, beyond l1's");
  set.add("l1.classify_misses", classify_misses, any,
          "count misses as cold, capacity, conflict, true and false sharing (slow)");
}

void private_cache_parameters::resolve(const parameter_set& set, const processor_parameters& processors,
                                       const snooping_protocol& protocol) {
  hierarchy_parameters& levels = model.levels;
  levels.l1.size = l1_size.value;
  levels.l1i.size = l1i_size.value;
  levels.l1i.line = levels.l1.line;
  levels.l2.line = l2_line != 0 ? l2_line : levels.l1.line;
  levels.l2.size = l2_size.value;
  model.l1_latency = l1_latency * processors.model.period;
  model.l2_latency = l2_latency * processors.model.period;

  if (!present()) return;
  if (!levels.split) refuse_without_effect(set, {"l1i."}, "l1.split is false");
  if (levels.l2.size == 0) refuse_without_effect(set, {"l2."}, "there is no second level (l2.size is 0)");
  complain(set, model.check(protocol), "coherence.protocol");
  const std::uint64_t of_each = levels.l1.size + (levels.split ? levels.l1i.size : 0) + levels.l2.size;
  if (of_each > largest_caches / processors.count) {
    throw set.error(
        levels.l2.size > levels.l1.size ? "l2.size" : "l1.size",
        "the caches of " + std::to_string(processors.count) + " processors must not exceed 4GiB together");
  }
}

unsigned private_cache_parameters::largest_block() const {
  return std::max(model.levels.l1.line, model.levels.l2.line);
}

}  // namespace mimd
