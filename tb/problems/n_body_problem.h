// Gravitation of n bodies, all pairs, softened, leapfrog-like steps: input and sequential result. Forces are
// added in the order of the bodies' numbers.
#ifndef MIMD_TB_PROBLEMS_N_BODY_PROBLEM_H
#define MIMD_TB_PROBLEMS_N_BODY_PROBLEM_H

#include <cmath>
#include <cstdint>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

struct body {  // a position with mass, or a velocity (mass unused)
  double x;
  double y;
  double z;
  double mass;
};

struct n_body_problem {
  static constexpr double softening = 1e-3;
  static constexpr double step = 1e-3;
  static constexpr std::uint64_t pair_cycles = 20;     // flops of attract()
  static constexpr std::uint64_t advance_cycles = 12;  // of advance()

  n_body_problem(std::uint64_t size, std::uint64_t seed) : n(size), bodies(n) {
    random_generator random(seed);
    for (body& one : bodies)
      one = {random.uniform(), random.uniform(), random.uniform(), 0.5 + random.uniform()};
  }

  static void attract(body& acceleration, const body& at, const body& other) {
    const double dx = other.x - at.x;
    const double dy = other.y - at.y;
    const double dz = other.z - at.z;
    const double square = dx * dx + dy * dy + dz * dz + softening;
    const double scale = other.mass / (square * std::sqrt(square));
    acceleration.x += dx * scale;
    acceleration.y += dy * scale;
    acceleration.z += dz * scale;
  }
  static void advance(body& at, body& velocity, const body& acceleration) {
    velocity.x += step * acceleration.x;
    velocity.y += step * acceleration.y;
    velocity.z += step * acceleration.z;
    at.x += step * velocity.x;
    at.y += step * velocity.y;
    at.z += step * velocity.z;
  }

  struct state {
    std::vector<body> positions;
    std::vector<body> velocities;
  };
  state result(std::uint64_t steps) const {
    state s{bodies, std::vector<body>(n, body{})};
    for (std::uint64_t i = 0; i < steps; ++i) {
      const std::vector<body> before = s.positions;
      for (std::uint64_t b = 0; b < n; ++b) {
        body acceleration{};
        for (const body& other : before) attract(acceleration, before[b], other);
        advance(s.positions[b], s.velocities[b], acceleration);
      }
    }
    return s;
  }

  std::uint64_t n;
  std::vector<body> bodies;
};

inline std::vector<double> flat(const std::vector<body>& bodies) {
  std::vector<double> all;
  all.reserve(4 * bodies.size());
  for (const body& b : bodies) all.insert(all.end(), {b.x, b.y, b.z, b.mass});
  return all;
}

}  // namespace mimd::tb

#endif
