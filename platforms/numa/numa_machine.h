// The distributed shared memory machine: nodes of processors with private caches, a part of memory and a
// directory, joined by a network (platforms/directory/directory_machine.h); and where the pages of its memory
// live.
#ifndef MIMD_PLATFORMS_NUMA_NUMA_MACHINE_H
#define MIMD_PLATFORMS_NUMA_NUMA_MACHINE_H

#include "platforms/directory/directory_machine.h"
#include "platforms/numa/numa_parameters.h"

namespace mimd {

class numa_machine final : public directory_machine {
 public:
  numa_machine(const sc_core::sc_module_name& name, const numa_parameters& parameters, timing_mode timing,
               std::uint64_t seed, bool check_coherence);

  const page_placement& placement() const { return placement_; }

  // memory_image
  void place(address_t first, std::uint64_t bytes, unsigned node) override {
    placement_.place(first, bytes, node);
  }
  std::uint64_t page() const override { return parameters_.model.page; }

 private:
  void register_inside(statistics& all) override;
  unsigned first_home(address_t page, unsigned toucher);
  page_decision decide(address_t page, unsigned node, unsigned home, bool write);
  bool has_room(unsigned node) const;

  placement_parameters parameters_;
  page_placement placement_;
  std::unique_ptr<page_migration> migration_;  // or null
  std::vector<address_t> touched_;             // next-touch: pages to be marked
  time_ps marked_ = 0;                         // when they were last
  time_ps counting_ = 0;                       // since when misses are counted
};

}  // namespace mimd

#endif
