#include "tb/problems/fft_problem.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "infrastructure/random.h"

namespace mimd::tb {
namespace {

constexpr double pi = 3.14159265358979323846;

}  // namespace

void fft_problem::check_size(std::uint64_t size) {
  if ((size & (size - 1)) == 0) return;
  std::uint64_t below = 2;
  while (2 * below < size) below *= 2;
  throw std::invalid_argument("workload.size: fft cannot use " + std::to_string(size) +
                              " (valid: a power of two; nearest: " + std::to_string(below) + ", " +
                              std::to_string(2 * below) + ")");
}

fft_problem::fft_problem(std::uint64_t size, std::uint64_t seed) : n(size) {
  check_size(size);
  random_generator random(seed);
  input.resize(n);
  for (complex_number& x : input) {
    x.re = 2.0 * random.uniform() - 1.0;
    x.im = 2.0 * random.uniform() - 1.0;
  }
  twiddles.resize(n / 2);
  for (std::uint64_t i = 0; i < n / 2; ++i) {
    const double angle = -2.0 * pi * static_cast<double>(i) / static_cast<double>(n);
    twiddles[i] = {std::cos(angle), std::sin(angle)};
  }
}

std::uint64_t fft_problem::reversed(std::uint64_t i) const {
  std::uint64_t result = 0;
  for (std::uint64_t bit = 1, other = n / 2; bit < n; bit *= 2, other /= 2) {
    if ((i & bit) != 0) result |= other;
  }
  return result;
}

// The transform of every `step`-th of n/step values: even and odd halves, recursively.
std::vector<complex_number> fft_problem::transform(const std::vector<complex_number>& x,
                                                   std::uint64_t step) const {
  const std::uint64_t size = x.size();
  if (size == 1) return x;
  std::vector<complex_number> even(size / 2);
  std::vector<complex_number> odd(size / 2);
  for (std::uint64_t i = 0; i < size / 2; ++i) {
    even[i] = x[2 * i];
    odd[i] = x[2 * i + 1];
  }
  even = transform(even, 2 * step);
  odd = transform(odd, 2 * step);
  std::vector<complex_number> whole(size);
  for (std::uint64_t i = 0; i < size / 2; ++i) {
    const complex_number t = product(twiddles[i * step], odd[i]);
    whole[i] = {even[i].re + t.re, even[i].im + t.im};
    whole[i + size / 2] = {even[i].re - t.re, even[i].im - t.im};
  }
  return whole;
}

complex_number fft_problem::defined(std::uint64_t k) const {
  complex_number sum{0.0, 0.0};
  for (std::uint64_t i = 0; i < n; ++i) {
    const double angle = -2.0 * pi * static_cast<double>(i * k % n) / static_cast<double>(n);
    const complex_number term = product({std::cos(angle), std::sin(angle)}, input[i]);
    sum = {sum.re + term.re, sum.im + term.im};
  }
  return sum;
}

std::string fft_problem::wrong(const std::vector<complex_number>& transformed) const {
  for (std::uint64_t k = 0; k < n; k += std::max<std::uint64_t>(1, n / 7)) {
    const complex_number sum = defined(k);
    const double error = std::hypot(sum.re - transformed[k].re, sum.im - transformed[k].im);
    if (!(error <= 1e-9 * static_cast<double>(n))) {
      return "coefficient " + std::to_string(k) + " of the sequential result is off by " +
             std::to_string(error);
    }
  }
  return {};
}

std::vector<double> flat(const std::vector<complex_number>& v) {
  std::vector<double> all;
  all.reserve(2 * v.size());
  for (const complex_number& x : v) all.insert(all.end(), {x.re, x.im});
  return all;
}

}  // namespace mimd::tb
