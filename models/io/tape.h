// A tape drive with its controller: tape_mechanics.h on block_device.h.
//
//   tape<> t("tape", tape_parameters{}, timing_mode::approximate);
//   t.registers, t.memory, t.interrupt; t.contents() for the host.
#ifndef MIMD_IO_TAPE_H
#define MIMD_IO_TAPE_H

#include "io/block_device.h"
#include "io/io_sockets.h"
#include "io/tape_mechanics.h"

namespace mimd {

struct tape_parameters {
  block_device_parameters controller;
  tape_mechanics_parameters mechanics;
};

void declare(parameter_set& parameters, tape_parameters& variables, const std::string& prefix);

class tape_controller : public block_device {
 protected:
  tape_controller(const sc_core::sc_module_name& name, const tape_parameters& parameters, timing_mode timing);

 private:
  std::vector<std::string> activity_words() const override;
};

template <unsigned BUSWIDTH = 32>
using tape = with_sockets<tape_controller, BUSWIDTH>;

}  // namespace mimd

#endif
