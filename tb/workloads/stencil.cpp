// Five-point relaxation of n x n interior points (Laplace, fixed border). Rows are padded to lines and
// divided in strips among the processors. jacobi: from one grid to the other, a barrier a sweep; no line that
// one processor writes is touched by another before the barrier. red-black: in place, each colour in turn;
// neighbouring strips share lines.
#include <array>
#include <optional>

#include "tb/problems/stencil_problem.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

class stencil final : public workload {
 public:
  explicit stencil(const workload_parameters& parameters)
      : p_(parameters),
        n_(p_.size),
        pitch_(round_up(n_ + 2, elements_per_line(p_.line, sizeof(double)))),
        in_place_(p_.variant == "red-black") {}

  void prepare(memory_image& memory) override {
    const std::uint64_t elements = (n_ + 2) * pitch_;
    for (address_t& base : grid_) base = memory.allocate(elements * sizeof(double), p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    for (const address_t base : grid_) put_rows(memory, base, problem_->grid, n_ + 2, pitch_);
  }

  void run(processor& cpu) override {
    const range strip = share(n_, 1, cpu.id(), p_.processors);
    for (std::uint64_t sweep = 0; sweep < p_.iterations; ++sweep) {
      if (in_place_) {
        for (unsigned colour = 0; colour < 2; ++colour) {
          for (std::uint64_t i = strip.begin + 1; i <= strip.end; ++i) {
            relax_row(cpu, grid_[0], grid_[0], i, stencil_problem::first_of(i, colour), 2);
          }
          barrier_->wait(cpu);
        }
      } else {
        for (std::uint64_t i = strip.begin + 1; i <= strip.end; ++i) {
          relax_row(cpu, grid_[sweep % 2], grid_[(sweep + 1) % 2], i, 1, 1);
        }
        barrier_->wait(cpu);
      }
    }
  }

  verdict check(memory_image& memory) override {
    const address_t last = in_place_ ? grid_[0] : grid_[p_.iterations % 2];
    return compare(get_rows<double>(memory, last, n_ + 2, n_ + 2, pitch_),
                   problem_->result(p_.iterations, in_place_), "grid");
  }

 private:
  void relax_row(processor& cpu, address_t from, address_t to, std::uint64_t i, std::uint64_t first,
                 std::uint64_t step) {
    const std::uint64_t row = 8 * pitch_;
    for (std::uint64_t j = first; j <= n_; j += step) {
      const address_t here = from + i * row + 8 * j;
      const auto north = cpu.load<double>(here - row);
      const auto west = cpu.load<double>(here - 8);
      const auto east = cpu.load<double>(here + 8);
      const auto south = cpu.load<double>(here + row);
      cpu.store(to + i * row + 8 * j, stencil_problem::relaxed(north, west, east, south));
      cpu.compute(4);
    }
  }

  workload_parameters p_;
  std::optional<stencil_problem> problem_;
  std::uint64_t n_;
  std::uint64_t pitch_;
  bool in_place_;
  std::array<address_t, 2> grid_{};
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_stencil() {
  return {"stencil",
          "five-point relaxation of a square grid of doubles in strips of rows",
          {"jacobi", "red-black"},
          128,
          "grid rows",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<stencil>(checked(p, describe_stencil(), {1, 1u << 14, 8}));
          }};
}

}  // namespace mimd::tb
