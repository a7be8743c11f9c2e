// A processor that runs a program (processor.h) through TLM-2.0 sockets.
//
// It executes in order. `compute(n)` takes n cycles, every access one cycle of issue (busy) plus whatever the
// memory system takes beyond it (stall); busy and stall add up to the time at which the program ends.
//
// Consistency. sc: one access at a time, in program order. tso: stores enter a FIFO buffer of `store_buffer`
// entries and drain one after the other while the program goes on; loads forward from it; fences and atomics
// drain it. issue_read()/prefetch() overlap up to `outstanding` loads where the program asks for it, under
// either.
//
// Time. Loosely timed, the processor runs ahead of the kernel by up to the quantum. Approximately timed with
// quantum zero its accesses happen in exact time order with those of all others; it then skips a wait only
// when the kernel has nothing pending before the time it would wait for. A larger quantum lets hits run
// ahead. Synchronisation and polls never run ahead: whatever the quantum, they are made when the kernel has
// reached their time.
//
// Polling. poll() makes the polls one by one only until one hits in a cache that tells when the line may
// change (polling.h). Then the processor sleeps, and what it would have done is accounted for when it is
// woken: as hits, the polls before that moment. A poll that begins at that time comes after the change. What
// other models see of a processor is the same; who accesses first of several at the same time may differ. It
// does not sleep with stores buffered, loads in flight or an interrupt handler; nor loosely timed with
// quantum zero, where a processor runs ahead of a kernel that has nothing pending, and would not see that
// this one is to go first.
//
// Interrupts: a program waits for the line, or a handler is called between two accesses or cycles; then a
// computation does not run ahead of the line by more than the quantum.
//
// Sockets: `data`, `instruction` (initiators, optional), `interrupt` (optional, level). Process: one
// SC_THREAD. A bus error or an atomic that the target does not perform ends the program and the simulation;
// failure() says why.
#ifndef MIMD_CPU_CPU_H
#define MIMD_CPU_CPU_H

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "cpu/access_extension.h"
#include "cpu/atomic_extension.h"
#include "cpu/interruptible.h"
#include "cpu/processor.h"
#include "cpu/store_buffer.h"
#include "infrastructure/agenda_event.h"
#include "infrastructure/initiator_port.h"
#include "infrastructure/payload_pool.h"
#include "infrastructure/timing_mode.h"
#include "infrastructure/trace.h"

namespace mimd {

enum class consistency_model : std::uint8_t { sc, tso };

struct cpu_parameters {
  time_ps period = 1'000;
  unsigned outstanding = 1;
  consistency_model consistency = consistency_model::sc;
  unsigned store_buffer = 8;
  time_ps quantum = 0;

  // Empty, or one line that says what is impossible.
  std::string check() const;
};

struct cpu_counters {
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t fetches = 0;
  std::uint64_t atomics = 0;
  std::uint64_t fences = 0;
  std::uint64_t prefetches = 0;
  std::uint64_t prefetches_dropped = 0;
  std::uint64_t forwarded = 0;        // loads served by the store buffer
  std::uint64_t synchronisation = 0;  // accesses marked as such; not among the above
  std::uint64_t busy_ps = 0;
  std::uint64_t finish_ps = 0;  // when the program ended
};

class cpu_base : public sc_core::sc_module,
                 public processor,
                 public interruptible,
                 private initiator_port::client,
                 private line_watcher {
 public:
  using program = std::function<void(processor&)>;

  ~cpu_base() override;

  sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> interrupt{"interrupt"};

  // Elaboration only. `on_finish` is called when the program has ended.
  void run_program(program p, std::function<void()> on_finish);
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  // Of a program that has not finished: counts the polls until now.
  void account_polls();
  const cpu_counters& counters() const { return counters_; }
  bool finished() const { return finished_; }
  time_ps local_time() const { return local_; }
  time_ps total_ps() const { return finished_ ? counters_.finish_ps : local_; }
  const std::string& failure() const { return failure_; }
  // Readable: what the program is waiting for.
  std::string waiting() const;

  // processor
  unsigned id() const override { return id_; }
  unsigned count() const override { return count_; }
  time_ps now() override { return local_; }
  void read(address_t address, void* data, unsigned size) override;
  void write(address_t address, const void* data, unsigned size) override;
  void fetch(address_t address, unsigned size) override;
  void modify(address_t address, unsigned size) override;
  std::uint64_t read_modify_write(atomic_operation operation, address_t address, unsigned size,
                                  std::uint64_t operand, std::uint64_t expected) override;
  void fence() override;
  void compute(std::uint64_t cycles) override;
  void sleep_until(time_ps when) override;
  std::uint64_t poll(address_t address, unsigned size, std::uint64_t seen, std::uint64_t cycles) override;
  ticket issue_read(address_t address, unsigned size) override;
  void wait(ticket t, void* data) override;
  void prefetch(address_t address) override;
  void begin_synchronisation() override { ++synchronising_; }
  void end_synchronisation() override { --synchronising_; }
  void wait_for_interrupt() override;

  // interruptible
  void set_interrupt_handler(std::function<void()> handler) override { handler_ = std::move(handler); }
  void mask_interrupts(bool masked) override { masked_ = masked; }

  // For programs that meet outside simulated memory (trace replay): suspends until wake(), resumes not before
  // `at`.
  void block();
  void wake(time_ps at);

 protected:
  cpu_base(const sc_core::sc_module_name& name, const cpu_parameters& parameters, timing_mode timing,
           unsigned id, unsigned count);

  initiator_port data_port_;
  initiator_port instruction_port_;

 private:
  struct program_failed {};
  enum class word : std::uint8_t { idle, compute, load, store, fetch, atomic, fence, poll, sleep, done };
  struct load_slot {
    tlm::tlm_generic_payload* payload = nullptr;
    time_ps done = 0;
    bool arrived = false;
    bool abandoned = false;  // a prefetch: nobody waits
    std::uint8_t data[64] = {};
  };

  void run();
  void catch_up();  // the kernel reaches local_
  void maybe_catch_up() {
    if (local_ >= horizon_ || in_time_order()) catch_up_if_needed();
  }
  void catch_up_if_needed();
  bool in_time_order() const { return synchronising_ != 0 || polling_; }
  void before_access() {
    maybe_catch_up();
    if (handler_ && !masked_) take_interrupt();
    if (!stores_.empty()) drain_due();
  }
  void take_interrupt();
  void compute_interruptibly(time_ps length);
  void perform(initiator_port& port, tlm::tlm_generic_payload& payload);
  tlm::tlm_generic_payload& plain(tlm::tlm_command command, address_t address, void* data, unsigned size);
  static void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command, address_t address, void* data,
                   unsigned size);
  void busy_until(time_ps issued, time_ps done) {
    counters_.busy_ps += parameters_.period;
    local_ = std::max(done, issued + parameters_.period);
  }
  void check(const tlm::tlm_generic_payload& payload);
  [[noreturn]] void fail(const std::string& why);
  void show(word w) {
    if (w == shown_) return;
    shown_ = w;
    traced_operation_.set(local_, static_cast<std::uint64_t>(w));
  }

