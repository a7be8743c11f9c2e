// LU factorisation in place without pivoting of a diagonally dominant n x n matrix of doubles: input and
// sequential result. The result uses the dot-product form (Doolittle), which rounds each element in the same
// order as elimination row by row.
#ifndef MIMD_TB_PROBLEMS_LU_PROBLEM_H
#define MIMD_TB_PROBLEMS_LU_PROBLEM_H

#include <algorithm>
#include <cstdint>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

struct lu_problem {
  lu_problem(std::uint64_t size, std::uint64_t seed) : n(size), matrix(n * n) {
    random_generator random(seed);
    for (std::uint64_t i = 0; i < n; ++i)
      for (std::uint64_t j = 0; j < n; ++j)
        matrix[i * n + j] = random.uniform() + (i == j ? static_cast<double>(n) : 0.0);
  }

  std::vector<double> result() const {
    std::vector<double> lu = matrix;
    for (std::uint64_t i = 0; i < n; ++i) {
      for (std::uint64_t j = 0; j < n; ++j) {
        double x = lu[i * n + j];
        for (std::uint64_t k = 0; k < std::min(i, j); ++k) x -= lu[i * n + k] * lu[k * n + j];
        lu[i * n + j] = j < i ? x / lu[j * n + j] : x;
      }
    }
    return lu;
  }

  static constexpr std::uint64_t division_cycles = 16;

  std::uint64_t n;
  std::vector<double> matrix;
};

}  // namespace mimd::tb

#endif
