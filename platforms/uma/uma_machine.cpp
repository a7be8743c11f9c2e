#include "platforms/uma/uma_machine.h"

#include <algorithm>
#include <stdexcept>

#include "tb/io/disk_job.h"
#include "tb/traces/open_trace.h"

namespace mimd {

namespace {

constexpr std::uint64_t window = 4096;  // of one device's registers

unsigned devices(const uma_parameters& p) {
  return unsigned{p.has_disk} + unsigned{p.has_tape} + unsigned{p.has_dma};
}

}  // namespace

uma_machine::uma_machine(const sc_core::sc_module_name& name, const uma_parameters& parameters,
                         timing_mode timing, std::uint64_t seed, bool check_coherence)
    : sc_module(name),
      parameters_(parameters),
      timing_(timing),
      bus_("bus", parameters.bus, parameters.coherence(), timing, parameters.cached() ? parameters.cpus : 0,
           (parameters.cached() ? 0 : 2 * parameters.cpus) + devices(parameters), 1 + devices(parameters)),
      memory_("memory", parameters.memory, timing) {
  bus_.target[0].bind(memory_.socket);
  bus_.map(0, 0, parameters_.memory.size, false);
  unsigned plain = 0;
  for (unsigned i = 0; i < parameters_.cpus; ++i) {
    cpus_.push_back(std::make_unique<cpu<>>(("cpu_" + std::to_string(i)).c_str(), parameters_.cpu, timing, i,
                                            parameters_.cpus));
    if (parameters_.cached()) {
      caches_.push_back(std::make_unique<cache<>>(("cache_" + std::to_string(i)).c_str(), parameters_.cache,
                                                  parameters_.coherence(), timing, seed + i));
      cpus_[i]->data.bind(caches_[i]->data);
      cpus_[i]->instruction.bind(caches_[i]->instruction);
      caches_[i]->interconnect.bind(bus_.coherent[i]);
    } else {
      bus_.name_master(plain, "cpu_" + std::to_string(i));
      cpus_[i]->data.bind(bus_.plain[plain++]);
      bus_.name_master(plain, "cpu_" + std::to_string(i) + ".instruction");
      cpus_[i]->instruction.bind(bus_.plain[plain++]);
    }
  }
  for (unsigned i = 0; i < caches_.size(); ++i) {
    bus_.name_master(i, "cpu_" + std::to_string(i));
    if (parameters_.classify_misses) caches_[i]->classify_misses(history_, i);
  }
  cpus_[0]->interrupt.bind(interrupt_);

  unsigned target = 1;
  const auto attach = [&](auto& device, const std::string& device_name) {
    bus_.name_master(static_cast<unsigned>(caches_.size()) + plain, device_name);
    device.memory.bind(bus_.plain[plain++]);
    bus_.target[target].bind(device.registers);
    bus_.map(target, device_base + (target - 1) * window, window, true);
    ++target;
  };
  if (parameters_.has_disk) {
    disk_ = std::make_unique<disk<>>("disk", parameters_.disk, timing);
    disk_->interrupt.bind(interrupt_);
    attach(*disk_, "disk");
  }
  if (parameters_.has_tape) {
    tape_ = std::make_unique<tape<>>("tape", parameters_.tape, timing);
    attach(*tape_, "tape");
  }
  if (parameters_.has_dma) {
    dma_ = std::make_unique<dma_engine<>>("dma", parameters_.dma, timing);
    attach(*dma_, "dma");
  }

  if (check_coherence && parameters_.cached()) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < bus_.masters(); ++i) names.push_back(bus_.master_name(i));
    checker_ = std::make_unique<coherence_checker>(
        parameters_.coherence(), names, parameters_.bus.line,
        [this](unsigned agent, address_t line) { return bus_.state_of(agent, line); });
    bus_.set_observer(checker_.get());
    bus_.set_row_coverage(&coverage_);
    for (unsigned i = 0; i < caches_.size(); ++i) {
      caches_[i]->set_observer(checker_.get(), i);
      caches_[i]->set_row_coverage(&coverage_);
    }
  }
}

uma_machine::~uma_machine() = default;

// --- programs
// -------------------------------------------------------------------------------------------------------

std::vector<tb::workload_description> uma_machine::workloads() {
  std::vector<tb::workload_description> all = tb::shared_memory_workloads();
  all.push_back(tb::synthetic::describe());
  all.push_back(tb::describe_disk_sort());
  std::sort(all.begin(), all.end(), [](const tb::workload_description& a, const tb::workload_description& b) {
    return a.name < b.name;
  });
  return all;
}

