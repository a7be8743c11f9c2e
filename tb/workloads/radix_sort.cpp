// Radix sort of 32-bit keys, eight bits a pass. In each pass a processor sorts its own part by digit into a
// buffer of its own; after a barrier it fills its own part of the result with the runs that belong there,
// from everybody's buffers. So no line that one processor writes is touched by another before the barrier.
#include <optional>

#include "tb/problems/number_problems.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

using key = std::uint32_t;
constexpr std::uint64_t element = sizeof(key);
constexpr unsigned digit_bits = 8;
constexpr unsigned digits = 1u << digit_bits;

class radix_sort final : public workload {
 public:
  explicit radix_sort(const workload_parameters& parameters)
      : p_(parameters), n_(p_.size), table_bytes_(round_up(digits * element, p_.line)) {}

  void prepare(memory_image& memory) override {
    for (address_t* base : {&keys_, &sorted_}) *base = memory.allocate(n_ * element, p_.line);
    for (address_t* base : {&counts_, &ends_}) *base = memory.allocate(table_bytes_ * p_.processors, p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put(memory, keys_, problem_->keys);
    put(memory, sorted_, std::vector<key>(n_, 0));
    for (const address_t base : {counts_, ends_}) {
      put(memory, base, std::vector<std::uint8_t>(table_bytes_ * p_.processors, 0));
    }
  }

  void run(processor& cpu) override {
    const range mine = share(n_, elements_per_line(p_.line, element), cpu.id(), p_.processors);
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      for (unsigned shift = 0; shift < 32; shift += digit_bits) {
        sort_own_part(cpu, mine, shift);
        barrier_->wait(cpu);
        gather(cpu, mine);
        barrier_->wait(cpu);
      }
    }
  }

  verdict check(memory_image& memory) override {
    return compare(get<key>(memory, keys_, n_), problem_->result(), "key");
  }

 private:
  address_t count(unsigned cpu, unsigned digit) const {
    return counts_ + cpu * table_bytes_ + digit * element;
  }
  address_t end(unsigned cpu, unsigned digit) const { return ends_ + cpu * table_bytes_ + digit * element; }

  void sort_own_part(processor& cpu, range mine, unsigned shift) {
    const auto digit_of = [shift](key k) { return (k >> shift) % digits; };
    for (unsigned d = 0; d < digits; ++d) cpu.store<key>(count(cpu.id(), d), 0);
    for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
      const address_t at = count(cpu.id(), digit_of(cpu.load<key>(keys_ + i * element)));
      cpu.store(at, cpu.load<key>(at) + 1);
      cpu.compute(3);
    }
    auto next = static_cast<key>(mine.begin);
    for (unsigned d = 0; d < digits; ++d) {
      const auto length = cpu.load<key>(count(cpu.id(), d));
      if (length == 0) continue;
      cpu.store(end(cpu.id(), d), next);
      next += length;
    }
    cpu.compute(2 * digits);
    for (std::uint64_t i = mine.begin; i < mine.end; ++i) {
      const auto k = cpu.load<key>(keys_ + i * element);
      const address_t at = end(cpu.id(), digit_of(k));
      const auto position = cpu.load<key>(at);
      cpu.store(at, position + 1);
      cpu.store(sorted_ + position * element, k);
      cpu.compute(3);
    }
  }

  // The runs of equal digits, digit by digit and processor by processor, follow one another in the result.
  void gather(processor& cpu, range mine) {
    std::uint64_t to = 0;
    for (unsigned d = 0; d < digits && to < mine.end; ++d) {
      for (unsigned p = 0; p < p_.processors && to < mine.end; ++p) {
        const std::uint64_t length = cpu.load<key>(count(p, d));
        const std::uint64_t first = std::max(to, mine.begin);
        const std::uint64_t last = std::min(to + length, mine.end);
        if (first < last) {
          const std::uint64_t from = cpu.load<key>(end(p, d)) - length + (first - to);
          for (std::uint64_t i = 0; i < last - first; ++i) {
            cpu.store(keys_ + (first + i) * element, cpu.load<key>(sorted_ + (from + i) * element));
          }
        }
        to += length;
        cpu.compute(2);
      }
    }
  }

  workload_parameters p_;
  std::optional<sort_problem> problem_;
  std::uint64_t n_;
  std::uint64_t table_bytes_;  // of one processor
  address_t keys_ = 0;
  address_t sorted_ = 0;  // each processor's part, by digit
  address_t counts_ = 0;  // [processor][digit]
  address_t ends_ = 0;    // [processor][digit]: where the next key goes; after the pass the end of the run
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_radix_sort() {
  return {"radix-sort",
          "radix sort of 32-bit keys, eight bits a pass",
          {},
          16384,
          "keys",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<radix_sort>(checked(p, describe_radix_sort(), {1, 1u << 28}));
          }};
}

}  // namespace mimd::tb
