// Five-point relaxation of n x n interior points (Laplace, fixed border): input and sequential result.
// jacobi: from one grid to the other; red-black: in place, the points with i + j even first.
#ifndef MIMD_TB_PROBLEMS_STENCIL_PROBLEM_H
#define MIMD_TB_PROBLEMS_STENCIL_PROBLEM_H

#include <cstdint>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

struct stencil_problem {
  stencil_problem(std::uint64_t size, std::uint64_t seed) : n(size), width(n + 2), grid(width * width) {
    random_generator random(seed);
    for (double& x : grid) x = random.uniform();
  }

  // The first column of a row's points of a colour: 1 or 2.
  static constexpr std::uint64_t first_of(std::uint64_t row, unsigned colour) {
    return 1 + (row + colour) % 2;
  }
  static double relaxed(double north, double west, double east, double south) {
    return 0.25 * (north + west + east + south);
  }

  std::vector<double> result(std::uint64_t sweeps, bool in_place) const {
    std::vector<double> now = grid;
    for (std::uint64_t sweep = 0; sweep < sweeps; ++sweep) {
      const std::vector<double> before = now;
      for (unsigned colour = 0; colour < (in_place ? 2u : 1u); ++colour)
        for (std::uint64_t i = 1; i <= n; ++i)
          for (std::uint64_t j = in_place ? first_of(i, colour) : 1; j <= n; j += in_place ? 2 : 1) {
            const double* here = &(in_place ? now : before)[i * width + j];
            now[i * width + j] = relaxed(*(here - width), here[-1], here[1], here[width]);
          }
    }
    return now;
  }

  std::uint64_t n;
  std::uint64_t width;  // of a row with its border
  std::vector<double> grid;
};

}  // namespace mimd::tb

#endif
