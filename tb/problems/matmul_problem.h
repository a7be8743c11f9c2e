// Dense matrix product C = A B of n x n doubles: input and sequential result. The products of an element are
// added in the order of k, from 0.
#ifndef MIMD_TB_PROBLEMS_MATMUL_PROBLEM_H
#define MIMD_TB_PROBLEMS_MATMUL_PROBLEM_H

#include <cstdint>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

struct matmul_problem {
  matmul_problem(std::uint64_t size, std::uint64_t seed) : n(size), a(n * n), b(n * n) {
    random_generator random(seed);
    for (auto* matrix : {&a, &b})
      for (double& x : *matrix) x = 2.0 * random.uniform() - 1.0;
  }

  std::vector<double> result() const {
    std::vector<double> c(n * n, 0.0);
    for (std::uint64_t i = 0; i < n; ++i)
      for (std::uint64_t k = 0; k < n; ++k)
        for (std::uint64_t j = 0; j < n; ++j) c[i * n + j] += a[i * n + k] * b[k * n + j];
    return c;
  }

  std::uint64_t n;
  std::vector<double> a;
  std::vector<double> b;
};

}  // namespace mimd::tb

#endif
