// The network in packet fidelity: events move packets, nothing happens where nothing moves.
//
// The mechanism is that of flit fidelity (flit_routers.h): a head claims a virtual channel of its next link
// (iSLIP's turns among those who wait and among the channels), then the flits of its packet pass the switch,
// one a cycle and port, as their arrival and the credits permit; finite buffers, credit round trips,
// head-of-line blocking, priorities, interleaving on shared links.
//
// How it is quick: a packet is dealt with once a hop, not its flits cycle by cycle. When its head has a
// channel, the switch is *booked* for all its flits whose arrival and slot downstream are known, and with
// that their arrival downstream and the return of their credits are known in turn: a flit is nothing but a
// time stamp of its buffer slot. Arrivals and credits need no events: whoever depends on one that is not
// known yet leaves a flag with the one who will write it.
// * Who finds an output booked by others shares it: the cycles booked are dealt anew, in iSLIP's turns, among
//   all flits that have some (packet_network_sharing.cpp). At an input a newcomer takes alternate cycles from
//   a flow to another output. Whoever would not come more than two cycles late without lets the others be.
// * A booked time may only turn out later, and only until somebody counts on it: a flit that is booked
//   downstream, or whose slot is taken upstream, keeps its cycle. So times once acted upon hold, and an event
//   that turns out too early looks again. No cycle more than 11 ahead is booked, so that little is fixed
//   early.
//
// Not modelled: iSLIP's wasted cycles, where a grant is not accepted (one iteration or several: the same;
// under overload up to 13 % more is accepted); the exact turn where several flows share; what a flit carries;
// faults.
//
// How exact: zero-load latency to the cycle. Under load the mean latency is that of flit fidelity within 3 %
// up to 60 % of the saturation load, mostly below it, 5 % to 80 % and 15 % to 95 %; saturation loads within
// 5 % (docs/noc.md, scripts/compare-booksim).
//
// hold(): packets whose tail comes in while a virtual network is held wait at the terminal; its ejection
// buffers then give back no credits, so that the network behind fills up.
//
// Limits, std::invalid_argument otherwise: 64 virtual channels a link (all virtual networks together),
// buffers of at most 65,535 flits.
#ifndef MIMD_NOC_PACKET_NETWORK_H
#define MIMD_NOC_PACKET_NETWORK_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "noc/event_wheel.h"
#include "noc/network.h"
#include "noc/route_table.h"

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
  channel_load load(std::uint32_t channel) const override;
  void check_drained() const override;

  std::uint64_t visits() const { return visits_; }  // the work done: looks at a virtual channel

 private:
  using tick = std::uint32_t;  // cycles since base_
  static constexpr tick never = 0xffffffffu;
  static constexpr std::uint32_t nobody = 0xffffffffu;
  static constexpr tick book_ahead = 11;  // no cycle farther ahead than this is booked

  enum class buffer_state : std::uint8_t {
    idle,
    head,    // an event is due at which its front packet asks for a virtual channel of an output
    parked,  // until one is free
    flows    // it has one
  };

  // One virtual channel at an input of a router, or at a terminal's ejection channel; the stamps of its slots
  // follow it in memory.
  struct alignas(32) buffer {
    packet* front = nullptr;      // ejection: the packet that came last
    tick left_at = 0;             // when the last flit booked leaves
    std::uint32_t remaining = 0;  // flits of the front packet that are not booked
    std::uint16_t read = 0;       // slot of the first flit not booked
    std::uint16_t write = 0;      // slot of the next to come
    std::uint16_t held = 0;    // flits not booked. The stamp of a slot: arrival of such a flit; else: credit
    std::uint16_t input = 0;   // port
    std::uint16_t output = 0;  // port it has, or had last
    std::uint8_t vc = 0;       // of that output
    buffer_state state = buffer_state::idle;
    std::uint8_t flags = 0;
  };
  static_assert(sizeof(buffer) == 32);
  static constexpr std::uint8_t at_head = 1;       // the next flit to book is the head
  static constexpr std::uint8_t wants_flit = 2;    // parked until the next flit is booked to come here
  static constexpr std::uint8_t wants_credit = 4;  // the owner is parked until a flit is booked to leave
  static constexpr std::uint8_t on_hold = 8;       // ejection only

  // The cycles of a port that are booked, from `from` on. What is booked beyond 64 is forgotten.
  struct bookings {
    std::uint64_t bits = 0;
    tick from = 0;

    std::uint64_t bit(tick t) const { return t - from < 64 ? std::uint64_t{1} << (t - from) : 0; }
    void advance(tick t) {
      bits = t - from < 64 ? bits >> (t - from) : 0;
      from = t;
    }
  };

  struct alignas(32) input_port {
    bookings booked;
    std::uint32_t credit_flight;  // from a flit's leaving to its credit's use
    std::uint32_t upstream;       // router or terminal
    std::uint32_t flows;          // upstream's, of virtual channel 0; nobody: a terminal
    bool keeps;                   // see displace()
  };

  struct alignas(64) output_port {
    bookings booked;
    std::uint64_t claimed = 0;  // virtual channels
    std::uint64_t flits = 0;
    std::uint64_t packets = 0;
    std::uint32_t flows = 0;         // of virtual channel 0
    std::uint32_t first_next = 0;    // buffer of its virtual channel 0 downstream
    std::uint32_t router = 0;        // downstream
    std::uint32_t flight = 0;        // from the switch to the arrival downstream
    std::uint32_t taken_flight = 0;  // ejection: to the use of the credit
    std::uint16_t last_input = 0;    // served
    bool ejects = false;
    bool awaited = false;  // somebody is parked for one of its channels
  };

  // Who has a virtual channel of an output.
  struct alignas(16) flow {
    std::uint32_t owner = 0;  // buffer
    tick free_at = never;     // its tail leaves; never: not known yet
    tick head_at = never;     // its head leaves
    std::uint8_t priority = 0;
  };

  // Where the head of a packet goes next, and by which virtual channels.
  struct step {
    std::uint16_t port = 0;
    std::uint8_t first_vc = 0;
    std::uint8_t vcs = 0;  // 0: there are several candidates, to be asked for at the router

    std::uint64_t channels() const {
      return (vcs == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << vcs) - 1) << first_vc;
    }
  };

  struct event {
    std::uint32_t router;  // or at_terminal
    std::uint32_t number;  // of the buffer, terminal or port
    step next;             // of a head; vcs is at_output: a channel of that port may be free; of a
                           // terminal: port is ejection if it is to take packets, else it is to send
  };
  static constexpr std::uint32_t at_terminal = 0xffffffffu;
  static constexpr std::uint8_t at_output = 0xff;
  static constexpr std::uint16_t ejection = 1;
  static constexpr std::uint32_t horizon = 255;  // cycles ahead that an event may be put

  // An event that may be wanted earlier than it was set: what was set before comes too, and is not heeded.
  struct alarm {
    tick due = never;
    tick event_at = never;
  };

  struct router {
    std::uint32_t inputs;
    std::uint32_t outputs;
    std::uint32_t first_input;
    std::uint32_t first_output;
    std::uint32_t first_buffer;
    std::uint32_t first_waiting;  // of waiting_: `words` an output
    std::uint32_t words;
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
    fifo arrived;                 // what had to wait, on hold
    packet* current = nullptr;    // being sent
    std::uint32_t remaining = 0;  // its flits
    std::uint32_t buffer = 0;     // where to
    std::uint32_t last_vc = 0;
    bool on_hold = false;
  };
  struct terminal_state {
    alarm wakes;       // to send
    alarm takes;       // what had to wait
    tick free_at = 0;  // its channel is booked before
    std::uint32_t last_sender = 0;
    std::uint32_t router = 0;
    std::uint32_t first_buffer = 0;  // there
    std::uint32_t flight = 0;
    std::uint64_t flits = 0;
    std::uint64_t packets = 0;
  };

  // A flow among those that share an output.
  static constexpr std::uint32_t most_dealt = 31;  // flits of a flow
  struct party {
    buffer* x;
    buffer* y;  // downstream
    input_port* in;
    flow* claim;
    tick* next;  // of the flit to deal to
    std::uint32_t first_slot;
    std::uint32_t n;      // flits
    std::uint32_t input;  // port
    tick served;          // last
    bool has_head;        // the first is the head
    tick times[most_dealt + 1];
  };

  void build_ports(const network_parameters& parameters);

  // Time.
  cycle next_due() const;
  cycle absolute(tick t) const { return base_ + t; }
  tick present() const { return static_cast<tick>(now_ - base_); }
  void rebase();
  void rebase_if_late() {
    if (now_ - base_ >= 0x80000000u) rebase();
  }
  // When the event comes: at t, or earlier if that is too far away.
  tick put(const event& e, tick t) {
    t = std::min(t, present() + horizon);
    events_.put(absolute(t), e);
    return t;
  }
  void set(alarm& a, const event& e, tick t) {
    if (a.due <= t) return;
    a.due = t;
    a.event_at = put(e, t);
  }
  bool goes_off(alarm& a, const event& e, tick t) {
    if (a.event_at != t) return false;
    if (a.due > t) {
      a.event_at = put(e, a.due);
      return false;
    }
    a = {};
    return true;
  }
  void wake_source(std::uint32_t t, tick when) { set(terminals_[t].wakes, {at_terminal, t, {}}, when); }

  // Terminals (packet_network_terminals.cpp).
  static constexpr std::uint32_t no_channel = 0xffffffffu;
  void run_source(std::uint32_t terminal, tick t);
  std::uint32_t send_flits(terminal_state& x, source& s, std::uint32_t most, tick t);
  bool has_slot(std::uint32_t b, tick t, tick& retry);
  std::uint32_t choose_channel(const terminal_state& x, std::uint32_t vn, const source& s, tick t,
                               tick& retry);
  void start_packet(terminal_state& x, std::uint32_t vc, source& s, tick t);
  const output_port& ejection_of(std::uint32_t terminal) const {
    return outputs_[routers_[topology_.destination_router(terminal)].first_output +
                    topology_.ejection_port(terminal)];
  }
  void schedule_delivery(packet& p, tick t);
  void deliver(tick t);
  void hand_over(packet& p);
  void take_waiting(std::uint32_t terminal, tick t);

  // Buffers.
  std::uint16_t after(std::uint16_t slot, std::uint32_t steps = 1) const {
    const std::uint32_t sum = slot + steps;
    return static_cast<std::uint16_t>(sum >= slots_ ? sum - slots_ : sum);
  }
  std::uint16_t before(std::uint16_t slot, std::uint32_t steps = 1) const {
    return static_cast<std::uint16_t>(slot >= steps ? slot - steps : slot + slots_ - steps);
  }
  buffer& at(std::uint32_t b) { return *reinterpret_cast<buffer*>(&lines_[b * lines_each_]); }
  const buffer& at(std::uint32_t b) const {
    return *reinterpret_cast<const buffer*>(&lines_[b * lines_each_]);
  }
  static tick* stamps(buffer& x) { return reinterpret_cast<tick*>(&x + 1); }
  static const tick* stamps(const buffer& x) { return reinterpret_cast<const tick*>(&x + 1); }
  // When there is a slot for the next flit to come; never: not known yet.
  tick slot_at(const buffer& x) const { return x.held == slots_ ? never : stamps(x)[x.write]; }
  // From a flit's leaving to the stamp of its slot downstream, where it waits or is taken at once.
  static tick stamp_flight(const output_port& output, const buffer& y) {
    return output.ejects && (y.flags & on_hold) == 0 ? output.taken_flight : output.flight;
  }

  // Channels (packet_network_channels.cpp).
  void visit(event e, tick t, bool in_turn = false);
  step route(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p);
  void ask_routing(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p);
  step step_of(const route_candidate& c, const packet& p) const;
  step next_in_turn(const router& here, const buffer& x, tick t);
  step least_loaded(const router& here, const buffer& x, tick t);
  std::uint32_t credits(const router& here, const step& s, tick t) const;
  std::uint64_t free_channels(output_port& output, tick t);
  std::uint32_t channel_in_turn(const buffer& x, std::uint32_t port, std::uint64_t available) const;
  void claim(const router& here, std::uint32_t b, buffer& x, std::uint32_t port, std::uint64_t available);
  void wait(const router& here, const event& e, buffer& x, tick t);
  // At t a channel of that output may be free.
  void wake_output(const router& here, std::uint32_t r, std::uint32_t port, tick t) {
    set(output_wakes_[here.first_output + port], {r, port, {0, 0, at_output}}, t);
  }
  void serve_waiting(std::uint32_t r, std::uint32_t port, tick t);
  void prefetch(const event& e) const;
  void prefetch_further(const event& e) const;

  // The switch (packet_network_switch.cpp).
  void book(const router& here, std::uint32_t r, std::uint32_t b, tick t, tick first);
  bool squeeze_in(buffer& x, buffer& y, input_port& input, output_port& output, std::uint64_t taken,
                  std::uint32_t n);
  void wake_upstream(const router& here, std::uint32_t b, const buffer& x, tick t);
  void wake_owner(std::uint32_t r, std::uint32_t port, std::uint32_t vc, tick t);
  void enter(std::uint32_t r, std::uint32_t b, packet& p, std::uint32_t slot, tick arrival);
  void come_to_front(std::uint32_t r, std::uint32_t b, buffer& x, packet& p, tick t);
  void tail_booked(const router& here, std::uint32_t r, std::uint32_t b, buffer& x, output_port& output);

  // Sharing it (packet_network_sharing.cpp).
  bool gather(party& p, buffer& x, buffer& y, input_port& input, bool ejects, tick first);
  static void take_out(const party& p, output_port& output);
  void write_back(const party& p, const output_port& output);
  void deal(const router& here, std::uint32_t port, tick t, tick first, std::uint32_t newcomer);
  bool displace(const router& here, std::uint32_t in, std::uint32_t port, tick c);

  const topology& topology_;
  const routing& routing_;
  route_table table_;
  std::uint32_t virtual_networks_;
  std::uint32_t vcs_;       // of a virtual network
  std::uint32_t channels_;  // virtual channels of a link
  std::uint32_t slots_;     // of a buffer
  std::uint32_t routing_cycles_;
  std::uint32_t channel_cycles_;  // from asking for a channel to asking for the switch
  std::vector<bool> ordered_;
  bool any_ordered_ = false;
  bool one_candidate_;       // the routing is deterministic
  bool all_candidates_;      // escape channels: a head asks for all its candidates
  bool priorities_ = false;  // some packet has one

  std::vector<router> routers_;
  std::vector<input_port> inputs_;
  std::vector<output_port> outputs_;
  std::vector<flow> flows_;             // by output, virtual channel
  std::vector<alarm> output_wakes_;     // by output, while it is awaited
  std::vector<std::uint64_t> waiting_;  // by output: buffers parked for one of its channels
  std::vector<step> parked_;            // by router buffer: what its head waits for
  // The buffers, as many lines each as hold it and the stamps of its slots: of all routers, by router, input
  // and channel, then those of the terminals. One line a buffer of 8 flits: a visit of a large network costs
  // what it misses in the caches.
  struct alignas(64) line {
    unsigned char bytes[64];
  };
  std::vector<line> lines_;
  std::size_t lines_each_ = 1;
  std::uint32_t buffers_ = 0;
  bool prefetches_ = false;      // they do not fit a cache
  std::vector<packet*> queued_;  // by slot: the packet whose head is in it, but for the front one

  // Scratch.
  std::array<party, 64> parties_;
  party displaced_;
  route_candidates candidates_;
  std::vector<std::uint32_t> woken_;

  std::vector<source> sources_;  // by terminal, virtual network
  std::vector<terminal_state> terminals_;
  std::uint32_t first_ejection_ = 0;  // buffer

  cycle now_ = 0;
  cycle base_ = 0;
  event_wheel<event> events_;
  static constexpr std::uint32_t delivery_slots = 64;
  std::vector<fifo> deliveries_;
  std::uint64_t deliveries_due_ = 0;
  random_generator random_;
  packet_receiver* receiver_ = nullptr;
  std::uint64_t inside_ = 0;
  std::uint64_t visits_ = 0;
};

}  // namespace mimd::noc

#endif
