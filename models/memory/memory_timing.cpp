#include "memory/memory_timing.h"

#include <cmath>
#include <stdexcept>

#include "infrastructure/power_of_two.h"

namespace mimd {

namespace {

const memory_timing_parameters& checked(const memory_timing_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

std::string memory_timing_parameters::check() const {
  if (channels < 1) return "memory.channels must be at least 1";
  if (banks < 1) return "memory.banks must be at least 1";
  if (!is_power_of_two(interleave)) return "memory.interleave must be a power of two";
  if (!is_power_of_two(channel_interleave) || (channels > 1 && channel_interleave < interleave)) {
    return "memory.channel_interleave must be a power of two and not less than memory.interleave";
  }
  if (!page_mode && cycle_time < access_time)
    return "memory.cycle_time must not be less than memory.access_time";
  if (page_mode && (!is_power_of_two(row_size) || row_size < interleave)) {
    return "memory.row_size must be a power of two and not less than memory.interleave";
  }
  if (page_mode && refresh_interval != 0 && refresh_time >= refresh_interval) {
    return "memory.refresh_time must be less than memory.refresh_interval";
  }
  return {};
}

memory_timing::memory_timing(const memory_timing_parameters& parameters)
    : parameters_(checked(parameters)),
      interleave_shift_(static_cast<unsigned>(__builtin_ctzll(parameters.interleave))),
      bank_mask_(is_power_of_two(parameters.banks) ? parameters.banks - 1 : 0),
      banks_(std::size_t{parameters.channels} * parameters.banks),
      channels_(parameters.channels) {}

time_ps memory_timing::after_refresh(time_ps t) const {
  if (parameters_.refresh_interval == 0 || t < parameters_.refresh_interval) return t;
  const time_ps into = t % parameters_.refresh_interval;
  return into < parameters_.refresh_time ? t + (parameters_.refresh_time - into) : t;
}

// Page mode: takes the bank, and says for how long it is busy.
memory_timing::answer memory_timing::open_page(bank& b, std::uint64_t block, time_ps at) {
  const memory_timing_parameters& p = parameters_;
  const std::uint64_t row = block / p.banks / (p.row_size / p.interleave);
  std::uint64_t* outcome;
  time_ps epoch;
  time_ps latency;
  time_ps start = after_refresh(at);
  for (;;) {  // what it costs depends on when it starts: a refresh on the way closes the row
    epoch = p.refresh_interval ? start / p.refresh_interval : 0;
    if (b.open_row == no_row || b.row_epoch != epoch) {
      latency = p.row_access + p.column_access;
      outcome = &counters_.row_empty;
    } else if (b.open_row == row) {
      latency = p.column_access;
      outcome = &counters_.row_hits;
    } else {
      latency = p.precharge + p.row_access + p.column_access;
      outcome = &counters_.row_conflicts;
    }
    const time_ps free = after_refresh(b.busy.find(start, latency));
    if (free == start) break;
    start = free;
  }
  ++*outcome;
  b.open_row = row;
  b.row_epoch = epoch;
  b.busy.take(start, latency);
  counters_.busy_ps += latency;
  return {start, start + latency};
}

// When a transfer that could begin at `ready` has passed the data channel.
time_ps memory_timing::transferred(unsigned channel, unsigned size, time_ps ready, time_ps now) {
  const auto transfer = static_cast<time_ps>(std::llround(size * 1e12 / parameters_.bytes_per_second));
  channels_[channel].forget_before(now);
  return channels_[channel].reserve(ready, transfer) + transfer;
}

unsigned memory_timing::channel_of(address_t& address) const {
  const memory_timing_parameters& p = parameters_;
  const std::uint64_t piece = address / p.channel_interleave;
  address = piece / p.channels * p.channel_interleave + address % p.channel_interleave;
  return static_cast<unsigned>(piece % p.channels);
}

memory_timing::answer memory_timing::access(address_t address, unsigned size, bool write, time_ps at,
                                            time_ps now) {
  const memory_timing_parameters& p = parameters_;
  const unsigned channel = p.channels > 1 ? channel_of(address) : 0;
  const std::uint64_t block = address >> interleave_shift_;
  bank& b = banks_[std::size_t{channel} * p.banks + (bank_mask_ != 0 ? block & bank_mask_ : block % p.banks)];
  b.busy.forget_before(now);
  answer a;
  if (p.page_mode) {
    a = open_page(b, block, at);
  } else {
    a.start = b.busy.reserve(at, p.cycle_time);
    a.ready = a.start + p.access_time;
    counters_.busy_ps += p.cycle_time;
  }
  if (p.bytes_per_second > 0) a.ready = transferred(channel, size, a.ready, now);
  counters_.wait_ps += a.start - at;
  if (write) {
    ++counters_.writes;
    counters_.bytes_written += size;
  } else {
    ++counters_.reads;
    counters_.bytes_read += size;
  }
  return a;
}

}  // namespace mimd
