// Fast Fourier transform of n complex doubles, n a power of two: input, twiddle factors, sequential result.
//
// The sequential transform is recursive; it rounds as radix-2 butterflies in place do. Some coefficients are
// compared with the sum of the definition.
#ifndef MIMD_TB_PROBLEMS_FFT_PROBLEM_H
#define MIMD_TB_PROBLEMS_FFT_PROBLEM_H

#include <cstdint>
#include <string>
#include <vector>

namespace mimd::tb {

struct complex_number {
  double re;
  double im;
};

inline complex_number product(complex_number w, complex_number x) {
  return {w.re * x.re - w.im * x.im, w.re * x.im + w.im * x.re};
}

struct fft_problem {
  // Throws std::invalid_argument, one line, for a size that is no power of two.
  static void check_size(std::uint64_t size);
  fft_problem(std::uint64_t size, std::uint64_t seed);  // likewise

  std::vector<complex_number> result() const { return transform(input, 1); }
  // What is wrong with the sequential result itself, or "".
  std::string wrong(const std::vector<complex_number>& transformed) const;
  // Of an index: its log2(n) bits, the other way round.
  std::uint64_t reversed(std::uint64_t i) const;

  std::uint64_t n;
  std::vector<complex_number> input;
  std::vector<complex_number> twiddles;  // n/2

 private:
  std::vector<complex_number> transform(const std::vector<complex_number>& x, std::uint64_t step) const;
  complex_number defined(std::uint64_t k) const;
};

// re, im, re, im ...
std::vector<double> flat(const std::vector<complex_number>& v);

}  // namespace mimd::tb

#endif
