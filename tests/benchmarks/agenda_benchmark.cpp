// 65,536 pending events: the agenda beside as many sc_events with a process each, at random and at equal
// times.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "infrastructure/agenda.h"
#include "infrastructure/random.h"

namespace mimd::benchmarks {
namespace {

constexpr unsigned events = 65536;
constexpr time_ps horizon = 1'000'000;

// Each event schedules itself again: at a random time, or at the next common one.
struct timer : timed_event {
  void fire() override {
    if (*running) owner->schedule(*this, now_ps() + (equal ? horizon : 1 + generator->below(horizon)));
  }
  agenda* owner = nullptr;
  random_generator* generator = nullptr;
  const bool* running = nullptr;
  bool equal = false;
};

struct kernel_timers : sc_core::sc_module {
  std::vector<std::unique_ptr<sc_core::sc_event>> event;
  random_generator generator{1};
  bool equal = false;
  bool running = false;
  std::uint64_t fired = 0;

  SC_HAS_PROCESS(kernel_timers);
  explicit kernel_timers(const sc_core::sc_module_name& name) : sc_module(name) {
    for (unsigned i = 0; i < events; ++i) {
      event.push_back(std::make_unique<sc_core::sc_event>());
      sc_core::sc_spawn_options options;
      options.spawn_method();
      options.dont_initialize();
      options.set_sensitivity(event[i].get());
      sc_core::sc_spawn([this, i] { fire(i); }, nullptr, &options);
    }
  }
  void schedule(unsigned i) { event[i]->notify(to_sc_time(equal ? horizon : 1 + generator.below(horizon))); }
  void fire(unsigned i) {
    ++fired;
    if (running) schedule(i);
  }
};

kernel_timers* kernel = nullptr;

void run_rounds(benchmark::State& state, std::uint64_t per_round) {
  for (auto _ : state) sc_core::sc_start(to_sc_time(horizon));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(per_round));
  state.counters["per_event"] =
      benchmark::Counter(static_cast<double>(per_round),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void agenda_events(benchmark::State& state) {
  agenda& wheel = agenda::of_simulation();
  random_generator generator(1);
  bool running = true;
  std::vector<timer> timers(events);
  const bool equal = state.range(0) != 0;
  for (timer& t : timers) {
    t.owner = &wheel;
    t.generator = &generator;
    t.running = &running;
    t.equal = equal;
    wheel.schedule(t, now_ps() + (equal ? horizon : 1 + generator.below(horizon)));
  }
  run_rounds(state, equal ? events : 2 * events);
  running = false;
  sc_core::sc_start(to_sc_time(2 * horizon));
}

void kernel_events(benchmark::State& state) {
  kernel->equal = state.range(0) != 0;
  kernel->running = true;
  for (unsigned i = 0; i < events; ++i) kernel->schedule(i);
  run_rounds(state, kernel->equal ? events : 2 * events);
  kernel->running = false;
  sc_core::sc_start(to_sc_time(2 * horizon));
}

BENCHMARK(agenda_events)->ArgName("equal_times")->Arg(0)->Arg(1);
BENCHMARK(kernel_events)->ArgName("equal_times")->Arg(0)->Arg(1);

}  // namespace
}  // namespace mimd::benchmarks

int sc_main(int argc, char** argv) {
  using namespace mimd::benchmarks;
  benchmark::Initialize(&argc, argv);
  mimd::agenda::of_simulation();
  kernel_timers k("kernel");
  kernel = &k;
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
