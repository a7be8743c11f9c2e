// Gravitation of n bodies, all pairs, softened, leapfrog-like steps with two copies of the positions: a step
// reads one copy and writes the other, each processor its own bodies. Bit-exact: forces are added in index
// order.
#include <array>
#include <optional>

#include "tb/problems/n_body_problem.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t element = sizeof(body);
constexpr std::uint64_t chunk = 8;  // pairs between two calls of compute

class n_body final : public workload {
 public:
  explicit n_body(const workload_parameters& parameters) : p_(parameters), n_(p_.size) {}

  void prepare(memory_image& memory) override {
    for (address_t& base : positions_) base = memory.allocate(n_ * element, p_.line);
    velocities_ = memory.allocate(n_ * element, p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put(memory, positions_[0], problem_->bodies);
    put(memory, positions_[1], std::vector<body>(n_, body{}));
    put(memory, velocities_, std::vector<body>(n_, body{}));
  }

  void run(processor& cpu) override {
    const range mine = share(n_, elements_per_line(p_.line, element), cpu.id(), p_.processors);
    for (std::uint64_t s = 0; s < p_.iterations; ++s) {
      const address_t from = positions_[s % 2];
      const address_t to = positions_[(s + 1) % 2];
      for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
        body at = load(cpu, from + i * element);
        body velocity = load(cpu, velocities_ + i * element);
        body acceleration{};
        for (std::uint64_t first = 0; first < n_; first += chunk) {
          const std::uint64_t last = std::min(n_, first + chunk);
          for (std::uint64_t j = first; j < last; ++j)
            n_body_problem::attract(acceleration, at, load(cpu, from + j * element));
          cpu.compute(n_body_problem::pair_cycles * (last - first));
        }
        n_body_problem::advance(at, velocity, acceleration);
        cpu.compute(n_body_problem::advance_cycles);
        store(cpu, velocities_ + i * element, velocity);
        store(cpu, to + i * element, at);
      }
      barrier_->wait(cpu);
    }
  }

  verdict check(memory_image& memory) override {
    const n_body_problem::state expected = problem_->result(p_.iterations);
    verdict result = compare(get<double>(memory, positions_[p_.iterations % 2], 4 * n_),
                             flat(expected.positions), "position");
    if (!result.correct) return result;
    const verdict speeds =
        compare(get<double>(memory, velocities_, 4 * n_), flat(expected.velocities), "velocity");
    return speeds.correct ? result : speeds;
  }

 private:
  static body load(processor& cpu, address_t at) {
    const auto x = cpu.load<double>(at);
    const auto y = cpu.load<double>(at + 8);
    const auto z = cpu.load<double>(at + 16);
    return {x, y, z, cpu.load<double>(at + 24)};
  }
  static void store(processor& cpu, address_t at, const body& value) {
    cpu.store(at, value.x);
    cpu.store(at + 8, value.y);
    cpu.store(at + 16, value.z);
    cpu.store(at + 24, value.mass);
  }

  workload_parameters p_;
  std::optional<n_body_problem> problem_;
  std::uint64_t n_;
  std::array<address_t, 2> positions_{};
  address_t velocities_ = 0;
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_n_body() {
  return {"n-body",
          "gravitation between all pairs of bodies, a few time steps",
          {},
          192,
          "bodies",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<n_body>(checked(p, describe_n_body(), {1, 1u << 20, 4}));
          }};
}

}  // namespace mimd::tb
