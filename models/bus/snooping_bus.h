// A shared bus with snooping coherence: the point of coherence of a UMA machine.
//
// Masters are coherent agents (caches) on `coherent` sockets and plain TLM-2.0 initiators (uncached
// processors, DMA, I/O) on `plain` sockets, which take part as caches that keep nothing. Targets hang on
// `target` sockets, at address regions told by map(): memory, whose lines may be cached, or device, which is
// never cached.
//
// Timing. The bus works in cycles of `clock`; an asynchronous bus starts phases at any picosecond. A
// transaction is an address phase (address_cycles, snoop response included) and, if it moves data, a data
// phase of ceil(bytes / width) cycles. A line comes from memory, which answers in its own time, or from
// another cache after supply_cycles.
//  * Atomic: the bus is held from the grant to the end of the data phase.
//  * Split: address and data bus are separate resources; up to `outstanding` transactions overlap. A request
//  whose
//    line is in flight is refused (a retry, counted once) and waits until that line is complete.
// Arbitration: fixed priority, round-robin, FCFS, at the first clock edge at which the bus is free. Each
// master's requests are served in order (loosely timed: of their times). The grant is the point of coherence:
// snoops and state changes happen then, data and completion follow. `service` > 0 replaces all of this: every
// transaction holds the bus for exactly that time.
//
// Loosely timed, the same phases are reserved on timelines. With `turns`, transactions are arbitrated as
// above, in the order of their times, and take their lines when they are granted: calls wait() until then,
// unless nothing is pending before, and the times are those of an approximately timed bus (split: nearly, as
// an agent gives up the line that it replaces at the grant). Without, calls never wait (unless a target
// does), the order of transactions is the order of calls, and the timelines remember gaps, without
// `outstanding` and refusals; so it is also below an outer level of coherence. DMI is refused; transport_dbg
// sees the newest copy wherever it is. Accounts: a master's wait is grant - arrival, its service completion -
// grant. Source: Culler, Singh & Gupta, "Parallel Computer Architecture" (1999), chapters 5 and 6.
#ifndef MIMD_BUS_SNOOPING_BUS_H
#define MIMD_BUS_SNOOPING_BUS_H

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "bus/arbiter.h"
#include "bus/bus_agents.h"
#include "coherence/coherence_socket.h"
#include "coherence/compiled_protocol.h"
#include "coherence/outer_coherence.h"
#include "coherence/plain_agent.h"
#include "infrastructure/agenda.h"
#include "infrastructure/free_list.h"
#include "infrastructure/initiator_port.h"
#include "infrastructure/payload_pool.h"
#include "infrastructure/timeline.h"
#include "infrastructure/trace.h"

namespace mimd {

class coherence_observer;
class row_coverage;
class transaction_log;

struct bus_parameters {
  time_ps period = 10'000;      // of the bus clock
  bool asynchronous = false;    // phases need not start on a clock edge
  unsigned width = 8;           // bytes a data cycle
  unsigned address_cycles = 2;  // address and snoop response
  unsigned supply_cycles = 2;   // from the snoop response to the first data from another cache
  arbitration policy = arbitration::round_robin;
  bool split = false;
  unsigned outstanding = 8;  // split: transactions in flight
  time_ps service = 0;       // > 0: every transaction holds the bus this long
  bool turns = false;        // loosely timed: calls wait for their turn
  unsigned line = 64;        // bytes; the same for all agents

  // Empty, or one line that says what is impossible.
  std::string check() const;
};

enum class bus_transaction : std::uint8_t {  // what is counted; the first eight are bus_operation's
  none,
  read,
  read_exclusive,
  upgrade,
  write_through,
  update,
  update_memory,
  write_back,
  io_read,  // by an agent that keeps nothing: uncached processors, DMA
  io_write,
  device_read,
  device_write
};
inline constexpr unsigned bus_transaction_count = 12;
const char* to_string(bus_transaction transaction);  // "BusRd", ..., "IoRd", "IoWr", "DevRd", "DevWr"

struct bus_account {
  std::uint64_t transactions = 0;
  std::uint64_t wait_ps = 0;
  std::uint64_t service_ps = 0;
};

struct bus_counters {
  std::array<bus_account, bus_transaction_count> by_type;                      // ordinary accesses
  std::array<std::uint64_t, bus_transaction_count> synchronisation_by_type{};  // synchronisation accesses
  std::vector<bus_account> by_master;  // coherent masters first, then plain ones
  std::uint64_t busy_ps = 0;           // held (atomic), or data bus (split)
  std::uint64_t address_busy_ps = 0;   // address bus (split)
  std::uint64_t cache_supplies = 0;    // lines supplied by another cache
  std::uint64_t shared_responses = 0;
  std::uint64_t retries = 0;
  std::uint64_t bytes = 0;  // moved in data phases
};

class snooping_bus_base : public sc_core::sc_module, public inner_coherence, private initiator_port::client {
 public:
  // Addresses [begin, begin + size) belong to target socket `target`, which sees them from 0. Elaboration
  // only; throws std::invalid_argument for an overlap, a missing target or a region that is not a multiple of
  // lines.
  void map(unsigned target, address_t begin, std::uint64_t size, bool device);

