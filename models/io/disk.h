// A disk with its controller: disk_mechanics.h on block_device.h.
//
//   disk<> d("disk", disk_parameters{}, timing_mode::approximate);
//   d.registers, d.memory, d.interrupt; d.contents() for the host.
#ifndef MIMD_IO_DISK_H
#define MIMD_IO_DISK_H

#include "io/block_device.h"
#include "io/disk_mechanics.h"
#include "io/io_sockets.h"

namespace mimd {

struct disk_parameters {
  block_device_parameters controller;
  disk_mechanics_parameters mechanics;
};

void declare(parameter_set& parameters, disk_parameters& variables, const std::string& prefix);

class disk_controller : public block_device {
 protected:
  disk_controller(const sc_core::sc_module_name& name, const disk_parameters& parameters, timing_mode timing);

 private:
  std::vector<std::string> activity_words() const override;
};

template <unsigned BUSWIDTH = 32>
using disk = with_sockets<disk_controller, BUSWIDTH>;

}  // namespace mimd

#endif
