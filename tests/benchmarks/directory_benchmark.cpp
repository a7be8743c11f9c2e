// Accesses a second of directory machines beside the raw loop: processors of 1 GHz with 32 KiB caches, a node
// each, MESI in three hops, 70 % reads. Streams: each processor goes through 4 MiB of its own, a line an
// access, so that every access misses; pages are interleaved, so 15 of 16 homes are remote. Shared: random
// lines of 64 KiB that all use. First passes touch what streams go through for the first time: pages are
// placed, and the host finds memory for them. What else is measured has been touched before. Attraction
// memories of 1 MiB and 16 ways on a bus of 1 GHz: each processor goes through what its neighbour has gone
// through before, so that every access misses in the attraction memory and finds the line in another one;
// likewise where a hierarchy of 16 on one ring or bus, or of four on each and one above, takes the place of
// homes and network. Read the rates as ratios to raw_loop.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attraction_memory/hierarchical_fabric.h"
#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "cache/node_cache.h"
#include "directory/crossbar_transport.h"
#include "directory/directory_cache_view.h"
#include "directory/directory_fabric.h"
#include "directory/network_transport.h"
#include "infrastructure/random.h"
#include "memory/memory.h"
#include "tests/benchmarks/raw_loop.h"

namespace mimd::benchmarks {
namespace {

enum class way { crossbar, mesh, ring, bus, rings, buses };
enum class pattern { streams, shared, neighbours };
enum class machine_kind { numa, coma, hierarchy };

struct machine : sc_core::sc_module {
  static constexpr std::uint64_t span = 4u << 20;
  static constexpr std::uint64_t shared_bytes = 64 * 1024;
  static constexpr std::uint64_t attraction_bytes = 1u << 20;
  static constexpr std::uint64_t reach = 128 * 1024;  // 16 times that is more than an attraction memory holds

