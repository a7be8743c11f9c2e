// The cache-only memory machine: nodes of processors with private caches on a snooping bus, whose memory is
// an attraction memory, joined by a network; and a home directory for every line, which holds no data
// (directory_protocol.h, coma). All lines of a global set have one home, which so knows who has room.
#ifndef MIMD_PLATFORMS_COMA_COMA_MACHINE_H
#define MIMD_PLATFORMS_COMA_COMA_MACHINE_H

#include "platforms/coma/coma_parameters.h"
#include "platforms/coma/page_sets.h"
#include "platforms/directory/directory_machine.h"

namespace mimd {

class coma_machine final : public directory_machine {
 public:
  coma_machine(const sc_core::sc_module_name& name, const coma_parameters& parameters, timing_mode timing,
               std::uint64_t seed, bool check_coherence);

 private:
  std::string too_small(std::uint64_t bytes) const override;
  std::string lost() const override;
  void register_inside(statistics& all) override;
  unsigned placed(address_t unit);

  coma_parameters parameters_;
  page_sets pages_{parameters_};
};

}  // namespace mimd

#endif
