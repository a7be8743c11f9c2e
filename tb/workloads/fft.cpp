// Radix-2 fast Fourier transform (Cooley and Tukey 1965) of n complex doubles: a bit-reversed copy of the
// input, then log2(n) passes of butterflies in place with a barrier after each. Butterflies are divided so
// that a line is touched by one processor in a pass.
#include <optional>

#include "tb/problems/fft_problem.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t element = sizeof(complex_number);

class fft final : public workload {
 public:
  explicit fft(const workload_parameters& parameters) : p_(parameters), n_(p_.size) {
    fft_problem::check_size(n_);
  }

  void prepare(memory_image& memory) override {
    input_ = memory.allocate(n_ * element, p_.line);
    work_ = memory.allocate(n_ * element, p_.line);
    twiddles_ = memory.allocate(n_ / 2 * element, p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put(memory, input_, problem_->input);
    put(memory, twiddles_, problem_->twiddles);
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
    const std::vector<complex_number> expected = problem_->result();
    const std::string wrong = problem_->wrong(expected);
    if (!wrong.empty()) return {false, wrong};
    return compare(flat(get<complex_number>(memory, work_, n_)), flat(expected), "re, im");
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
      store(cpu, i, load(cpu, input_, problem_->reversed(i)));
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

  workload_parameters p_;
  std::optional<fft_problem> problem_;
  std::uint64_t n_;
  address_t input_ = 0;
  address_t work_ = 0;
  address_t twiddles_ = 0;
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
