// A histogram of values in 64 bins: every rank counts its own, the counts are added up at rank 0.
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/number_problems.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t bins = histogram_problem::bins;

class histogram final : public message_workload {
 public:
  explicit histogram(const workload_parameters& p) : p_(p) {}

  void prepare(private_memories& memories) override {
    problem_.emplace(p_.size, p_.seed);
    for (unsigned r = 0; r < p_.processors; ++r) {
      memory_image& memory = memories.of(r);
      const range mine = share(p_.size, 1, r, p_.processors);
      const auto first = problem_->values.begin() + static_cast<std::ptrdiff_t>(mine.begin);
      const std::vector<std::uint32_t> own(first, first + static_cast<std::ptrdiff_t>(mine.end - mine.begin));
      local_.push_back({memory.allocate(own.size() * 4 + 8), memory.allocate(bins * 8)});
      put(memory, local_.back().values, own);
      put(memory, local_.back().counts, std::vector<std::uint64_t>(bins, 0));
    }
  }

  void run(communicator& ranks) override {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    const range mine = share(p_.size, 1, ranks.rank(), ranks.size());
    for (std::uint64_t pass = 0; pass < p_.iterations; ++pass) {
      for (std::uint64_t i = 0; i < mine.end - mine.begin; ++i) {
        const address_t at = l.counts + cpu.load<std::uint32_t>(l.values + 4 * i) % bins * 8;
        cpu.compute(1);
        cpu.store(at, cpu.load<std::uint64_t>(at) + 1);
      }
    }
    ranks.reduce(0, l.counts, bins, element::u64, combination::sum);
  }

  verdict check(private_memories& memories) override {
    return compare(get<std::uint64_t>(memories.of(0), local_[0].counts, bins),
                   problem_->result(p_.iterations), "bin");
  }

 private:
  struct local {
    address_t values;
    address_t counts;
  };

  workload_parameters p_;
  std::optional<histogram_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_histogram() {
  return {{"histogram", "a histogram of 64 bins, counted apart and added up", {}, 131072, "values"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<histogram>(checked(p, describe_message_histogram(), {1, 1u << 28}));
          }};
}

}  // namespace mimd::tb
