// A coherent private cache of one processor: L1 (unified or split) and optional L2, as one module.
//
// Outside: TLM-2.0 base-protocol target sockets `data` and `instruction` towards the processor (a unified L1
// serves both; either may stay unbound), and one coherent socket `interconnect` towards a snooping bus (or
// any other point of coherence). Inside: private_hierarchy.h keeps lines, this module adds time, misses in
// flight and accounts.
//
//  * Hit: l1 latency, plus l2 latency if only L2 (or the other L1) has the line.
//  * L2 blocks of several lines (private_hierarchy.h): the access that allocates one ends when all of it is
//  here.
//  * Miss: an MSHR requests the line; later accesses to it wait with that MSHR (merging). The access that
//  caused
//    the miss is performed at the point of coherence, the merged ones when the line arrives.
//  * A replaced line that must be written back waits in the write-back buffer, where snoops find it, and goes
//  out
//    before any later request of this cache. While the buffer is full, no new miss is sent. (Approximately
//    timed; else before later requests of its line, and there is always room.)
//  * Any length, alignment, byte enables and streaming width: a payload is served line by line. As in
//  Cachegrind, a
//    reference that straddles two lines touches both, counts at most one hit or miss a level, and goes whole
//    to a non-inclusive L2 if either line misses L1.
//  * Atomics (atomic_extension.h) are performed here once the line may be written; a reservation is lost
//    when another agent writes the line or it is replaced.
//  * Addresses that the interconnect calls devices are never cached. write_allocate = false: a store that
//  misses goes
//    through to memory and fills nothing.
//  * A processor that polls sleeps while its line is here (polling.h).
//  * DMI is refused. transport_dbg sees and updates the newest copy anywhere in the machine.
// A store to a line held in a state that needs a transaction first is a hit and counts as an upgrade.
// Loosely timed and approximately timed see target_port.h. Both keep the counts of stats identical where no
// line is shared.
#ifndef MIMD_CACHE_CACHE_H
#define MIMD_CACHE_CACHE_H

#include <algorithm>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <unordered_set>
#include <vector>

#include "cache/private_hierarchy.h"
#include "coherence/coherence_socket.h"
#include "cpu/polling.h"
#include "infrastructure/free_list.h"
#include "infrastructure/target_port.h"
#include "infrastructure/trace.h"

namespace mimd {

class coherence_observer;
class miss_classifier;
class row_coverage;
class write_history;
struct access_extension;
struct atomic_extension;

struct cache_parameters {
  hierarchy_parameters levels;
  time_ps l1_latency = 1'000;
  time_ps l2_latency = 10'000;
  bool write_allocate = true;
  unsigned mshrs = 8;
  unsigned write_back_entries = 4;

  // Empty, or one line that says what is impossible with this protocol.
  std::string check(const snooping_protocol& protocol) const;
};

struct cache_counters {
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t atomics = 0;
  std::uint64_t fetches = 0;
  std::uint64_t upgrades = 0;     // stores that hit but needed a transaction
  std::uint64_t merges = 0;       // accesses that waited with an MSHR of their line
  std::uint64_t mshr_stalls = 0;  // accesses that found no free MSHR or write-back entry
  std::uint64_t uncached = 0;     // to devices, and stores that did not allocate
  std::uint64_t snoops_hit = 0;
  std::uint64_t supplies = 0;  // lines supplied to another agent
  std::uint64_t invalidations = 0;
  std::uint64_t synchronisation_accesses = 0;  // not among the above, nor among hits and misses
  std::uint64_t synchronisation_misses = 0;
};

class cache_base : public sc_core::sc_module,
                   public coherence_backward_if,
                   private access_target,
                   private polled_line,
                   private private_hierarchy::eviction_sink {
 public:
  ~cache_base() override;

  coherence_initiator_socket interconnect{"interconnect"};

  const cache_counters& counters() const { return counters_; }
  const private_hierarchy& levels() const { return hierarchy_; }
  const miss_classifier* classifier() const { return classifier_.get(); }

  // Watches every access (coherence checker), as agent `number`. Elaboration only.
  void set_observer(coherence_observer* observer, unsigned number);
  // Counts the rows of silent accesses, silent evictions and snoops. Elaboration only.
  void set_row_coverage(row_coverage* coverage);
  // Classifies the misses of the L1 data cache (miss_classifier.h), as agent `number`. Costly. Elaboration
  // only.
  void classify_misses(write_history& history, unsigned number);
  void declare_traces(trace_recorder& recorder, const std::string& prefix);
  // Accesses that are waiting, readable (for deadlock reports).
  std::string waiting() const;

  // coherence_backward: called by the interconnect.
  presence_view presence() const override { return hierarchy_.presence().view(); }
  coherence_state state(address_t line) const override;
  bool reserves(address_t line) const override { return reserved_.on(line); }
  void expect_arrival(address_t line) const override { hierarchy_.prefetch_set(line); }
  snoop_reply snoop(const snoop_message& message) override;
  void perform(coherence_request& request) override;
  void complete(coherence_request& request, time_ps at) override;
  const std::uint8_t* copy_of(address_t line) const override;
  void debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) override;

