// Half the processors (at least one) produce items, the others consume them, through the bounded lock-free
// queue. An item is the number of a block of eight words: the producer fills seven, the consumer adds them to
// the eighth. Checked: every item arrives exactly once and whole, and each consumer sees each producer's
// items in order. One processor alone does both, in turn.
#include <optional>

#include "infrastructure/random.h"
#include "tb/synchronisation/barriers.h"
#include "tb/synchronisation/bounded_queue.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

using word = std::uint64_t;
constexpr unsigned payload_words = 7;
constexpr std::uint64_t capacity = 64;

class producer_consumer final : public workload {
 public:
  explicit producer_consumer(const workload_parameters& parameters)
      : p_(parameters),
        stride_(std::max<std::uint64_t>(p_.line, (payload_words + 1) * sizeof(word))),
        producers_(std::max(1u, p_.processors / 2)),
        consumers_(p_.processors == 1 ? 1 : p_.processors - producers_) {}

  void prepare(memory_image& memory) override {
    blocks_ = memory.allocate(p_.size * stride_, p_.line);
    claimed_ = allocate_lines(memory, 1, p_.line);
    queue_.emplace(memory, capacity, p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    random_generator random(p_.seed);
    salt_ = random.next();
    const std::vector<word> zeros(payload_words + 1, 0);
    for (std::uint64_t i = 0; i < p_.size; ++i) put(memory, block(i), zeros);
  }

  void run(processor& cpu) override {
    for (std::uint64_t round = 0; round < p_.iterations; ++round) {
      if (p_.processors == 1) {
        take_turns(cpu, round);
      } else if (cpu.id() < producers_) {
        const range mine = share(p_.size, 1, cpu.id(), producers_);
        for (std::uint64_t i = mine.begin; i < mine.end; ++i) produce(cpu, i, round);
      } else {
        consume_all(cpu, round);
      }
      barrier_->wait(cpu);
    }
  }

  verdict check(memory_image& memory) override {
    if (!disorder_.empty()) return {false, disorder_};
    std::vector<word> found(p_.size);
    std::vector<word> expected(p_.size, 0);
    for (std::uint64_t i = 0; i < p_.size; ++i) {
      memory.read(block(i) + payload_words * sizeof(word), &found[i], sizeof(word));
      for (std::uint64_t round = 0; round < p_.iterations; ++round) {
        for (unsigned w = 0; w < payload_words; ++w) expected[i] += content(i, w, round);
      }
    }
    return compare(found, expected, "sum of item");
  }

 private:
  address_t block(std::uint64_t item) const { return blocks_ + item * stride_; }
  word content(std::uint64_t item, unsigned w, std::uint64_t round) const {
    return (item + salt_ + round) * 0x9e3779b97f4a7c15u + w;
  }

  void produce(processor& cpu, std::uint64_t item, std::uint64_t round) {
    for (unsigned w = 0; w < payload_words; ++w)
      cpu.store(block(item) + w * sizeof(word), content(item, w, round));
    cpu.compute(payload_words);
    queue_->enqueue(cpu, item);
  }

  // Returns the item.
  std::uint64_t consume(processor& cpu) {
    const std::uint64_t item = queue_->dequeue(cpu);
    word sum = cpu.load<word>(block(item) + payload_words * sizeof(word));
    for (unsigned w = 0; w < payload_words; ++w) sum += cpu.load<word>(block(item) + w * sizeof(word));
    cpu.compute(payload_words);
    cpu.store(block(item) + payload_words * sizeof(word), sum);
    return item;
  }

  void take_turns(processor& cpu, std::uint64_t round) {
    for (std::uint64_t first = 0; first < p_.size; first += capacity) {
      const std::uint64_t last = std::min(p_.size, first + capacity);
      for (std::uint64_t i = first; i < last; ++i) produce(cpu, i, round);
      for (std::uint64_t i = first; i < last; ++i) expect_order(cpu, consume(cpu) == i);
    }
  }

  // A consumer first claims an item, so that nobody waits for one that will not come. Each fails once a
  // round.
  void consume_all(processor& cpu, std::uint64_t round) {
    const std::uint64_t base = round * (p_.size + consumers_);
    std::vector<std::uint64_t> next(producers_, 0);  // the least item that may still come from a producer
    while (claim(cpu) - base < p_.size) {
      const std::uint64_t item = consume(cpu);
      for (unsigned p = 0; p < producers_; ++p) {
        const range theirs = share(p_.size, 1, p, producers_);
        if (item < theirs.begin || item >= theirs.end) continue;
        expect_order(cpu, item >= next[p]);
        next[p] = item + 1;
      }
    }
  }

  std::uint64_t claim(processor& cpu) {
    const synchronisation_scope scope(cpu);
    return cpu.fetch_add<std::uint64_t>(claimed_, 1);
  }

  void expect_order(processor& cpu, bool ordered) {
    if (ordered || !disorder_.empty()) return;
    disorder_ = "cpu " + std::to_string(cpu.id()) + " got an item of one producer out of order at " +
                std::to_string(cpu.now()) + " ps";
  }

  workload_parameters p_;
  std::uint64_t stride_;
  unsigned producers_;
  unsigned consumers_;
  std::uint64_t salt_ = 0;
  address_t blocks_ = 0;
  address_t claimed_ = 0;
  std::optional<bounded_queue> queue_;
  std::optional<central_barrier> barrier_;
  std::string disorder_;
};

}  // namespace

workload_description describe_producer_consumer() {
  return {
      "producer-consumer",
      "half the processors hand blocks of words to the other half through a lock-free queue",
      {},
      16384,
      "items",
      [](const workload_parameters& p) -> std::unique_ptr<workload> {
        return std::make_unique<producer_consumer>(checked(p, describe_producer_consumer(), {1, 1u << 24}));
      }};
}

}  // namespace mimd::tb
