// Radix-2 fast Fourier transform (Cooley and Tukey 1965) of n complex doubles: a bit-reversed copy of the
// input, then log2(n) passes of butterflies in place with a barrier after each. Butterflies are divided so
// that a line is touched by one processor in a pass. Checked bit by bit against a recursive transform on the
// host, and some coefficients against the sum of the definition.
#include <cmath>
#include <optional>
#include <stdexcept>

#include "infrastructure/random.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

constexpr double pi = 3.14159265358979323846;

struct complex_number {
  double re;
  double im;
};

constexpr std::uint64_t element = sizeof(complex_number);

complex_number product(complex_number w, complex_number x) {
  return {w.re * x.re - w.im * x.im, w.re * x.im + w.im * x.re};
}

class fft final : public workload {
 public:
  explicit fft(const workload_parameters& parameters) : p_(parameters), n_(p_.size) {
    if ((n_ & (n_ - 1)) != 0) {
      std::uint64_t below = 2;
      while (2 * below < n_) below *= 2;
      throw std::invalid_argument("workload.size: fft cannot use " + std::to_string(n_) +
                                  " (valid: a power of two; nearest: " + std::to_string(below) + ", " +
                                  std::to_string(2 * below) + ")");
    }
  }

  void prepare(memory_image& memory) override {
    input_ = memory.allocate(n_ * element, p_.line);
    work_ = memory.allocate(n_ * element, p_.line);
    twiddles_ = memory.allocate(n_ / 2 * element, p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    random_generator random(p_.seed);
    host_input_.resize(n_);
    for (complex_number& x : host_input_) {
      x.re = 2.0 * random.uniform() - 1.0;
      x.im = 2.0 * random.uniform() - 1.0;
    }
    host_twiddles_.resize(n_ / 2);
    for (std::uint64_t i = 0; i < n_ / 2; ++i) {
      const double angle = -2.0 * pi * static_cast<double>(i) / static_cast<double>(n_);
      host_twiddles_[i] = {std::cos(angle), std::sin(angle)};
    }
    put(memory, input_, host_input_);
    put(memory, twiddles_, host_twiddles_);
    put(memory, work_, std::vector<complex_number>(n_, {0.0, 0.0}));
  }

  void run(processor& cpu) override {
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      copy_bit_reversed(cpu);
      barrier_->wait(cpu);
      for (std::uint64_t half = 1; half < n_; half *= 2) {
        butterflies(cpu, half);
        barrier_->wait(cpu);
      }
    }
  }

  verdict check(memory_image& memory) override {
    const std::vector<complex_number> expected = transform(host_input_, 1);
    for (std::uint64_t k = 0; k < n_; k += std::max<std::uint64_t>(1, n_ / 7)) {
      const complex_number sum = defined(k);
      const double error = std::hypot(sum.re - expected[k].re, sum.im - expected[k].im);
      if (!(error <= 1e-9 * static_cast<double>(n_))) {
        return {false, "coefficient " + std::to_string(k) + " of the sequential result is off by " +
                           std::to_string(error)};
      }
    }
    const std::vector<complex_number> found = get<complex_number>(memory, work_, n_);
    const auto flat = [](const std::vector<complex_number>& v) {
      std::vector<double> all;
      for (const complex_number& x : v) all.insert(all.end(), {x.re, x.im});
      return all;
    };
    return compare(flat(found), flat(expected), "re, im");
  }

 private:
  complex_number load(processor& cpu, address_t base, std::uint64_t i) const {
    const address_t at = base + i * element;
    return {cpu.load<double>(at), cpu.load<double>(at + 8)};
  }
  void store(processor& cpu, std::uint64_t i, complex_number x) const {
    const address_t at = work_ + i * element;
    cpu.store(at, x.re);
    cpu.store(at + 8, x.im);
  }

  void copy_bit_reversed(processor& cpu) {
    const range mine = share(n_, elements_per_line(p_.line, element), cpu.id(), p_.processors);
    for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
      std::uint64_t reversed = 0;
      for (std::uint64_t bit = 1, other = n_ / 2; bit < n_; bit *= 2, other /= 2) {
        if ((i & bit) != 0) reversed |= other;
      }
      store(cpu, i, load(cpu, input_, reversed));
      cpu.compute(4);
    }
  }

  // Elements i and i + half; whole lines on either side, or a line that holds both.
  void butterflies(processor& cpu, std::uint64_t half) {
    const range mine = share(n_ / 2, elements_per_line(p_.line, element), cpu.id(), p_.processors);
    const std::uint64_t twiddle_step = n_ / 2 / half;
    for (std::uint64_t pair = mine.begin; pair < mine.end; ++pair) {
      const std::uint64_t offset = pair & (half - 1);
      const std::uint64_t i = 2 * (pair - offset) + offset;
      const complex_number w = load(cpu, twiddles_, offset * twiddle_step);
      const complex_number x = load(cpu, work_, i);
      const complex_number t = product(w, load(cpu, work_, i + half));
      store(cpu, i, {x.re + t.re, x.im + t.im});
      store(cpu, i + half, {x.re - t.re, x.im - t.im});
      cpu.compute(10);
    }
  }

  // The transform of every `step`-th of n/step values: even and odd halves, recursively.
  std::vector<complex_number> transform(const std::vector<complex_number>& x, std::uint64_t step) const {
    const std::uint64_t n = x.size();
    if (n == 1) return x;
    std::vector<complex_number> even(n / 2);
    std::vector<complex_number> odd(n / 2);
    for (std::uint64_t i = 0; i < n / 2; ++i) {
      even[i] = x[2 * i];
      odd[i] = x[2 * i + 1];
    }
    even = transform(even, 2 * step);
    odd = transform(odd, 2 * step);
    std::vector<complex_number> result(n);
    for (std::uint64_t i = 0; i < n / 2; ++i) {
      const complex_number t = product(host_twiddles_[i * step], odd[i]);
      result[i] = {even[i].re + t.re, even[i].im + t.im};
      result[i + n / 2] = {even[i].re - t.re, even[i].im - t.im};
    }
    return result;
  }

  complex_number defined(std::uint64_t k) const {
    complex_number sum{0.0, 0.0};
    for (std::uint64_t i = 0; i < n_; ++i) {
      const double angle = -2.0 * pi * static_cast<double>(i * k % n_) / static_cast<double>(n_);
      const complex_number term = product({std::cos(angle), std::sin(angle)}, host_input_[i]);
      sum = {sum.re + term.re, sum.im + term.im};
    }
    return sum;
  }

  workload_parameters p_;
  std::uint64_t n_;
  address_t input_ = 0;
  address_t work_ = 0;
  address_t twiddles_ = 0;
  std::vector<complex_number> host_input_;
  std::vector<complex_number> host_twiddles_;
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_fft() {
  return {"fft",
          "radix-2 fast Fourier transform of complex doubles",
          {},
          8192,
          "elements",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<fft>(checked(p, describe_fft(), {2, 1u << 26}));
          }};
}

}  // namespace mimd::tb
