// Latency of a line from one processor's cache to another's processor: the owner gets a set of lines into its
// cache, the reader follows the chain of pointers in them. dirty: the owner has written the lines (a hit on
// modified data, HITM); clean: it has read them. Measured for the first processors of each two nodes, and for
// the first two of one node, one pair at a time while all others are at rest; lines are used once. The lines
// live on the owner's node, on the reader's (-reader), or on a third one, the next that is neither (-third;
// with fewer than three nodes the reader's). Every pointer read is checked.
#include <algorithm>

#include "tb/synchronisation/turns.h"
#include "tb/workloads/node_table.h"
#include "tb/workloads/pointer_chain.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

class core_to_core final : public workload {
 public:
  explicit core_to_core(const workload_parameters& parameters)
      : p_(parameters),
        dirty_(p_.variant.compare(0, 5, "dirty") == 0),
        home_(ends_with(p_.variant, "-reader")  ? "reader"
              : ends_with(p_.variant, "-third") ? "third"
                                                : "writer") {}

  void prepare(memory_image& memory) override {
    nodes_ = memory.nodes();
    const auto processors = processors_by_node(memory, p_.processors);
    if (home_ == "third" && nodes_ < 3) home_ = "reader";
    for (unsigned owner = 0; owner < nodes_; ++owner) {
      for (unsigned reader = 0; reader < nodes_; ++reader) {
        const std::size_t second = owner == reader ? 1 : 0;
        if (processors[owner].empty() || processors[reader].size() <= second) continue;
        for (std::uint64_t i = 0; i < p_.iterations; ++i) {
          const address_t first = memory.allocate_on(home_of(owner, reader), p_.size * p_.line);
          const pointer_chain chain(first, p_.size, p_.line, random_generator(p_.seed, transfers_.size()));
          if (!dirty_) chain.write(memory);
          transfers_.push_back(
              {owner, reader, processors[owner].front(), processors[reader][second], chain, 0});
        }
      }
    }
  }

  void run(processor& cpu) override {
    for (std::uint64_t i = 0; i < transfers_.size(); ++i) {
      transfer& t = transfers_[i];
      if (t.from == cpu.id()) {
        turns_.await(cpu, 2 * i);
        if (dirty_) {
          t.chain.store(cpu);
        } else {
          t.chain.follow_all(cpu);
        }
        turns_.pass(cpu);
      }
      if (t.to == cpu.id()) {
        turns_.await(cpu, 2 * i + 1);
        t.spent = t.chain.follow_all(cpu);
        turns_.pass(cpu);
      }
    }
  }

  verdict check(memory_image& memory) override {
    node_table table(nodes_);
    for (std::size_t i = 0; i < transfers_.size(); i += p_.iterations) {
      const transfer& first = transfers_[i];
      time_ps spent = 0;
      for (std::size_t j = i; j < i + p_.iterations; ++j) {
        const std::string wrong = transfers_[j].chain.wrong(memory);
        if (!wrong.empty()) return {false, wrong};
        spent += transfers_[j].spent;
      }
      table.set(first.owner, first.reader,
                static_cast<double>(spent) * 1e-3 / static_cast<double>(p_.iterations * p_.size));
    }
    verdict result{true, std::to_string(transfers_.size()) + " sets of " + std::to_string(p_.size) +
                             " lines passed from cache to cache, all pointers as written"};
    table.add_results(result, dirty_ ? "dirty" : "clean");
    result.report = "Measuring cache-to-cache transfer latency (in ns)...\n";
    if (transfers_.empty()) {
      result.report += "there is no pair of processors\n";
    } else {
      result.report += std::string(dirty_ ? "HITM" : "HIT") + " latency (data address homed in " + home_ +
                       " node)\n" + table.text("Writer Numa Node", "Reader Numa Node");
    }
    return result;
  }

 private:
  struct transfer {
    unsigned owner;  // nodes
    unsigned reader;
    unsigned from;  // processors
    unsigned to;
    pointer_chain chain;
    time_ps spent;
  };

  unsigned home_of(unsigned owner, unsigned reader) const {
    if (home_ == "writer") return owner;
    if (home_ == "reader") return reader;
    unsigned third = (reader + 1) % nodes_;
    while (third == owner || third == reader) third = (third + 1) % nodes_;
    return third;
  }

  workload_parameters p_;
  bool dirty_;
  std::string home_;  // "writer", "reader" or "third"
  unsigned nodes_ = 1;
  std::vector<transfer> transfers_;
  turns turns_;
};

}  // namespace

workload_description describe_core_to_core() {
  return {"core-to-core",
          "latency of a line from one processor's cache to another processor, for all pairs of nodes, as a "
          "matrix",
          {"dirty", "dirty-reader", "dirty-third", "clean", "clean-reader", "clean-third"},
          128,
          "lines of a pair",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<core_to_core>(
                checked(p, describe_core_to_core(), {1, 1u << 20, 1, 1u << 10}));
          }};
}

}  // namespace mimd::tb
