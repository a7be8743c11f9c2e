// Deterministic random numbers, the same on every host: xoshiro256** (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", 2021) seeded by splitmix64.
#ifndef MIMD_INFRASTRUCTURE_RANDOM_H
#define MIMD_INFRASTRUCTURE_RANDOM_H

#include <cstdint>

namespace mimd {

class random_generator {
 public:
  // Generators of one seed and different streams are independent (one stream a processor, for example).
  explicit random_generator(std::uint64_t seed, std::uint64_t stream = 0) {
    std::uint64_t state = seed ^ (stream * 0xd1342543de82ef95u);
    for (std::uint64_t& word : state_) {
      state += 0x9e3779b97f4a7c15u;
      std::uint64_t z = state;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  // 0 ... bound-1, bound >= 1; the bias is below 2^-32 for every bound used here.
  std::uint64_t below(std::uint64_t bound) {
    return bound <= 0xffffffffu ? ((next() >> 32) * bound) >> 32 : next() % bound;
  }

  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)

 private:
  static std::uint64_t rotate(std::uint64_t x, unsigned k) { return (x << k) | (x >> (64 - k)); }

  std::uint64_t state_[4];
};

}  // namespace mimd

#endif
