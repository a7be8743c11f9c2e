// A network that keeps no order: every message takes a random time, and some take that of many transactions.
// Whatever a directory protocol says of unordered networks, it must hold on this one.
#ifndef MIMD_TESTS_SUPPORT_JITTER_TRANSPORT_H
#define MIMD_TESTS_SUPPORT_JITTER_TRANSPORT_H

#include "directory/directory_transport.h"
#include "infrastructure/random.h"

namespace mimd::test {

class jitter_transport final : public directory_transport {
 public:
  // Of five seeds, two have many slow messages, one has few; with one, half of the reads are slow, and of the
  // exclusive copies that answer them; with one, half of the replacements, and of what ends them: others do
  // whole transactions on the line meanwhile.
  explicit jitter_transport(std::uint64_t seed)
      : random_(seed, 77),
        slow_(all_slow[seed % 5]),
        one_in_(seed % 5 == 1         ? 10
                : slow_ == which::any ? 3
                                      : 2) {}

  bool foresees_arrival() const override { return true; }
  time_ps travel(directory_packet& p, time_ps at) override {
    at += random_.below(40'000);
    if (!may_be_slow(p.type) || random_.below(one_in_) != 0) return at;
    return at + random_.below(slow_ == which::any ? 8'000'000 : 16'000'000);
  }
  void carry(directory_packet&, time_ps) override {}

 private:
  enum class which : std::uint8_t { any, reads, replacements };
  static constexpr which all_slow[] = {which::any, which::any, which::any, which::reads, which::replacements};

  bool may_be_slow(directory_message_type type) const {
    using t = directory_message_type;
    if (slow_ == which::reads) return type == t::get_s || type == t::data_exclusive || type == t::invalidate;
    return slow_ == which::any || (type >= t::put_s && type <= t::put_m) || type == t::put_ack;
  }

  random_generator random_;
  which slow_;
  unsigned one_in_;
};

}  // namespace mimd::test

#endif
