// Breadth-first search of a random undirected graph (compressed rows), level by level. The processors divide
// the frontier, claim unvisited vertices by compare-and-swap on their level, and collect the next frontier in
// lists of their own. Checked: the level of every vertex, and that every vertex was expanded once.
#include <array>
#include <optional>

#include "tb/problems/bfs_problem.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

using vertex = bfs_problem::vertex;
constexpr std::uint64_t element = sizeof(vertex);
constexpr vertex unvisited = bfs_problem::unvisited;
constexpr vertex source = bfs_problem::source;

class bfs final : public workload {
 public:
  explicit bfs(const workload_parameters& parameters)
      : p_(parameters),
        n_(p_.size),
        list_bytes_(round_up(n_ * element, p_.line)),
        expanded_(p_.processors, 0),
        sums_(p_.processors, 0) {}

  void prepare(memory_image& memory) override {
    offsets_ = memory.allocate((n_ + 1) * element, p_.line);
    targets_ = memory.allocate(2 * bfs_problem::edges_per_vertex * n_ * element, p_.line);
    levels_ = memory.allocate(n_ * element, p_.line);
    for (unsigned side = 0; side < 2; ++side) {
      lists_[side] = memory.allocate(list_bytes_ * p_.processors, p_.line);
      lengths_[side] = allocate_lines(memory, p_.processors, p_.line);
    }
    barrier_.emplace(memory, p_.processors, p_.line);
    problem_.emplace(p_.size, p_.seed);
    put(memory, offsets_, problem_->offsets);
    put(memory, targets_, problem_->targets);
    put(memory, levels_, std::vector<vertex>(n_, 0));
    for (const address_t base : lists_) {
      put(memory, base, std::vector<std::uint8_t>(list_bytes_ * p_.processors, 0));
    }
  }

  void run(processor& cpu) override {
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      begin_search(cpu);
      for (vertex level = 0; expand(cpu, level); ++level) {
      }
    }
  }

  verdict check(memory_image& memory) override {
    std::vector<vertex> reached;
    const std::vector<vertex> expected = problem_->levels(reached);
    std::uint64_t expanded = 0;
    std::uint64_t sum = 0;
    for (const vertex v : reached) sum += v * p_.iterations;
    for (unsigned p = 0; p < p_.processors; ++p) {
      expanded += expanded_[p];
      sum -= sums_[p];
    }
    verdict result = compare(get<vertex>(memory, levels_, n_), expected, "level");
    if (result.correct && (expanded != reached.size() * p_.iterations || sum != 0)) {
      return {false, std::to_string(expanded) + " vertices were expanded, not the " +
                         std::to_string(reached.size() * p_.iterations) + " that can be reached"};
    }
    return result;
  }

 private:
  address_t list(unsigned side, unsigned cpu) const { return lists_[side] + cpu * list_bytes_; }
  address_t length(unsigned side, unsigned cpu) const { return lengths_[side] + cpu * p_.line; }

  void begin_search(processor& cpu) {
    const range mine = share(n_, elements_per_line(p_.line, element), cpu.id(), p_.processors);
    for (std::uint64_t v = mine.begin; v < mine.end; ++v) {
      cpu.store(levels_ + v * element, v == source ? vertex{0} : unvisited);
    }
    cpu.compute(mine.end - mine.begin);
    if (cpu.id() == 0) cpu.store(list(0, 0), source);
    cpu.store<vertex>(length(0, cpu.id()), cpu.id() == 0 ? 1 : 0);
    barrier_->wait(cpu);
  }

  // Expands this processor's share of the frontier of `level`; false when the frontier is empty.
  bool expand(processor& cpu, vertex level) {
    const unsigned side = level % 2;
    std::uint64_t total = 0;
    for (unsigned p = 0; p < p_.processors; ++p) total += cpu.load<vertex>(length(side, p));
    cpu.compute(p_.processors);
    if (total == 0) return false;
    const range mine = share(total, 1, cpu.id(), p_.processors);
    vertex found = 0;
    std::uint64_t before = 0;  // entries in the lists of lower processors
    for (unsigned p = 0; p < p_.processors && before < mine.end; ++p) {
      const std::uint64_t after = before + cpu.load<vertex>(length(side, p));
      for (std::uint64_t i = std::max(before, mine.begin); i < std::min(after, mine.end); ++i) {
        const auto u = cpu.load<vertex>(list(side, p) + (i - before) * element);
        ++expanded_[cpu.id()];
        sums_[cpu.id()] += u;
        visit_neighbours(cpu, u, level, found);
      }
      before = after;
    }
    cpu.store(length(1 - side, cpu.id()), found);
    barrier_->wait(cpu);
    return true;
  }

  void visit_neighbours(processor& cpu, vertex u, vertex level, vertex& found) {
    const auto first = cpu.load<vertex>(offsets_ + u * element);
    const auto last = cpu.load<vertex>(offsets_ + (u + 1) * element);
    for (vertex e = first; e < last; ++e) {
      const auto v = cpu.load<vertex>(targets_ + e * element);
      const address_t at = levels_ + v * element;
      if (cpu.load<vertex>(at) != unvisited || !cpu.compare_exchange(at, unvisited, level + 1)) continue;
      cpu.store(list(1 - level % 2, cpu.id()) + found * element, v);
      ++found;
    }
    cpu.compute(2 * (last - first));
  }

  workload_parameters p_;
  std::optional<bfs_problem> problem_;
  std::uint64_t n_;
  std::uint64_t list_bytes_;
  std::vector<std::uint64_t> expanded_;
  std::vector<std::uint64_t> sums_;
  address_t offsets_ = 0;
  address_t targets_ = 0;
  address_t levels_ = 0;
  std::array<address_t, 2> lists_{};    // [side][processor]: the frontier, and the next one
  std::array<address_t, 2> lengths_{};  // [side][processor], a line each
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_bfs() {
  return {"bfs",
          "breadth-first search of a random graph, level by level",
          {},
          16384,
          "vertices",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<bfs>(checked(p, describe_bfs(), {1, 1u << 24}));
          }};
}

}  // namespace mimd::tb
