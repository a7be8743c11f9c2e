// A network that keeps no order: every message takes a random time, and some take that of many transactions.
// Whatever a directory protocol says of unordered networks, it must hold on this one.
#ifndef MIMD_TESTS_SUPPORT_JITTER_TRANSPORT_H
#define MIMD_TESTS_SUPPORT_JITTER_TRANSPORT_H

#include "directory/directory_transport.h"
#include "infrastructure/random.h"

namespace mimd::test {

class jitter_transport final : public directory_transport {
 public:
  // Every other seed has many slow messages.
  explicit jitter_transport(std::uint64_t seed) : random_(seed, 77), slow_one_in_(seed % 2 != 0 ? 10 : 3) {}

  bool foresees_arrival() const override { return true; }
  time_ps travel(directory_packet&, time_ps at) override {
    return at + random_.below(40'000) + (random_.below(slow_one_in_) == 0 ? random_.below(8'000'000) : 0);
  }
  void carry(directory_packet&, time_ps) override {}

 private:
  random_generator random_;
  unsigned slow_one_in_;
};

}  // namespace mimd::test

#endif
