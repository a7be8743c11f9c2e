// A network that keeps no order: every message takes a random time, and some take that of many transactions.
// Whatever a directory protocol says of unordered networks, it must hold on this one.
#ifndef MIMD_TESTS_SUPPORT_JITTER_TRANSPORT_H
#define MIMD_TESTS_SUPPORT_JITTER_TRANSPORT_H

#include "directory/directory_transport.h"
#include "infrastructure/random.h"

namespace mimd::test {

class jitter_transport final : public directory_transport {
 public:
  // Of four seeds, two have many slow messages, one has few, and with one it is half of the reads and of the
  // exclusive copies that answer them: others do whole transactions on the line meanwhile.
  explicit jitter_transport(std::uint64_t seed)
      : random_(seed, 77), slow_one_in_(seed % 2 != 0 ? 10 : 3), slow_reads_(seed % 4 == 3) {}

  bool foresees_arrival() const override { return true; }
  time_ps travel(directory_packet& p, time_ps at) override {
    at += random_.below(40'000);
    if (slow_reads_) {
      using type = directory_message_type;
      const bool slow = (p.type == type::get_s || p.type == type::data_exclusive) && random_.below(2) == 0;
      return slow ? at + random_.below(16'000'000) : at;
    }
    return at + (random_.below(slow_one_in_) == 0 ? random_.below(8'000'000) : 0);
  }
  void carry(directory_packet&, time_ps) override {}

 private:
  random_generator random_;
  unsigned slow_one_in_;
  bool slow_reads_;
};

}  // namespace mimd::test

#endif
