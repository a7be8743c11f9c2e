// What the members of a group of a hierarchical cache-only memory share: a bus, or a ring.
//
// A message occupies it, is *seen* by all members in one moment, which is its place in the group's order, and
// then reaches each of them after `delay`. Members have positions 0, 1 ... in order; the group's directory is
// behind them. Requests come out of order within a quantum when loosely timed: both remember their gaps.
// Plain C++.
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHY_MEDIUM_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHY_MEDIUM_H

#include <cstdint>
#include <vector>

#include "infrastructure/timeline.h"

namespace mimd {

struct medium_counters {
  std::uint64_t messages = 0;
  std::uint64_t busy_ps = 0;  // of a ring, summed over slots
  std::uint64_t wait_ps = 0;  // of messages for the bus or a free slot
};

class hierarchy_medium {
 public:
  virtual ~hierarchy_medium() = default;

  // A message that is ready then: when it is seen.
  virtual time_ps send(unsigned from, bool data, time_ps ready) = 0;
  // From then until it reaches a member.
  virtual time_ps delay(unsigned from, unsigned to) const = 0;
  // From then until it is back at its sender.
  virtual time_ps round() const = 0;
  // When the data that a member other than a directory supplies has reached the sender of a message that was
  // seen then; and when the directory's word has, which it has given at `decided`.
  virtual time_ps supplied(unsigned from, time_ps seen, time_ps access) = 0;
  virtual time_ps permitted(unsigned directory, time_ps seen, time_ps decided) = 0;
  // No message will be ready before that time any more.
  virtual void forget_before(time_ps now) = 0;

  const medium_counters& counters() const { return counters_; }

 protected:
  medium_counters counters_;
};

// A split-transaction bus: a request takes `address`, data `data` more. Answers are messages of their own.
struct group_bus_parameters {
  time_ps address = 20'000;
  time_ps data = 80'000;
};

class group_bus final : public hierarchy_medium {
 public:
  explicit group_bus(const group_bus_parameters& parameters) : parameters_(parameters) {}

  time_ps send(unsigned, bool data, time_ps ready) override {
    const time_ps length = parameters_.address + (data ? parameters_.data : 0);
    const time_ps start = line_.reserve(ready, length);
    ++counters_.messages;
    counters_.busy_ps += length;
    counters_.wait_ps += start - ready;
    return start + length;
  }
  time_ps delay(unsigned, unsigned) const override { return 0; }
  time_ps round() const override { return 0; }
  time_ps supplied(unsigned from, time_ps seen, time_ps access) override {
    return send(from, true, seen + access);
  }
  time_ps permitted(unsigned directory, time_ps, time_ps decided) override {
    return send(directory, false, decided);
  }
  void forget_before(time_ps now) override { line_.forget_before(now); }

 private:
  group_bus_parameters parameters_;
  timeline line_;
};

// A unidirectional slotted ring (KSR-1): slots of a packet each go round all the time, equally spaced. Who
// has something to send waits for a free slot to pass. The packet passes all cells and comes back to its
// sender, who frees the slot; a cell that answers puts its answer into the packet that asked, so that what an
// answer takes does not depend on who gives it.
struct slotted_ring_parameters {
  unsigned positions = 33;  // cells and the directory, equally spaced
  time_ps revolution = 7'500'000;
  unsigned slots = 26;
};

class slotted_ring final : public hierarchy_medium {
 public:
  // std::invalid_argument: no positions or slots, or a revolution that is shorter than these in picoseconds.
  explicit slotted_ring(const slotted_ring_parameters& parameters);

  time_ps send(unsigned from, bool data, time_ps ready) override;
  time_ps delay(unsigned from, unsigned to) const override {
    const unsigned hops = to > from ? to - from : to + parameters_.positions - from;
    return way_[hops];
  }
  time_ps round() const override { return parameters_.revolution; }
  time_ps supplied(unsigned, time_ps seen, time_ps) override { return seen + parameters_.revolution; }
  time_ps permitted(unsigned, time_ps seen, time_ps) override { return seen + parameters_.revolution; }
  void forget_before(time_ps now) override { now_ = now; }

 private:
  slotted_ring_parameters parameters_;
  time_ps spacing_;           // between slots
  std::vector<time_ps> way_;  // by distance, to once round
  time_ps now_ = 0;
  std::vector<timeline> slots_;
};

}  // namespace mimd

#endif