void uma_machine::load_workload(const std::string& workload_name) {
  if (workload_name == tb::synthetic::describe().name) {
    load_program(std::make_unique<tb::synthetic>(parameters_.synthetic));
    return;
  }
  if (workload_name == tb::describe_disk_sort().name) {
    if (!disk_) throw std::invalid_argument("workload disk-sort needs disk.present = true");
    load_program(std::make_unique<tb::disk_job>(parameters_.workload, device_base, disk_->contents()));
    return;
  }
  for (const tb::workload_description& w : tb::shared_memory_workloads()) {
    if (w.name == workload_name) load_program(w.make(parameters_.workload));
  }
}

void uma_machine::load_program(std::unique_ptr<tb::workload> workload) {
  workload_ = std::move(workload);
  start([this](processor& p) { workload_->run(p); });
}

void uma_machine::load_traces(const std::vector<std::string>& paths) {
  auto streams = tb::open_traces(paths);
  if (streams.size() > parameters_.cpus) {
    throw std::invalid_argument("the traces have " + std::to_string(streams.size()) +
                                " threads, but cpu.count is " + std::to_string(parameters_.cpus));
  }
  replay_ = std::make_unique<tb::trace_replay>(std::move(streams), parameters_.replay,
                                               static_cast<tb::blocker&>(*this));
  start([this](processor& p) {
    try {
      replay_->run(p);
    } catch (
        const std::runtime_error& e) {  // the trace itself; an access that fails is the processor's to tell
      if (bad_input_.empty()) bad_input_ = e.what();
      throw;
    }
  });
}

void uma_machine::start(std::function<void(processor&)> program) {
  running_ = parameters_.cpus;
  for (const auto& c : cpus_) c->run_program(program, [this] { program_ended(); });
}

void uma_machine::start_of_simulation() {
  if (workload_) workload_->prepare(*this);
}

void uma_machine::program_ended() {
  --running_;
  if (failed()) sc_core::sc_pause();
  if (running_ > 0) return;
  bus_.when_quiet([this] {
    finished_ = true;
    sc_core::sc_pause();
  });
}

void uma_machine::block(processor& p) {
  cpus_[p.id()]->block();
}
void uma_machine::wake(unsigned processor, time_ps not_before) {
  cpus_[processor]->wake(not_before);
}

// --- results
// --------------------------------------------------------------------------------------------------------

void uma_machine::read(address_t address, void* data, std::uint64_t size) {
  bus_.debug(address, static_cast<std::uint8_t*>(data), static_cast<unsigned>(size), false);
}

void uma_machine::write(address_t address, const void* data, std::uint64_t size) {
  bus_.debug(address, static_cast<std::uint8_t*>(const_cast<void*>(data)), static_cast<unsigned>(size), true);
}

bool uma_machine::failed() const {
  return !failure().empty();
}

std::string uma_machine::failure() const {
  for (const auto& c : cpus_) {
    if (!c->failure().empty()) return c->failure();
  }
  return {};
}

std::string uma_machine::waiting() const {
  std::string text;
  for (const auto& c : cpus_) {
    const std::string one = c->waiting();
    if (!one.empty()) text += (text.empty() ? "" : "; ") + one;
  }
  if (replay_) {
    for (const std::string& one : replay_->waiting()) text += "; " + one;
  }
  const std::string bus = bus_.waiting();
  return bus.empty() ? text : text + "; " + bus;
}

tb::verdict uma_machine::check() {
  tb::verdict v{true, "", {}};
  if (workload_) v = workload_->check(*this);
  if (replay_) v.text = std::to_string(replay_->records()) + " trace records replayed";
  results_ = v.results;
  if (checker_) {
    if (checker_->violation_count() != 0) {
      v.correct = false;
      v.text = checker_->violations().front();
    } else {
      v.text += "; " + std::to_string(checker_->accesses_checked()) + " accesses coherent";
    }
  }
  return v;
}

time_ps uma_machine::finish_time() const {
  time_ps latest = 0;
  for (const auto& c : cpus_)
    latest = std::max(latest, c->finished() ? c->counters().finish_ps : c->local_time());
  return latest;
}

std::uint64_t uma_machine::accesses() const {
  std::uint64_t n = 0;
  for (const auto& c : cpus_) {
    const cpu_counters& k = c->counters();
    n += k.loads + k.stores + k.fetches + k.atomics + k.synchronisation;
  }
  return n;
}

double uma_machine::share_done() const {
  return replay_ ? replay_->share_done() : -1;
}

