// A medium of a hierarchical cache-only memory on which every message takes a random time and, if it is a
// slow one, one in four that of many transactions: meanwhile other groups do whole transactions on the line.
// Only the order of the messages of one line in one group is kept, which is that of its core.
#ifndef MIMD_TESTS_SUPPORT_JITTER_MEDIUM_H
#define MIMD_TESTS_SUPPORT_JITTER_MEDIUM_H

#include "attraction_memory/hierarchy_medium.h"
#include "infrastructure/random.h"

namespace mimd::test {

class jitter_medium final : public hierarchy_medium {
 public:
  jitter_medium(std::uint64_t seed, bool slow) : random_(seed, 78), slow_(slow) {}

  time_ps send(unsigned, bool, time_ps ready) override {
    return ready + random_.below(40'000) + (slow_ && random_.below(4) == 0 ? random_.below(16'000'000) : 0);
  }
  time_ps delay(unsigned, unsigned) const override { return 0; }
  time_ps round() const override { return 0; }
  time_ps supplied(unsigned from, time_ps seen, time_ps access) override {
    return send(from, true, seen + access);
  }
  time_ps permitted(unsigned directory, time_ps, time_ps decided) override {
    return send(directory, false, decided);
  }
  void forget_before(time_ps) override {}

 private:
  random_generator random_;
  bool slow_;
};

}  // namespace mimd::test

#endif