  // Another level of coherence outside this bus (outer_coherence.h). Elaboration only.
  void set_outer(outer_coherence& outer) { outer_ = &outer; }
  // Watches every transaction (coherence checker), the first coherent master being its agent `first`, the
  // first plain one its agent `first_plain`; null: nobody.
  void set_observer(coherence_observer* observer, unsigned first, unsigned first_plain);
  void set_observer(coherence_observer* observer) {
    set_observer(observer, 0, static_cast<unsigned>(coherent.size()));
  }
  // Counts the local rows of transactions; null: nobody.
  void set_row_coverage(row_coverage* coverage) { coverage_ = coverage; }
  // `series`: of a bus among several that write into one log, the lower 16 bits of its records' ids, above 1;
  // 0: the only one.
  void set_transaction_log(transaction_log* log, unsigned series = 0) {
    log_ = log;
    log_series_ = series;
  }
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  const bus_counters& counters() const { return counters_; }
  const compiled_protocol& protocol() const { return protocol_; }
  unsigned masters() const { return static_cast<unsigned>(masters_.size()); }
  // How this master is called in reports; elaboration only.
  void name_master(unsigned index, const std::string& name) { masters_[index].name = name; }
  const std::string& master_name(unsigned index) const { return masters_[index].name; }
  coherence_state state_of(unsigned index, address_t line) const {
    return masters_[index].agent->state(line);
  }
  // Coherent debug access: reads see the newest copy, writes update every valid copy and memory. Returns
  // bytes moved.
  unsigned debug(address_t address, std::uint8_t* data, unsigned size, bool write);
  // Calls `then` once, at the first moment at which no request waits or is in flight: now, or later.
  void when_quiet(std::function<void()> then);
  // Readable list of requests that are waiting or in flight (for deadlock reports).
  std::string waiting() const;
  // Waves and log get a transaction when it ends, with its times: none to come begins before this.
  time_ps recorded_until(time_ps now) const;

  // inner_coherence
  snoop_reply snoop_inside(const snoop_message& message) override;
  bool in_flight(address_t line) const override { return line_in_flight(line); }
  bool owned_inside(address_t line) const override;
  void permission_changed() override { announce(now_ps()); }
  const std::uint8_t* copy_inside(address_t line) const override;
  void update_inside(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) override;

  sc_core::sc_vector<coherence_target_socket> coherent;

 protected:
  snooping_bus_base(const sc_core::sc_module_name& name, const bus_parameters& parameters,
                    const snooping_protocol& protocol, timing_mode timing, unsigned coherent_masters,
                    unsigned plain_masters, unsigned targets);

  void end_of_elaboration() override;

  std::vector<std::unique_ptr<plain_agent>> plain_agents_;
  std::vector<std::unique_ptr<initiator_port>> target_ports_;

 private:
  friend class bus_master_link;

  struct region {
    address_t begin;
    std::uint64_t size;
    unsigned target;
    bool device;
  };
  struct master {
    coherence_backward* agent = nullptr;
    coherence_request* head = nullptr;  // requests not yet granted, in order
    coherence_request* tail = nullptr;
    sc_core::sc_event turn;  // loosely timed: one of those that wait for theirs has been granted
    time_ps ended = never;   // loosely timed: when its last transaction ends
    std::string name;
  };
  // One transaction from grant to completion.
  struct transaction : timed_event {
    explicit transaction(snooping_bus_base& owner) : bus(owner) {}
    void fire() override { bus.finish(*this); }