// --- waves and statistics
// -------------------------------------------------------------------------------------------

void uma_machine::record(trace_recorder* recorder, transaction_log* log) {
  recorder_ = recorder;
  log_ = log;
  bus_.set_transaction_log(log);
  if (!recorder) return;
  bus_.declare_traces(*recorder, std::string(name()) + ".bus");
  for (unsigned i = 0; i < cpus_.size(); ++i) {
    const std::string prefix = std::string(name()) + ".cpu_" + std::to_string(i);
    cpus_[i]->declare_traces(*recorder, prefix);
    if (!caches_.empty()) caches_[i]->declare_traces(*recorder, prefix + ".l1");
  }
  if (disk_) disk_->declare_traces(*recorder, std::string(name()) + ".disk");
  if (tape_) tape_->declare_traces(*recorder, std::string(name()) + ".tape");
  if (dma_) dma_->declare_traces(*recorder, std::string(name()) + ".dma");
}

// Called at moments of the host's time: it may not pass what is still to be recorded, or their order would
// depend on the host.
void uma_machine::flush_traces() {
  const time_ps complete = bus_.recorded_until(now_ps());
  if (recorder_) recorder_->advance(complete);
  if (log_) log_->advance(complete);
}

void uma_machine::register_statistics(statistics& all) {
  all.add(
      "time_ps", [this] { return finish_time(); }, "simulated time at which the last program ended");
  for (unsigned i = 0; i < cpus_.size(); ++i) {
    register_cpu(all, i);
    if (!caches_.empty()) register_cache(all, i);
  }
  register_bus(all);
  const memory_counters& m = memory_.counters();
  all.add("memory.reads", m.reads, "read accesses");
  all.add("memory.writes", m.writes, "write accesses");
  all.add("memory.bytes_read", m.bytes_read, "bytes read");
  all.add("memory.bytes_written", m.bytes_written, "bytes written");
  all.add("memory.busy_ps", m.busy_ps, "time banks were busy, summed over banks");
  all.add("memory.wait_ps", m.wait_ps, "time requests waited for their bank");
  if (parameters_.memory.timing.page_mode) {
    all.add("memory.row_hits", m.row_hits, "accesses to an open row");
    all.add("memory.row_empty", m.row_empty, "accesses to a closed bank");
    all.add("memory.row_conflicts", m.row_conflicts, "accesses that had to close another row");
  }
  if (disk_) disk_->register_statistics(all, "disk");
  if (tape_) tape_->register_statistics(all, "tape");
  if (dma_) dma_->register_statistics(all, "dma");
  if (checker_) {
    all.add(
        "coherence.accesses_checked", [this] { return checker_->accesses_checked(); },
        "accesses the checker saw");
    all.add(
        "coherence.violations", [this] { return checker_->violation_count(); }, "violations it found");
    all.add(
        "coherence.rows_exercised", [this] { return std::uint64_t{coverage_.exercised()}; },
        "rows of the protocol's table that happened, those that depend on the shared line twice");
  }
}

void uma_machine::register_cpu(statistics& all, unsigned i) {
  const std::string p = "cpu_" + std::to_string(i);
  const cpu_base& c = *cpus_[i];
  const cpu_counters& k = c.counters();
  all.add(p + ".loads", k.loads, "data loads, modifies included");
  all.add(p + ".stores", k.stores, "stores");
  all.add(p + ".fetches", k.fetches, "instruction fetches");
  all.add(p + ".atomics", k.atomics, "atomic operations");
  all.add(p + ".fences", k.fences, "fences");
  all.add(p + ".synchronisation", k.synchronisation, "accesses for synchronisation, not among the above");
  all.add(p + ".prefetches", k.prefetches, "prefetches issued");
  all.add(p + ".prefetches_dropped", k.prefetches_dropped, "prefetches that found no free slot");
  if (parameters_.cpu.consistency == consistency_model::tso) {
    all.add(p + ".forwarded", k.forwarded, "loads served by the store buffer");
  }
  all.add(p + ".busy_ps", k.busy_ps, "time spent computing and issuing");
  all.add(
      p + ".stall_ps", [&c] { return c.total_ps() - c.counters().busy_ps; }, "time spent waiting");
  all.add(
      p + ".total_ps", [&c] { return c.total_ps(); },
      "busy plus stalled: the time at which its program ended");
}

