#include "platforms/uma/uma_parameters.h"

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

namespace {

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (const snooping_protocol& p : snooping_protocols()) names.push_back(p.name);
  return names;
}

}  // namespace

void uma_parameters::declare(parameter_set& set) {
  processors.declare(set, "processors on the bus");
  set.add_choice("coherence.protocol", protocol, protocol_names(),
                 "snooping protocol of the coherent caches");
  caches.declare(set);

  bus_settings.declare(set);

  memory.declare_size(set);
  memory.declare_timing(set);

  devices.declare(set, "on the bus");

  programs.declare_workloads(set);
  set.add("synthetic.service", service, ranges::latency,
          "time for which each access holds the bus; 0: as bus and memory have it");
  programs.declare_traces(set);
}

void uma_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  processors.resolve(set, timing);
  caches.resolve(set, processors, coherence());

  bus_settings.resolve(caches.line());
  bus = bus_settings.model;
  bus.service = service.ps;
  // A store buffer drains while its program goes on, which must not wait for the turn.
  bus.turns = processors.model.consistency == consistency_model::sc;
  complain(set, bus.check(), bus.service ? "synthetic.service" : "bus.clock");
  devices.resolve(set);
  if (!bus.split) refuse_without_effect(set, {"bus.outstanding"}, "bus.split is false");

  memory.resolve(set, caches.largest_block());
  programs.resolve(processors, caches, seed, bus.asynchronous ? 1 : bus.period);
}

}  // namespace mimd