    snooping_bus_base& bus;
    coherence_request* request = nullptr;
    bus_transaction type = bus_transaction::none;
    bus_operation first = bus_operation::none;
    bus_operation second = bus_operation::none;
    const local_row* row = nullptr;
    bool shared = false;
    bool supplied = false;
    bool flushed = false;       // a snooper gave its line to memory
    bool wants_target = false;  // the line, or the device's bytes, come from a target
    time_ps granted = 0;
    time_ps data_from = 0;  // when data is available to the data phase
    time_ps end = 0;
    unsigned beats = 0;  // data cycles
    tlm::tlm_generic_payload* fetching =
        nullptr;               // approximately timed: a read that its target has not answered
    unsigned unanswered = 0;   // writes, likewise
    bool flush_first = false;  // the read waits until memory has answered the flush
    // While a read is on its way: bytes that debug accesses wrote meanwhile, by offset in the line.
    bool reading = false;
    std::vector<std::pair<unsigned, std::uint8_t>> patches;
  };
  // A transaction that has been granted, loosely timed.
  struct flight {
    address_t line;
    time_ps end;
  };
  // A write on its way to a target.
  struct open_write {
    tlm::tlm_generic_payload* payload = nullptr;
    transaction* owner = nullptr;
    address_t address = 0;
    std::uint8_t* bytes = nullptr;
    unsigned size = 0;
    std::vector<std::uint8_t> own;     // approximately timed: the line may change before the bytes arrive
    std::vector<std::uint8_t> newest;  // the bytes with what debug accesses wrote meanwhile, if they did
  };

  time_ps transact(unsigned master_index, coherence_request& request, time_ps at);
  bool post(unsigned master_index, coherence_request& request, time_ps at);
  void request(unsigned master_index, coherence_request& request, time_ps at);
  region_kind kind_of(address_t address) const;

  // The point of coherence (snooping_bus_coherence.cpp).
  void serialise(transaction& t);
  void perform(transaction& t);
  coherence_state state_at(const coherence_request& r) const;
  bool is_withdrawn(const coherence_request& r) const;
  void snoop_others(transaction& t, bus_operation operation);
  [[gnu::noinline]] void snoop(unsigned agent, transaction& t, bus_operation operation);
  [[noreturn]] void no_row_for(coherence_state state, const coherence_request& request) const;
  void cover(const transaction& t);
  const local_row& row_for(coherence_state state, const coherence_request& request) const;

  // The level outside (snooping_bus_levels.cpp).
  enum class permission_needed : std::uint8_t { none, shared, exclusive };
  permission_needed needs(const coherence_request& r) const;
  bool permitted(const coherence_request& r) {
    const permission_needed what = needs(r);
    return what == permission_needed::none || outer_->permits(r.line, what == permission_needed::exclusive);
  }

  // Targets (snooping_bus_targets.cpp).
  // The request's line is likely to be asked of its target: it is brought into the host's cache meanwhile.
  void expect_from_target(const coherence_request& r) const {
    if (const region* const where = find_region(r.line)) {
      target_ports_[where->target]->expect(r.line - where->begin);
    }
  }
  tlm::tlm_generic_payload& take_payload();
  bool fetch(transaction& t, time_ps at);  // true: t.data_from is known
  void receive(transaction& t);
  open_write& open(transaction& t, address_t address, std::uint8_t* data, unsigned size);
  void close(open_write& w);
  void forward_newest(open_write& w);
  void debug_overlay(address_t address, std::uint8_t* data, unsigned size) const;
  void debug_patch(address_t address, const std::uint8_t* data, unsigned size);
  void update_memory_first(transaction& t) {
    if (t.flushed && !t.supplied) update_memory(t);
  }
  void update_memory(transaction& t);
  void store_to_target(transaction& t, address_t address, std::uint8_t* data, unsigned size, time_ps at,
                       bool hold);

  // Loosely timed (snooping_bus_turns.cpp).
  // Whether the request need not wait. Where there are no turns it takes the first gap instead.
  bool comes_first(const coherence_request& r) {
    if (idle_.empty()) return false;
    return turns_ ? queued_ == 0 && is_alone(r) : masters_[r.master].head == nullptr;
  }
  bool is_alone(const coherence_request& r);
  time_ps end_of_flight(address_t line, time_ps at) const;
  time_ps slot_free_from(time_ps from) const;
  void take_slot(const transaction& t);
  time_ps wait_for_turn(coherence_request& r);
  bool is_contended(const coherence_request& done) const;
  void begin(coherence_request& r) {
    idle_.pop_back();
    arbiter_.granted(r.master);
    loose_.request = &r;
  }
  void give_turn(coherence_request& r, time_ps at);
  void give_turns();
  void carry_out_posted();
  time_ps expected_tenure(const transaction& t) const;
  time_ps carry_out(coherence_request& r, time_ps at);
  // Others may have the bus from then on.
  void release(time_ps from) {
    idle_.push_back(&loose_);
    if (turns_) address_free_ = std::max(address_free_, from);
    // Not at once: write-backs of the agent may come before.
    if (queued_ > 0 || when_quiet_) next_turn_.notify(sc_core::SC_ZERO_TIME);
  }

  // Timing (snooping_bus_timing.cpp).
  void schedule_data(transaction& t);
  void send_to_target(transaction& t);
  void account(const transaction& t);
  void record(const transaction& t);