void uma_machine::register_cache(statistics& all, unsigned i) {
  const std::string p = "cpu_" + std::to_string(i);
  const cache_base& c = *caches_[i];
  const private_hierarchy& h = c.levels();
  const auto level = [&all](const std::string& prefix, const cache_level_counters& k) {
    all.add(prefix + ".hits", k.hits, "references that hit");
    all.add(
        prefix + ".misses", [&k] { return k.misses(); }, "references that missed");
    all.add(prefix + ".read_misses", k.read_misses, "reads (and modifies) that missed");
    all.add(prefix + ".write_misses", k.write_misses, "writes and atomics that missed");
    all.add(prefix + ".evictions", k.evictions, "valid lines replaced");
    all.add(prefix + ".write_backs", k.write_backs, "modified lines among them");
  };
  const std::string l1 = p + (h.split() ? ".l1d" : ".l1");
  level(l1, h.l1_counters(private_hierarchy::port::data));
  if (h.split()) level(p + ".l1i", h.l1_counters(private_hierarchy::port::instruction));
  if (h.has_l2()) {
    level(p + ".l2", h.l2_counters());
    all.add(p + ".l2.fetch_misses", h.l2_counters().fetch_misses,
            "of the read misses those of instruction fetches");
  }
  const cache_counters& k = c.counters();
  all.add(l1 + ".upgrades", k.upgrades, "stores that hit but needed a bus transaction");
  all.add(l1 + ".merges", k.merges, "references that waited with a miss of their line");
  all.add(l1 + ".mshr_stalls", k.mshr_stalls, "references that found no free MSHR or write-back entry");
  all.add(l1 + ".uncached", k.uncached, "references to devices, and stores that did not allocate");
  all.add(l1 + ".snoop_hits", k.snoops_hit, "snoops that found the line");
  all.add(l1 + ".supplies", k.supplies, "lines supplied to another cache");
  all.add(l1 + ".invalidations", k.invalidations, "lines invalidated by others");
  all.add(l1 + ".synchronisation.accesses", k.synchronisation_accesses, "synchronisation references");
  all.add(l1 + ".synchronisation.misses", k.synchronisation_misses, "of them misses");
  if (const miss_classifier* classifier = c.classifier()) {
    const miss_classes& m = classifier->classes();
    all.add(l1 + ".misses.cold", m.cold, "misses on lines never held before");
    all.add(l1 + ".misses.capacity", m.capacity, "misses a fully associative cache would have had too");
    all.add(l1 + ".misses.conflict", m.conflict, "misses for lack of associativity");
    all.add(l1 + ".misses.true_sharing", m.true_sharing, "misses on bytes another processor wrote");
    all.add(l1 + ".misses.false_sharing", m.false_sharing, "misses on lines lost to writes of other bytes");
  }
}

void uma_machine::register_bus(statistics& all) {
  const bus_counters& b = bus_.counters();
  all.add("bus.busy_ps", b.busy_ps,
          parameters_.bus.split ? "time the data bus was busy" : "time the bus was held");
  if (parameters_.bus.split)
    all.add("bus.address_busy_ps", b.address_busy_ps, "time the address bus was busy");
  all.add_real(
      "bus.utilisation",
      [this, &b] { return static_cast<double>(b.busy_ps) / static_cast<double>(finish_time()); },
      "share of the time it was busy");
  all.add("bus.bytes", b.bytes, "bytes moved in data phases");
  all.add("bus.cache_supplies", b.cache_supplies, "lines supplied by a cache");
  all.add("bus.shared_responses", b.shared_responses, "transactions answered as shared");
  all.add("bus.retries", b.retries, "requests refused because their line was in flight");
  for (unsigned t = 1; t < bus_transaction_count; ++t) {
    const std::string type = to_string(static_cast<bus_transaction>(t));
    all.add("bus.transactions." + type, b.by_type[t].transactions, "transactions of this type");
    all.add("bus.wait_ps." + type, b.by_type[t].wait_ps, "from request to grant");
    all.add("bus.service_ps." + type, b.by_type[t].service_ps, "from grant to completion");
    all.add("bus.synchronisation.transactions." + type, b.synchronisation_by_type[t],
            "for synchronisation, not among the above");
  }
  for (unsigned m = 0; m < bus_.masters(); ++m) {
    const std::string p = "bus.master." + bus_.master_name(m);
    all.add(p + ".transactions", b.by_master[m].transactions, "transactions of this master, all types");
    all.add(p + ".wait_ps", b.by_master[m].wait_ps, "from request to grant");
    all.add(p + ".service_ps", b.by_master[m].service_ps, "from grant to completion");
  }
}

}  // namespace mimd
