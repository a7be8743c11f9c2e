// The cache that the processors of a node share: the memory of their snooping bus, and the node's one
// coherent agent towards a directory. Two levels of coherence, as in Stanford DASH (whose remote access cache
// this is, for all lines): a snooping bus inside, a directory outside.
//
// It is inclusive: a line that an agent on the bus holds is here, in a state that allows what the agents may
// do with it. Replacing or losing a line here takes it from them. It asks the directory for what a bus
// transaction lacks (outer_coherence.h), keeps the lines that come, and answers the directory's forwards
// after snooping the bus. Between a line's arrival and the bus transaction that asked for it, and while a bus
// transaction on the line is in flight, forwards of it wait. A read whose data an invalidation overtook is
// asked for again, to write, so that it is not overtaken twice. A completion may lie ahead (a fill time of
// the directory's): the bus may not use the line before.
//
// As an attraction memory it is all the memory that its node has, in a machine without any other
// (directory_protocol.h, coma). It then lets go, in this order, what is free, copies of lines whose master is
// elsewhere, and masters, whose lines its agent brings to their homes; and it takes over lines that lost
// their master elsewhere, dropping a copy that is not the last if it must. Within each class the policy
// chooses. A line is not dropped while a bus transaction or a request of its own for it is under way.
//
// With a `block` it is allocated by the page and coherent by the line (Simple COMA: Saulsbury, Wilkinson,
// Carter & Landin, An argument for Simple COMA, HPCA 1995): a tag stands for a page of lines, whose lines
// come one by one as they are used. A page goes as a whole, of the class of its worthiest line. A miss in a
// page that has no frame first takes `allocation_time`, that of the operating system's page fault; the frame
// is taken when the line comes, and a line that is injected may take a free frame too.
//
// Sockets: `memory`, TLM-2.0 target, to the bus's target socket; `interconnect`, coherent, to a directory
// fabric. Time: a read through `memory` takes `latency`, but none for the bus transaction that a
// line was fetched for, to which it is passed on as it arrives; a write takes none; contention is the bus's.
// DMI refused. Not modelled: banks; lines of a size other than the bus's. Errors: std::invalid_argument from
// the constructor, one line that begins with a parameter's name.
#ifndef MIMD_CACHE_NODE_CACHE_H
#define MIMD_CACHE_NODE_CACHE_H

#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "cache/sectored_array.h"
#include "coherence/attraction_ways.h"
#include "coherence/coherence_socket.h"
#include "coherence/compiled_protocol.h"
#include "coherence/outer_coherence.h"
#include "infrastructure/agenda.h"
#include "infrastructure/free_list.h"
#include "infrastructure/target_port.h"

namespace mimd {

struct node_cache_parameters {
  cache_geometry geometry{1024 * 1024, 16, 64, replacement_policy::lru};
  time_ps latency = 20'000;
  bool attraction = false;
  unsigned block = 0;           // bytes that are allocated together, at least a line; 0: a line
  time_ps allocation_time = 0;  // of a block, with `block` alone

  // What is allocated.
  cache_geometry blocks() const {
    cache_geometry g = geometry;
    if (block != 0) g.line = block;
    return g;
  }
  // For a bus that may hold on to so many lines at a time, a transaction for each: empty, or one line that
  // says what is impossible.
  std::string check(unsigned held_lines) const;
};

struct node_cache_counters {
  std::uint64_t reads = 0;   // lines that the bus read here
  std::uint64_t writes = 0;  // lines and words that it wrote
  std::uint64_t read_misses = 0;
  std::uint64_t write_misses = 0;
  std::uint64_t upgrades = 0;  // writes of lines that were here to be read
  std::uint64_t evictions = 0;
  std::uint64_t write_backs = 0;  // of them modified
  std::uint64_t snoops = 0;       // by the directory
  // Attraction memory.
  std::uint64_t masters_replaced = 0;  // of the evictions
  std::uint64_t taken_over = 0;        // lines injected
  std::uint64_t promoted = 0;          // copies that became masters
  std::uint64_t dropped = 0;           // copies that made room for them
  std::uint64_t allocated = 0;         // blocks for which room was made or found
  std::uint64_t blocks_replaced = 0;   // of which a line was valid
};

class node_cache_base : public sc_core::sc_module,
                        public coherence_backward_if,
                        public outer_coherence,
                        public attraction_ways,
                        private access_target {
 public:
  ~node_cache_base() override;

  coherence_initiator_socket interconnect{"interconnect"};

  // The bus inside; elaboration only.
  void set_inner(inner_coherence& inner) { inner_ = &inner; }
  const node_cache_counters& counters() const { return counters_; }
  std::uint64_t lines_held() const;

  // outer_coherence: called by the bus
  void expect_line(address_t line) const override { array_.prefetch_set(line); }
  bool permits(address_t line, bool exclusive) override;
  time_ps acquire(address_t line, bool exclusive, time_ps at) override;
  bool shared_outside(address_t line) const override;
  void ended(address_t line) override;

  // coherence_backward: called by the interconnect
  bool can_snoop(address_t line) const override;
  void expect_arrival(address_t line) const override { array_.prefetch_set(line); }
  coherence_state state(address_t line) const override;
  snoop_reply snoop(const snoop_message& message) override;
  void perform(coherence_request&) override {}
  void complete(coherence_request& request, time_ps at) override;
  bool make_room(address_t line) override;
  void take_over(address_t line, coherence_state granted, const std::uint8_t* data) override;
  const std::uint8_t* copy_of(address_t line) const override;
  void debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) override;

