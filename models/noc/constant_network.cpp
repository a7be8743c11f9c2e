#include "noc/train_network.h"

namespace mimd::noc {

void constant_network::send(train& t, time_ps at) {
  t.mover = this;
  t.link = nullptr;
  t.damaged = false;
  const time_ps arrival = at + latency_;
  if (first_ == nullptr) {
    first_ = last_ = &t;
    wheel_.schedule(t, arrival);
  } else if (arrival < last_time_) {
    wheel_.schedule(t, arrival);
    return;
  } else {
    t.occupancy = arrival;
    last_->link = &t;
    last_ = &t;
  }
  last_time_ = arrival;
}

void constant_network::move(train& t) {
  if (&t == first_) {
    first_ = t.link;
    if (first_ != nullptr) {
      wheel_.schedule(*first_, first_->occupancy);
      if (const train* soon = first_->link) {
        expected(*soon);
        if (soon->link != nullptr) __builtin_prefetch(soon->link->link);
      }
    }
  }
  arrived(t);
}

}  // namespace mimd::noc
