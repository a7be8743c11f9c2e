// Random initiators, each behind a protocol checker, for machines that keep caches coherent.
//
// Every initiator owns short ranges that alternate with the others' within the same lines (false sharing),
// one long range of odd alignment, and reads a range that all share. Everything is below address 0x10000.
#ifndef MIMD_TESTS_SUPPORT_CONFORMANCE_INITIATORS_H
#define MIMD_TESTS_SUPPORT_CONFORMANCE_INITIATORS_H

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "infrastructure/timing_mode.h"
#include "tb/tlm/protocol_checker.h"
#include "tb/tlm/random_initiator.h"

namespace mimd::test {

inline void expect_clean(const tb::random_initiator& initiator, const tb::protocol_checker<>& checker) {
  EXPECT_TRUE(initiator.done()) << initiator.name() << " is stuck";
  EXPECT_EQ(initiator.mismatches().count(), 0u) << initiator.mismatches().text();
  EXPECT_EQ(checker.violations().count(), 0u) << checker.violations().text();
  EXPECT_EQ(checker.rules().in_flight(), 0u) << checker.name();
}

class conformance_initiators {
 public:
  unsigned count = 0;  // of those that add() will make

  // transactions: of each.
  conformance_initiators(timing_mode timing, std::uint64_t transactions, bool calls_wait)
      : timing_(timing), transactions_(transactions), calls_wait_(calls_wait) {}

  // The socket to bind: what comes out of the checker.
  tlm::tlm_initiator_socket<32>& add(unsigned index) {
    constexpr unsigned share = 7, shares = 8, area = 700;
    tb::random_initiator_options o;
    o.seed = index + 1;
    o.transactions = transactions_;
    for (unsigned k = 0; k < shares; ++k) {
      o.ranges.push_back({0x1001 + (std::uint64_t{k} * count + index) * share, share});
    }
    const address_t own = 0x4003 + std::uint64_t{area} * index;
    o.ranges.push_back({own, 400});
    o.ranges.push_back({own + 400, area - 400});
    o.ranges.push_back({shared_begin, shared_size, false});
    o.sloppy = index % 2 == 1;
    if (timing_ == timing_mode::loose && index % 3 == 2) o.quantum = 500'000;
    initiators_.push_back(
        std::make_unique<tb::random_initiator>(("initiator_" + std::to_string(index)).c_str(), o));
    tb::protocol_options rules;
    rules.sloppy_initiator = o.sloppy;
    rules.forbid_wait = timing_ == timing_mode::loose && !calls_wait_;
    checkers_.push_back(
        std::make_unique<tb::protocol_checker<>>(("checker_" + std::to_string(index)).c_str(), rules));
    initiators_.back()->socket.bind(checkers_.back()->target_socket);
    return checkers_.back()->initiator_socket;
  }

  // Fills the range that all read, by write(address, bytes, size) of debug transport.
  template <class Write>
  void share(Write write) {
    std::vector<std::uint8_t> bytes(shared_size);
    for (unsigned i = 0; i < shared_size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 3);
    write(shared_begin, bytes.data(), shared_size);
    for (const auto& initiator : initiators_) initiator->expect(shared_begin, bytes.data(), shared_size);
  }

  void expect_clean() const {
    for (unsigned i = 0; i < initiators_.size(); ++i) test::expect_clean(*initiators_[i], *checkers_[i]);
  }

 private:
  static constexpr std::uint64_t shared_begin = 0x8005;
  static constexpr unsigned shared_size = 333;

  timing_mode timing_;
  std::uint64_t transactions_;
  bool calls_wait_;
  std::vector<std::unique_ptr<tb::random_initiator>> initiators_;
  std::vector<std::unique_ptr<tb::protocol_checker<>>> checkers_;
};

}  // namespace mimd::test

#endif
