#include "io/block_device.h"

#include <algorithm>
#include <utility>

#include "io/parameter_fields.h"

namespace mimd {

namespace {

template <class Parameters, class Visitor>
void visit_block_fields(Parameters& p, const Visitor& field) {
  field("buffer_sectors", p.buffer_sectors, between(1, 65536), "sectors that the controller's buffer holds");
}

}  // namespace

void declare(parameter_set& parameters, block_device_parameters& variables, const std::string& prefix) {
  declare(parameters, variables.device, prefix);
  visit_block_fields(variables, field_declarer(parameters, prefix));
}

block_device::block_device(const sc_core::sc_module_name& name, const block_device_parameters& parameters,
                           timing_mode timing, std::unique_ptr<mechanics> moving_parts)
    : io_device(name, parameters.device, timing, moving_parts->sectors(), moving_parts->sector_size()),
      mechanics_(std::move(moving_parts)),
      storage_(mechanics_->sector_size(), mechanics_->sectors()),
      buffer_sectors_(parameters.buffer_sectors),
      sector_(mechanics_->sector_size()) {
  visit_block_fields(parameters, field_checker("i/o controller"));
  passed_.resize(buffer_sectors_);
}

std::uint64_t block_device::execute(const request& command) {
  const bool is_seek = command.command == io_command::seek;
  if (!is_seek && command.command != io_command::read && command.command != io_command::write) {
    return io_status::bad_command;
  }
  const std::uint64_t count = is_seek ? 1 : command.count;
  if (count == 0) return io_status::bad_count;
  if (command.sector >= storage_.sectors() || count > storage_.sectors() - command.sector) {
    return io_status::bad_range;
  }
  if (!is_seek && count * storage_.sector_size() - 1 > ~command.memory) return io_status::bad_range;

  medium_ = mover().now();
  current_ = {};
  std::uint64_t errors = 0;
  if (is_seek) {
    seek(command.sector);
  } else {
    errors = command.command == io_command::read ? read(command) : write(command);
  }
  mover().wait_until(medium_);
  mover().synchronise();  // before the command's motion is accounted: busy_ps counts whole commands too
  moved_.positioning_ps += current_.positioning;
  moved_.latency_ps += current_.latency;
  moved_.transfer_ps += current_.transfer;
  return errors;
}

void block_device::seek(std::uint64_t sector) {
  const time_ps positioning = mechanics_->seek(medium_, sector);
  current_.positioning += positioning;
  show(activity::positioning, medium_);
  medium_ += positioning;
}

// One sector, as soon as medium and buffer are free.
void block_device::pass(std::uint64_t sector) {
  medium_ = std::max(medium_, mover().now());
  const motion m = mechanics_->access(medium_, sector);
  current_.positioning += m.positioning;
  current_.latency += m.latency;
  current_.transfer += m.transfer;
  show(activity::positioning, medium_);
  show(activity::latency, medium_ + m.positioning);
  show(activity::transfer, medium_ + m.positioning + m.latency);
  medium_ += m.total();
  show(activity::memory, medium_);  // until the next motion begins
}

void block_device::register_statistics(statistics& all, const std::string& prefix) const {
  io_device::register_statistics(all, prefix);
  all.add(prefix + ".sectors_read", moved_.sectors_read, "sectors moved to memory");
  all.add(prefix + ".sectors_written", moved_.sectors_written, "sectors moved to the medium");
  all.add(prefix + ".positioning_ps", moved_.positioning_ps, "part of busy_ps: seeks, or stops and winding");
  all.add(prefix + ".latency_ps", moved_.latency_ps, "part of busy_ps: rotation, or starts and gaps");
  all.add(prefix + ".transfer_ps", moved_.transfer_ps, "part of busy_ps: sectors passed the head");
  all.add(
      prefix + ".stall_ps", [this] { return stall_ps(); }, "the rest of busy_ps: overhead and memory");
}

std::uint64_t block_device::read(const request& command) {
  const unsigned size = storage_.sector_size();
  std::uint64_t ahead = 0;  // sectors whose motion is settled: as far as the buffer and the medium allow
  bool defect = false;
  for (std::uint64_t i = 0; i < command.count; ++i) {
    for (; ahead < command.count && ahead - i < buffer_sectors_ && !defect; ++ahead) {
      pass(command.sector + ahead);
      passed_[ahead % buffer_sectors_] = medium_;
      defect = storage_.is_bad(command.sector + ahead);
    }
    mover().wait_until(passed_[i % buffer_sectors_]);
    if (storage_.is_bad(command.sector + i)) return io_status::bad_sector;
    storage_.read((command.sector + i) * size, sector_.data(), size);
    if (!mover().store(command.memory + i * size, sector_.data(), size)) return io_status::bad_address;
    ++moved_.sectors_read;
    set_transferred(i + 1);
  }
  return 0;
}

std::uint64_t block_device::write(const request& command) {
  const unsigned size = storage_.sector_size();
  for (std::uint64_t i = 0; i < command.count; ++i) {
    if (i >= buffer_sectors_) mover().wait_until(passed_[i % buffer_sectors_]);
    if (!mover().fetch(command.memory + i * size, sector_.data(), size)) return io_status::bad_address;
    pass(command.sector + i);
    passed_[i % buffer_sectors_] = medium_;
    if (storage_.is_bad(command.sector + i)) return io_status::bad_sector;
    storage_.write((command.sector + i) * size, sector_.data(), size);
    ++moved_.sectors_written;
    set_transferred(i + 1);
  }
  return 0;
}

}  // namespace mimd
