// The network in packet fidelity: events move packets, nothing happens where nothing moves.
//
// Modelled, to the cycle, as in an input-buffered router with iSLIP virtual-channel and switch allocators
// (the pipeline of network_parameters): a head claims a virtual channel of its next link, its flits then pass
// the switch one after another as the switch, their arrival and the credits permit; finite buffers, credit
// round trips, head-of-line blocking, one flit a cycle and port, priorities, interleaving on shared links.
// Not modelled: what a flit carries; power; faults.
//
// How it is quick. A flit is not an object but the time stamp of a buffer slot: when it arrives and, once it
// has left, when its credit is back at the sender. Arrivals and credits therefore need no events: whoever
// depends on one reads the stamp, and only if it has not been written yet leaves a flag with the one who will
// write it. A buffer that cannot go on is parked, never polled; a router is visited only in cycles in which
// one of its buffers may move, and since nothing crosses a link in fewer than two cycles it is visited for
// two at a time. An uncontended move consults no allocator. Nothing is allocated while running.
//
// hold(): packets whose tail comes in while a virtual network is held wait at the terminal; its ejection
// buffers then give back no credits, so that the network behind fills up.
//
// Limits, std::invalid_argument otherwise: 64 virtual channels a link (all virtual networks together),
// buffers of at most 65,535 flits.
#ifndef MIMD_NOC_PACKET_NETWORK_H
#define MIMD_NOC_PACKET_NETWORK_H

#include <cstdint>
#include <vector>

#include "noc/islip.h"
#include "noc/network.h"
#include "noc/wake_ring.h"

namespace mimd::noc {

class packet_network final : public network {
 public:
  packet_network(const topology& t, const routing& r, const network_parameters& parameters);

  void set_receiver(packet_receiver& receiver) override { receiver_ = &receiver; }
  cycle now() const override { return now_; }
  void send(packet& p) override;
  cycle next_activity() const override;
  void advance_to(cycle c) override;
  void hold(std::uint32_t terminal, std::uint32_t virtual_network) override;
  void release(std::uint32_t terminal, std::uint32_t virtual_network) override;
  std::uint64_t packets_inside() const override { return inside_; }
  channel_load load(std::uint32_t channel) const override { return loads_[channel]; }
  void check_drained() const override;

  std::uint64_t router_visits() const { return visits_; }  // the work done: router and window

 private:
  using tick = std::uint32_t;  // cycles since base_
  static constexpr tick never = 0xffffffffu;
  static constexpr tick window = 2;  // cycles a visit of a router covers

  enum class buffer_state : std::uint8_t {
    idle,
    wants_channel,       // asks for a virtual channel of an output
    parked_for_channel,  // none is free
    waits,               // its front flit is not here, or has no slot to go to: looks again when `ready`
    moves                // asks for the switch when `ready`
  };

  // One virtual channel at an input of a router, or at a terminal's ejection channel.
  struct alignas(32) buffer {
    tick ready = never;           // when its front flit may ask; never: parked or idle
    std::uint32_t remaining = 0;  // flits of the front packet that have not left
    std::uint32_t next = 0;       // the buffer claimed downstream
    std::uint32_t owner = 0;      // the buffer, or source, that has claimed this one
    std::uint16_t read = 0;       // slot of the front flit
    std::uint16_t write = 0;      // slot of the next to come
    std::uint16_t held = 0;       // slots taken; the time stamp of a slot taken: arrival; else: credit
    std::uint16_t first_packet = 0;
    std::uint16_t packets = 0;
    std::uint16_t input = 0;   // port
    std::uint16_t output = 0;  // port
    buffer_state state = buffer_state::idle;
    std::uint8_t flags = 0;
  };
  static_assert(sizeof(buffer) == 32);
  // Flags.
  static constexpr std::uint8_t at_head = 1;       // the front flit is the head
  static constexpr std::uint8_t wants_flit = 2;    // parked until the next flit is sent here
  static constexpr std::uint8_t wants_credit = 4;  // the owner is parked until a flit leaves
  static constexpr std::uint8_t on_hold = 8;       // ejection only

  struct input_port {
    std::uint32_t credit_flight;  // from a flit's leaving to its credit's use
    std::uint32_t terminal;       // upstream, or
    std::uint32_t vc_turn;        // of the channels that ask for the same output
    bool from_terminal;
  };

