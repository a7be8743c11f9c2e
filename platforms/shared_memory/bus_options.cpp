#include "platforms/shared_memory/bus_options.h"

#include "platforms/shared_memory/parameter_ranges.h"

namespace mimd {

void bus_options::declare(parameter_set& set) {
  set.add("bus.clock", clock, ranges::clock_rate, "bus clock");
  set.add("bus.asynchronous", model.asynchronous, any, "phases start at any time, not at clock edges");
  set.add("bus.width", model.width, between(1, 1024).power_of_two(), "bytes of a data cycle");
  set.add("bus.address_cycles", model.address_cycles, between(1, 1000),
          "cycles of address and snoop response");
  set.add("bus.supply_cycles", model.supply_cycles, between(0, 1000),
          "cycles until another cache supplies data");
  set.add_choice("bus.arbitration", model.policy,
                 {{"fixed-priority", arbitration::fixed_priority},
                  {"round-robin", arbitration::round_robin},
                  {"fcfs", arbitration::fcfs}},
                 "who of several waiting masters is next");
  set.add("bus.split", model.split, any, "split transactions: address and data bus apart");
  set.add("bus.outstanding", model.outstanding, between(1, 256), "split transactions in flight");
}

}  // namespace mimd
