#include "tb/synthetic.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "infrastructure/exact_log.h"

namespace mimd::tb {

workload_description synthetic::describe() {
  return {"synthetic",
          "processors that think and access, with stated distributions (synthetic.*)",
          {},
          10'000,
          "accesses a processor",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            synthetic_parameters s;
            s.accesses = p.size;
            s.seed = p.seed;
            s.processors = p.processors;
            return std::make_unique<synthetic>(s);
          }};
}

synthetic::synthetic(const synthetic_parameters& parameters)
    : parameters_(parameters), completions_(parameters.processors) {
  constexpr std::uint64_t least = 3;  // the first is not measured, and an interval has two ends
  constexpr std::uint64_t most = std::uint64_t{1} << 28;  // every completion is kept
  if (parameters_.accesses == 0) parameters_.accesses = describe().default_size;
  if (parameters_.accesses < least || parameters_.accesses > most) {
    throw std::invalid_argument("workload.size: synthetic cannot use " +
                                std::to_string(parameters_.accesses) + " (valid: " + std::to_string(least) +
                                " ... " + std::to_string(most) + " accesses a processor)");
  }
  for (auto& c : completions_) c.reserve(parameters_.accesses);
}

void synthetic::prepare(memory_image& memory) {
  base_ = memory.allocate(64 * parameters_.processors);
}

time_ps synthetic::draw(random_generator& generator) const {
  double x = static_cast<double>(parameters_.think);
  if (parameters_.distribution == think_distribution::exponential) x *= -log_of_rest(generator.uniform());
  if (parameters_.distribution == think_distribution::uniform) x *= 2 * generator.uniform();
  const auto grid = static_cast<double>(parameters_.grid);
  return static_cast<time_ps>(std::llround(x / grid)) * parameters_.grid;
}

void synthetic::run(processor& cpu) {
  random_generator generator(parameters_.seed, cpu.id() + 1);
  const address_t address = base_ + 64 * cpu.id();
  std::vector<completion>& mine = completions_[cpu.id()];
  for (std::uint64_t i = 0; i < parameters_.accesses; ++i) {
    cpu.sleep_until(cpu.now() + draw(generator));
    const time_ps issued = cpu.now();
    cpu.load<std::uint32_t>(address);
    mine.push_back({cpu.now(), cpu.now() - issued});
  }
}

verdict synthetic::check(memory_image&) {
  std::vector<completion> all;
  time_ps first_to_finish = never;
  for (const std::vector<completion>& c : completions_) {
    all.insert(all.end(), c.begin(), c.end());
    if (!c.empty()) first_to_finish = std::min(first_to_finish, c.back().at);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const completion& a, const completion& b) { return a.at < b.at; });
  const std::size_t n = parameters_.processors;
  std::size_t from;
  std::size_t to;
  if (parameters_.distribution == think_distribution::deterministic) {
    from = n;
    to = all.size() > n ? from + (all.size() - 1 - from) / n * n : from;
  } else {
    from = all.size() / 10;
    to = from;
    while (to + 1 < all.size() && all[to + 1].at <= first_to_finish) ++to;
  }
  verdict v;
  if (from >= all.size() || to <= from || all[to].at == all[from].at) {
    v.text = "too few accesses to measure: workload.size must be larger";
    return v;
  }
  const double elapsed = static_cast<double>(all[to].at - all[from].at);
  double response = 0;
  for (std::size_t i = from + 1; i <= to; ++i) response += static_cast<double>(all[i].response);
  const auto completions = static_cast<double>(to - from);
  v.correct = true;
  v.text = std::to_string(to - from) + " completions measured";
  v.results = {{"completions", completions},
               {"elapsed_ps", elapsed},
               {"throughput_per_us", completions / elapsed * 1e6},
               {"response_ps", response / completions}};
  return v;
}

}  // namespace mimd::tb
