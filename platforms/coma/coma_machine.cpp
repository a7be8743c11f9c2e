#include "platforms/coma/coma_machine.h"

#include <sstream>

#include "platforms/shared_memory/component_statistics.h"

namespace mimd {

coma_machine::coma_machine(const sc_core::sc_module_name& name, const coma_parameters& parameters,
                           timing_mode timing, std::uint64_t seed, bool check_coherence)
    : directory_machine(
          name, parameters, [this](address_t unit, unsigned) { return placed(unit); }, timing, seed,
          check_coherence),
      parameters_(parameters) {
  allocate_from(parameters.geometry().block);  // attraction memories may be smaller than 4 KiB
  if (!parameters_.swaps()) return;
  fabric().set_swap_policy(pages_.swap_policy([this](const std::string& reason) { refuse(reason); }),
                           {parameters_.page.value, parameters_.swap_time.ps});
}

unsigned coma_machine::placed(address_t unit) {
  const std::string reason = parameters_.swaps() ? "" : pages_.touch(unit);
  if (!reason.empty()) refuse(reason);
  return parameters_.home_of(unit);
}

std::string coma_machine::too_small(std::uint64_t bytes) const {
  return pages_.too_small(bytes, allocated());
}

std::string coma_machine::lost() const {
  const std::optional<address_t> line = fabric().lost_line();
  if (!line) return {};
  std::ostringstream text;
  text << "line 0x" << std::hex << *line
       << " is lost: its master is in no attraction memory, nor is it at home";
  return text.str();
}

}  // namespace mimd