  struct alignas(32) output_port {
    std::uint64_t free;         // virtual channels not claimed
    std::uint32_t first_next;   // buffer of its virtual channel 0 downstream
    std::uint32_t flight;       // from the switch to the arrival downstream
    std::uint32_t credit_back;  // ejection: from arrival to the credit's use
    std::uint32_t channel;
    bool ejects;
    bool awaited;  // somebody is parked for one of its channels
  };

  struct router {
    std::uint32_t inputs;
    std::uint32_t outputs;
    std::uint32_t first_input;
    std::uint32_t first_output;
    std::uint32_t first_buffer;
    std::uint32_t first_word;  // of active_
    std::uint32_t words;
    std::uint32_t first_waiting;  // of waiting_: `words` an output
    tick due;                     // when something may happen; never: not before somebody says so
  };

  struct fifo {
    packet* first = nullptr;
    packet* last = nullptr;
    void push(packet& p) {
      p.next = nullptr;
      (first == nullptr ? first : last->next) = &p;
      last = &p;
    }
    packet* pop() {
      packet* const p = first;
      first = p->next;
      return p;
    }
  };

  // The packets of a virtual network at a terminal.
  struct source {
    fifo queue;
    fifo arrived;                 // on hold
    packet* current = nullptr;    // being sent
    std::uint32_t remaining = 0;  // its flits
    std::uint32_t buffer = 0;     // where to
    std::uint32_t last_vc = 0;
    tick free_at = 0;  // its channel is busy before
    bool on_hold = false;
  };

  void build_ports(const network_parameters& parameters);

  // Time.
  cycle absolute(tick t) const { return base_ + t; }
  tick present() const { return static_cast<tick>(now_ - base_); }
  void rebase();
  void rebase_if_late() {
    if (now_ - base_ >= 0x80000000u) rebase();
  }
  void wake_router(std::uint32_t r, tick t) {
    if (routers_[r].due <= t) return;
    routers_[r].due = t;
    routers_awake_.wake(r, t / window, present() / window);
  }
  void wake_source(std::uint32_t terminal, tick t) { sources_awake_.wake(terminal, t, present()); }

  // Terminals (packet_network_terminals.cpp).
  static constexpr std::uint32_t no_channel = 0xffffffffu;
  void run_source(std::uint32_t terminal, tick t);
  void send_alone(std::uint32_t terminal, source& s, tick t);
  void send_in_turn(std::uint32_t terminal, tick t);
  bool has_slot(std::uint32_t b, std::uint32_t owner, tick t, tick& retry);
  std::uint32_t choose_channel(std::uint32_t terminal, std::uint32_t vn, const source& s, tick t,
                               tick& retry);
  void start_packet(std::uint32_t terminal, std::uint32_t vc, source& s, tick t);
  void schedule_delivery(packet& p, tick t);
  void deliver(tick t);

  // Buffers.
  std::uint16_t next_slot(std::uint16_t slot) const {
    return slot + 1u == slots_ ? std::uint16_t{0} : static_cast<std::uint16_t>(slot + 1u);
  }
  void put_flit(std::uint32_t b, tick arrival);
  void enter(std::uint32_t b, packet& p, std::uint32_t flits, tick arrival);
  void activate(std::uint32_t b, tick t);

  // Routers (packet_network_router.cpp).
  void visit(std::uint32_t r, tick t);
  void look(const router& here, std::uint32_t r, tick t);
  void settle(const router& here, std::uint32_t b, buffer& x, tick earliest);
  void park(const router& here, std::uint32_t b);
  void advance_round(const router& here, const buffer& x);
  void arbitrate(const router& here);
  std::uint32_t vc_of(const router& here, std::uint32_t b) const {
    return b - here.first_buffer - buffers_[b].input * channels_;
  }
  std::uint32_t place_in_turn(const router& here, std::uint32_t b) const;
  void arbitrate_by_priority(const router& here);
  std::uint8_t priority_of(std::uint32_t b) const;
  void pass(const router& here, std::uint32_t b, tick t);
  void head_left(const output_port& output, std::uint32_t b, const buffer& x, tick t);
  void tail_left(const router& here, std::uint32_t b, buffer& x, tick t);
  void wake_waiting(const router& here, output_port& output, std::uint32_t port, tick t);

  // Channels (packet_network_channels.cpp).
  void find_channel(const router& here, std::uint32_t r, std::uint32_t b, tick t);
  void wait_at(const router& here, std::uint32_t output, std::uint32_t b);
  std::uint64_t channels_of(const route_candidate& c, const packet& p) const;
  void select_output(const router& here, std::uint32_t b, const packet& p, tick t);
  std::uint32_t free_slots(const output_port& output, std::uint64_t channels, tick t) const;
  void allocate_channels(const router& here, tick t);
  void allocate_by_priority(const router& here, tick t);
  void claim(const router& here, std::uint32_t b, std::uint32_t vc, tick t);