  // store buffer
  void drain_due();
  void drain_oldest();
  void make_room();
  void drain_all();
  void start_drain();

  void response(tlm::tlm_generic_payload& payload, time_ps at) override;
  load_slot& start_load(address_t address, unsigned size);

  // polling
  bool may_sleep_while_polling() const {
    const bool others_let_it_go_first = timing_ == timing_mode::approximate || parameters_.quantum != 0;
    return others_let_it_go_first && stores_.empty() && loads_in_flight() == 0 && !handler_;
  }
  void sleep_while_polling(time_ps pause, time_ps look);
  void line_may_change() override;
  unsigned loads_in_flight() const;

  cpu_parameters parameters_;
  timing_mode timing_;
  unsigned id_;
  unsigned count_;
  program program_;
  std::function<void()> on_finish_;

  time_ps local_ = 0;
  time_ps released_ = 0;  // loosely timed: when the last access that was no hit ended
  time_ps horizon_ = 0;   // local_ may not pass this without catching up
  bool finished_ = false;
  std::string failure_;
  cpu_counters counters_;
  unsigned synchronising_ = 0;

  payload_pool payloads_;
  tlm::tlm_generic_payload* plain_;
  tlm::tlm_generic_payload* attributed_;
  access_extension attributes_;
  tlm::tlm_generic_payload* atomic_;
  atomic_extension atomic_request_;
  access_extension atomic_attributes_;

  agenda& agenda_ = agenda::of_simulation();
  agenda_event clock_;
  const tlm::tlm_generic_payload* awaited_ = nullptr;
  time_ps awaited_done_ = 0;
  sc_core::sc_event wake_{"wake"};
  bool woken_ = false;
  time_ps wake_at_ = 0;

  // Asleep while polling: a poll is to be made at next_poll_, and every poll_period_ from then on.
  bool polling_ = false;           // a poll is being made
  bool watching_ = false;          // and asks to be told
  polled_line* polled_ = nullptr;  // asleep
  time_ps next_poll_ = 0;
  time_ps poll_period_ = 0;
  time_ps poll_busy_ = 0;  // of it
  bool polled_for_synchronisation_ = false;

  store_buffer stores_;
  time_ps last_drain_ = 0;
  std::deque<time_ps> completing_;  // loosely timed: when stores that have left are complete, ascending
  tlm::tlm_generic_payload* draining_ = nullptr;
  access_extension draining_attributes_;
  sc_core::sc_event drained_{"drained"};

  std::vector<std::unique_ptr<load_slot>> slots_;
  std::vector<unsigned> free_slots_;
  std::vector<unsigned> flying_;
  sc_core::sc_event arrived_{"arrived"};
  bool waiting_for_interrupt_ = false;
  std::function<void()> handler_;
  bool masked_ = false;

  trace_signal traced_operation_;
  word shown_ = word::idle;
};

template <unsigned BUSWIDTH = 32>
class cpu : public cpu_base {
 public:
  template <typename Bw>
  using optional_socket = tlm::tlm_base_initiator_socket<BUSWIDTH, tlm::tlm_fw_transport_if<>, Bw, 1,
                                                         sc_core::SC_ZERO_OR_MORE_BOUND>;
  optional_socket<tlm::tlm_bw_transport_if<>> data{"data"};
  optional_socket<tlm::tlm_bw_transport_if<>> instruction{"instruction"};

  cpu(const sc_core::sc_module_name& name, const cpu_parameters& parameters, timing_mode timing, unsigned id,
      unsigned count)
      : cpu_base(name, parameters, timing, id, count) {
    data.bind(data_port_);
    instruction.bind(instruction_port_);
  }

 private:
  void end_of_elaboration() override {
    data_port_.set_forward(dynamic_cast<tlm::tlm_fw_transport_if<>*>(data.get_base_port().get_interface()));
    instruction_port_.set_forward(
        dynamic_cast<tlm::tlm_fw_transport_if<>*>(instruction.get_base_port().get_interface()));
  }
};

}  // namespace mimd

#endif
