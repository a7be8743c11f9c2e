// Random initiators behind protocol checkers on the sockets of caches that a directory keeps coherent, and
// protocol checkers between its homes and their memories, which are the library's own or foreign targets. Two
// nodes a page apart in turn. One bench a process.
#ifndef MIMD_TESTS_SUPPORT_DIRECTORY_CONFORMANCE_BENCH_H
#define MIMD_TESTS_SUPPORT_DIRECTORY_CONFORMANCE_BENCH_H

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "coherence/coherence_checker.h"
#include "directory/crossbar_transport.h"
#include "directory/directory_cache_view.h"
#include "directory/directory_fabric.h"
#include "memory/memory.h"
#include "tb/tlm/foreign_target.h"
#include "tests/support/conformance_initiators.h"

namespace mimd::test {

struct directory_conformance_options {
  std::string name;
  timing_mode timing = timing_mode::loose;
  directory_form form;
  sharer_format_parameters format;
  std::optional<sparse_directory_parameters> sparse;
  cache_parameters cache;                             // of eight lines
  std::optional<tb::foreign_target_options> foreign;  // instead of the library's memory
  std::uint64_t foreign_size = memory_size;           // less, and accesses beyond it fail
  std::uint64_t transactions = 2000;                  // of each initiator

  static constexpr std::uint64_t memory_size = 65536;

  directory_conformance_options(std::string case_name, timing_mode how, const directory_form& which)
      : name(std::move(case_name)), timing(how), form(which) {
    cache.levels.l1 = {256, 2, 32, replacement_policy::lru};
    cache.mshrs = 2;
    cache.write_back_entries = 2;
  }
};

inline void PrintTo(const directory_conformance_options& o, std::ostream* out) {
  *out << o.name;
}

class directory_conformance_bench : public sc_core::sc_module {
 public:
  directory_conformance_bench(const sc_core::sc_module_name& module_name,
                              const directory_conformance_options& options)
      : sc_core::sc_module(module_name),
        view_(cache_view_of(directory_protocol_of(options.form))),
        fabric_(
            "fabric", fabric_of(options), [](address_t page, unsigned) { return page / 1024 % nodes; },
            options.timing),
        crossbar_({{0, 23'000, 41'000, 0}, 0, 8}, nodes, options.cache.levels.l1.line),
        initiators_(options.timing, options.transactions, options.foreign && options.foreign->wait) {
    fabric_.set_transport(crossbar_);
    for (unsigned n = 0; n < nodes; ++n) add_memory(options, n);
    initiators_.count = 2 * ports;
    std::vector<std::string> names;
    for (unsigned i = 0; i < ports; ++i) {
      names.push_back("cache_" + std::to_string(i));
      caches_.push_back(
          std::make_unique<cache<>>(names.back().c_str(), options.cache, view_, options.timing, i + 1));
      caches_[i]->interconnect.bind(fabric_.coherent[i]);
      initiators_.add(2 * i).bind(caches_[i]->data);
      initiators_.add(2 * i + 1).bind(caches_[i]->instruction);
    }
    coherence_ = std::make_unique<coherence_checker>(
        view_, names, options.cache.levels.l1.line,
        [this](unsigned agent, address_t line) { return fabric_.agent(agent).holds(line); });
    fabric_.set_observer(coherence_.get());
    for (unsigned i = 0; i < ports; ++i) caches_[i]->set_observer(coherence_.get(), i);
  }

  void run_and_expect_no_finding() {
    sc_core::sc_start();
    initiators_.expect_clean();
    for (const auto& checker : memory_checkers_) {
      EXPECT_EQ(checker->violations().count(), 0u) << checker->violations().text();
      EXPECT_EQ(checker->rules().in_flight(), 0u);
      EXPECT_GT(checker->rules().transactions(), 0u);
    }
    EXPECT_EQ(fabric_.waiting(), "");
    EXPECT_EQ(coherence_->violation_count(), 0u) << coherence_->violations().front();
  }

 private:
  static constexpr unsigned nodes = 2;
  static constexpr unsigned ports = 3;

  static directory_fabric_parameters fabric_of(const directory_conformance_options& options) {
    directory_fabric_parameters p;
    p.form = options.form;
    p.format = options.format;
    p.sparse = options.sparse;
    p.line = options.cache.levels.l1.line;
    p.memory_size = directory_conformance_options::memory_size;
    p.page = 1024;
    p.port_nodes = {0, 1, 1};
    p.nodes = nodes;
    return p;
  }

  void add_memory(const directory_conformance_options& options, unsigned n) {
    const std::string number = std::to_string(n);
    memory_checkers_.push_back(
        std::make_unique<tb::protocol_checker<>>(("memory_checker_" + number).c_str()));
    fabric_.memory[n].bind(memory_checkers_[n]->target_socket);
    if (options.foreign) {
      tb::foreign_target_options o = *options.foreign;
      o.size = options.foreign_size;
      o.seed = n + 1;
      foreign_.push_back(std::make_unique<tb::foreign_target>(("foreign_memory_" + number).c_str(), o));
      memory_checkers_[n]->initiator_socket.bind(foreign_[n]->socket);
    } else {
      memory_parameters m;
      m.size = directory_conformance_options::memory_size;
      memories_.push_back(std::make_unique<memory<>>(("memory_" + number).c_str(), m, options.timing));
      memory_checkers_[n]->initiator_socket.bind(memories_[n]->socket);
    }
  }

  void start_of_simulation() override {
    initiators_.share([this](address_t at, std::uint8_t* bytes, unsigned size) {
      EXPECT_EQ(fabric_.debug(at, bytes, size, true), size);
    });
  }

  const snooping_protocol view_;
  directory_fabric<> fabric_;
  crossbar_transport crossbar_;
  conformance_initiators initiators_;
  std::vector<std::unique_ptr<tb::protocol_checker<>>> memory_checkers_;
  std::vector<std::unique_ptr<memory<>>> memories_;
  std::vector<std::unique_ptr<tb::foreign_target>> foreign_;
  std::vector<std::unique_ptr<cache<>>> caches_;
  std::unique_ptr<coherence_checker> coherence_;
};

}  // namespace mimd::test

#endif
