// Gravitation of n bodies, all pairs: each rank moves its own, all positions are gathered by all before each
// step. Forces are added in the order of the bodies' numbers, as on shared memory.
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/n_body_problem.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t element = sizeof(body);
constexpr std::uint64_t chunk = 8;  // pairs between two calls of compute

class n_body final : public message_workload {
 public:
  explicit n_body(const workload_parameters& p)
      : p_(p), n_(p.size), each_((n_ + p.processors - 1) / p.processors) {}

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    for (unsigned r = 0; r < p_.processors; ++r) {
      memory_image& memory = memories.of(r);
      const address_t all = memory.allocate(each_ * p_.processors * element);
      local_.push_back({all, memory.allocate(each_ * element)});
      const range mine = bodies_of(r);
      const auto first = problem_->bodies.begin() + static_cast<std::ptrdiff_t>(mine.begin);
      put(memory, all + mine.begin * element,
          std::vector<body>(first, first + static_cast<std::ptrdiff_t>(mine.end - mine.begin)));
      put(memory, local_.back().velocities, std::vector<body>(each_, body{}));
    }
  }

  void run(communicator& ranks) override {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    const range mine = bodies_of(ranks.rank());
    std::vector<body> moved(mine.end - mine.begin);  // positions of a step must not change before its end
    for (std::uint64_t s = 0; s < p_.iterations; ++s) {
      ranks.allgather(l.positions, each_ * element);
      for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
        body at = load(cpu, l.positions + i * element);
        const address_t speed = l.velocities + (i - mine.begin) * element;
        body velocity = load(cpu, speed);
        body acceleration{};
        for (std::uint64_t first = 0; first < n_; first += chunk) {
          const std::uint64_t last = std::min(n_, first + chunk);
          for (std::uint64_t j = first; j < last; ++j)
            n_body_problem::attract(acceleration, at, load(cpu, l.positions + j * element));
          cpu.compute(n_body_problem::pair_cycles * (last - first));
        }
        n_body_problem::advance(at, velocity, acceleration);
        cpu.compute(n_body_problem::advance_cycles);
        store(cpu, speed, velocity);
        moved[i - mine.begin] = at;
      }
      for (std::uint64_t i = mine.begin; i < mine.end; ++i)
        store(cpu, l.positions + i * element, moved[i - mine.begin]);
    }
  }

  verdict check(private_memories& memories) override {
    std::vector<body> positions;
    std::vector<body> velocities;
    for (unsigned r = 0; r < p_.processors; ++r) {
      const range mine = bodies_of(r);
      const auto at =
          get<body>(memories.of(r), local_[r].positions + mine.begin * element, mine.end - mine.begin);
      const auto speed = get<body>(memories.of(r), local_[r].velocities, mine.end - mine.begin);
      positions.insert(positions.end(), at.begin(), at.end());
      velocities.insert(velocities.end(), speed.begin(), speed.end());
    }
    const n_body_problem::state expected = problem_->result(p_.iterations);
    verdict result = compare(flat(positions), flat(expected.positions), "position");
    if (!result.correct) return result;
    const verdict speeds = compare(flat(velocities), flat(expected.velocities), "velocity");
    return speeds.correct ? result : speeds;
  }

 private:
  struct local {
    address_t positions;  // of all
    address_t velocities;
  };

  range bodies_of(std::uint64_t r) const { return {std::min(n_, r * each_), std::min(n_, (r + 1) * each_)}; }
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
  std::uint64_t n_;
  std::uint64_t each_;  // bodies of a rank
  std::optional<n_body_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_n_body() {
  return {{"n-body", "gravitation between all pairs of bodies, a few time steps", {}, 192, "bodies"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<n_body>(checked(p, describe_message_n_body(), {1, 1u << 20, 4}));
          }};
}

}  // namespace mimd::tb
