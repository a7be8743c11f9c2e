// A little machine for replays: every access takes a fixed time for each processor, and the processor with
// the earliest local time goes on (the first of equals). It checks how the replay uses processors and
// blocker.
#ifndef MIMD_TESTS_SUPPORT_REPLAY_MACHINE_H
#define MIMD_TESTS_SUPPORT_REPLAY_MACHINE_H

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tb/fibre.h"
#include "tb/traces/replay.h"

namespace mimd::test {

class replay_machine;

class test_processor final : public processor {
 public:
  test_processor(replay_machine& m, unsigned id, time_ps access_time)
      : machine_(m), id_(id), access_time_(access_time) {}

  unsigned id() const override { return id_; }
  unsigned count() const override;
  time_ps now() override { return now_; }
  void read(address_t a, void* data, unsigned size) override {
    std::fill_n(static_cast<char*>(data), size, char{0});
    access("L", a, size);
  }
  void write(address_t a, const void*, unsigned size) override { access("S", a, size); }
  void fetch(address_t a, unsigned size) override { access("I", a, size); }
  void modify(address_t a, unsigned size) override { access("M", a, size); }
  std::uint64_t read_modify_write(atomic_operation, address_t a, unsigned size, std::uint64_t,
                                  std::uint64_t) override {
    EXPECT_TRUE(size == 4 || size == 8);
    EXPECT_EQ(a % size, 0u);
    access("A", a, size);
    return 0;
  }
  void fence() override { access("F", 0, 0); }
  void compute(std::uint64_t) override { FAIL(); }
  void sleep_until(time_ps when) override { now_ = std::max(now_, when); }
  ticket issue_read(address_t, unsigned) override { throw std::logic_error("not in a replay"); }
  void wait(ticket, void*) override { FAIL(); }
  void prefetch(address_t) override { FAIL(); }
  void begin_synchronisation() override { ++synchronising_; }
  void end_synchronisation() override { --synchronising_; }
  void wait_for_interrupt() override { FAIL(); }

 private:
  friend class replay_machine;
  void access(const char* what, address_t a, unsigned size);

  replay_machine& machine_;
  unsigned id_;
  time_ps access_time_;
  time_ps now_ = 0;
  unsigned synchronising_ = 0;
  bool blocked_ = false;
  std::unique_ptr<tb::fibre> fibre_;
};

class replay_machine final : public tb::blocker {
 public:
  // One processor for each access time (ps).
  explicit replay_machine(const std::vector<time_ps>& access_times) {
    for (const time_ps t : access_times)
      processors_.emplace_back(*this, static_cast<unsigned>(processors_.size()), t);
  }

  void block(processor& cpu) override {
    test_processor& p = processors_[cpu.id()];
    p.blocked_ = true;
    p.fibre_->suspend();
  }
  void wake(unsigned processor, time_ps not_before) override {
    test_processor& p = processors_[processor];
    EXPECT_TRUE(p.blocked_) << "woken without waiting";
    p.blocked_ = false;
    p.now_ = std::max(p.now_, not_before);
  }

  // False: a deadlock.
  bool run(tb::trace_replay& replay) {
    for (test_processor& p : processors_) {
      p.fibre_ = std::make_unique<tb::fibre>([this, &replay, &p] {
        try {
          replay.run(p);
        } catch (...) {
          error_ = std::current_exception();
        }
      });
    }
    for (;;) {
      test_processor* next = nullptr;
      bool unfinished = false;
      for (test_processor& p : processors_) {
        if (p.fibre_->finished()) continue;
        unfinished = true;
        if (!p.blocked_ && (next == nullptr || p.now_ < next->now_)) next = &p;
      }
      if (next == nullptr) return !unfinished;
      next->fibre_->resume();
      if (error_) std::rethrow_exception(error_);
    }
  }

  std::deque<test_processor>& processors() { return processors_; }
  std::vector<std::string> log;  // "TIME CPU OPERATION ADDRESS SIZE", synchronisation with a *

 private:
  std::deque<test_processor> processors_;
  std::exception_ptr error_;
};

inline unsigned test_processor::count() const {
  return static_cast<unsigned>(machine_.processors().size());
}

inline void test_processor::access(const char* what, address_t a, unsigned size) {
  fibre_->suspend();  // others with an earlier local time go first
  std::ostringstream line;
  line << now_ << ' ' << id_ << ' ' << what << (synchronising_ != 0 ? "*" : "") << ' ' << std::hex << a << ' '
       << std::dec << size;
  machine_.log.push_back(line.str());
  now_ += access_time_;
}

}  // namespace mimd::test

#endif
