// The I/O controllers of a machine, as far as it has them: the same on every interconnect. The machine binds
// their `memory` and `registers` sockets; device i of those present is seen at window(i), above any memory.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_IO_DEVICES_H
#define MIMD_PLATFORMS_SHARED_MEMORY_IO_DEVICES_H

#include <memory>
#include <string>
#include <systemc>

#include "infrastructure/statistics.h"
#include "infrastructure/trace.h"
#include "platforms/shared_memory/device_parameters.h"
#include "tb/workload.h"

namespace mimd {

class io_devices {
 public:
  static constexpr std::uint64_t window_bytes = 4096;
  static constexpr std::uint64_t window(unsigned device) {
    return (std::uint64_t{1} << 48) + device * window_bytes;
  }

  // Elaboration only: they become children of the module under construction.
  io_devices(const device_parameters& parameters, timing_mode timing);

  // attach(device, name, i) for each that is present.
  template <class Attach>
  void for_each(Attach attach) {
    unsigned i = 0;
    if (disk_) attach(*disk_, "disk", i++);
    if (tape_) attach(*tape_, "tape", i++);
    if (dma_) attach(*dma_, "dma", i++);
  }
  // The disk's line, to processor 0.
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS>& interrupt() { return interrupt_; }

  void register_statistics(statistics& all) const;
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  // The workload that reads and writes the disk; std::invalid_argument if there is none.
  std::unique_ptr<tb::workload> make_disk_sort(const tb::workload_parameters& parameters);

 private:
  std::unique_ptr<disk<>> disk_;
  std::unique_ptr<tape<>> tape_;
  std::unique_ptr<dma_engine<>> dma_;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> interrupt_{"interrupt"};
};

}  // namespace mimd

#endif
