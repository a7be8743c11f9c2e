// Every processor acquires one lock again and again, increments four words in the critical section, and works
// a little outside. Reports the time of an acquisition over the whole run. The variants are the kinds of
// lock.
#include <optional>

#include "tb/synchronisation/locks.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

using word = std::uint64_t;
constexpr unsigned words = 4;
constexpr std::uint64_t outside_cycles = 50;

template <typename Lock>
class lock_contention final : public workload {
 public:
  explicit lock_contention(const workload_parameters& parameters)
      : p_(parameters), rounds_(p_.size * p_.iterations), begin_(p_.processors, 0), end_(p_.processors, 0) {}

  void prepare(memory_image& memory) override {
    data_ = memory.allocate(words * sizeof(word), std::max<std::uint64_t>(p_.line, words * sizeof(word)));
    put(memory, data_, std::vector<word>(words, 0));
    lock_.emplace(memory, p_.processors, p_.line);
  }

  void run(processor& cpu) override {
    begin_[cpu.id()] = cpu.now();
    for (std::uint64_t i = 0; i < rounds_; ++i) {
      lock_->acquire(cpu);
      for (unsigned w = 0; w < words; ++w) {
        const address_t at = data_ + w * sizeof(word);
        cpu.store(at, cpu.load<word>(at) + 1);
      }
      cpu.compute(words);
      lock_->release(cpu);
      cpu.compute(outside_cycles);
    }
    cpu.fence();
    end_[cpu.id()] = cpu.now();
  }

  verdict check(memory_image& memory) override {
    const std::uint64_t total = rounds_ * p_.processors;
    verdict result =
        compare(get<word>(memory, data_, words), std::vector<word>(words, total), "protected word");
    const time_ps span =
        *std::max_element(end_.begin(), end_.end()) - *std::min_element(begin_.begin(), begin_.end());
    result.results.emplace_back("acquisition_ps", static_cast<double>(span) / static_cast<double>(total));
    return result;
  }

 private:
  workload_parameters p_;
  std::uint64_t rounds_;
  std::vector<time_ps> begin_;
  std::vector<time_ps> end_;
  address_t data_ = 0;
  std::optional<Lock> lock_;
};

}  // namespace

workload_description describe_lock_contention() {
  return {
      "lock-contention",
      "all processors contend for one lock: test-and-set, test-and-test-and-set, ticket, MCS or memory's own",
      {"tas", "ttas", "ticket", "mcs", "memory"},
      6144,
      "acquisitions of a processor",
      [](const workload_parameters& p) -> std::unique_ptr<workload> {
        const workload_parameters good = checked(p, describe_lock_contention(), {1, 1ull << 30});
        if (good.variant == "tas") return std::make_unique<lock_contention<test_and_set_lock>>(good);
        if (good.variant == "ttas")
          return std::make_unique<lock_contention<test_and_test_and_set_lock>>(good);
        if (good.variant == "ticket") return std::make_unique<lock_contention<ticket_lock>>(good);
        if (good.variant == "memory") return std::make_unique<lock_contention<memory_lock>>(good);
        return std::make_unique<lock_contention<mcs_lock>>(good);
      }};
}

}  // namespace mimd::tb
