// Bus arbitration: who of several waiting masters is next. Plain C++.
#ifndef MIMD_BUS_ARBITER_H
#define MIMD_BUS_ARBITER_H

#include <cstdint>

#include "infrastructure/time.h"

namespace mimd {

enum class arbitration : std::uint8_t {
  fixed_priority,  // the lowest master number
  round_robin,     // the next one after the master served last
  fcfs             // the earliest request; of equal times as round_robin
};

class arbiter {
 public:
  arbiter(arbitration policy, unsigned masters) : policy_(policy), masters_(masters) {}

  // Candidates are offered in any order; winner() is the choice among them. Offered from first() on, by
  // ascending number and round, the first one wins if first_wins().
  void begin() { found_ = false; }
  bool first_wins() const { return policy_ != arbitration::fcfs; }
  unsigned first() const {
    return policy_ == arbitration::round_robin && last_ + 1 < masters_ ? last_ + 1 : 0;
  }
  void offer(unsigned master, time_ps arrival) {
    const key k = key_of(master, arrival);
    if (!found_ || k.first < best_.first || (k.first == best_.first && k.second < best_.second)) {
      found_ = true;
      best_ = k;
      winner_ = master;
    }
  }
  bool found() const { return found_; }
  unsigned winner() const { return winner_; }
  void granted(unsigned master) { last_ = master; }

 private:
  struct key {
    time_ps first;
    unsigned second;
  };
  key key_of(unsigned master, time_ps arrival) const {
    if (policy_ == arbitration::fixed_priority) return {0, master};
    const unsigned after_last = master > last_ ? master - last_ - 1 : master + masters_ - last_ - 1;
    return {policy_ == arbitration::fcfs ? arrival : 0, after_last};
  }

  arbitration policy_;
  unsigned masters_;
  unsigned last_ = masters_ - 1;
  bool found_ = false;
  unsigned winner_ = 0;
  key best_{};
};

}  // namespace mimd

#endif
