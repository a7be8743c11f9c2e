// Breadth-first search, level by level: vertices are divided among the ranks; what the frontier sees of
// others' vertices is sent to them at the end of the level.
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/bfs_problem.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

using vertex = bfs_problem::vertex;
constexpr std::uint64_t word = sizeof(vertex);

class bfs final : public message_workload {
 public:
  explicit bfs(const workload_parameters& p)
      : p_(p), n_(p.size), each_((n_ + p.processors - 1) / p.processors) {}

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    for (unsigned r = 0; r < p_.processors; ++r) local_.push_back(lay_out(memories.of(r), r));
    for (unsigned to = 0; to < p_.processors; ++to) {  // room for all that may come in a level
      std::uint64_t all = 0;
      for (unsigned from = 0; from < p_.processors; ++from) {
        local_[to].coming_from.push_back(all);
        all += local_[from].edges_to[to];
      }
      local_[to].incoming = memories.of(to).allocate(all * word + 8);
    }
  }

  void run(communicator& ranks) override {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      std::uint64_t found = begin_search(cpu, ranks.rank());
      for (vertex level = 0;; ++level) {
        cpu.store(l.sum, found);
        ranks.allreduce(l.sum, 1, element::u64, combination::sum);
        if (cpu.load<std::uint64_t>(l.sum) == 0) break;
        found = expand(ranks, level, found);
      }
    }
  }

  verdict check(private_memories& memories) override {
    std::vector<vertex> found;
    for (unsigned r = 0; r < p_.processors; ++r) {
      const range mine = vertices_of(r);
      const auto part = get<vertex>(memories.of(r), local_[r].levels, mine.end - mine.begin);
      found.insert(found.end(), part.begin(), part.end());
    }
    std::vector<vertex> reached;
    return compare(found, problem_->levels(reached), "level");
  }

 private:
  struct local {
    address_t offsets;       // of the own vertices' edges
    address_t targets;       // edges
    address_t levels;        // of the own vertices
    address_t frontier[2];   // own vertices
    address_t outgoing;      // others' vertices, by rank
    address_t incoming = 0;  // own vertices, by rank
    address_t leaving;       // how many for each rank
    address_t coming;        // how many from each rank
    address_t sum;
    std::vector<std::uint64_t> edges_to;     // of the graph: at most so many go to a rank
    std::vector<std::uint64_t> outgoing_to;  // where its part begins, in words
    std::vector<std::uint64_t> coming_from;
  };

  range vertices_of(std::uint64_t r) const {
    return {std::min(n_, r * each_), std::min(n_, (r + 1) * each_)};
  }

  local lay_out(memory_image& memory, unsigned r) {
    const range mine = vertices_of(r);
    const std::uint64_t count = mine.end - mine.begin;
    std::vector<vertex> offsets{0};
    std::vector<vertex> targets;
    local l{};
    l.edges_to.assign(p_.processors, 0);
    for (std::uint64_t u = mine.begin; u < mine.end; ++u) {
      for (vertex e = problem_->offsets[u]; e < problem_->offsets[u + 1]; ++e) {
        targets.push_back(problem_->targets[e]);
        ++l.edges_to[targets.back() / each_];
      }
      offsets.push_back(static_cast<vertex>(targets.size()));
    }
    std::uint64_t all = 0;
    for (const std::uint64_t edges : l.edges_to) {
      l.outgoing_to.push_back(all);
      all += edges;
    }
    l.offsets = memory.allocate(offsets.size() * word);
    l.targets = memory.allocate(targets.size() * word + 8);
    l.levels = memory.allocate(count * word + 8);
    for (address_t& f : l.frontier) f = memory.allocate(count * word + 8);
    l.outgoing = memory.allocate(all * word + 8);
    l.leaving = memory.allocate(p_.processors * word);
    l.coming = memory.allocate(p_.processors * word);
    l.sum = memory.allocate(8);
    put(memory, l.offsets, offsets);
    put(memory, l.targets, targets);
    return l;
  }

  // The number of own vertices in the first frontier.
  std::uint64_t begin_search(processor& cpu, std::uint32_t rank) {
    const local& l = local_[rank];
    const range mine = vertices_of(rank);
    for (std::uint64_t v = mine.begin; v < mine.end; ++v) {
      const bool first = v == bfs_problem::source;
      cpu.store(l.levels + (v - mine.begin) * word, first ? vertex{0} : bfs_problem::unvisited);
      if (first) cpu.store(l.frontier[0], static_cast<vertex>(v));
    }
    cpu.compute(mine.end - mine.begin);
    return mine.begin <= bfs_problem::source && bfs_problem::source < mine.end ? 1 : 0;
  }

  void visit(processor& cpu, const local& l, vertex v, vertex first, vertex level, std::uint64_t& found) {
    const address_t at = l.levels + (v - first) * word;
    if (cpu.load<vertex>(at) != bfs_problem::unvisited) return;
    cpu.store(at, level + 1);
    cpu.store(l.frontier[1 - level % 2] + found * word, v);
    ++found;
  }

  std::uint64_t expand(communicator& ranks, vertex level, std::uint64_t frontier) {
    processor& cpu = ranks.cpu();
    const std::uint32_t me = ranks.rank();
    const local& l = local_[me];
    const auto first = static_cast<vertex>(vertices_of(me).begin);
    std::uint64_t found = 0;
    for (std::uint32_t r = 0; r < ranks.size(); ++r) cpu.store<vertex>(l.leaving + r * word, 0);
    for (std::uint64_t i = 0; i < frontier; ++i) {
      const auto u = cpu.load<vertex>(l.frontier[level % 2] + i * word);
      const auto begin = cpu.load<vertex>(l.offsets + (u - first) * word);
      const auto end = cpu.load<vertex>(l.offsets + (u - first + 1) * word);
      for (vertex e = begin; e < end; ++e) {
        const auto v = cpu.load<vertex>(l.targets + e * word);
        const std::uint64_t owner = v / each_;
        if (owner == me) {
          visit(cpu, l, v, first, level, found);
          continue;
        }
        const address_t count = l.leaving + owner * word;
        const auto place = cpu.load<vertex>(count);
        cpu.store(l.outgoing + (l.outgoing_to[owner] + place) * word, v);
        cpu.store(count, place + 1);
      }
      cpu.compute(3 * (end - begin));
    }
    exchange(ranks, l);
    for (std::uint32_t r = 0; r < ranks.size(); ++r) {
      const auto count = cpu.load<vertex>(l.coming + r * word);
      for (vertex i = 0; i < count; ++i)
        visit(cpu, l, cpu.load<vertex>(l.incoming + (l.coming_from[r] + i) * word), first, level, found);
      cpu.compute(2 * count);
    }
    return found;
  }

  void exchange(communicator& ranks, const local& l) {
    processor& cpu = ranks.cpu();
    ranks.all_to_all(l.leaving, l.coming, word);
    std::vector<communicator::request> open;
    for (std::uint32_t r = 0; r < ranks.size(); ++r) {
      const auto count = cpu.load<vertex>(l.coming + r * word);
      if (count != 0)
        open.push_back(ranks.ireceive(r, 0, l.incoming + l.coming_from[r] * word, count * word));
    }
    for (std::uint32_t r = 0; r < ranks.size(); ++r) {
      const auto count = cpu.load<vertex>(l.leaving + r * word);
      if (count != 0) open.push_back(ranks.isend(r, 0, l.outgoing + l.outgoing_to[r] * word, count * word));
    }
    for (const communicator::request r : open) ranks.wait(r);
  }

  workload_parameters p_;
  std::uint64_t n_;
  std::uint64_t each_;  // vertices of a rank
  std::optional<bfs_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_bfs() {
  return {{"bfs", "breadth-first search of a random graph, level by level", {}, 16384, "vertices"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<bfs>(checked(p, describe_message_bfs(), {1, 1u << 24}));
          }};
}

}  // namespace mimd::tb
