// A disk's arm and platters.
//
// Modelled: the seek time as a function of the distance d in cylinders, seek_base + seek_per_root * sqrt(d)
// below `long_seek` cylinders and long_seek_base + long_seek_per_cylinder * d from there on (so long_seek = 1
// makes it linear, long_seek > cylinders makes it a pure square root); head switches within a cylinder; the
// rotation, whose angle is the simulated time modulo the period, so that the latency is deterministic; skewed
// tracks, so that a sequential transfer finds the next track's first sector when the switch is done. The
// transfer rate follows: sectors_per_track * sector_size / rotation. A sector that is missed costs a whole
// rotation.
//
// Not modelled: zones, spare sectors, the drive's own cache and read-ahead, settling that differs
// for writes.
//
// Default: the HP 97560 (1.3 GB): geometry, 4002 rpm and seek curve from C. Ruemmler and J. Wilkes, "An
// introduction to disk drive modeling", IEEE Computer 27(3), 1994. head_switch and the skews are not from
// there: a switch that fits into 8 sectors, and a one-cylinder seek (3.64 ms) into 18.
//
// Errors: std::invalid_argument for a parameter outside its range.
#ifndef MIMD_IO_DISK_MECHANICS_H
#define MIMD_IO_DISK_MECHANICS_H

#include <string>

#include "infrastructure/parameters.h"
#include "io/mechanics.h"

namespace mimd {

struct disk_mechanics_parameters {
  byte_count sector_size{512};          // a power of two, 64 B ... 64 KiB
  unsigned sectors_per_track = 72;      // 1 ... 65536
  unsigned heads = 19;                  // tracks a cylinder, 1 ... 256
  unsigned cylinders = 1962;            // 1 ... 1048576
  duration rotation{14'992'503'748};    // one turn, 1 us ... 1 s
  duration seek_base{3'240'000'000};    // 0 ... 1 s, as all times that follow
  duration seek_per_root{400'000'000};  // for each square root of a cylinder
  unsigned long_seek = 383;             // cylinders, at least 1
  duration long_seek_base{8'000'000'000};
  duration long_seek_per_cylinder{8'000'000};
  duration head_switch{1'600'000'000};
  unsigned track_skew = 8;      // sectors, below sectors_per_track
  unsigned cylinder_skew = 18;  // sectors, below sectors_per_track
};

void declare(parameter_set& parameters, disk_mechanics_parameters& variables, const std::string& prefix);

class disk_mechanics final : public mechanics {
 public:
  explicit disk_mechanics(const disk_mechanics_parameters& parameters);

  unsigned sector_size() const override { return static_cast<unsigned>(parameters_.sector_size.value); }
  std::uint64_t sectors() const override { return sectors_per_cylinder_ * parameters_.cylinders; }
  using mechanics::access;
  motion access(time_ps now, std::uint64_t sector) override;
  time_ps seek(time_ps now, std::uint64_t sector) override;

  // Closed forms.
  time_ps seek_time(unsigned distance) const;     // 0 for distance 0
  time_ps passes_at(std::uint64_t sector) const;  // time within a turn, [0, rotation)
  const disk_mechanics_parameters& parameters() const { return parameters_; }

 private:
  unsigned slot(std::uint64_t sector) const;  // where on its track, in sector widths from the index mark
  time_ps slot_begin(std::uint64_t slot) const;

  disk_mechanics_parameters parameters_;
  std::uint64_t sectors_per_cylinder_;
  unsigned cylinder_ = 0;
  unsigned head_ = 0;
};

}  // namespace mimd

#endif
