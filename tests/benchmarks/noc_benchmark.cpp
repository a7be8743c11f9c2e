// Cycles a second of both fidelities under uniform traffic of 5-flit packets (4 virtual channels of 8 flits):
// 8x8 mesh at load 0.2, 16x16 at 0.1, 64x64 at 0.02; and the idle network, a billion cycles an iteration.
#include <benchmark/benchmark.h>

#include "infrastructure/random.h"
#include "noc/network.h"
#include "noc/topologies.h"
#include "tb/traffic/injection.h"
#include "tb/traffic/injection_calendar.h"
#include "tb/traffic/packet_pool.h"
#include "tests/benchmarks/plain_main.h"

namespace mimd::benchmarks {
namespace {

class uniform_load final : public noc::packet_receiver {
 public:
  uniform_load(noc::network& network, std::uint32_t terminals, double packets_per_cycle)
      : network_(network),
        terminals_(terminals),
        gaps_(packets_per_cycle),
        calendar_(terminals, 1 / packets_per_cycle) {
    network.set_receiver(*this);
    for (std::uint32_t t = 0; t < terminals; ++t) calendar_.enter(t, gaps_.draw(random_));
  }

  void run_until(noc::cycle end) {
    for (noc::cycle c = calendar_.next(); c <= end; c = calendar_.next()) {
      network_.advance_to(c);
      for (std::uint32_t t = calendar_.take(); t != tb::injection_calendar::nobody; t = calendar_.take()) {
        noc::packet& p = pool_.take();
        p.source = t;
        p.destination = static_cast<std::uint32_t>(random_.below(terminals_));
        p.flits = 5;
        network_.send(p);
        calendar_.enter(t, c + gaps_.draw(random_));
      }
    }
    network_.advance_to(end);
  }

  void packet_arrived(noc::packet& p) override { pool_.give_back(p); }

 private:
  noc::network& network_;
  std::uint32_t terminals_;
  tb::geometric_gaps gaps_;
  random_generator random_{1};
  tb::injection_calendar calendar_;
  tb::packet_pool pool_;
};

// Arguments: radix, load in thousandths of a flit.
void mesh(benchmark::State& state, noc::fidelity f) {
  const auto radix = static_cast<std::uint32_t>(state.range(0));
  noc::topology_parameters tp;
  tp.dims = {radix, radix};
  const noc::topology shape = noc::make_topology(tp);
  const auto way = noc::make_routing("dimension-order", shape, 4);
  const auto network = noc::make_network(f, shape, *way, noc::network_parameters{});
  uniform_load load(*network, shape.terminals(), static_cast<double>(state.range(1)) / 5000);
  noc::cycle c = 500;  // until it has filled up
  load.run_until(c);
  for (auto _ : state) load.run_until(c += 100);
  state.counters["cycles/s"] = benchmark::Counter(static_cast<double>(c - 500), benchmark::Counter::kIsRate);
}

void idle(benchmark::State& state) {
  const noc::topology shape = noc::make_topology(noc::topology_parameters{});
  const auto way = noc::make_routing("dimension-order", shape, 4);
  const auto network = noc::make_network(noc::fidelity::packet, shape, *way, noc::network_parameters{});
  for (auto _ : state) network->advance_to(network->now() + 1'000'000'000);
}

BENCHMARK_CAPTURE(mesh, packet, noc::fidelity::packet)->Args({8, 200})->Args({16, 100})->Args({64, 20});
BENCHMARK_CAPTURE(mesh, flit, noc::fidelity::flit)->Args({8, 200})->Args({16, 100})->Args({64, 20});
BENCHMARK(idle);

}  // namespace
}  // namespace mimd::benchmarks
