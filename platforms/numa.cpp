// mimd-numa: a distributed shared memory multiprocessor with directories.
#include "platforms/numa/numa_machine.h"
#include "platforms/numa/numa_summary.h"
#include "platforms/shared_memory/shared_memory_main.h"

int sc_main(int argc, char** argv) {
  return mimd::shared_memory_main<mimd::numa_machine, mimd::numa_parameters>(
      argc, argv,
      {"mimd-numa", "a distributed shared memory with directories (NUMA)", "numa", mimd::numa_presets()},
      mimd::print_summary);
}
