#include "platforms/shared_memory/main_memory_parameters.h"

#include <algorithm>

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

namespace {

constexpr double slowest_bandwidth = 1e3;

}  // namespace

void main_memory_parameters::declare_size(parameter_set& set, const std::string& meaning) {
  set.add("memory.size", size, between(byte_count{64 * 1024}, byte_count{memory_contents::largest}), meaning);
}

void main_memory_parameters::declare_timing(parameter_set& set) {
  using ranges::latency;
  memory_timing_parameters& timing = model.timing;
  set.add("memory.access_time", access_time, latency, "from request to first data");
  set.add("memory.cycle_time", cycle_time, latency, "for which a bank is busy");
  set.add("memory.channels", timing.channels, between(1, 256),
          "channels, each with banks and a data bus of its own");
  set.add("memory.channel_interleave", channel_interleave,
          between(byte_count{16}, byte_count{memory_contents::largest}).power_of_two(),
          "bytes from one channel to the next");
  set.add("memory.banks", timing.banks, between(1, 4096), "interleaved banks of a channel");
  set.add("memory.interleave", interleave,
          between(byte_count{16}, byte_count{memory_contents::largest}).power_of_two(),
          "bytes from one bank to the next");
  set.add("memory.bandwidth", bandwidth, any, "limit of a channel's data bus; 0: none");
  set.add("memory.page_mode", timing.page_mode, any, "DRAM with open rows, instead of access and cycle time");
  set.add("memory.row_size", row_size,
          between(byte_count{64}, byte_count{memory_contents::largest}).power_of_two(),
          "bytes of a DRAM row");
  set.add("memory.row_access", row_access, latency, "row activation (tRCD)");
  set.add("memory.column_access", column_access, latency, "column access (CL)");
  set.add("memory.precharge", precharge, latency, "closing a row (tRP)");
  set.add("memory.refresh_interval", refresh_interval, latency, "time between refreshes (tREFI); 0: none");
  set.add("memory.refresh_time", refresh_time, latency, "duration of a refresh (tRFC)");
}

void main_memory_parameters::grow_with(const parameter_set& set, unsigned nodes) {
  constexpr std::uint64_t node = std::uint64_t{16} << 20;
  const bool covers_all = size.value == memory_contents::largest;
  if (set.origin("memory.size") == "default" && !covers_all) size.value = std::max(size.value, nodes * node);
}

void main_memory_parameters::resolve(const parameter_set& set, std::uint64_t unit) {
  model.size = size.value;
  memory_timing_parameters& timing = model.timing;
  timing.access_time = access_time.ps;
  timing.cycle_time = cycle_time.ps;
  timing.channel_interleave = channel_interleave.value;
  timing.interleave = interleave.value;
  timing.bytes_per_second = bandwidth.bytes_per_second;
  timing.row_size = row_size.value;
  timing.row_access = row_access.ps;
  timing.column_access = column_access.ps;
  timing.precharge = precharge.ps;
  timing.refresh_interval = refresh_interval.ps;
  timing.refresh_time = refresh_time.ps;

  complain(set, timing.check(), "memory.access_time");
  if (set.contains("memory.page_mode")) {
    if (timing.page_mode) {
      refuse_without_effect(set, {"memory.access_time", "memory.cycle_time"}, "memory.page_mode is true");
    } else {
      refuse_without_effect(set,
                            {"memory.row_size", "memory.row_access", "memory.column_access",
                             "memory.precharge", "memory.refresh_interval", "memory.refresh_time"},
                            "memory.page_mode is false");
    }
  }
  if (timing.bytes_per_second != 0 && static_cast<double>(timing.bytes_per_second) < slowest_bandwidth) {
    throw set.error("memory.bandwidth", "must be 0 (no limit) or at least 1kB/s");
  }
  if (model.size % unit != 0) throw set.error("memory.size", "must be a multiple of the line size");
}

}  // namespace mimd
