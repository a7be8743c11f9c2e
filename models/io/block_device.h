// A block device's controller: what disk and tape share. Medium, mechanics, and the commands read, write and
// seek.
//
// Reading: sector by sector, a sector goes to memory when the whole of it has passed the head. The controller
// buffers `buffer_sectors`: so many may have passed, or be passing, ahead of memory; with a full buffer the
// medium must wait, which on a disk costs a turn and on a tape a stop. Writing: sectors are fetched from
// memory ahead into the same buffer; motion begins with the first. A bad sector costs its time and ends the
// command, as does an error of memory; the sectors before it are moved, `transferred` counts them. Seek time
// and transfer: disk_mechanics.h, tape_mechanics.h. Bytes: storage.h. Common parts: io_device.h.
//
// Accounts, of commands that have ended: busy_ps = positioning_ps + latency_ps + transfer_ps + stall_ps; the
// last is the controller's overhead and the time in which only memory was at work. Sectors = commands'
// sectors that were moved.
#ifndef MIMD_IO_BLOCK_DEVICE_H
#define MIMD_IO_BLOCK_DEVICE_H

#include <memory>
#include <string>
#include <vector>

#include "io/io_device.h"
#include "io/mechanics.h"
#include "io/storage.h"

namespace mimd {

struct block_device_parameters {
  io_device_parameters device;
  unsigned buffer_sectors = 16;  // 1 ... 65536
};

void declare(parameter_set& parameters, block_device_parameters& variables, const std::string& prefix);

class block_device : public io_device {
 public:
  storage& contents() { return storage_; }
  const storage& contents() const { return storage_; }

  struct motion_counters {
    std::uint64_t sectors_read = 0;
    std::uint64_t sectors_written = 0;
    time_ps positioning_ps = 0;
    time_ps latency_ps = 0;
    time_ps transfer_ps = 0;
  };
  void register_statistics(statistics& all, const std::string& prefix) const override;
  const motion_counters& moved() const { return moved_; }
  time_ps stall_ps() const {
    return count().busy_ps - moved_.positioning_ps - moved_.latency_ps - moved_.transfer_ps;
  }

 protected:
  block_device(const sc_core::sc_module_name& name, const block_device_parameters& parameters,
               timing_mode timing, std::unique_ptr<mechanics> moving_parts);

 private:
  std::uint64_t execute(const request& command) override;
  std::uint64_t read(const request& command);
  std::uint64_t write(const request& command);
  void seek(std::uint64_t sector);
  void pass(std::uint64_t sector);

  std::unique_ptr<mechanics> mechanics_;
  storage storage_;
  unsigned buffer_sectors_;
  std::vector<unsigned char> sector_;
  std::vector<time_ps> passed_;  // when the sector in each place of the buffer has passed the head
  time_ps medium_ = 0;           // when the last motion ends
  motion current_;               // of the command that runs, all its sectors
  motion_counters moved_;
};

}  // namespace mimd

#endif
