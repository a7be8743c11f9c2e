// When a memory answers: channels of interleaved banks with separate access and cycle times, an optional DRAM
// page mode with refresh, and an optional limit on the bandwidth of a channel. Plain C++.
//
// Channels interleave by `channel_interleave` bytes; each has its own banks and data bus, and sees its share
// of the addresses as contiguous.
//
// Access time is from the arrival of a request at its bank to the first data; cycle time is how long the bank
// is then busy for everyone, from the same start. Banks interleave by `interleave` bytes. In page mode a bank
// keeps one row open: a hit costs column access, a closed bank row + column access, a conflict precharge +
// row + column access; the bank is busy for that time; and every refresh_interval all banks are closed and
// busy for refresh_time (0: none). A bandwidth limit spaces transfers on the data bus of their channel, after
// the access. Requests of a bank are served in the order in which they can start; requests that arrive out of
// order within a quantum take earlier gaps. Terms as in Jacob, Ng & Wang, "Memory Systems" (2008), chapters 7
// and 11.
#ifndef MIMD_MEMORY_MEMORY_TIMING_H
#define MIMD_MEMORY_MEMORY_TIMING_H

#include <cstdint>
#include <string>
#include <vector>

#include "infrastructure/timeline.h"

namespace mimd {

using address_t = std::uint64_t;

struct memory_timing_parameters {
  time_ps access_time = 60'000;
  time_ps cycle_time = 100'000;  // >= access_time
  unsigned channels = 1;
  std::uint64_t channel_interleave = 256;  // bytes, a power of two, >= interleave
  unsigned banks = 4;                      // of a channel
  std::uint64_t interleave = 64;           // bytes, a power of two
  double bytes_per_second = 0;             // of a channel; 0: unlimited
  bool page_mode = false;                  // the fields below replace access and cycle time
  std::uint64_t row_size = 2048;           // bytes of a row, a power of two >= interleave
  time_ps row_access = 15'000;             // activate to column command
  time_ps column_access = 15'000;          // column command to first data
  time_ps precharge = 15'000;
  time_ps refresh_interval = 7'800'000;  // 0: no refresh
  time_ps refresh_time = 350'000;

  // Empty, or one line that says which field is impossible.
  std::string check() const;
};

struct memory_counters {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t busy_ps = 0;  // sum over banks
  std::uint64_t wait_ps = 0;  // time requests waited for their bank
  std::uint64_t row_hits = 0;
  std::uint64_t row_empty = 0;
  std::uint64_t row_conflicts = 0;
};

class memory_timing {
 public:
  struct answer {
    time_ps start;  // the bank took the request
    time_ps ready;  // data available (read) or accepted by the array (write)
  };

  // Throws std::invalid_argument if parameters.check() complains.
  explicit memory_timing(const memory_timing_parameters& parameters);

  // A request that arrives at `at`; requests are never earlier than `now`, the current simulated time.
  answer access(address_t address, unsigned size, bool write, time_ps at, time_ps now);

  // Of a read that finds its bank free (page mode: closed).
  time_ps idle_latency() const {
    return parameters_.page_mode ? parameters_.row_access + parameters_.column_access
                                 : parameters_.access_time;
  }

  const memory_counters& counters() const { return counters_; }

 private:
  static constexpr std::uint64_t no_row = ~std::uint64_t{0};
  struct bank {
    timeline busy;
    std::uint64_t open_row = no_row;
    time_ps row_epoch = 0;  // refresh period in which the row was opened
  };
  time_ps after_refresh(time_ps t) const;
  [[gnu::noinline]] answer open_page(bank& b, std::uint64_t block, time_ps at);
  [[gnu::noinline]] time_ps transferred(unsigned channel, unsigned size, time_ps ready, time_ps now);
  // The channel of an address, which becomes that within the channel.
  [[gnu::noinline]] unsigned channel_of(address_t& address) const;

  memory_timing_parameters parameters_;
  unsigned interleave_shift_;
  std::uint64_t bank_mask_;  // banks - 1, or 0 if that is not the way to find a bank
  std::vector<bank> banks_;  // channel by channel
  std::vector<timeline> channels_;
  memory_counters counters_;
};

}  // namespace mimd

#endif
