// LU factorisation in place without pivoting of a diagonally dominant n x n matrix of doubles. Rows are dealt
// out cyclically and padded to whole lines; a barrier after each step. Each run starts from a fresh copy of
// the input.
#include <optional>

#include "tb/problems/lu_problem.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

class lu final : public workload {
 public:
  explicit lu(const workload_parameters& parameters)
      : p_(parameters), n_(p_.size), pitch_(round_up(n_, elements_per_line(p_.line, sizeof(double)))) {}

  void prepare(memory_image& memory) override {
    input_ = memory.allocate(n_ * pitch_ * sizeof(double), p_.line);
    work_ = memory.allocate(n_ * pitch_ * sizeof(double), p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put_rows(memory, input_, problem_->matrix, n_, pitch_);
    put(memory, work_, std::vector<double>(n_ * pitch_, 0.0));
  }

  void run(processor& cpu) override {
    for (std::uint64_t iteration = 0; iteration < p_.iterations; ++iteration) {
      for (std::uint64_t i = cpu.id(); i < n_; i += p_.processors) {
        for (std::uint64_t j = 0; j < n_; ++j) cpu.store(at(work_, i, j), cpu.load<double>(at(input_, i, j)));
        cpu.compute(n_);
      }
      barrier_->wait(cpu);
      for (std::uint64_t k = 0; k + 1 < n_; ++k) {
        eliminate(cpu, k);
        barrier_->wait(cpu);
      }
    }
  }

  verdict check(memory_image& memory) override {
    return compare(get_rows<double>(memory, work_, n_, n_, pitch_), problem_->result(), "LU");
  }

 private:
  address_t at(address_t base, std::uint64_t i, std::uint64_t j) const { return base + 8 * (i * pitch_ + j); }

  void eliminate(processor& cpu, std::uint64_t k) {
    std::uint64_t first = (k + 1) / p_.processors * p_.processors + cpu.id();
    if (first <= k) first += p_.processors;
    if (first >= n_) return;
    const auto pivot = cpu.load<double>(at(work_, k, k));
    for (std::uint64_t i = first; i < n_; i += p_.processors) {
      const double factor = cpu.load<double>(at(work_, i, k)) / pivot;
      cpu.store(at(work_, i, k), factor);
      for (std::uint64_t j = k + 1; j < n_; ++j) {
        const auto above = cpu.load<double>(at(work_, k, j));
        cpu.store(at(work_, i, j), cpu.load<double>(at(work_, i, j)) - factor * above);
      }
      cpu.compute(lu_problem::division_cycles + 2 * (n_ - k - 1));
    }
  }

  workload_parameters p_;
  std::optional<lu_problem> problem_;
  std::uint64_t n_;
  std::uint64_t pitch_;
  address_t input_ = 0;
  address_t work_ = 0;
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_lu() {
  return {"lu",
          "LU factorisation without pivoting of a diagonally dominant matrix of doubles, rows dealt out "
          "cyclically",
          {},
          96,
          "matrix rows",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<lu>(checked(p, describe_lu(), {1, 1u << 14}));
          }};
}

}  // namespace mimd::tb
