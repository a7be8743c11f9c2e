// Random initiators, each behind a protocol checker, on the outside sockets of caches and of a bus, with a
// checker between the bus and its memory, which is the library's own or a foreign target. Caches are tiny, so
// that lines are evicted and written back all the time. One bench a process.
#ifndef MIMD_TESTS_SUPPORT_CONFORMANCE_BENCH_H
#define MIMD_TESTS_SUPPORT_CONFORMANCE_BENCH_H

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "coherence/coherence_checker.h"
#include "memory/memory.h"
#include "tb/tlm/foreign_target.h"
#include "tb/tlm/protocol_checker.h"
#include "tests/support/conformance_initiators.h"

namespace mimd::test {

struct conformance_options {
  std::string name;
  timing_mode timing = timing_mode::loose;
  std::string protocol = "mesi";
  unsigned caches = 3;     // each with an initiator on its data and one on its instruction socket
  unsigned plain = 1;      // initiators on plain sockets of the bus
  cache_parameters cache;  // the line size is the bus's
  bus_parameters bus;
  std::optional<tb::foreign_target_options> foreign;  // instead of the library's memory
  bool observed = false;                              // with the coherence checker
  std::uint64_t transactions = 4000;                  // of each initiator
};

// Defaults of a bench: caches of eight lines.
inline conformance_options tiny(std::string name, timing_mode timing, std::string protocol = "mesi") {
  conformance_options o;
  o.name = std::move(name);
  o.timing = timing;
  o.protocol = std::move(protocol);
  o.bus.line = 32;
  o.cache.levels.l1 = {256, 2, 32, replacement_policy::lru};
  o.cache.mshrs = 2;
  o.cache.write_back_entries = 2;
  return o;
}

class conformance_bench : public sc_core::sc_module {
 public:
  static constexpr std::uint64_t memory_size = 65536;

  conformance_bench(const sc_core::sc_module_name& module_name, const conformance_options& options)
      : sc_core::sc_module(module_name),
        options_(options),
        protocol_(*find_snooping_protocol(options.protocol)),
        bus_("bus", options.bus, protocol_, options.timing, options.caches, options.plain, 1),
        memory_checker_("memory_checker"),
        initiators_(options.timing, options.transactions,
                    options.bus.turns || (options.foreign && options.foreign->wait)) {
    bus_.map(0, 0, memory_size, false);
    bus_.target[0].bind(memory_checker_.target_socket);
    if (options.foreign) {
      tb::foreign_target_options o = *options.foreign;
      o.size = memory_size;
      foreign_ = std::make_unique<tb::foreign_target>("foreign_memory", o);
      memory_checker_.initiator_socket.bind(foreign_->socket);
    } else {
      memory_parameters m;
      m.size = memory_size;
      memory_ = std::make_unique<memory<>>("memory", m, options.timing);
      memory_checker_.initiator_socket.bind(memory_->socket);
    }
    initiators_.count = 2 * options.caches + options.plain;
    for (unsigned i = 0; i < options.caches; ++i) {
      caches_.push_back(std::make_unique<cache<>>(("cache_" + std::to_string(i)).c_str(), options.cache,
                                                  protocol_, options.timing, i + 1));
      caches_[i]->interconnect.bind(bus_.coherent[i]);
      initiators_.add(2 * i).bind(caches_[i]->data);
      initiators_.add(2 * i + 1).bind(caches_[i]->instruction);
    }
    for (unsigned i = 0; i < options.plain; ++i) {
      initiators_.add(2 * options.caches + i).bind(bus_.plain[i]);
    }
    if (options.observed) observe();
  }

  void run_and_expect_no_finding() {
    sc_core::sc_start();
    initiators_.expect_clean();
    EXPECT_EQ(memory_checker_.violations().count(), 0u) << memory_checker_.violations().text();
    EXPECT_EQ(memory_checker_.rules().in_flight(), 0u);
    EXPECT_GT(memory_checker_.rules().transactions(), 0u);
    EXPECT_EQ(bus_.waiting(), "");
    if (coherence_) {
      EXPECT_EQ(coherence_->violation_count(), 0u) << coherence_->violations().front();
    }
    if (options_.caches > 1) {
      EXPECT_GT(bus_.counters().shared_responses, 0u);
    }
  }

 private:
  void observe() {
    std::vector<std::string> names;
    for (unsigned i = 0; i < bus_.masters(); ++i) names.push_back(bus_.master_name(i));
    coherence_ = std::make_unique<coherence_checker>(
        protocol_, names, options_.bus.line,
        [this](unsigned agent, address_t line) { return bus_.state_of(agent, line); });
    bus_.set_observer(coherence_.get());
    for (unsigned i = 0; i < caches_.size(); ++i) caches_[i]->set_observer(coherence_.get(), i);
  }

  // What the range that all read holds.
  void start_of_simulation() override {
    initiators_.share(
        [this](address_t at, std::uint8_t* bytes, unsigned size) { bus_.debug(at, bytes, size, true); });
  }

  const conformance_options options_;
  const snooping_protocol& protocol_;
  snooping_bus<> bus_;
  tb::protocol_checker<> memory_checker_;
  conformance_initiators initiators_;
  std::unique_ptr<memory<>> memory_;
  std::unique_ptr<tb::foreign_target> foreign_;
  std::vector<std::unique_ptr<cache<>>> caches_;
  std::unique_ptr<coherence_checker> coherence_;
};

}  // namespace mimd::test

#endif
