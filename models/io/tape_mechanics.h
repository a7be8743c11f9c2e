// A tape drive's reels and capstan.
//
// Modelled: blocks ("sectors") of one size with a gap between them; streaming: while the next block is asked
// for before the gap has passed, the tape does not stop; start and stop: otherwise it comes to rest (gap +
// stop_time after the last block) and must start again; winding to another block, forward or back, at the
// wind speed. The head rests before a block. A length of tape is measured in the bytes that fit on it at the
// recording density.
//
// Not modelled: erased or over-written following blocks (any block may be re-written in
// place), reels of which the speed depends on the radius, load and unload, serpentine tracks.
//
// Default: half-inch nine-track tape at 6250 bytes per inch, 200 inches per second and gaps of 0.3 inch (1875
// bytes), the class of the IBM 3420 model 8 (1.25 MB/s; IBM Archives, "IBM 3420 magnetic tape drive"),
// rewound 2400 feet in 45 s (640 inches per second); start and stop in 1.1 ms are representative of that
// class. 2400 feet hold 30000 blocks of 4 KiB.
//
// Errors: std::invalid_argument for a parameter outside its range.
#ifndef MIMD_IO_TAPE_MECHANICS_H
#define MIMD_IO_TAPE_MECHANICS_H

#include <string>

#include "infrastructure/parameters.h"
#include "io/mechanics.h"

namespace mimd {

struct tape_mechanics_parameters {
  byte_count sector_size{4096};        // a block, a power of two, 64 B ... 64 KiB
  std::uint64_t sectors = 30000;       // blocks, 1 ... 2^32
  byte_count gap{1875};                // length of a gap, 0 ... 64 KiB
  duration byte_time{800'000};         // a byte passes the head, 1 ps ... 1 ms: 1 / transfer rate
  duration wind_byte_time{250'000};    // a byte passes while winding, 1 ps ... 1 ms; whole reel below 53 days
  duration start_time{1'100'000'000};  // 0 ... 100 s
  duration stop_time{1'100'000'000};   // 0 ... 100 s
};

void declare(parameter_set& parameters, tape_mechanics_parameters& variables, const std::string& prefix);

class tape_mechanics final : public mechanics {
 public:
  explicit tape_mechanics(const tape_mechanics_parameters& parameters);

  unsigned sector_size() const override { return static_cast<unsigned>(parameters_.sector_size.value); }
  std::uint64_t sectors() const override { return parameters_.sectors; }
  using mechanics::access;
  motion access(time_ps now, std::uint64_t sector) override;
  time_ps seek(time_ps now, std::uint64_t sector) override;

  // Closed forms.
  time_ps transfer_time() const { return parameters_.byte_time.ps * parameters_.sector_size.value; }
  time_ps gap_time() const { return parameters_.byte_time.ps * parameters_.gap.value; }
  time_ps wind_time(std::uint64_t blocks) const;
  std::uint64_t position() const { return position_; }  // the block before which the head is or will rest
  const tape_mechanics_parameters& parameters() const { return parameters_; }

 private:
  tape_mechanics_parameters parameters_;
  std::uint64_t position_ = 0;
  bool moving_ = false;  // since the last block ended at last_end_
  time_ps last_end_ = 0;
};

}  // namespace mimd

#endif
