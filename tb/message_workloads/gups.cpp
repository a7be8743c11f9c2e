// Random access: a table divided among the ranks, to random words of which every rank applies updates by
// exclusive or; each is a message to the rank that has the word.
#include <array>

#include "infrastructure/random.h"
#include "tb/message_workloads/workloads.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t update_bytes = 16;  // word, value
constexpr unsigned receives = 8;            // at a time

class gups final : public message_workload {
 public:
  explicit gups(const workload_parameters& p) : p_(p), each_((p.size + p.processors - 1) / p.processors) {
    expected_.assign(p_.processors, 0);
    for (unsigned r = 0; r < p_.processors; ++r) {
      random_generator random(p_.seed, r);
      for (std::uint64_t u = 0; u < p_.iterations; ++u) {
        const update one = next(random);
        ++expected_[one.word / each_];
      }
    }
  }

  void prepare(private_memories& memories) override {
    for (unsigned r = 0; r < p_.processors; ++r) {
      memory_image& memory = memories.of(r);
      local_.push_back({memory.allocate(each_ * 8), memory.allocate(receives * 64),
                        memory.allocate(p_.iterations * update_bytes)});
      put(memory, local_.back().table, std::vector<std::uint64_t>(each_, 0));
    }
  }

  void run(communicator& ranks) override {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    random_generator random(p_.seed, ranks.rank());
    const time_ps began = cpu.now();
    const std::uint64_t expected = expected_[ranks.rank()];
    std::uint64_t posted = 0;
    std::uint64_t applied = 0;
    std::array<communicator::request, receives> open{};
    const auto post = [&] {
      open[posted % receives] = ranks.ireceive(message_passing::any_source, message_passing::any_tag,
                                               l.received + posted % receives * 64, update_bytes);
      ++posted;
    };
    const auto apply = [&] {
      const address_t from = l.received + applied % receives * 64;
      const address_t at = l.table + (cpu.load<std::uint64_t>(from) % each_) * 8;
      cpu.store(at, cpu.load<std::uint64_t>(at) ^ cpu.load<std::uint64_t>(from + 8));
      cpu.compute(2);
      ++applied;
      if (posted < expected) post();
    };
    while (posted < std::min<std::uint64_t>(expected, receives)) post();
    std::vector<communicator::request> sent;
    for (std::uint64_t u = 0; u < p_.iterations; ++u) {
      const update one = next(random);
      const address_t at = l.sent + u * update_bytes;
      cpu.store(at, one.word);
      cpu.store(at + 8, one.value);
      cpu.compute(10);
      sent.push_back(ranks.isend(static_cast<std::uint32_t>(one.word / each_), 0, at, update_bytes));
      if (applied < posted && ranks.test(open[applied % receives])) apply();
    }
    while (applied < expected) {
      ranks.wait(open[applied % receives]);
      apply();
    }
    for (const communicator::request r : sent) ranks.wait(r);
    finish_ = std::max(finish_, cpu.now() - began);
  }

  verdict check(private_memories& memories) override {
    std::vector<std::uint64_t> expected(each_ * p_.processors, 0);
    for (unsigned r = 0; r < p_.processors; ++r) {
      random_generator random(p_.seed, r);
      for (std::uint64_t u = 0; u < p_.iterations; ++u) {
        const update one = next(random);
        expected[one.word] ^= one.value;
      }
    }
    std::vector<std::uint64_t> found;
    for (unsigned r = 0; r < p_.processors; ++r) {
      const auto part = get<std::uint64_t>(memories.of(r), local_[r].table, each_);
      found.insert(found.end(), part.begin(), part.end());
    }
    verdict v = compare(found, expected, "word");
    const double updates = static_cast<double>(p_.iterations) * p_.processors;
    if (finish_ != 0)
      v.results.emplace_back("updates_per_second", updates * 1e12 / static_cast<double>(finish_));
    return v;
  }

 private:
  struct update {
    std::uint64_t word;
    std::uint64_t value;
  };
  struct local {
    address_t table;
    address_t received;
    address_t sent;
  };

  update next(random_generator& random) const {
    const std::uint64_t which = random.below(p_.size);
    return {which, random.next()};
  }

  workload_parameters p_;
  std::uint64_t each_;                   // words of a rank
  std::vector<std::uint64_t> expected_;  // updates for each rank
  std::vector<local> local_;
  time_ps finish_ = 0;
};

}  // namespace

message_workload_description describe_message_gups() {
  return {{"gups", "updates of random words of a table that is divided among all", {}, 65536, "words"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<gups>(checked(p, describe_message_gups(), {1, 1u << 26, 64, 1u << 20}));
          }};
}

}  // namespace mimd::tb
