// The cost of one access through the memory system beside the raw loop. Read the time columns as ratios to
// raw_loop.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "memory/memory.h"
#include "tests/benchmarks/raw_loop.h"

namespace mimd::benchmarks {
namespace {

constexpr unsigned caches = 4;

// Four caches on a bus, driven by whoever calls or by four threads.
struct machine : sc_core::sc_module {
  snooping_bus<> bus;
  memory<> ram;
  std::vector<std::unique_ptr<cache<>>> cache_;
  sc_core::sc_vector<tlm_utils::simple_initiator_socket_tagged<machine>> cpu{"cpu", caches};

  machine(const sc_core::sc_module_name& name, timing_mode timing)
      : sc_module(name),
        bus("bus", {}, *find_snooping_protocol("mesi"), timing, caches, 0, 1),
        ram("ram", {}, timing) {
    bus.target[0].bind(ram.socket);
    bus.map(0, 0, ram.size(), false);
    for (unsigned i = 0; i < caches; ++i) {
      cache_.push_back(std::make_unique<cache<>>(("cache_" + std::to_string(i)).c_str(), cache_parameters{},
                                                 *find_snooping_protocol("mesi"), timing));
      cpu[i].bind(cache_[i]->data);
      cache_[i]->interconnect.bind(bus.coherent[i]);
    }
    SC_HAS_PROCESS(machine);
    for (unsigned i = 0; i < caches; ++i) {
      sc_core::sc_spawn([this, i] { drive(i); });
    }
  }

  // Approximately timed: each thread makes `batch` accesses at `stride` whenever it is told to.
  void drive(unsigned i) {
    tlm::tlm_generic_payload payload;
    std::uint64_t data = 0;
    prepare(payload, data);
    address = 0;
    std::uint64_t mine = base(i);
    for (;;) {
      wait(go);
      for (unsigned n = 0; n < batch; ++n) {
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        payload.set_address(mine);
        payload.set_command((n & 1) != 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
        cpu[i]->b_transport(payload, delay);
        mine = base(i) + (mine + stride - base(i)) % span;
      }
      if (++finished == caches) {
        finished = 0;
        sc_core::sc_pause();
      }
    }
  }
  static void prepare(tlm::tlm_generic_payload& payload, std::uint64_t& data) {
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
    payload.set_data_length(8);
    payload.set_streaming_width(8);
  }
  static std::uint64_t base(unsigned i) { return i * span; }

  static constexpr std::uint64_t span = 1u << 20;
  std::uint64_t address = 0;
  std::uint64_t stride = 64;
  unsigned batch = 2000;
  unsigned finished = 0;
  sc_core::sc_event go;
};

raw_loop* raw = nullptr;
machine* loose = nullptr;
machine* approximate = nullptr;

void raw_loop_access(benchmark::State& state) {
  tlm::tlm_generic_payload payload;
  std::uint64_t data = 0;
  machine::prepare(payload, data);
  std::uint64_t address = 0;
  for (auto _ : state) {
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    payload.set_address(address);
    payload.set_command((address & 8) != 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    raw->initiator->b_transport(payload, delay);
    benchmark::DoNotOptimize(delay);
    address = (address + 8) % raw_loop::size;
  }
}

void lt_hit(benchmark::State& state) {
  tlm::tlm_generic_payload payload;
  std::uint64_t data = 0;
  machine::prepare(payload, data);
  std::uint64_t address = 0;
  for (auto _ : state) {
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    payload.set_address(address);
    payload.set_command((address & 8) != 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    loose->cpu[0]->b_transport(payload, delay);
    benchmark::DoNotOptimize(delay);
    address = (address + 8) % 4096;
  }
}

void at_hit_within_quantum(benchmark::State& state) {
  tlm::tlm_generic_payload payload;
  std::uint64_t data = 0;
  machine::prepare(payload, data);
  std::uint64_t address = 0;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  // Fill the lines by the loosely-timed way of a thread first: see warm_up().
  for (auto _ : state) {
    delay = sc_core::SC_ZERO_TIME;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    payload.set_address(address);
    payload.set_command((address & 8) != 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    const tlm::tlm_sync_enum answer = approximate->cpu[0]->nb_transport_fw(payload, phase, delay);
    if (answer != tlm::TLM_COMPLETED) state.SkipWithError("not a hit");
    address = (address + 8) % 4096;
  }
}

// Every access misses: each cache streams over its own MiB, half of the accesses are writes. Time runs ahead
// of the kernel as that of four temporally decoupled initiators would.
void lt_streaming_miss(benchmark::State& state) {
  tlm::tlm_generic_payload payload;
  std::uint64_t data = 0;
  machine::prepare(payload, data);
  std::uint64_t offset = 0;
  unsigned i = 0;
  std::uint64_t n = 0;
  sc_core::sc_time local[caches];
  const sc_core::sc_time step(1, sc_core::SC_US);
  for (auto _ : state) {
    sc_core::sc_time& delay = local[i];
    payload.set_address(machine::base(i) + offset);
    payload.set_command((++n & 4) != 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    loose->cpu[static_cast<int>(i)]->b_transport(payload, delay);
    benchmark::DoNotOptimize(delay);
    if (++i == caches) {
      i = 0;
      offset = (offset + 64) % machine::span;
      if (local[0] > step) {
        sc_core::sc_start(step);
        for (sc_core::sc_time& l : local) l -= step;
      }
    }
  }
}

void at_run(machine& m) {
  m.go.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
}

void at_streaming_miss(benchmark::State& state) {
  approximate->stride = 64;
  for (auto _ : state) at_run(*approximate);
  state.SetItemsProcessed(state.iterations() * caches * approximate->batch);
  state.counters["per_access"] =
      benchmark::Counter(static_cast<double>(caches * approximate->batch),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void at_waiting_hit(benchmark::State& state) {
  approximate->stride = 0;
  for (auto _ : state) at_run(*approximate);
  state.SetItemsProcessed(state.iterations() * caches * approximate->batch);
  state.counters["per_access"] =
      benchmark::Counter(static_cast<double>(caches * approximate->batch),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK(raw_loop_access);
BENCHMARK(lt_hit);
BENCHMARK(at_waiting_hit);
BENCHMARK(at_hit_within_quantum);
BENCHMARK(lt_streaming_miss);
BENCHMARK(at_streaming_miss);

}  // namespace
}  // namespace mimd::benchmarks

int sc_main(int argc, char** argv) {
  using namespace mimd::benchmarks;
  benchmark::Initialize(&argc, argv);
  raw_loop r("raw");
  machine l("loose", mimd::timing_mode::loose);
  machine a("approximate", mimd::timing_mode::approximate);
  raw = &r;
  loose = &l;
  approximate = &a;
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  // Lines 0 ... 4095 into the first cache, written, so that stores hit too.
  a.stride = 8;
  a.batch = 1024;
  at_run(a);
  a.batch = 2000;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
