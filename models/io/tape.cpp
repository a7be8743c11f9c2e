#include "io/tape.h"

namespace mimd {

tape_controller::tape_controller(const sc_core::sc_module_name& name, const tape_parameters& parameters,
                                 timing_mode timing)
    : block_device(name, parameters.controller, timing,
                   std::make_unique<tape_mechanics>(parameters.mechanics)) {}

std::vector<std::string> tape_controller::activity_words() const {
  return {"idle", "command", "wind", "start", "transfer", "memory"};
}

void declare(parameter_set& parameters, tape_parameters& variables, const std::string& prefix) {
  declare(parameters, variables.mechanics, prefix);
  declare(parameters, variables.controller, prefix);
}

}  // namespace mimd
