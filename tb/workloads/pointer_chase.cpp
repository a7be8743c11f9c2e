// Dependent loads: each processor follows a random cycle of nodes, one node a line, so that every load waits
// for the one before. Reports the mean latency of a hop. private = a ring of nodes for each processor; shared
// = one ring for all, entered at different nodes.
#include <numeric>

#include "infrastructure/random.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

class pointer_chase final : public workload {
 public:
  explicit pointer_chase(const workload_parameters& parameters)
      : p_(parameters),
        rings_(p_.variant == "shared" ? 1 : p_.processors),
        hops_(p_.size * p_.iterations),
        start_(p_.processors),
        spent_(p_.processors, 0) {}

  void prepare(memory_image& memory) override {
    nodes_ = memory.allocate(p_.size * p_.line * rings_, p_.line);
    results_ = memory.allocate(p_.line * p_.processors, p_.line);
    order_.resize(rings_);
    for (unsigned r = 0; r < rings_; ++r) {
      random_generator random(p_.seed, r);
      std::vector<std::uint32_t>& order = order_[r];
      order.resize(p_.size);
      std::iota(order.begin(), order.end(), 0u);
      for (std::uint64_t i = p_.size - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
      for (std::uint64_t i = 0; i < p_.size; ++i) {
        const address_t next = node(r, order[(i + 1) % p_.size]);
        memory.write(node(r, order[i]), &next, sizeof(next));
      }
    }
    for (unsigned i = 0; i < p_.processors; ++i) {
      start_[i] = rings_ == 1 ? p_.size * i / p_.processors : 0;
      const std::uint64_t zero = 0;
      memory.write(results_ + i * p_.line, &zero, sizeof(zero));
    }
  }

  void run(processor& cpu) override {
    const unsigned ring = rings_ == 1 ? 0 : cpu.id();
    address_t here = node(ring, order_[ring][start_[cpu.id()]]);
    const time_ps begin = cpu.now();
    for (std::uint64_t i = 0; i < hops_; ++i) here = cpu.load<address_t>(here);
    spent_[cpu.id()] = cpu.now() - begin;
    cpu.store(results_ + cpu.id() * p_.line, here);
    cpu.fence();
  }

  verdict check(memory_image& memory) override {
    std::vector<address_t> found(p_.processors);
    std::vector<address_t> expected(p_.processors);
    for (unsigned i = 0; i < p_.processors; ++i) {
      memory.read(results_ + i * p_.line, &found[i], sizeof(address_t));
      const unsigned ring = rings_ == 1 ? 0 : i;
      expected[i] = node(ring, order_[ring][(start_[i] + hops_) % p_.size]);
    }
    verdict result = compare(found, expected, "last node of processor");
    const double total = std::accumulate(spent_.begin(), spent_.end(), 0.0,
                                         [](double sum, time_ps t) { return sum + static_cast<double>(t); });
    result.results.emplace_back("hop_ps", total / static_cast<double>(hops_) / p_.processors);
    return result;
  }

 private:
  address_t node(unsigned ring, std::uint64_t index) const {
    return nodes_ + (ring * p_.size + index) * p_.line;
  }

  workload_parameters p_;
  unsigned rings_;
  std::uint64_t hops_;
  std::vector<std::uint64_t> start_;
  std::vector<time_ps> spent_;
  std::vector<std::vector<std::uint32_t>> order_;
  address_t nodes_ = 0;
  address_t results_ = 0;
};

}  // namespace

workload_description describe_pointer_chase() {
  return {"pointer-chase",
          "memory latency: every processor follows a random cycle of pointers, one a line",
          {"private", "shared"},
          16384,
          "nodes of a ring",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<pointer_chase>(checked(p, describe_pointer_chase(), {1, 1u << 24, 6}));
          }};
}

}  // namespace mimd::tb
