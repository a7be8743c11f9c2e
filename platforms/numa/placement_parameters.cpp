#include "platforms/numa/placement_parameters.h"

#include <algorithm>

#include "platforms/support/complaint.h"

namespace mimd {

void placement_parameters::declare(parameter_set& set) {
  set.add_choice("placement.policy", model.policy,
                 {{"interleaved", placement_policy::interleaved},
                  {"blocked", placement_policy::blocked},
                  {"first-touch", placement_policy::first_touch},
                  {"next-touch", placement_policy::next_touch},
                  {"node", placement_policy::node}},
                 "which node a page of memory lives on");
  set.add("placement.page", page,
          between(byte_count{1024}, byte_count{std::uint64_t{1} << 30}).power_of_two(), "bytes of a page");
  set.add("placement.interleave", interleave,
          between(byte_count{0}, byte_count{std::uint64_t{1} << 30}).power_of_two(),
          "interleaved: bytes from one node to the next, a page at most; 0: a page");
  set.add("placement.node", model.node, between(0, 4095),
          "node: the one that all pages go to while it has room");
  set.add("placement.mark_interval", mark_interval, between(duration{0}, duration{1'000'000'000'000}),
          "next-touch: time after which the next node to touch a page has it; 0: pages stay after the first "
          "touch");
  set.add("placement.migration_threshold", migration.migration_threshold, between(0, 1u << 30),
          "misses of a node on a page, beyond those of its home, that move the page there; 0: pages stay");
  set.add(
      "placement.replication_threshold", migration.replication_threshold, between(0, 1u << 30),
      "misses of a node on a page that nobody writes and another reads, too, after which it gets a replica; "
      "0: never");
  set.add("placement.sharing_threshold", migration.sharing_threshold, between(0, 1u << 30),
          "misses of that other node before a page is replicated; 0: a quarter of "
          "placement.replication_threshold");
  set.add("placement.count_interval", count_interval, between(duration{0}, duration{1'000'000'000'000}),
          "time after which misses are counted anew, and pages that were written may be replicated again; 0: "
          "never");
  set.add("placement.move_time", move_time, between(duration{0}, duration{1'000'000'000'000}),
          "for which a page that moves or is replicated is not available");
  set.add(
      "placement.shootdown_time", shootdown_time, between(duration{0}, duration{1'000'000'000'000}),
      "for which a page that loses its replicas to a write is not available, beside recalling their lines");
}

void placement_parameters::resolve(const parameter_set& set, unsigned nodes, std::uint64_t size,
                                   unsigned line) {
  model.nodes = nodes;
  model.page = page.value;
  model.interleave = interleave.value != 0 ? interleave.value : page.value;
  model.size = size;
  if (size % page.value != 0) throw set.error("memory.size", "must be a multiple of placement.page");
  if (model.page < line) throw set.error("placement.page", "must not be below the line size");
  if (model.interleave < line) throw set.error("placement.interleave", "must not be below the line size");
  const std::uint64_t pages = size / page.value;
  if (pages < nodes) throw set.error("memory.size", "is less than a page for each node");
  if (model.policy == placement_policy::node && model.node >= nodes) {
    throw set.error("placement.node", "is not below node.count, which is " + std::to_string(nodes));
  }
  model.pages_per_node = (pages + nodes - 1) / nodes;
  if (model.policy != placement_policy::interleaved) {
    refuse_without_effect(set, {"placement.interleave"}, "placement.policy is not interleaved");
  }
  if (model.policy != placement_policy::node) {
    refuse_without_effect(set, {"placement.node"}, "placement.policy is not node");
  }
  if (model.policy != placement_policy::next_touch) {
    refuse_without_effect(set, {"placement.mark_interval"}, "placement.policy is not next-touch");
  }
  if (!moves()) refuse_without_effect(set, {"placement.move_time"}, "no page moves");
  if (!counts()) {
    refuse_without_effect(set, {"placement.count_interval"},
                          "neither placement.migration_threshold nor placement.replication_threshold is set");
  }
  if (!replicates()) {
    refuse_without_effect(set, {"placement.sharing_threshold", "placement.shootdown_time"},
                          "placement.replication_threshold is 0");
  } else if (model.policy == placement_policy::next_touch) {
    throw set.error("placement.replication_threshold", "must be 0 where placement.policy is next-touch");
  }
  complain(set, model.check(), "placement.page");
  migration.nodes = nodes;
  migration.pages = pages;
  complain(set, migration.check(), "placement.sharing_threshold");
  if (moves() && unit() != model.page) {
    throw set.error("placement.interleave", "must be a page if pages move");
  }
}

}  // namespace mimd
