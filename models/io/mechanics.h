// What a block device's moving parts cost in time: the interface of disk_mechanics.h and tape_mechanics.h.
//
// Plain C++ and deterministic: a function of the parameters, the sequence of accesses and their times. Times
// in picoseconds. Accesses come in time order: `now` is not before the end of the access before it. Sectors
// are numbered from 0; the caller keeps them below sectors().
#ifndef MIMD_IO_MECHANICS_H
#define MIMD_IO_MECHANICS_H

#include <cstdint>

#include "infrastructure/time.h"

namespace mimd {

// The parts of one sector's access, in the order in which they happen.
struct motion {
  time_ps positioning = 0;  // disk: seek or head switch; tape: coming to rest and winding
  time_ps latency = 0;      // disk: rotation until the sector arrives; tape: start, or the gap that passes
  time_ps transfer = 0;     // the sector passes the head

  time_ps total() const { return positioning + latency + transfer; }
};

class mechanics {
 public:
  virtual ~mechanics() = default;

  virtual unsigned sector_size() const = 0;  // bytes
  virtual std::uint64_t sectors() const = 0;

  // Reads or writes one sector, beginning at `now`.
  virtual motion access(time_ps now, std::uint64_t sector) = 0;
  // Moves to where the sector can be accessed, and transfers nothing. Returns the time it takes.
  virtual time_ps seek(time_ps now, std::uint64_t sector) = 0;

  // `count` sectors without a pause; returns the time from `now` to the end of the last one.
  time_ps access(time_ps now, std::uint64_t sector, std::uint64_t count) {
    time_ps end = now;
    for (std::uint64_t i = 0; i < count; ++i) end += access(end, sector + i).total();
    return end - now;
  }
};

}  // namespace mimd

#endif
