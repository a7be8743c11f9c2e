// Idle latency from node to node: one processor of each node, one after the other, follows a chain of
// pointers through each node's memory while all others are at rest. A line is loaded once in the whole run,
// so every load misses in every cache. Reported is the time of a dependent load, with nothing subtracted, as
// Intel Memory Latency Checker does (--latency_matrix); every pointer is checked.
#include <algorithm>

#include "tb/synchronisation/turns.h"
#include "tb/workloads/node_table.h"
#include "tb/workloads/pointer_chain.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

class latency_matrix final : public workload {
 public:
  explicit latency_matrix(const workload_parameters& parameters) : p_(parameters) {}

  void prepare(memory_image& memory) override {
    nodes_ = memory.nodes();
    for (const std::vector<unsigned>& processors : processors_by_node(memory, p_.processors)) {
      if (processors.empty()) continue;
      rows_.push_back({processors.front(), memory.node_of(processors.front()), {}, {}});
    }
    const std::uint64_t lines = p_.size * p_.iterations;
    std::uint64_t stream = 0;
    for (row& r : rows_) {
      for (unsigned node = 0; node < nodes_; ++node) {
        const address_t first = memory.allocate_on(node, lines * p_.line);
        r.chains.emplace_back(first, lines, p_.line, random_generator(p_.seed, stream++));
        r.chains.back().write(memory);
      }
    }
  }

  void run(processor& cpu) override {
    for (std::uint64_t turn = 0; turn < rows_.size(); ++turn) {
      row& r = rows_[turn];
      if (r.processor != cpu.id()) continue;
      turns_.await(cpu, turn);
      for (pointer_chain& chain : r.chains) r.spent.push_back(chain.follow_all(cpu));
      turns_.pass(cpu);
    }
  }

  verdict check(memory_image& memory) override {
    node_table table(nodes_);
    std::uint64_t loads = 0;
    for (const row& r : rows_) {
      for (unsigned node = 0; node < nodes_; ++node) {
        const pointer_chain& chain = r.chains[node];
        const std::string wrong = chain.wrong(memory);
        if (!wrong.empty()) return {false, wrong};
        loads += chain.lines();
        table.set(r.node, node,
                  static_cast<double>(r.spent.at(node)) * 1e-3 / static_cast<double>(chain.lines()));
      }
    }
    verdict result{true, std::to_string(loads) + " pointers of " + std::to_string(rows_.size() * nodes_) +
                             " chains followed, all as written"};
    table.add_results(result, "latency");
    result.report =
        "Measuring idle latencies for random access (in ns)...\n" + table.text("Numa node", "Numa node");
    return result;
  }

 private:
  struct row {
    unsigned processor;
    unsigned node;
    std::vector<pointer_chain> chains;  // by node of memory
    std::vector<time_ps> spent;         // in each
  };

  workload_parameters p_;
  unsigned nodes_ = 1;
  std::vector<row> rows_;
  turns turns_;
};

}  // namespace

workload_description describe_latency_matrix() {
  return {"latency-matrix",
          "idle memory latency from each node's first processor to each node's memory, as a matrix",
          {},
          2048,
          "lines of a chain",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<latency_matrix>(
                checked(p, describe_latency_matrix(), {1, 1u << 20, 1, 1u << 10}));
          }};
}

}  // namespace mimd::tb