 protected:
  cache_base(const sc_core::sc_module_name& name, const cache_parameters& parameters,
             const snooping_protocol& protocol, timing_mode timing, std::uint64_t seed);

  void end_of_elaboration() override;
  void start_of_simulation() override;

  // The target port of one socket: hits of the common form are served here without further ado.
  class port : public target_port {
   public:
    port(cache_base& owner, private_hierarchy::port which, timing_mode timing)
        : target_port(owner, static_cast<unsigned>(which), timing), owner_(owner), which_(which) {}
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override {
      if (timing() == timing_mode::loose) {
        const short_way taken = owner_.quick_hit(payload, which_);
        if (taken == short_way::hit) {
          delay += owner_.quick_latency_;
          return;
        }
        if (taken == short_way::miss) {
          delay = to_sc_time(left_until(owner_.plain_miss(payload, which_, now_ps() + to_ps(delay))));
          return;
        }
      }
      target_port::b_transport(payload, delay);
    }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override {
      if (phase == tlm::BEGIN_REQ && owner_.quick_hit(payload, which_) == short_way::hit) {
        delay += owner_.quick_latency_;
        return tlm::TLM_COMPLETED;
      }
      return target_port::nb_transport_fw(payload, phase, delay);
    }

   private:
    cache_base& owner_;
    private_hierarchy::port which_;
  };

  port data_port_;
  port instruction_port_;

 private:
  enum class kind : std::uint8_t { read, write, modify, atomic };

  // One payload on its way through the cache, served a piece (part of one line) at a time.
  struct reference {
    // What begin() does not set itself. Field by field, which is several times faster than a new object.
    void clear() {
      atomic = nullptr;
      contiguous = true;
      synchronisation = counted_l1_miss = counted_l2_miss = filling = l2_whole = false;
      watcher = nullptr;
      status = tlm::TLM_OK_RESPONSE;
      arrival = 0;
      done = 0;
    }

    tlm::tlm_generic_payload* payload;
    atomic_extension* atomic;
    access_extension* watcher;  // asks to be told when the line may change
    reference* next;            // in a queue of waiting references
    kind what;
    private_hierarchy::port which;   // the L1 that serves it
    private_hierarchy::port socket;  // by which it came
    bool contiguous;                 // is_contiguous(*payload)
    bool synchronisation;
    bool counted_l1_miss;
    bool counted_l2_miss;
    bool filling;   // its own bytes are done; now fetches the rest of new L2 blocks
    bool l2_whole;  // straddles, and one of its lines misses a non-inclusive L2's L1
    bool piece_counted;
    tlm::tlm_response_status status;
    time_ps arrival;  // approximately timed
    unsigned length;  // the footprint
    unsigned done;    // bytes of it before this piece
    unsigned size;    // of this piece
    address_t line;
    unsigned offset;
  };
  struct reference_queue {
    reference* head = nullptr;
    reference* tail = nullptr;
    void push(reference& r) {
      r.next = nullptr;
      (tail ? tail->next : head) = &r;
      tail = &r;
    }
    reference* pop() {
      reference* r = head;
      if (r && !(head = r->next)) tail = nullptr;
      return r;
    }
  };
  struct mshr : coherence_request {
    reference* primary = nullptr;
    reference_queue merged;
    bool performed = false;
    std::vector<std::uint8_t> buffer;
  };
  struct write_back : coherence_request {
    std::vector<std::uint8_t> buffer;
  };
  enum class need : std::uint8_t { nothing, line, transient, operation };

  // What the short way for accesses of the common form (part of one line, no attributes) came to: a hit,
  // which is done; a miss of L1; or nothing.
  enum class short_way : std::uint8_t { hit, miss, none };
  short_way quick_hit(tlm::tlm_generic_payload& payload, private_hierarchy::port which);
  time_ps plain_miss(tlm::tlm_generic_payload& payload, private_hierarchy::port which, time_ps at);

  // access_target
  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  bool access_may_wait() const override { return true; }
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;