  machine(const sc_core::sc_module_name& name, unsigned nodes, timing_mode timing, way network,
          machine_kind of)
      : sc_module(name), cpu("cpu", nodes), timing_(timing) {
    directory_fabric_parameters p;
    p.nodes = nodes;
    p.memory_size = span * nodes;
    for (unsigned i = 0; i < nodes; ++i) p.port_nodes.push_back(i);
    node_cache_parameters attraction;
    attraction.geometry = {attraction_bytes, 16, 64, replacement_policy::lru};
    attraction.attraction = true;
    if (of == machine_kind::hierarchy) {
      build_hierarchy(nodes, network, attraction);
      return;
    }
    if (of == machine_kind::coma) {
      p.form = all_coma_forms().front();
      p.attraction = {attraction.geometry.sets(), attraction.geometry.ways, 64};
    }
    const auto interleaved = [nodes](address_t page, unsigned) {
      return static_cast<unsigned>(page / 4096 % nodes);
    };
    fabric_ = std::make_unique<directory_fabric<>>("fabric", p, interleaved, timing);
    if (network == way::crossbar) {
      crossbar_parameters x;
      x.latency.assign(std::size_t{nodes} * nodes, 20'000);
      transport_ = std::make_unique<crossbar_transport>(x, nodes, p.line);
    } else {
      noc::message_network_parameters n;
      unsigned side = 1;
      while (side * side < nodes) side *= 2;
      n.shape.dims = {side, nodes / side};
      n.network.virtual_networks = directory_networks_of(fabric_->description());
      n.network.vcs = 2;
      network_ = std::make_unique<noc::message_network>("network", n);
      transport_ = std::make_unique<network_transport>(*network_, fabric_->description(), nodes, p.line);
    }
    fabric_->set_transport(*transport_);
    const snooping_protocol view = cache_view_of(fabric_->description());
    memory_parameters m;
    m.size = p.memory_size;
    m.timing.access_time = m.timing.cycle_time = 50'000;
    m.timing.banks = 16;
    for (unsigned i = 0; i < nodes; ++i) {
      memories_.push_back(std::make_unique<memory<>>(("memory_" + std::to_string(i)).c_str(), m, timing));
      fabric_->memory[i].bind(memories_[i]->socket);
      build_processor(i, of == machine_kind::numa ? view : *find_snooping_protocol("mesi"));
      if (of == machine_kind::numa) {
        caches_[i]->interconnect.bind(fabric_->coherent[i]);
      } else {
        build_node(i, attraction, view, fabric_->coherent[i]);
      }
    }
  }

  // Every processor makes `batch` accesses.
  void run(pattern what, unsigned batch) {
    pattern_ = what;
    batch_ = batch;
    go_.notify(sc_core::SC_ZERO_TIME);
    agenda::of_simulation().run_ahead_until(never - 1);
    sc_core::sc_start();
  }

  // Goes once through all that the pattern goes through; false: has been there.
  bool warm_up(pattern what, unsigned batch) {
    if (std::exchange(warm_[static_cast<unsigned>(what)], true)) return false;
    run(what, what == pattern::streams      ? span / 64
              : what == pattern::neighbours ? reach / 64 * static_cast<unsigned>(cpu.size())
                                            : batch);
    return true;
  }

  std::uint64_t router_visits() const { return network_ ? hops() : 0; }

  sc_core::sc_vector<tlm_utils::simple_initiator_socket_tagged<machine>> cpu;

 private:
  void build_processor(unsigned i, const snooping_protocol& protocol) {
    caches_.push_back(std::make_unique<cache<>>(("cache_" + std::to_string(i)).c_str(), cache_parameters{},
                                                protocol, timing_));
    cpu[i].bind(caches_[i]->data);
    sc_core::sc_spawn([this, i] { drive(i); });
  }

  void build_hierarchy(unsigned nodes, way medium, const node_cache_parameters& attraction) {
    hierarchical_fabric_parameters p;
    const bool ring = medium == way::ring || medium == way::rings;
    p.medium = ring ? hierarchical_fabric_parameters::medium_kind::ring
                    : hierarchical_fabric_parameters::medium_kind::bus;
    p.nodes = nodes;
    p.arity = medium == way::rings || medium == way::buses ? 4 : nodes;
    p.memory_size = span * nodes;
    p.revolution = 200'000;
    p.slots = 20;
    p.bus = {2'000, 8'000};
    hierarchy_ = std::make_unique<hierarchical_fabric>("hierarchy", p, timing_);
    const snooping_protocol view = cache_view_of(ddm_protocol());
    for (unsigned i = 0; i < nodes; ++i) {
      build_processor(i, *find_snooping_protocol("mesi"));
      build_node(i, attraction, view, hierarchy_->coherent[i]);
    }
  }

  // A bus whose memory is an attraction memory.
  void build_node(unsigned i, const node_cache_parameters& attraction, const snooping_protocol& view,
                  coherence_target_socket& port) {
    const std::string number = std::to_string(i);
    bus_parameters b;
    b.period = 1'000;
    buses_.push_back(std::make_unique<snooping_bus<>>(("bus_" + number).c_str(), b,
                                                      *find_snooping_protocol("mesi"), timing_, 1, 0, 1));
    node_caches_.push_back(
        std::make_unique<node_cache<>>(("attraction_" + number).c_str(), attraction, view, 2, timing_));
    buses_[i]->set_outer(*node_caches_[i]);
    node_caches_[i]->set_inner(*buses_[i]);
    buses_[i]->target[0].bind(node_caches_[i]->memory);
    buses_[i]->map(0, 0, span * cpu.size(), false);
    caches_[i]->interconnect.bind(buses_[i]->coherent[0]);
    node_caches_[i]->interconnect.bind(port);
  }

  std::uint64_t hops() const {
    std::uint64_t packets = 0;
    for (std::uint32_t c = 0; c < network_->structure().channels().size(); ++c) {
      packets += network_->core().load(c).packets;
    }
    return packets;
  }

  void drive(unsigned i) {
    tlm::tlm_generic_payload payload;
    std::uint64_t data = 0;
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
    payload.set_data_length(8);
    payload.set_streaming_width(8);
    random_generator random(1, i);
    std::uint64_t next = 0;
    std::uint64_t owner = i;
    const sc_core::sc_time quantum(1, sc_core::SC_US);
    for (;;) {
      wait(go_);
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      for (unsigned n = 0; n < batch_; ++n) {
        if (pattern_ == pattern::streams) {
          payload.set_address(i * span + next);
          next = (next + 64) % span;
        } else if (pattern_ == pattern::neighbours) {
          payload.set_address(owner * span + next);
          next = (next + 64) % reach;
          if (next == 0) owner = (owner + 1) % cpu.size();
        } else {
          payload.set_address(random.below(shared_bytes / 8) * 8);
        }
        payload.set_command(random.below(10) < 7 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
        cpu[static_cast<int>(i)]->b_transport(payload, delay);
        if (timing_ == timing_mode::loose && delay >= quantum) {
          wait(until(now_ps() + to_ps(delay)));
          delay = sc_core::SC_ZERO_TIME;
        }
      }
      if (++finished_ == cpu.size()) {
        finished_ = 0;
        sc_core::sc_pause();
      }
    }
  }

  timing_mode timing_;
  std::unique_ptr<directory_fabric<>> fabric_;
  std::unique_ptr<hierarchical_fabric> hierarchy_;
  std::unique_ptr<noc::message_network> network_;
  std::unique_ptr<directory_transport> transport_;
  std::vector<std::unique_ptr<cache<>>> caches_;
  std::vector<std::unique_ptr<memory<>>> memories_;
  std::vector<std::unique_ptr<snooping_bus<>>> buses_;
  std::vector<std::unique_ptr<node_cache<>>> node_caches_;
  std::array<bool, 3> warm_{};  // by pattern
  pattern pattern_ = pattern::streams;
  unsigned batch_ = 0;
  unsigned finished_ = 0;
  sc_core::sc_event go_;
};

raw_loop* raw = nullptr;

void raw_loop_access(benchmark::State& state) {
  tlm::tlm_generic_payload payload;
  std::uint64_t data = 0;
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
  payload.set_data_length(8);
  payload.set_streaming_width(8);
  std::uint64_t address = 0;
  for (auto _ : state) {
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    payload.set_address(address);
    payload.set_command((address & 8) != 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    raw->initiator->b_transport(payload, delay);
    benchmark::DoNotOptimize(delay);
    address = (address + 8) % raw_loop::size;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

void accesses(benchmark::State& state, machine& m, pattern what, unsigned nodes) {
  const unsigned batch = 16'000 / nodes;
  m.warm_up(what, batch);
  const std::uint64_t before = m.router_visits();
  for (auto _ : state) m.run(what, batch);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * nodes * batch));
  if (const std::uint64_t visits = m.router_visits() - before; visits != 0) {
    state.counters["visit"] = benchmark::Counter(static_cast<double>(visits),
                                                 benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  }
}

void first_pass(benchmark::State& state, machine& m, unsigned nodes) {
  for (auto _ : state) {
    if (!m.warm_up(pattern::streams, 0)) state.SkipWithError("not for the first time");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(std::uint64_t{nodes} * machine::span / 64));
}

}  // namespace
}  // namespace mimd::benchmarks

int sc_main(int argc, char** argv) {
  using namespace mimd;
  using namespace mimd::benchmarks;
  benchmark::Initialize(&argc, argv);
  raw_loop r("raw");
  raw = &r;
  benchmark::RegisterBenchmark("raw_loop", raw_loop_access);
  std::vector<std::unique_ptr<machine>> machines;
  const auto add = [&](unsigned nodes, timing_mode timing, way network,
                       machine_kind of = machine_kind::numa) {
    static constexpr const char* ways[] = {"_crossbar_", "_mesh_", "_ring_", "_bus_", "_rings_", "_buses_"};
    const std::string name = std::string(of == machine_kind::numa ? "" : "coma_") +
                             (timing == timing_mode::loose ? "lt" : "at") +
                             ways[static_cast<unsigned>(network)] + std::to_string(nodes);
    machines.push_back(std::make_unique<machine>(name.c_str(), nodes, timing, network, of));
    machine& m = *machines.back();
    if (of != machine_kind::numa) {
      benchmark::RegisterBenchmark((name + "/neighbours").c_str(), [&m, nodes](benchmark::State& s) {
        accesses(s, m, pattern::neighbours, nodes);
      })->Unit(benchmark::kMillisecond);
      return;
    }
    benchmark::RegisterBenchmark((name + "/first_pass").c_str(),
                                 [&m, nodes](benchmark::State& s) { first_pass(s, m, nodes); })
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
    for (const pattern what : {pattern::streams, pattern::shared}) {
      benchmark::RegisterBenchmark((name + (what == pattern::streams ? "/streams" : "/shared")).c_str(),
                                   [&m, what, nodes](benchmark::State& s) { accesses(s, m, what, nodes); })
          ->Unit(benchmark::kMillisecond);
    }
  };
  for (const unsigned nodes : {4u, 16u, 64u}) {
    add(nodes, timing_mode::approximate, way::crossbar);
    add(nodes, timing_mode::approximate, way::mesh);
  }
  add(16, timing_mode::loose, way::crossbar);
  add(16, timing_mode::loose, way::mesh);
  add(16, timing_mode::approximate, way::crossbar, machine_kind::coma);
  add(16, timing_mode::approximate, way::mesh, machine_kind::coma);
  add(16, timing_mode::loose, way::crossbar, machine_kind::coma);
  for (const way medium : {way::ring, way::bus, way::rings, way::buses}) {
    add(16, timing_mode::approximate, medium, machine_kind::hierarchy);
    add(16, timing_mode::loose, medium, machine_kind::hierarchy);
  }
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