  const topology& topology_;
  const routing& routing_;
  std::uint32_t virtual_networks_;
  std::uint32_t vcs_;       // of a virtual network
  std::uint32_t channels_;  // virtual channels of a link
  std::uint32_t slots_;     // of a buffer
  std::uint32_t routing_cycles_;
  std::uint32_t channel_cycles_;  // from asking for a channel to asking for the switch
  std::uint32_t iterations_;      // of iSLIP
  std::vector<bool> ordered_;
  bool one_candidate_;       // the routing is deterministic
  bool priorities_ = false;  // some packet has one

  std::vector<router> routers_;
  std::vector<input_port> inputs_;
  std::vector<output_port> outputs_;
  std::vector<buffer> buffers_;        // of all routers, by router, input, channel; then of the terminals
  std::vector<tick> stamps_;           // slots_ a buffer
  std::vector<packet*> heads_;         // slots_ a buffer: its packets, a ring
  std::vector<std::uint64_t> wanted_;  // by router buffer: the channels its head asks for
  std::vector<std::uint32_t> router_of_;
  std::vector<std::uint64_t> port_bits_;     // by port: its bit in a word of 32
  std::vector<std::uint64_t> active_;        // buffers with a finite `ready`
  std::vector<std::uint64_t> waiting_;       // by output: buffers parked for one of its channels
  std::vector<std::uint32_t> switch_grant_;  // round-robin pointers
  std::vector<std::uint32_t> switch_accept_;
  std::vector<std::uint32_t> channel_grant_;
  std::vector<std::uint32_t> channel_accept_;
  islip switch_allocator_;
  islip channel_allocator_;
  // Scratch of a router's cycle.
  std::vector<std::uint32_t> move_;   // buffers that ask for the switch, then those that get it
  std::vector<std::uint32_t> claim_;  // buffers that ask for a channel
  std::uint32_t moves_ = 0;
  std::uint32_t claims_ = 0;
  bool conflict_ = false;                // two moves have (perhaps) an input or an output in common
  tick next_ = never;                    // when something may happen again
  std::vector<std::uint64_t> asking_;    // by output: inputs
  std::vector<std::uint64_t> granting_;  // by input: outputs
  std::vector<std::uint32_t> match_;     // by input: output
  std::vector<allocation_request> requests_;
  route_candidates candidates_;

  std::vector<source> sources_;             // by terminal, virtual network
  std::vector<std::uint32_t> last_sender_;  // by terminal: virtual network
  std::uint32_t first_ejection_ = 0;        // buffer
  std::vector<channel_load> loads_;

  cycle now_ = 0;
  cycle base_ = 0;
  wake_ring routers_awake_;
  wake_ring sources_awake_;
  std::vector<fifo> deliveries_;  // wake_ring::slots of them
  std::uint64_t deliveries_due_ = 0;
  random_generator random_;
  packet_receiver* receiver_ = nullptr;
  std::uint64_t inside_ = 0;
  std::uint64_t visits_ = 0;
};

inline void packet_network::activate(std::uint32_t b, tick t) {
  const std::uint32_t r = router_of_[b];
  const router& there = routers_[r];
  const std::uint32_t local = b - there.first_buffer;
  buffers_[b].ready = t;
  active_[there.first_word + local / 64] |= std::uint64_t{1} << (local % 64);
  wake_router(r, t);
}

// A flit is on its way to buffer b.
inline void packet_network::put_flit(std::uint32_t b, tick arrival) {
  buffer& x = buffers_[b];
  stamps_[std::size_t{b} * slots_ + x.write] = arrival;
  x.write = next_slot(x.write);
  ++x.held;
  if ((x.flags & wants_flit) != 0) {
    x.flags &= static_cast<std::uint8_t>(~wants_flit);
    activate(b, arrival);
  }
}

// A packet is on its way to buffer b.
inline void packet_network::enter(std::uint32_t b, packet& p, std::uint32_t flits, tick arrival) {
  buffer& x = buffers_[b];
  std::uint32_t place = std::uint32_t{x.first_packet} + x.packets;
  if (place >= slots_) place -= slots_;
  heads_[std::size_t{b} * slots_ + place] = &p;
  if (++x.packets > 1) return;
  x.state = buffer_state::wants_channel;
  x.remaining = flits;
  activate(b, arrival + routing_cycles_);
}

}  // namespace mimd::noc

#endif
