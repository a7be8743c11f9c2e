// What can be configured about the shared-bus machine: the parts of every shared-memory machine, its bus and
// its devices, and the rules that tie them together.
#ifndef MIMD_PLATFORMS_UMA_UMA_PARAMETERS_H
#define MIMD_PLATFORMS_UMA_UMA_PARAMETERS_H

#include <string>

#include "bus/snooping_bus.h"
#include "infrastructure/parameters.h"
#include "platforms/shared_memory/bus_options.h"
#include "platforms/shared_memory/device_parameters.h"
#include "platforms/shared_memory/shared_memory_parameters.h"

namespace mimd {

struct uma_parameters : shared_memory_parameters {
  std::string protocol = "mesi";

  bus_options bus_settings;
  bus_parameters bus;
  duration service{0};

  device_parameters devices;

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);

  // Where a read takes the line away from its holder, the order of reads decides who misses, and loosely
  // timed transactions take their lines before they are granted: approximately timed is what is exact.
  timing_mode timing_of(timing_mode asked) const {
    return caches.present() && reads_take_lines(coherence()) ? timing_mode::approximate : asked;
  }

  const snooping_protocol& coherence() const { return *find_snooping_protocol(protocol); }
};

}  // namespace mimd

#endif
