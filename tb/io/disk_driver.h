// How a program uses a disk or tape controller: registers by loads and stores, completion by interrupt.
//
// For the one processor that the controller's interrupt line goes to. The register window
// (models/io/io_registers.h) must not be cached. Register accesses count as synchronisation. Memory that a
// command reads or writes must not be touched by any processor between start() and finish(); what other
// processors wrote there must be visible to this one (a barrier) before start().
#ifndef MIMD_TB_IO_DISK_DRIVER_H
#define MIMD_TB_IO_DISK_DRIVER_H

#include <cstdint>

#include "cpu/processor.h"
#include "io/io_registers.h"

namespace mimd::tb {

class disk_driver {
 public:
  explicit disk_driver(address_t registers) : registers_(registers) {}

  // Starts a command of io_command; the controller must be idle and acknowledged.
  void start(processor& cpu, std::uint64_t command, std::uint64_t sector, std::uint64_t count,
             address_t memory) const {
    const synchronisation_scope scope(cpu);
    set(cpu, io_register::sector, sector);
    set(cpu, io_register::count, count);
    set(cpu, io_register::memory, memory);
    cpu.fence();  // the data are in memory, and the registers set, before the command is seen
    set(cpu, io_register::command, command);
    cpu.fence();
  }

  // Sleeps until the command has ended, acknowledges it, and returns the errors of io_status: 0 if all is
  // well.
  std::uint64_t finish(processor& cpu) const {
    for (;;) {
      const std::uint64_t seen = status(cpu);
      if ((seen & io_status::interrupting) != 0) {
        acknowledge(cpu, seen);
        return seen & io_status::any_error;
      }
      const synchronisation_scope scope(cpu);
      cpu.wait_for_interrupt();
    }
  }

  // For a driver that polls: the status register, and the acknowledgement of the bits that were read there.
  std::uint64_t status(processor& cpu) const {
    const synchronisation_scope scope(cpu);
    return cpu.load<std::uint64_t>(registers_ + io_register::status);
  }
  void acknowledge(processor& cpu, std::uint64_t bits) const {
    const synchronisation_scope scope(cpu);
    set(cpu, io_register::acknowledge, bits);
    cpu.fence();  // the line is down before anybody waits for it again
  }

 private:
  void set(processor& cpu, unsigned offset, std::uint64_t value) const {
    cpu.store<std::uint64_t>(registers_ + offset, value);
  }

  address_t registers_;
};

}  // namespace mimd::tb

#endif
