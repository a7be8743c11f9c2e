// disk.*, tape.*, dma.*: the I/O controllers of a machine.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_DEVICE_PARAMETERS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_DEVICE_PARAMETERS_H

#include <string>

#include "infrastructure/parameters.h"
#include "io/disk.h"
#include "io/dma_engine.h"
#include "io/tape.h"

namespace mimd {

struct device_parameters {
  bool has_disk = false;
  disk_parameters disk;
  bool has_tape = false;
  tape_parameters tape;
  bool has_dma = false;
  io_device_parameters dma;

  unsigned count() const { return unsigned{has_disk} + unsigned{has_tape} + unsigned{has_dma}; }

  // place: "on the bus".
  void declare(parameter_set& set, const std::string& place);
  void resolve(const parameter_set& set) const;  // throws set.error(...)
};

}  // namespace mimd

#endif
