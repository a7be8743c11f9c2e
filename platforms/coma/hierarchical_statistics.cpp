#include <algorithm>

#include "platforms/coma/attraction_statistics.h"
#include "platforms/coma/hierarchical_machine.h"

namespace mimd {

void hierarchical_machine::register_inside(statistics& all) {
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    node_buses_.register_node(all, n, "attraction", [this] { return finish_time(); });
  }
  register_attraction(
      all, {nodes(), [this](unsigned n) -> const node_cache_base& { return node_buses_.cache_at(n); },
            [this] { return fabric_.lines_with_master(); },
            [this] {
              std::uint64_t sum = 0;
              for (unsigned g = 0; g < fabric_.groups(); ++g) sum += fabric_.counters_of(g).offers;
              return sum;
            },
            [this] { return fabric_.unplaced(); },
            parameters_.ways_of_global_set() * parameters_.geometry().sets, false});
  if (parameters_.swaps()) register_swapping(all, fabric_.swaps());
  register_levels(all);
  devices_.register_statistics(all);
  unsigned in_level = 0;
  for (unsigned g = 0; g < fabric_.groups(); ++g) {
    in_level = g > 0 && fabric_.level_of(g) == fabric_.level_of(g - 1) ? in_level + 1 : 0;
    register_group(all, g,
                   "level_" + std::to_string(fabric_.level_of(g)) + ".group_" + std::to_string(in_level));
  }
  if (checker()) register_rows(all);
}

void hierarchical_machine::register_levels(statistics& all) {
  const auto agents = [this](auto get) {
    return [this, get] {
      std::uint64_t sum = 0;
      for (unsigned n = 0; n < nodes(); ++n) sum += get(fabric_.agent(n).counters());
      return sum;
    };
  };
  using counters = attraction_counters;
  for (unsigned level = 0; level < fabric_.levels(); ++level) {
    const std::string number = std::to_string(level);
    all.add("hierarchy.transactions.level_" + number,
            agents([level](const counters& k) { return k.transactions[level]; }),
            "fetches and upgrades that went up so many levels");
    all.add("hierarchy.latency_ps.level_" + number,
            agents([level](const counters& k) { return k.latency_ps[level]; }),
            "from request to completion, summed");
  }
  all.add("hierarchy.combined_reads", agents([](const counters& k) { return k.combined; }),
          "reads that took the data of another one of their group");
  all.add("hierarchy.from_slots", agents([](const counters& k) { return k.from_slots; }),
          "lines that no attraction memory had");
  all.add("hierarchy.replacements", agents([](const counters& k) { return k.replacements; }),
          "lines that left an attraction memory");
  all.add(
      "hierarchy.slots_used", [this] { return fabric_.slots_used(); },
      "lines that found no room, in slots at a time, at most");
}

void hierarchical_machine::register_group(statistics& all, unsigned group, const std::string& prefix) {
  const group_counters& k = fabric_.counters_of(group);
  const medium_counters& m = fabric_.medium_of(group).counters();
  all.add(prefix + ".transactions", k.transactions, "members' turns");
  all.add(prefix + ".searches", k.answers, "searches for the group above");
  all.add(prefix + ".promoted", k.promoted, "copies that became the master when it was replaced");
  all.add(prefix + ".placed", k.placed, "replaced lines that found room here");
  all.add(prefix + ".offers", k.offers, "offers of such lines to members, refused or not");
  all.add(prefix + ".messages", m.messages, "on the bus, or packets on the ring");
  all.add(prefix + ".busy_ps", m.busy_ps, "time the bus was busy, or the ring's slots, summed");
  all.add(prefix + ".wait_ps", m.wait_ps, "time messages waited for the bus or a free slot, summed");
  const bool ring = parameters_.hierarchy.fabric.medium == hierarchical_fabric_parameters::medium_kind::ring;
  all.add_real(
      prefix + ".utilisation",
      [this, &m, slots = ring ? parameters_.hierarchy.fabric.slots : 1] {
        return static_cast<double>(m.busy_ps) / static_cast<double>(finish_time()) / slots;
      },
      "share of the bus's time, or of the slots");
}

void hierarchical_machine::register_rows(statistics& all) {
  const auto used = [](const std::vector<std::uint64_t>& rows) {
    return static_cast<std::uint64_t>(
        std::count_if(rows.begin(), rows.end(), [](std::uint64_t n) { return n != 0; }));
  };
  all.add(
      "coherence.memory_rows_exercised", [this, used] { return used(fabric_.memory_rows_used()); },
      "rows of the attraction memories' table that happened");
  all.add(
      "coherence.tree_rows_exercised", [this, used] { return used(fabric_.tree_rows_used()); },
      "rows of the directories' table that happened");
}

}  // namespace mimd
