// How a processor that polls a word sleeps while its cache has the line.
//
// Polls of a line that stays in the cache find what the one before them found. So the processor asks, with a
// read that may turn out so (access_extension.h), to be told when the line may change or go; a cache that has
// it and will tell says whom to give account of the polls that were not made one by one.
#ifndef MIMD_CPU_POLLING_H
#define MIMD_CPU_POLLING_H

#include <cstdint>

namespace mimd {

// The processor.
class line_watcher {
 public:
  virtual ~line_watcher() = default;
  // Somebody else is about to change the line, its state, or to take it. Once for each read that asked; may
  // come when nobody sleeps.
  virtual void line_may_change() = 0;
};

// The cache.
class polled_line {
 public:
  virtual ~polled_line() = default;
  // The read that asked has been made so many times more, and has hit.
  virtual void polled(std::uint64_t times) = 0;
};

}  // namespace mimd

#endif
