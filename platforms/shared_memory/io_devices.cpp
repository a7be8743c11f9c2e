#include "platforms/shared_memory/io_devices.h"

#include <stdexcept>

#include "tb/io/disk_job.h"

namespace mimd {

io_devices::io_devices(const device_parameters& parameters, timing_mode timing) {
  if (parameters.has_disk) {
    disk_ = std::make_unique<disk<>>("disk", parameters.disk, timing);
    disk_->interrupt.bind(interrupt_);
  }
  if (parameters.has_tape) tape_ = std::make_unique<tape<>>("tape", parameters.tape, timing);
  if (parameters.has_dma) dma_ = std::make_unique<dma_engine<>>("dma", parameters.dma, timing);
}

void io_devices::register_statistics(statistics& all) const {
  if (disk_) disk_->register_statistics(all, "disk");
  if (tape_) tape_->register_statistics(all, "tape");
  if (dma_) dma_->register_statistics(all, "dma");
}

void io_devices::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  for_each([&](auto& device, const std::string& name, unsigned) {
    device.declare_traces(recorder, prefix + "." + name);
  });
}

std::unique_ptr<tb::workload> io_devices::make_disk_sort(const tb::workload_parameters& parameters) {
  if (!disk_) throw std::invalid_argument("workload disk-sort needs disk.present = true");
  return std::make_unique<tb::disk_job>(parameters, window(0), disk_->contents());
}

}  // namespace mimd
