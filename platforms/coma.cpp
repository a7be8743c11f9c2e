// mimd-coma: a cache-only memory multiprocessor.
#include "platforms/coma/coma_machine.h"
#include "platforms/coma/coma_summary.h"
#include "platforms/shared_memory/shared_memory_main.h"

int sc_main(int argc, char** argv) {
  return mimd::shared_memory_main<mimd::coma_machine, mimd::coma_parameters>(
      argc, argv, {"mimd-coma", "a cache-only memory with attraction memories (COMA)", "coma", {}},
      mimd::print_summary);
}
