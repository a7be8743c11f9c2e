#include "io/disk.h"

namespace mimd {

disk_controller::disk_controller(const sc_core::sc_module_name& name, const disk_parameters& parameters,
                                 timing_mode timing)
    : block_device(name, parameters.controller, timing,
                   std::make_unique<disk_mechanics>(parameters.mechanics)) {}

std::vector<std::string> disk_controller::activity_words() const {
  return {"idle", "command", "seek", "rotate", "transfer", "memory"};
}

void declare(parameter_set& parameters, disk_parameters& variables, const std::string& prefix) {
  declare(parameters, variables.mechanics, prefix);
  declare(parameters, variables.controller, prefix);
}

}  // namespace mimd
