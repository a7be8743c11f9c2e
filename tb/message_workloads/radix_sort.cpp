// Radix sort of 32-bit keys, eight bits a pass. In each pass the ranks learn where the runs of equal digits
// begin (allreduce and scan of the counts), and every key goes to the rank that has its place.
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/number_problems.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

using key = std::uint32_t;
constexpr std::uint64_t element = sizeof(key);
constexpr unsigned digit_bits = 8;
constexpr unsigned digits = 1u << digit_bits;

class radix_sort final : public message_workload {
 public:
  explicit radix_sort(const workload_parameters& p) : p_(p), n_(p.size) {}

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    for (unsigned r = 0; r < p_.processors; ++r) {
      memory_image& memory = memories.of(r);
      const range mine = share(n_, 1, r, p_.processors);
      const std::uint64_t keys = mine.end - mine.begin;
      const auto at = [&memory](std::uint64_t bytes) {
        return memory.allocate(std::max<std::uint64_t>(bytes, 8));
      };
      local l{};
      l.keys = at(keys * element);
      l.places = at(keys * element);
      l.counts = at(digits * element);
      l.totals = at(digits * element);
      l.starts = at(digits * element);
      l.leaving = at(p_.processors * element);
      l.coming = at(p_.processors * element);
      l.next = at(p_.processors * element);
      l.sent = at(keys * 2 * element);
      l.received = at(keys * 2 * element);
      const auto first = problem_->keys.begin() + static_cast<std::ptrdiff_t>(mine.begin);
      put(memory, l.keys, std::vector<key>(first, first + static_cast<std::ptrdiff_t>(keys)));
      local_.push_back(l);
    }
  }

  void run(communicator& ranks) override {
    const range mine = share(n_, 1, ranks.rank(), ranks.size());
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      for (unsigned shift = 0; shift < 32; shift += digit_bits) {
        find_starts(ranks, mine.end - mine.begin, shift);
        find_places(ranks, mine.end - mine.begin, shift);
        move_keys(ranks, mine);
      }
    }
  }

  verdict check(private_memories& memories) override {
    std::vector<key> found;
    for (unsigned r = 0; r < p_.processors; ++r) {
      const range mine = share(n_, 1, r, p_.processors);
      const auto part = get<key>(memories.of(r), local_[r].keys, mine.end - mine.begin);
      found.insert(found.end(), part.begin(), part.end());
    }
    return compare(found, problem_->result(), "key");
  }

 private:
  struct local {
    address_t keys;
    address_t places;    // of each key in the result of the pass
    address_t counts;    // of each digit
    address_t totals;    // likewise, of all ranks
    address_t starts;    // where the next key of a digit goes
    address_t leaving;   // keys for each rank
    address_t coming;    // keys from each rank
    address_t next;      // scratch, by rank
    address_t sent;      // pairs of place and key, by rank
    address_t received;  // likewise
  };

  static void increment(processor& cpu, address_t at) { cpu.store(at, cpu.load<key>(at) + 1); }
  std::uint32_t owner(std::uint64_t place) const {
    return static_cast<std::uint32_t>(((place + 1) * p_.processors - 1) / n_);
  }

  void find_starts(communicator& ranks, std::uint64_t keys, unsigned shift) {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    for (unsigned d = 0; d < digits; ++d) cpu.store<key>(l.counts + d * element, 0);
    for (std::uint64_t i = 0; i < keys; ++i) {
      increment(cpu, l.counts + (cpu.load<key>(l.keys + i * element) >> shift) % digits * element);
      cpu.compute(3);
    }
    copy_with(cpu, l.totals, l.counts, digits * element);
    copy_with(cpu, l.starts, l.counts, digits * element);
    ranks.allreduce(l.totals, digits, mimd::element::u32, combination::sum);
    ranks.scan(l.starts, digits, mimd::element::u32, combination::sum);
    key before = 0;
    for (unsigned d = 0; d < digits; ++d) {
      const address_t at = l.starts + d * element;
      cpu.store(at, before + cpu.load<key>(at) - cpu.load<key>(l.counts + d * element));
      before += cpu.load<key>(l.totals + d * element);
    }
    cpu.compute(2 * digits);
  }

  void find_places(communicator& ranks, std::uint64_t keys, unsigned shift) {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    for (std::uint32_t r = 0; r < ranks.size(); ++r) cpu.store<key>(l.leaving + r * element, 0);
    for (std::uint64_t i = 0; i < keys; ++i) {
      const address_t at = l.starts + (cpu.load<key>(l.keys + i * element) >> shift) % digits * element;
      const auto place = cpu.load<key>(at);
      cpu.store(at, place + 1);
      cpu.store(l.places + i * element, place);
      increment(cpu, l.leaving + owner(place) * element);
      cpu.compute(6);
    }
  }

  void move_keys(communicator& ranks, range mine) {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    ranks.all_to_all(l.leaving, l.coming, element);
    std::vector<communicator::request> open;
    key to = 0;
    for (std::uint32_t r = 0; r < ranks.size(); ++r) {
      const auto keys = cpu.load<key>(l.coming + r * element);
      if (keys != 0) open.push_back(ranks.ireceive(r, 0, l.received + to * 2 * element, keys * 2 * element));
      to += keys;
    }
    key from = 0;
    for (std::uint32_t r = 0; r < ranks.size(); ++r) {
      cpu.store(l.next + r * element, from);
      from += cpu.load<key>(l.leaving + r * element);
    }
    for (std::uint64_t i = 0; i < mine.end - mine.begin; ++i) {
      const auto place = cpu.load<key>(l.places + i * element);
      const address_t slot = l.next + owner(place) * element;
      const address_t at = l.sent + cpu.load<key>(slot) * 2 * element;
      increment(cpu, slot);
      cpu.store(at, place);
      cpu.store(at + element, cpu.load<key>(l.keys + i * element));
      cpu.compute(6);
    }
    from = 0;
    for (std::uint32_t r = 0; r < ranks.size(); ++r) {
      const auto keys = cpu.load<key>(l.leaving + r * element);
      if (keys != 0) open.push_back(ranks.isend(r, 0, l.sent + from * 2 * element, keys * 2 * element));
      from += keys;
    }
    for (const communicator::request r : open) ranks.wait(r);
    for (std::uint64_t i = 0; i < mine.end - mine.begin; ++i) {
      const address_t at = l.received + i * 2 * element;
      const auto place = cpu.load<key>(at);
      cpu.store(l.keys + (place - mine.begin) * element, cpu.load<key>(at + element));
      cpu.compute(2);
    }
  }

  workload_parameters p_;
  std::uint64_t n_;
  std::optional<sort_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_radix_sort() {
  return {{"radix-sort", "radix sort of 32-bit keys, eight bits a pass", {}, 16384, "keys"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<radix_sort>(checked(p, describe_message_radix_sort(), {1, 1u << 28}));
          }};
}

}  // namespace mimd::tb