  // Arbitration, and approximately timed transactions (snooping_bus_arbitration.cpp).
  void enqueue(coherence_request& r);
  bool refused(const coherence_request& r, time_ps at, time_ps& next);
  // When arbitration is next possible, as far as is known.
  time_ps opportunity(time_ps from) const {
    return tenure_.align(slot_free_from(std::max(address_free_, from)));
  }
  bool choose(time_ps at, time_ps& next);
  bool offer_those_who_wait(time_ps at, time_ps& next, bool again);
  coherence_request& dequeue(master& m);
  void arbitrate();
  void announce(time_ps at);
  void schedule_end(transaction& t);
  bool quiet() const;
  void grant(coherence_request& r, time_ps at);
  void finish(transaction& t);
  void response(tlm::tlm_generic_payload& payload, time_ps at) override;
  const region* find_region(address_t address) const {
    for (const region& r : regions_) {
      if (address - r.begin < r.size) return &r;
    }
    return nullptr;
  }
  bool line_in_flight(address_t line) const;
  time_ps address_phase() const { return address_phase_; }
  unsigned beats(unsigned bytes) const { return (bytes + parameters_.width - 1) >> width_shift_; }

  bus_parameters parameters_;
  time_ps address_phase_;
  unsigned width_shift_;
  compiled_protocol protocol_;
  timing_mode timing_;
  agenda& agenda_;
  arbiter arbiter_;
  std::vector<std::unique_ptr<bus_master_link>> links_;
  std::vector<master> masters_;
  std::vector<presence_view> presence_;  // one a master
  std::vector<region> regions_;
  payload_pool payloads_;
  bus_counters counters_;
  outer_coherence* outer_ = nullptr;
  coherence_observer* observer_ = nullptr;
  unsigned first_agent_ = 0;
  unsigned first_plain_agent_ = 0;
  row_coverage* coverage_ = nullptr;
  std::function<void()> when_quiet_;
  transaction_log* log_ = nullptr;
  unsigned log_series_ = 0;

  // Loosely timed.
  timeline tenure_;         // atomic: the bus; split: the address bus
  timeline data_bus_;       // split
  time_ps expected_fetch_;  // last seen length of a fetch from a target, to look for a gap with
  bool turns_ = false;
  std::vector<flight>
      flights_;  // with turns, split: as many as may overlap; those that have ended may remain
  coherence_request* posted_ = nullptr;  // one whose turn it is
  sc_core::sc_event posted_turn_{"posted_turn"};
  sc_core::sc_event next_turn_{"next_turn"};
  transaction loose_{*this};
  tlm::tlm_generic_payload loose_payload_;

  // Arbitration.
  method_event<snooping_bus_base, &snooping_bus_base::arbitrate> arbitration_{*this};
  unsigned queued_ = 0;             // requests not yet granted
  std::vector<transaction*> idle_;  // slots for transactions; loosely timed, there is one
  time_ps address_free_ = 0;        // from when on the bus (split: the address bus) can be granted

  // Approximately timed.
  std::vector<std::unique_ptr<transaction>> slots_;
  std::vector<transaction*> in_flight_;
  free_list<open_write> writes_;
  std::vector<open_write*> open_writes_;

  trace_signal traced_type_;
  trace_signal traced_master_;
  trace_signal traced_address_;
};

template <unsigned BUSWIDTH = 32>
class snooping_bus : public snooping_bus_base {
 public:
  sc_core::sc_vector<tlm::tlm_target_socket<BUSWIDTH>> plain;
  sc_core::sc_vector<tlm::tlm_initiator_socket<BUSWIDTH>> target;

  snooping_bus(const sc_core::sc_module_name& name, const bus_parameters& parameters,
               const snooping_protocol& protocol, timing_mode timing, unsigned coherent_masters,
               unsigned plain_masters, unsigned targets)
      : snooping_bus_base(name, parameters, protocol, timing, coherent_masters, plain_masters, targets),
        plain("plain", plain_masters),
        target("target", targets) {
    for (unsigned i = 0; i < plain_masters; ++i) plain[i].bind(plain_agents_[i]->port());
    for (unsigned i = 0; i < targets; ++i) target[i].bind(*target_ports_[i]);
  }

 private:
  void end_of_elaboration() override {
    snooping_bus_base::end_of_elaboration();
    for (unsigned i = 0; i < plain.size(); ++i) {
      plain_agents_[i]->port().set_backward(
          dynamic_cast<tlm::tlm_bw_transport_if<>*>(plain[i].get_base_port().get_interface()));
    }
    for (unsigned i = 0; i < target.size(); ++i) {
      target_ports_[i]->set_forward(
          dynamic_cast<tlm::tlm_fw_transport_if<>*>(target[i].get_base_port().get_interface()));
    }
  }
};

}  // namespace mimd

#endif
