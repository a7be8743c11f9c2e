// A histogram of n values in 64 bins: a lock a bin, one atomic addition a value, or bins of its own for every
// processor that are added up at the end.
#include <optional>

#include "tb/problems/number_problems.h"
#include "tb/synchronisation/barriers.h"
#include "tb/synchronisation/locks.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

using value = std::uint32_t;
using bin = std::uint64_t;
constexpr std::uint64_t bins = histogram_problem::bins;

enum class method { locks, atomics, separate };

class histogram final : public workload {
 public:
  explicit histogram(const workload_parameters& parameters)
      : p_(parameters),
        method_(p_.variant == "locks"     ? method::locks
                : p_.variant == "atomics" ? method::atomics
                                          : method::separate),
        own_bytes_(round_up(bins * sizeof(bin), p_.line)) {}

  void prepare(memory_image& memory) override {
    values_ = memory.allocate(p_.size * sizeof(value), p_.line);
    total_ = memory.allocate(bins * sizeof(bin), p_.line);
    put(memory, total_, std::vector<bin>(bins, 0));
    if (method_ == method::separate) {
      own_ = memory.allocate(own_bytes_ * p_.processors, p_.line);
      put(memory, own_, std::vector<std::uint8_t>(own_bytes_ * p_.processors, 0));
    }
    if (method_ == method::locks) {
      for (std::uint64_t i = 0; i < bins; ++i) locks_.emplace_back(memory, p_.processors, p_.line);
    }
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put(memory, values_, problem_->values);
  }

  void run(processor& cpu) override {
    const range mine = share(p_.size, 1, cpu.id(), p_.processors);
    const address_t own = own_ + own_bytes_ * cpu.id();
    for (std::uint64_t pass = 0; pass < p_.iterations; ++pass) {
      for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
        const std::uint64_t which = cpu.load<value>(values_ + i * sizeof(value)) % bins;
        const address_t at = total_ + which * sizeof(bin);
        cpu.compute(1);
        switch (method_) {
          case method::locks:
            locks_[which].acquire(cpu);
            cpu.store(at, cpu.load<bin>(at) + 1);
            locks_[which].release(cpu);
            break;
          case method::atomics:
            cpu.fetch_add<bin>(at, 1);
            break;
          case method::separate:
            cpu.store(own + which * sizeof(bin), cpu.load<bin>(own + which * sizeof(bin)) + 1);
            break;
        }
      }
    }
    barrier_->wait(cpu);
    if (method_ == method::separate) {
      add_up(cpu);
      barrier_->wait(cpu);
    }
  }

  verdict check(memory_image& memory) override {
    return compare(get<bin>(memory, total_, bins), problem_->result(p_.iterations), "bin");
  }

 private:
  void add_up(processor& cpu) {
    const range mine = share(bins, elements_per_line(p_.line, sizeof(bin)), cpu.id(), p_.processors);
    for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
      bin sum = 0;
      for (unsigned p = 0; p < p_.processors; ++p)
        sum += cpu.load<bin>(own_ + own_bytes_ * p + i * sizeof(bin));
      cpu.store(total_ + i * sizeof(bin), sum);
      cpu.compute(p_.processors);
    }
  }

  workload_parameters p_;
  std::optional<histogram_problem> problem_;
  method method_;
  std::uint64_t own_bytes_;
  address_t values_ = 0;
  address_t total_ = 0;
  address_t own_ = 0;
  std::vector<test_and_test_and_set_lock> locks_;
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_histogram() {
  return {"histogram",
          "a histogram of 64 bins with a lock a bin, with atomic additions, or with private bins",
          {"locks", "atomics", "private"},
          131072,
          "values",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<histogram>(checked(p, describe_histogram(), {1, 1u << 28}));
          }};
}

}  // namespace mimd::tb
