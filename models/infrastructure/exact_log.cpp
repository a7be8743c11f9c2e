#include "infrastructure/exact_log.h"

#include <cmath>

namespace mimd {

namespace {

// 2 artanh(s) = ln((1 + s) / (1 - s)), |s| <= 0.172: the term of s^23 is below 2^-57 of the sum.
double twice_artanh(double s) {
  const double square = s * s;
  double sum = 0;
  for (int n = 21; n >= 3; n -= 2) sum = (sum + 1.0 / n) * square;
  return 2 * s + 2 * s * sum;
}

}  // namespace

double log_of_rest(double p) {
  if (p < 0.25) return -twice_artanh(p / (2 - p));
  constexpr double ln2 = 0x1.62e42fefa39efp-1;
  constexpr double root_half = 0x1.6a09e667f3bcdp-1;
  int exponent = 0;
  double mantissa = std::frexp(1 - p, &exponent);  // exact
  if (mantissa < root_half) {
    mantissa *= 2;
    --exponent;
  }
  return exponent * ln2 + twice_artanh((mantissa - 1) / (mantissa + 1));
}

}  // namespace mimd
