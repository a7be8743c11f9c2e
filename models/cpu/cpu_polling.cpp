// Polls, and the sleep that takes their place.
#include "cpu/cpu.h"

namespace mimd {

std::uint64_t cpu_base::poll(address_t address, unsigned size, std::uint64_t seen, std::uint64_t cycles) {
  for (;;) {
    compute(cycles);
    const time_ps begun = local_;
    watching_ = may_sleep_while_polling();
    attributes_.watched = nullptr;
    std::uint64_t value = 0;
    read(address, &value, size);
    watching_ = false;
    if (value != seen) return value;
    if (attributes_.watched != nullptr) sleep_while_polling(cycles * parameters_.period, local_ - begun);
  }
}

// Until the line may change, from the end of a poll on. Each poll is a pause and a look at the cache.
void cpu_base::sleep_while_polling(time_ps pause, time_ps look) {
  if (traced_operation_.on()) show(word::poll);
  polled_ = attributes_.watched;
  next_poll_ = local_ + pause;
  poll_period_ = pause + look;
  poll_busy_ = pause + parameters_.period;
  while (polled_ != nullptr) sc_core::wait(wake_);
  horizon_ = now_ps() + parameters_.quantum;
}

void cpu_base::line_may_change() {
  if (polled_ == nullptr) return;
  account_polls();
  polled_ = nullptr;
  wake_.notify();
}

void cpu_base::account_polls() {
  const time_ps now = now_ps();
  if (polled_ == nullptr || now <= next_poll_) return;
  const std::uint64_t times = (now - next_poll_ - 1) / poll_period_ + 1;  // before now
  polled_->polled(times);
  (synchronising_ != 0 ? counters_.synchronisation : counters_.loads) += times;
  counters_.busy_ps += times * poll_busy_;
  local_ += times * poll_period_;
  next_poll_ += times * poll_period_;
}

}  // namespace mimd