  // attraction_ways
  bool has_free_way(address_t line) override { return choose(line, free_class + 1) != none; }

 protected:
  // protocol: of the caches as the directory sees them (directory_cache_view.h).
  node_cache_base(const sc_core::sc_module_name& name, const node_cache_parameters& parameters,
                  const snooping_protocol& protocol, unsigned held_lines, timing_mode timing,
                  std::uint64_t seed);

  void end_of_elaboration() override;

  target_port port_;

 private:
  struct request : coherence_request {
    std::vector<std::uint8_t> buffer;
    bool served;  // an injection has brought the line meanwhile, and the bus has used it
  };

  bool may(coherence_state state, bool exclusive) const {
    return state != invalid_state && (!exclusive || protocol_.silent_write[state]);
  }
  request& take(std::vector<request*>& list);
  void give_back(std::vector<request*>& list, request& r);
  request* find_asked(address_t line) const;
  request* find_leaving(address_t line) const;
  request& prepare(address_t line, bool exclusive, coherence_state held);
  void install(const request& r, time_ps at);
  using slot = sectored_array::slot;
  static constexpr slot none = sectored_array::none;

  // When a request for the line leaves that is wanted at `at`.
  time_ps requested(address_t line, time_ps at) const {
    return array_.has_block(line) ? at : at + parameters_.allocation_time;
  }
  void fill(slot s, address_t line, coherence_state state, const std::uint8_t* data);
  bool comes_later(address_t line) const;
  void let_in();
  // What goes, in this order, for a line; of how many classes something may. Without attraction, all lines
  // are of the first.
  static constexpr std::uint8_t free_class = 0;
  static constexpr std::uint8_t copy_class = 1;  // of lines whose master is elsewhere
  static constexpr std::uint8_t master_class = 2;
  // The slot that the line takes.
  slot choose(address_t line, unsigned classes);
  // Empties the block that it is in.
  void clear_block(slot s, time_ps at, bool nested = false);
  // `nested`: within a transaction of another agent, which ends this one too.
  void evict(slot s, time_ps at, bool nested);
  coherence_state true_state(slot s) const;

  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;

  node_cache_parameters parameters_;
  compiled_protocol protocol_;
  timing_mode timing_;
  agenda& agenda_;
  unsigned line_;
  sectored_array array_;
  sectored_array::class_of_state class_of_{};  // what goes first: choose()
  coherence_forward* forward_ = nullptr;
  inner_coherence* inner_ = nullptr;
  free_list<request> requests_;
  std::vector<request*> asked_;      // with the directory
  std::vector<request*> leaving_;    // likewise: replaced lines
  std::vector<address_t> promised_;  // arrived, and not used by the bus yet
  struct arrival {
    address_t line;
    time_ps at;
  };
  std::vector<arrival> later_;  // of the promised ones: not complete yet
  method_event<node_cache_base, &node_cache_base::let_in> let_in_{*this};
  static constexpr address_t no_line = ~address_t{0};
  address_t arrived_ = no_line;  // loosely timed: the same
  node_cache_counters counters_;
};

template <unsigned BUSWIDTH = 32>
class node_cache : public node_cache_base {
 public:
  tlm::tlm_target_socket<BUSWIDTH> memory{"memory"};

  node_cache(const sc_core::sc_module_name& name, const node_cache_parameters& parameters,
             const snooping_protocol& protocol, unsigned held_lines, timing_mode timing,
             std::uint64_t seed = 1)
      : node_cache_base(name, parameters, protocol, held_lines, timing, seed) {
    memory.bind(port_);
  }

 private:
  void end_of_elaboration() override {
    node_cache_base::end_of_elaboration();
    port_.set_backward(dynamic_cast<tlm::tlm_bw_transport_if<>*>(memory.get_base_port().get_interface()));
  }
};

}  // namespace mimd

#endif
