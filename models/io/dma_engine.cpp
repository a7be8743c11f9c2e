#include "io/dma_engine.h"

#include <algorithm>

namespace mimd {

dma_controller::dma_controller(const sc_core::sc_module_name& name, const io_device_parameters& parameters,
                               timing_mode timing)
    : io_device(name, parameters, timing, 0, 1), buffer_(parameters.burst.value) {}

std::uint64_t dma_controller::execute(const request& command) {
  if (command.command != io_command::copy) return io_status::bad_command;
  if (command.count == 0) return io_status::bad_count;
  if (command.count - 1 > ~command.sector || command.count - 1 > ~command.memory) return io_status::bad_range;
  show(activity::memory, mover().now());
  const std::uint64_t burst = buffer_.size();
  for (std::uint64_t done = 0; done < command.count;) {
    const std::uint64_t source = command.sector + done;
    const std::uint64_t size = std::min(command.count - done, burst - source % burst);
    if (!mover().fetch(source, buffer_.data(), size)) return io_status::bad_address;
    if (!mover().store(command.memory + done, buffer_.data(), size)) return io_status::bad_address;
    done += size;
    bytes_copied_ += size;
    set_transferred(done);
  }
  return 0;
}

std::vector<std::string> dma_controller::activity_words() const {
  return {"idle", "command", "position", "latency", "transfer", "copy"};
}

void dma_controller::register_statistics(statistics& all, const std::string& prefix) const {
  io_device::register_statistics(all, prefix);
  all.add(prefix + ".bytes_copied", bytes_copied_, "bytes that reached their destination");
}

}  // namespace mimd
