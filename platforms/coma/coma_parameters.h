// What can be configured about the cache-only memory machine.
#ifndef MIMD_PLATFORMS_COMA_COMA_PARAMETERS_H
#define MIMD_PLATFORMS_COMA_COMA_PARAMETERS_H

#include "memory/page_swapping.h"
#include "platforms/coma/hierarchy_options.h"
#include "platforms/directory/directory_machine_parameters.h"

namespace mimd {

struct coma_parameters : directory_machine_parameters {
  enum class family_kind : std::uint8_t { flat, hierarchical } family = family_kind::flat;
  hierarchy_options hierarchy;
  byte_count attraction_size{1024 * 1024};
  duration attraction_latency{40'000};
  byte_count allocation{0};
  duration allocation_time{0};
  double pressure = 0.95;
  byte_count page{4096};
  byte_count swap{0};
  duration swap_time{100'000'000};
  duration slot_time{20'000};

  coma_parameters();

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);

  bool hierarchical() const { return family == family_kind::hierarchical; }
  const attraction_geometry& geometry() const { return *fabric.attraction; }
  // A global set: the ways of all nodes for the lines (allocated by page: the pages) of one set.
  std::uint64_t ways_of_global_set() const { return std::uint64_t{nodes} * geometry().ways; }
  // Distinct lines (pages) that may be placed in one: leaves a way free, and keeps to the pressure.
  std::uint64_t lines_of_global_set() const;
  // Homes change from one unit of memory to the next, within a global set never.
  std::uint64_t home_unit() const;
  unsigned home_of(address_t address) const;
  bool swaps() const { return swap.value != 0; }
  // Pages of the same sets of all nodes, of which so many find room there.
  page_swapping_parameters swapping() const;
  bool simple() const { return allocation.value != 0; }  // Simple COMA
  std::uint64_t bytes_of_set_round() const { return std::uint64_t{geometry().sets} * geometry().block; }

 private:
  void refuse_other_family(const parameter_set& set) const;
  void resolve_allocation(const parameter_set& set);
  void resolve_size(const parameter_set& set);
};

}  // namespace mimd

#endif
