// mimd-coma: a cache-only memory multiprocessor, flat or hierarchical.
#include "platforms/coma/coma_machine.h"
#include "platforms/coma/coma_summary.h"
#include "platforms/coma/hierarchical_machine.h"
#include "platforms/shared_memory/shared_memory_main.h"

namespace {

std::unique_ptr<mimd::shared_memory_machine> build(const char* name, const mimd::coma_parameters& p,
                                                   const mimd::command_line& l) {
  if (p.hierarchical()) return mimd::build_machine<mimd::hierarchical_machine>(name, p, l);
  return mimd::build_machine<mimd::coma_machine>(name, p, l);
}

}  // namespace

int sc_main(int argc, char** argv) {
  return mimd::shared_memory_main<mimd::coma_machine, mimd::coma_parameters>(
      argc, argv,
      {"mimd-coma", "a cache-only memory with attraction memories (COMA)", "coma", mimd::coma_presets()},
      mimd::print_summary, build);
}
