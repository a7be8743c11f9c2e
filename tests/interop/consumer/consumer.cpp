// A little virtual platform that knows mimd only as an installed library: its own processors and its own
// device, with coherent caches, a snooping bus and a memory of mimd's between them.
//
//   program_0 -- cache_0 --+                +-- memory            0x0000'0000
//   program_1 -- cache_1 --+-- snooping bus +
//   program_2 -- cache_2 --+                +-- ticket dispenser  0x1000'0000, whose b_transport waits
//   inspector -------------+
//
// Each program draws numbered tickets from the dispenser and writes its own number behind the ticket's number
// in a table in memory, where neighbours share cache lines. The inspector, which has no cache, waits until
// all tickets are drawn and reads the table: it must be full, and every program must find its own entries.
// usage: consumer lt|at
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "memory/memory.h"

namespace {

constexpr unsigned programs = 3;
constexpr std::uint32_t tickets = 300;
constexpr std::uint64_t memory_size = 1 << 20;
constexpr std::uint64_t table = 0x4000;
constexpr std::uint64_t dispenser_base = 0x10000000;

// What any initiator of a foreign platform looks like: one payload, one blocking call after the other.
class initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<initiator> socket{"socket"};

  explicit initiator(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(initiator);
    SC_THREAD(thread);
  }

 protected:
  virtual void run() = 0;

  std::uint32_t read(std::uint64_t address) {
    std::uint32_t value = 0;
    transport(tlm::TLM_READ_COMMAND, address, value);
    return value;
  }
  void write(std::uint64_t address, std::uint32_t value) {
    transport(tlm::TLM_WRITE_COMMAND, address, value);
  }

 private:
  void thread() { run(); }

  void transport(tlm::tlm_command command, std::uint64_t address, std::uint32_t& value) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(sizeof value);
    payload.set_streaming_width(sizeof value);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    if (payload.is_response_error()) throw std::runtime_error(payload.get_response_string());
    wait(delay);
  }
};

class program : public initiator {
 public:
  program(const sc_core::sc_module_name& name, std::uint32_t number) : initiator(name), number_(number) {}

  bool right() const { return right_; }
  unsigned drawn() const { return static_cast<unsigned>(mine_.size()); }
  bool finished() const { return finished_; }

 private:
  void run() override {
    for (std::uint32_t ticket = read(dispenser_base); ticket < tickets; ticket = read(dispenser_base)) {
      write(table + 4 * ticket, number_);
      mine_.push_back(ticket);
    }
    for (const std::uint32_t ticket : mine_) right_ = right_ && read(table + 4 * ticket) == number_;
    finished_ = true;
  }

  std::uint32_t number_;
  std::vector<std::uint32_t> mine_;
  bool right_ = true;
  bool finished_ = false;
};

class inspector : public initiator {
 public:
  using initiator::initiator;
  std::vector<unsigned> found =
      std::vector<unsigned>(programs + 1);  // entries of each program; [0]: wrong ones

 private:
  void run() override {
    while (read(dispenser_base + 4) < tickets + programs) wait(1, sc_core::SC_US);
    for (std::uint32_t t = 0; t < tickets; ++t) {
      const std::uint32_t number = read(table + 4 * t);
      ++found[number <= programs ? number : 0];
    }
  }
};

// A device with a mind of its own: word 0 gives the next ticket, word 1 says how many were drawn.
class dispenser : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<dispenser> socket{"socket"};

  explicit dispenser(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_b_transport(this, &dispenser::transport);
  }

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    wait(delay + sc_core::sc_time(30, sc_core::SC_NS));
    delay = sc_core::SC_ZERO_TIME;
    if (!payload.is_read() || payload.get_data_length() != sizeof next_ || payload.get_address() > 4) {
      payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
      return;
    }
    const std::uint32_t value = payload.get_address() == 0 ? next_++ : next_;
    std::memcpy(payload.get_data_ptr(), &value, sizeof value);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  std::uint32_t next_ = 0;
};

// excerpt: how mimd's models are plugged in
struct platform : sc_core::sc_module {
  mimd::snooping_bus<> bus;
  std::vector<std::unique_ptr<mimd::cache<>>> caches;
  mimd::memory<> memory;

  std::vector<std::unique_ptr<program>> processors;
  inspector inspector_0{"inspector_0"};
  dispenser dispenser_0{"dispenser_0"};

  platform(const sc_core::sc_module_name& name, mimd::timing_mode timing,
           const mimd::snooping_protocol& protocol = *mimd::find_snooping_protocol("moesi"))
      : sc_module(name),
        // masters with a cache, masters without, targets
        bus("bus", mimd::bus_parameters{}, protocol, timing, programs, 1, 2),
        memory("memory", mimd::memory_parameters{memory_size, {}, false}, timing) {
    mimd::cache_parameters parameters;
    parameters.levels.l1 = {8 * 1024, 4, 64, mimd::replacement_policy::lru};
    for (unsigned i = 0; i < programs; ++i) {
      const std::string n = std::to_string(i);
      caches.push_back(std::make_unique<mimd::cache<>>(("cache_" + n).c_str(), parameters, protocol, timing));
      processors.push_back(std::make_unique<program>(("program_" + n).c_str(), i + 1));
      processors[i]->socket.bind(caches[i]->data);    // your initiator: plain TLM-2.0
      caches[i]->interconnect.bind(bus.coherent[i]);  // one bind: requests and snoops
    }
    inspector_0.socket.bind(bus.plain[0]);  // an initiator without a cache stays coherent
    bus.target[0].bind(memory.socket);
    bus.target[1].bind(dispenser_0.socket);  // your target: it may wait
    bus.map(0, 0, memory_size, false);
    bus.map(1, dispenser_base, 4096, true);  // a device: never cached
  }
};
// end of excerpt

}  // namespace

int sc_main(int argc, char** argv) {
  const std::string timing = argc == 2 ? argv[1] : "";
  if (timing != "lt" && timing != "at") {
    std::cerr << "usage: consumer lt|at\n";
    return 2;
  }
  platform p("platform", timing == "lt" ? mimd::timing_mode::loose : mimd::timing_mode::approximate);
  sc_core::sc_start();

  bool right = p.inspector_0.found[0] == 0;
  std::uint64_t misses = 0, supplies = 0;
  for (unsigned i = 0; i < programs; ++i) {
    const program& q = *p.processors[i];
    right = right && q.finished() && q.right() && q.drawn() > 0 && p.inspector_0.found[i + 1] == q.drawn();
    misses += p.caches[i]->levels().l1_counters(mimd::private_hierarchy::port::data).misses();
    supplies += p.caches[i]->counters().supplies;
  }
  std::uint32_t last = 0;  // a debugger sees the newest copy too
  right = right &&
          p.bus.debug(table + 4 * (tickets - 1), reinterpret_cast<std::uint8_t*>(&last), 4, false) == 4 &&
          last >= 1 && last <= programs;
  std::cout << timing << ": " << (right ? "right" : "WRONG") << " after " << sc_core::sc_time_stamp() << ", "
            << misses << " misses, " << supplies << " lines from cache to cache\n";
  return right && misses > 0 && supplies > 0 ? 0 : 1;
}
