// The cache-only memory machine: nodes of processors with private caches on a snooping bus, whose memory is
// an attraction memory, joined by a network; and a home directory for every line, which holds no data
// (directory_protocol.h, coma). All lines of a global set have one home, which so knows who has room.
#ifndef MIMD_PLATFORMS_COMA_COMA_MACHINE_H
#define MIMD_PLATFORMS_COMA_COMA_MACHINE_H

#include <map>
#include <set>

#include "platforms/coma/coma_parameters.h"
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
  void register_injections(statistics& all);
  unsigned placed(address_t unit);

  coma_parameters parameters_;
  std::set<address_t> pages_;                         // that were touched, of memory with gaps
  std::map<address_t, std::uint64_t> lines_in_sets_;  // of such pages, by where they begin among the sets
};

}  // namespace mimd

#endif
