// mimd-norma: a multicomputer of nodes with private memories that exchange messages.
#include "platforms/norma/norma_machine.h"
#include "platforms/norma/norma_summary.h"
#include "platforms/shared_memory/shared_memory_main.h"

int sc_main(int argc, char** argv) {
  return mimd::shared_memory_main<mimd::norma_machine, mimd::norma_parameters>(
      argc, argv,
      {"mimd-norma", "private memories, messages over network interfaces (NORMA)", "norma",
       mimd::norma_presets(), "ping-pong", false, false},
      mimd::print_summary);
}
