// Five-point relaxation in strips of rows; neighbours exchange the rows at their edges before each sweep, or,
// in place, before each colour. The points are computed as on shared memory.
#include <array>
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/stencil_problem.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

class stencil final : public message_workload {
 public:
  explicit stencil(const workload_parameters& p)
      : p_(p),
        n_(p.size),
        in_place_(p.variant == "red-black"),
        active_(static_cast<unsigned>(std::min<std::uint64_t>(p.processors, n_))),
        row_bytes_((n_ + 2) * sizeof(double)) {}

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    for (unsigned r = 0; r < active_; ++r) {
      const range strip = share(n_, 1, r, active_);
      const auto first = problem_->grid.begin() + static_cast<std::ptrdiff_t>(strip.begin * (n_ + 2));
      const std::vector<double> own(
          first, first + static_cast<std::ptrdiff_t>((strip.end - strip.begin + 2) * (n_ + 2)));
      grids_.emplace_back();
      for (address_t& base : grids_.back()) {
        base = memories.of(r).allocate(own.size() * sizeof(double));
        put(memories.of(r), base, own);
      }
    }
  }

  void run(communicator& ranks) override {
    if (ranks.rank() >= active_) return;
    const range strip = share(n_, 1, ranks.rank(), active_);
    const auto& grid = grids_[ranks.rank()];
    for (std::uint64_t sweep = 0; sweep < p_.iterations; ++sweep) {
      const address_t from = in_place_ ? grid[0] : grid[sweep % 2];
      const address_t to = in_place_ ? grid[0] : grid[(sweep + 1) % 2];
      for (unsigned colour = 0; colour < (in_place_ ? 2u : 1u); ++colour) {
        exchange_edges(ranks, from, strip.end - strip.begin);
        for (std::uint64_t i = strip.begin + 1; i <= strip.end; ++i) {
          const std::uint64_t first = in_place_ ? stencil_problem::first_of(i, colour) : 1;
          relax_row(ranks.cpu(), from, to, i - strip.begin, first, in_place_ ? 2 : 1);
        }
      }
    }
  }

  verdict check(private_memories& memories) override {
    std::vector<double> found = problem_->grid;
    for (unsigned r = 0; r < active_; ++r) {
      const range strip = share(n_, 1, r, active_);
      const address_t last = grids_[r][in_place_ ? 0 : p_.iterations % 2];
      const auto rows = get<double>(memories.of(r), last + row_bytes_, (strip.end - strip.begin) * (n_ + 2));
      std::copy(rows.begin(), rows.end(),
                found.begin() + static_cast<std::ptrdiff_t>((strip.begin + 1) * (n_ + 2)));
    }
    return compare(found, problem_->result(p_.iterations, in_place_), "grid");
  }

 private:
  void exchange_edges(communicator& ranks, address_t grid, std::uint64_t rows) {
    const unsigned me = ranks.rank();
    std::vector<communicator::request> open;
    if (me > 0) open.push_back(ranks.ireceive(me - 1, 0, grid, row_bytes_));
    if (me + 1 < active_)
      open.push_back(ranks.ireceive(me + 1, 1, grid + (rows + 1) * row_bytes_, row_bytes_));
    if (me > 0) open.push_back(ranks.isend(me - 1, 1, grid + row_bytes_, row_bytes_));
    if (me + 1 < active_) open.push_back(ranks.isend(me + 1, 0, grid + rows * row_bytes_, row_bytes_));
    for (const communicator::request r : open) ranks.wait(r);
  }

  void relax_row(processor& cpu, address_t from, address_t to, std::uint64_t i, std::uint64_t first,
                 std::uint64_t step) {
    for (std::uint64_t j = first; j <= n_; j += step) {
      const address_t here = from + i * row_bytes_ + 8 * j;
      const auto north = cpu.load<double>(here - row_bytes_);
      const auto west = cpu.load<double>(here - 8);
      const auto east = cpu.load<double>(here + 8);
      const auto south = cpu.load<double>(here + row_bytes_);
      cpu.store(to + i * row_bytes_ + 8 * j, stencil_problem::relaxed(north, west, east, south));
      cpu.compute(4);
    }
  }

  workload_parameters p_;
  std::uint64_t n_;
  bool in_place_;
  unsigned active_;
  std::uint64_t row_bytes_;
  std::optional<stencil_problem> problem_;
  std::vector<std::array<address_t, 2>> grids_;  // by rank: its strip with a row above and below
};

}  // namespace

message_workload_description describe_message_stencil() {
  return {{"stencil",
           "five-point relaxation of a square grid of doubles, edges exchanged",
           {"jacobi", "red-black"},
           128,
           "grid rows"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<stencil>(checked(p, describe_message_stencil(), {1, 1u << 14, 8}));
          }};
}

}  // namespace mimd::tb
