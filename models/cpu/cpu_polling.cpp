// Polls, and the sleep that takes their place.
#include "cpu/cpu.h"

namespace mimd {

std::uint64_t cpu_base::poll(address_t address, unsigned size, std::uint64_t seen, std::uint64_t cycles) {
  const time_ps pause = cycles * parameters_.period;
  compute(cycles);
  for (;;) {
    const time_ps begun = local_;
    polling_ = true;
    watching_ = may_sleep_while_polling();
    attributes_.watched = nullptr;
    std::uint64_t value = 0;
    read(address, &value, size);
    polling_ = watching_ = false;
    if (value != seen) return value;
    if (attributes_.watched == nullptr) {
      compute(cycles);
    } else {
      sleep_while_polling(pause, local_ - begun);
      counters_.busy_ps += pause;  // not shown: it may have begun before the present
      local_ += pause;
    }
  }
}

// Until the line may change, from the end of a poll on. Each poll is a pause and a look at the cache.
void cpu_base::sleep_while_polling(time_ps pause, time_ps look) {
  if (traced_operation_.on()) show(word::poll);
  polled_ = attributes_.watched;
  next_poll_ = local_ + pause;
  poll_period_ = pause + look;
  poll_busy_ = pause + parameters_.period;
  polled_for_synchronisation_ = synchronising_ != 0;
  while (polled_ != nullptr) sc_core::wait(wake_);
}

void cpu_base::line_may_change() {
  if (polled_ == nullptr) return;
  account_polls();
  polled_ = nullptr;
  wake_.notify();
}

void cpu_base::account_polls() {
  if (polled_ == nullptr) return;
  const time_ps now = now_ps();
  if (now <= next_poll_) return;
  const std::uint64_t times = (now - next_poll_ + poll_period_ - 1) / poll_period_;
  polled_->polled(times);
  (polled_for_synchronisation_ ? counters_.synchronisation : counters_.loads) += times;
  counters_.busy_ps += times * poll_busy_;
  local_ += times * poll_period_;
  next_poll_ += times * poll_period_;
}

}  // namespace mimd
