// Dense matrix product C = A B of n x n doubles, rows of C divided among the processors. The rows are padded
// to whole lines. Both variants add the products of an element in the same order, so both are bit-exact.
#include <optional>

#include "tb/problems/matmul_problem.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t block = 16;  // three blocks of 16 x 16 doubles are 6 KiB

class matmul final : public workload {
 public:
  explicit matmul(const workload_parameters& parameters)
      : p_(parameters), n_(p_.size), pitch_(round_up(n_, elements_per_line(p_.line, sizeof(double)))) {}

  void prepare(memory_image& memory) override {
    for (address_t* base : {&a_, &b_, &c_}) *base = memory.allocate(n_ * pitch_ * sizeof(double), p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put_rows(memory, a_, problem_->a, n_, pitch_);
    put_rows(memory, b_, problem_->b, n_, pitch_);
    put(memory, c_, std::vector<double>(n_ * pitch_, 0.0));
  }

  void run(processor& cpu) override {
    const range rows = share(n_, 1, cpu.id(), p_.processors);
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      if (p_.variant == "blocked") {
        multiply_blocked(cpu, rows);
      } else {
        multiply_naive(cpu, rows);
      }
      barrier_->wait(cpu);
    }
  }

  verdict check(memory_image& memory) override {
    return compare(get_rows<double>(memory, c_, n_, n_, pitch_), problem_->result(), "C");
  }

 private:
  address_t at(address_t base, std::uint64_t i, std::uint64_t j) const { return base + 8 * (i * pitch_ + j); }

  void multiply_naive(processor& cpu, range rows) {
    for (std::uint64_t i = rows.begin; i < rows.end; ++i) {
      for (std::uint64_t j = 0; j < n_; ++j) {
        double sum = 0.0;
        for (std::uint64_t k = 0; k < n_; ++k) {
          sum += cpu.load<double>(at(a_, i, k)) * cpu.load<double>(at(b_, k, j));
        }
        cpu.store(at(c_, i, j), sum);
        cpu.compute(2 * n_);
      }
    }
  }

  void multiply_blocked(processor& cpu, range rows) {
    for (std::uint64_t i0 = rows.begin; i0 < rows.end; i0 += block) {
      const std::uint64_t i1 = std::min(rows.end, i0 + block);
      for (std::uint64_t j0 = 0; j0 < n_; j0 += block) {
        const std::uint64_t j1 = std::min(n_, j0 + block);
        for (std::uint64_t k0 = 0; k0 < n_; k0 += block) {
          multiply_block(cpu, {i0, i1}, {j0, j1}, {k0, std::min(n_, k0 + block)});
        }
      }
    }
  }

  void multiply_block(processor& cpu, range rows, range columns, range inner) {
    for (std::uint64_t i = rows.begin; i < rows.end; ++i) {
      for (std::uint64_t j = columns.begin; j < columns.end; ++j) {
        double sum = inner.begin == 0 ? 0.0 : cpu.load<double>(at(c_, i, j));
        for (std::uint64_t k = inner.begin; k < inner.end; ++k) {
          sum += cpu.load<double>(at(a_, i, k)) * cpu.load<double>(at(b_, k, j));
        }
        cpu.store(at(c_, i, j), sum);
        cpu.compute(2 * (inner.end - inner.begin));
      }
    }
  }

  workload_parameters p_;
  std::optional<matmul_problem> problem_;
  std::uint64_t n_;
  std::uint64_t pitch_;
  address_t a_ = 0;
  address_t b_ = 0;
  address_t c_ = 0;
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_matmul() {
  return {"matmul",
          "dense matrix product C = A B of doubles, rows of C divided among the processors",
          {"naive", "blocked"},
          80,
          "matrix rows",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<matmul>(checked(p, describe_matmul(), {1, 1u << 14}));
          }};
}

}  // namespace mimd::tb
