// mimd-uma: a shared-bus multiprocessor with snooping caches.
#include "platforms/shared_memory/shared_memory_main.h"
#include "platforms/uma/uma_machine.h"
#include "platforms/uma/uma_summary.h"

int sc_main(int argc, char** argv) {
  return mimd::shared_memory_main<mimd::uma_machine, mimd::uma_parameters>(
      argc, argv,
      {"mimd-uma", "a shared-bus multiprocessor with snooping caches (UMA)", "uma", mimd::uma_presets()},
      mimd::print_summary);
}
