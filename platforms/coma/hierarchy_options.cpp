#include "platforms/coma/hierarchy_options.h"

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

void hierarchy_options::declare(parameter_set& set) {
  using kind = hierarchical_fabric_parameters::medium_kind;
  set.add_choice("hierarchy.medium", fabric.medium, {{"bus", kind::bus}, {"ring", kind::ring}},
                 "what joins the members of a group: a split-transaction bus, or a slotted ring");
  set.add("hierarchy.arity", fabric.arity, between(2, max_group_members),
          "members of a group: nodes, or groups of the level below");
  set.add("hierarchy.clock", clock, ranges::clock_rate, "bus: of every group's");
  set.add("hierarchy.width", width, between(1, 1024).power_of_two(), "bus: bytes of a data cycle");
  set.add("hierarchy.address_cycles", address_cycles, between(1, 1000), "bus: cycles of every message");
  set.add("hierarchy.revolution", revolution, between(duration{1'000}, ranges::second),
          "ring: for a packet to go round");
  set.add("hierarchy.slots", fabric.slots, between(1, 1024), "ring: packets that go round at a time");
  set.add("hierarchy.directory_time", directory_time, ranges::latency,
          "of a directory, to hand on a message from one level to another");
  set.add("hierarchy.slot_time", slot_time, ranges::latency,
          "of the topmost directory's slots: lines that found no room, were recalled, or that nobody has "
          "touched");
}

void hierarchy_options::resolve(const parameter_set& set, unsigned nodes, unsigned line, time_ps supply) {
  using kind = hierarchical_fabric_parameters::medium_kind;
  if (fabric.medium == kind::bus) {
    refuse_without_effect(set, {"hierarchy.revolution", "hierarchy.slots"}, "hierarchy.medium is bus");
  } else {
    refuse_without_effect(set, {"hierarchy.clock", "hierarchy.width", "hierarchy.address_cycles"},
                          "hierarchy.medium is ring");
  }
  const time_ps period = clock.period_ps();
  fabric.nodes = nodes;
  fabric.line = line;
  fabric.bus.address = address_cycles * period;
  fabric.bus.data = (line + width - 1) / width * period;
  fabric.revolution = revolution.ps;
  fabric.supply = supply;
  fabric.directory = directory_time.ps;
  fabric.slot = slot_time.ps;
  complain(set, fabric.check(), "hierarchy.arity");
}

}  // namespace mimd