  bool begin(reference& r, tlm::tlm_generic_payload& payload, unsigned port);
  bool may_reach(reference& r, address_t line);
  bool next_piece(reference& r) {
    r.done += r.size;
    r.size = 0;
    if (r.done >= r.length || r.status != tlm::TLM_OK_RESPONSE) return hierarchy_.has_l2() && next_fill(r);
    set_piece(r);
    return true;
  }
  void set_piece(reference& r) {
    const address_t address = r.payload->get_address() + r.done;
    r.line = address & ~static_cast<address_t>(line_ - 1);
    r.offset = static_cast<unsigned>(address - r.line);
    r.size = std::min(r.length - r.done, line_ - r.offset);
    r.piece_counted = false;
  }
  bool next_fill(reference& r);
  static void respond(reference& r) { r.payload->set_response_status(r.status); }
  void count_access(const reference& r) {
    if (r.synchronisation) {
      ++counters_.synchronisation_accesses;
    } else if (r.what == kind::atomic) {
      ++counters_.atomics;
    } else if (r.what == kind::write) {
      ++counters_.stores;
    } else if (r.which == private_hierarchy::port::instruction) {
      ++counters_.fetches;
    } else {
      ++counters_.loads;
    }
  }
  need attempt(reference& r, time_ps& at);
  need fail(reference& r);
  private_hierarchy::found find_line(reference& r);
  void count(reference& r, private_hierarchy::found where);
  void count_l2_miss(reference& r);
  time_ps serve(reference& r, need what, time_ps at);
  void touch(reference& r, std::uint8_t* bytes);
  void perform_here(reference& r, coherence_state next, time_ps at);
  void observe(const reference& r, const std::uint8_t* before, const std::uint8_t* after, time_ps at);
  void prepare(mshr& m, reference& r, need what, time_ps at);
  void settle(mshr& m, time_ps at);
  void show_line(time_ps at, address_t line, coherence_state state) {
    traced_line_.set(at, line);
    traced_state_.set(at, state);
  }
  write_back* find_leaving(address_t line) const { return leaving_.empty() ? nullptr : search_leaving(line); }
  write_back* search_leaving(address_t line) const;
  void sent(write_back& w);
  void evicted(address_t line, coherence_state state, const std::uint8_t* data) override;
  void left(address_t line) override {
    if (reserved_.on(line)) reserved_.drop();
    tell_watcher(line);
  }
  void watch_hit(const reference& r);
  void tell_watcher(address_t line) {
    if (line == watched_) wake_watcher();
  }
  void wake_watcher();
  void polled(std::uint64_t times) override;
  void send_write_backs(time_ps at);

  // approximately timed
  bool advance(reference& r, time_ps at, time_ps& done);
  void resume(reference& r, time_ps at);
  mshr* find_mshr(address_t line);
  port& port_of(private_hierarchy::port which) {
    return which == private_hierarchy::port::data ? data_port_ : instruction_port_;
  }

  cache_parameters parameters_;
  std::vector<std::string> state_names_;
  private_hierarchy hierarchy_;
  timing_mode timing_;
  coherence_forward* forward_ = nullptr;
  unsigned line_;
  sc_core::sc_time quick_latency_;
  bool at_home_ = false;       // where atomics are performed
  bool quick_ = false;         // nothing watches: accesses may take the short way
  bool only_l1_;               // one array, written back: what it lacks is not here
  bool quick_store_[16] = {};  // by entry low bits: a store that changes neither state nor flags
  cache_counters counters_;
  std::unique_ptr<miss_classifier> classifier_;
  write_history* history_ = nullptr;
  coherence_observer* observer_ = nullptr;
  row_coverage* coverage_ = nullptr;
  unsigned agent_number_ = 0;

  free_list<reference> references_;
  free_list<mshr> mshrs_;
  free_list<write_back> write_backs_;
  std::vector<mshr*> active_;
  std::vector<write_back*> unsent_;   // evicted during the current fill
  std::vector<write_back*> leaving_;  // with the interconnect
  reference_queue stalled_;
  unsigned merged_ = 0;  // loosely timed: processes that wait with an MSHR of their line
  sc_core::sc_event settled_{"settled"};
  time_ps settled_at_ = 0;

  std::unordered_set<address_t> synchronisation_lines_;  // written for synchronisation; never walked
  line_reservation reserved_{hierarchy_.presence()};
  static constexpr address_t no_line = ~address_t{0};
  address_t watched_ = no_line;
  line_watcher* watcher_ = nullptr;
  private_hierarchy::port watched_by_ = private_hierarchy::port::data;
  bool watched_for_synchronisation_ = false;

  trace_signal traced_state_;
  trace_signal traced_line_;
  trace_signal traced_miss_;
};

template <unsigned BUSWIDTH = 32>
class cache : public cache_base {
 public:
  tlm::tlm_base_target_socket<BUSWIDTH, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>, 1,
                              sc_core::SC_ZERO_OR_MORE_BOUND>
      data{"data"};
  tlm::tlm_base_target_socket<BUSWIDTH, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>, 1,
                              sc_core::SC_ZERO_OR_MORE_BOUND>
      instruction{"instruction"};

  cache(const sc_core::sc_module_name& name, const cache_parameters& parameters,
        const snooping_protocol& protocol, timing_mode timing, std::uint64_t seed = 1)
      : cache_base(name, parameters, protocol, timing, seed) {
    data.bind(data_port_);
    instruction.bind(instruction_port_);
  }

 private:
  void end_of_elaboration() override {
    cache_base::end_of_elaboration();
    data_port_.set_backward(dynamic_cast<tlm::tlm_bw_transport_if<>*>(data.get_base_port().get_interface()));
    instruction_port_.set_backward(
        dynamic_cast<tlm::tlm_bw_transport_if<>*>(instruction.get_base_port().get_interface()));
  }
};

}  // namespace mimd

#endif
