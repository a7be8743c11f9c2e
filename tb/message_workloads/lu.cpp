// LU factorisation in place without pivoting, rows dealt out cyclically; the row of each step is broadcast.
// Elements are computed as on shared memory.
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/lu_problem.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

class lu final : public message_workload {
 public:
  explicit lu(const workload_parameters& p) : p_(p), n_(p.size) {}

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    for (unsigned r = 0; r < p_.processors; ++r) {
      memory_image& memory = memories.of(r);
      std::vector<double> own;
      for (std::uint64_t i = r; i < n_; i += p_.processors)
        for (std::uint64_t j = 0; j < n_; ++j) own.push_back(problem_->matrix[i * n_ + j]);
      const std::uint64_t bytes = std::max<std::uint64_t>(own.size() * 8, 8);
      local_.push_back({memory.allocate(bytes), memory.allocate(bytes), memory.allocate(n_ * 8)});
      put(memory, local_.back().input, own);
    }
  }

  void run(communicator& ranks) override {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    const std::uint64_t step = ranks.size();
    for (std::uint64_t iteration = 0; iteration < p_.iterations; ++iteration) {
      for (std::uint64_t i = ranks.rank(); i < n_; i += step) {
        for (std::uint64_t j = 0; j < n_; ++j)
          cpu.store(at(l.work, i / step, j), cpu.load<double>(at(l.input, i / step, j)));
        cpu.compute(n_);
      }
      for (std::uint64_t k = 0; k + 1 < n_; ++k) {
        const auto owner = static_cast<std::uint32_t>(k % step);
        const address_t row = owner == ranks.rank() ? at(l.work, k / step, 0) : l.row;
        ranks.broadcast(owner, row + 8 * k, 8 * (n_ - k));
        eliminate(cpu, ranks.rank(), step, l.work, row, k);
      }
    }
  }

  verdict check(private_memories& memories) override {
    std::vector<double> found(n_ * n_);
    for (unsigned r = 0; r < p_.processors; ++r)
      for (std::uint64_t i = r; i < n_; i += p_.processors) {
        const auto row = get<double>(memories.of(r), at(local_[r].work, i / p_.processors, 0), n_);
        std::copy(row.begin(), row.end(), found.begin() + static_cast<std::ptrdiff_t>(i * n_));
      }
    return compare(found, problem_->result(), "LU");
  }

 private:
  struct local {
    address_t input;
    address_t work;
    address_t row;  // of the step
  };

  address_t at(address_t base, std::uint64_t i, std::uint64_t j) const { return base + 8 * (i * n_ + j); }

  void eliminate(processor& cpu, std::uint64_t me, std::uint64_t step, address_t work, address_t row,
                 std::uint64_t k) const {
    std::uint64_t first = (k + 1) / step * step + me;
    if (first <= k) first += step;
    if (first >= n_) return;
    const auto pivot = cpu.load<double>(row + 8 * k);
    for (std::uint64_t i = first; i < n_; i += step) {
      const double factor = cpu.load<double>(at(work, i / step, k)) / pivot;
      cpu.store(at(work, i / step, k), factor);
      for (std::uint64_t j = k + 1; j < n_; ++j) {
        const auto above = cpu.load<double>(row + 8 * j);
        cpu.store(at(work, i / step, j), cpu.load<double>(at(work, i / step, j)) - factor * above);
      }
      cpu.compute(lu_problem::division_cycles + 2 * (n_ - k - 1));
    }
  }

  workload_parameters p_;
  std::uint64_t n_;
  std::optional<lu_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_lu() {
  return {{"lu",
           "LU factorisation without pivoting of a diagonally dominant matrix of doubles, rows dealt out "
           "cyclically and broadcast",
           {},
           96,
           "matrix rows"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<lu>(checked(p, describe_message_lu(), {1, 1u << 14}));
          }};
}

}  // namespace mimd::tb
