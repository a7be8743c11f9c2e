// Each processor increments a counter of its own; the counters share lines (shared) or have a line each
// (padded).
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

class false_sharing final : public workload {
 public:
  explicit false_sharing(const workload_parameters& parameters)
      : p_(parameters),
        stride_(p_.variant == "padded" ? std::max<std::uint64_t>(p_.line, 8) : 8),
        spent_(p_.processors, 0) {}

  void prepare(memory_image& memory) override {
    const std::uint64_t bytes = stride_ * p_.processors;
    counters_ = memory.allocate(bytes, p_.line);
    put(memory, counters_, std::vector<std::uint8_t>(bytes, 0));
  }

  void run(processor& cpu) override {
    const address_t mine = counters_ + stride_ * cpu.id();
    const time_ps start = cpu.now();
    for (std::uint64_t i = 0; i < p_.size; ++i) {
      cpu.store(mine, cpu.load<std::uint64_t>(mine) + 1);
      cpu.compute(1);
    }
    cpu.fence();
    spent_[cpu.id()] = cpu.now() - start;
  }

  verdict check(memory_image& memory) override {
    std::vector<std::uint64_t> found(p_.processors);
    for (unsigned i = 0; i < p_.processors; ++i) memory.read(counters_ + stride_ * i, &found[i], 8);
    verdict result = compare(found, std::vector<std::uint64_t>(p_.processors, p_.size), "counter");
    const time_ps slowest = *std::max_element(spent_.begin(), spent_.end());
    result.results.emplace_back("increment_ps", static_cast<double>(slowest) / static_cast<double>(p_.size));
    return result;
  }

 private:
  workload_parameters p_;
  std::uint64_t stride_;
  std::vector<time_ps> spent_;
  address_t counters_ = 0;
};

}  // namespace

workload_description describe_false_sharing() {
  return {"false-sharing",
          "every processor increments its own counter: all on one line, or each on a line of its own",
          {"shared", "padded"},
          65536,
          "increments of a processor",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<false_sharing>(checked(p, describe_false_sharing(), {1, 1ull << 40}));
          }};
}

}  // namespace mimd::tb
