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
// * Who finds a port booked by others shares it: the cycles booked are dealt anew, in iSLIP's turns, among
//   all flits that have some (packet_network_sharing.cpp). An input that has promised a cycle to another
//   output accepts one of the two in its round; the flow that is displaced is dealt with again at its own
//   output. As in iSLIP of one iteration, an output wastes the cycle that it grants to an input which
//   accepts another; if that input later gives the cycle back, the output deals with it again. For that each
//   port knows who has its next 16 cycles, and who had the last one before.
// * Of heads that ask for channels of an output in the same cycle the later ones see what iSLIP would grant
//   them, and lose with the same probability. Where there are escape channels, it is decided at the cycle's
//   end, exactly.
// * Of several candidates without escape channels one is chosen when the head leaves for the router, by the
//   credits of then: routing looks ahead (with router_cycles > 3 it is done in the router).
// * A booked time may turn out later, or earlier if others give a cycle up, and only until somebody counts on
//   it: a flit that is booked downstream, or whose slot is taken upstream, keeps its cycle. So times once
//   acted upon hold. A head is looked for in the cycle that it has got first, a tail from the earliest on
//   that it could have; who is not there yet is looked for again, tails in every cycle. A head that gets an
//   earlier cycle later on is dealt with a little late (1 % of them in an 8x8 mesh at half the saturation
//   load, by 2 cycles). No cycle more than 11 ahead is booked, so that little is fixed early.
//
// Not modelled: more iterations of iSLIP (one or several: the same); what a flit carries; faults.
//
// How exact: zero-load latency to the cycle. Under load the mean latency is that of flit fidelity within 3 %
// up to 60 % of the saturation load, 5 % to 80 % and 15 % to 95 %; saturation loads within 5 % (docs/noc.md,
// scripts/compare-booksim). To 80 % packets of one flit are mostly exact to half a per cent, in networks of
// large switches to 1.5 %, with 7 router cycles 4 % too slow; longer ones are up to 3.3 % too quick.
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

#include "infrastructure/cache_line_allocator.h"
#include "noc/event_wheel.h"
#include "noc/multicast.h"
#include "noc/network.h"
#include "noc/packet_network_parts.h"
#include "noc/routing_unit.h"

namespace mimd::noc {

class packet_network final : public network, private packet_network_parts {
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
  void build_ports(const network_parameters& parameters);

  // Time.
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

  // The packet whose head has that number in a buffer, while another is in front.
  packet*& queued(std::uint32_t b, std::uint32_t flit) { return queued_[place_of(b, flit)]; }
  std::size_t place_of(std::uint32_t b, std::uint32_t flit) const {
    return std::size_t{b} * (ring_mask_ + 1) + (flit & ring_mask_);
  }

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
  void schedule_delivery(packet& p, tick t, tick soonest);
  void deliver(tick t);
  void hand_over(packet& p);
  void take_waiting(std::uint32_t terminal, tick t);

  // Buffers.
  buffer& at(std::uint32_t b) { return *reinterpret_cast<buffer*>(&lines_[b << lines_shift_]); }
  const buffer& at(std::uint32_t b) const {
    return *reinterpret_cast<const buffer*>(&lines_[b << lines_shift_]);
  }
  static tick* stamps(buffer& x) { return reinterpret_cast<tick*>(&x + 1); }
  static const tick* stamps(const buffer& x) { return reinterpret_cast<const tick*>(&x + 1); }
  tick& stamp(buffer& x, std::uint32_t flit) const { return stamps(x)[flit & ring_mask_]; }
  tick stamp(const buffer& x, std::uint32_t flit) const { return stamps(x)[flit & ring_mask_]; }
  // When there is a slot for the next flit to come; never: not known yet.
  tick slot_at(const buffer& x) const { return x.held == slots_ ? never : stamp(x, x.write - slots_); }
  // From a flit's leaving to the stamp of its slot downstream, where it waits or is taken at once.
  static tick stamp_flight(const output_port& output, const buffer& y) {
    return (y.flags & on_hold) == 0 ? output.stamp_flight : output.flight;
  }

  // Channels (packet_network_channels.cpp).
  void ask_routing(std::uint32_t r, const buffer& x, packet& p);
  step step_of(const route_candidate& c, const packet& p) const;
  step choose(const router& here, event& e, const buffer& x, tick t);
  std::uint64_t open_channels(const router& here, const step& s, std::uint32_t rank, tick t);
  void look_ahead(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p, std::uint32_t flit,
                  tick left);
  step next_in_turn(const router& here, const buffer& x, tick t);
  step least_loaded(const router& here, const packet& p, tick t);
  std::uint32_t credits(const router& here, const step& s, tick t) const;
  std::uint64_t free_channels(output_port& output, const step& s, tick t);
  std::uint64_t granted_channels(const router& here, const output_port& output, std::uint32_t b,
                                 std::uint64_t available, std::uint64_t taken) const;
  std::uint32_t channel_in_turn(const buffer& x, std::uint32_t port, std::uint64_t available) const;
  void wait(const router& here, const event& e, buffer& x, tick t);
  // At t a channel of that output may be free.
  void wake_output(const router& here, std::uint32_t r, std::uint32_t port, tick t) {
    set(output_wakes_[here.first_output + port], {r, port, {0, 0, at_output}}, t);
  }
  void ask(const router& here, const event& e, buffer& x, tick t);
  void join_waiting(const router& here, std::uint32_t b, std::uint32_t port);
  void serve_at_end(const router& here, std::uint32_t r, std::uint32_t port, tick t);
  void serve_waiting(std::uint32_t r, std::uint32_t port, tick t);
  void grant_channels(const router& here, std::uint32_t r, std::uint32_t port, tick t);
  void wake_upstream(const router& here, std::uint32_t b, const buffer& x, tick t);
  void wake_owner(std::uint32_t r, std::uint32_t port, std::uint32_t vc, tick t);
  void prefetch(const event& e) const;
  void prefetch_further(const event& e) const;
  void prefetch_output(std::size_t output) const;
  void prefetch_flows(std::size_t output) const;

  // A hop (packet_network_switch.cpp).
  void visit(event e, tick t, bool in_turn = false);
  [[gnu::always_inline]] bool get_channel(const router& here, event e, buffer& x, tick t, bool in_turn);
  [[gnu::always_inline]] void enter(std::uint32_t r, std::uint32_t b, packet& p, std::uint32_t flit,
                                    tick left, tick arrival);
  void come_to_front(std::uint32_t r, std::uint32_t b, buffer& x, packet& p, tick t);
  step route(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p);
  tick routed(std::uint32_t r, tick t) {
    return static_cast<tick>(routing_units_[r].routed(absolute(t), routing_cycles_) - base_);
  }
  step ask_next_step(std::uint32_t r, const buffer& x, packet& p);
  void next_to_front(std::uint32_t r, std::uint32_t b, buffer& x);
  void tail_booked(const router& here, std::uint32_t r, std::uint32_t b, buffer& x, output_port& output,
                   tick soonest);

  // Multicast (packet_network_multicast.cpp).
  std::uint32_t replica(const router& here, std::uint32_t b, std::uint32_t number) const;
  bool fork_set(const router& here, event& e, buffer& x, tick t);
  void branch_booked(std::uint32_t r, std::uint32_t b, buffer& x);

  // Sharing it (packet_network_sharing.cpp).
  bool gather(party& p, buffer& x, buffer& y, input_port& input, bool ejects, tick t, tick first) const;
  static tick ready_at(const flow& f, tick c);
  bool comes_before(const party& a, const party& b) const;
  static std::uint64_t next_free(std::uint64_t wanted, std::uint64_t free);
  void take_out(const party& p, output_port& output) const;
  void offer(const router& here, std::uint32_t port, std::uint32_t input, std::uint64_t freed, tick t);
  void write_back(const party& p, output_port& output, tick t, tick late, std::uint32_t stride);
  void deal(const router& here, std::uint32_t port, tick t, tick first);
  void deal_port(const router& here, std::uint32_t port, tick t, tick first, party* newcomer);
  bool deal_alone(output_port& output, std::uint64_t bit);
  void share_out(const router& here, std::uint32_t port, tick t, std::uint64_t bit, party** order,
                 std::uint32_t count);
  std::uint32_t granted(const router& here, std::uint32_t port, tick t, std::uint64_t bit,
                        party* const* order, std::uint32_t count, std::uint32_t turn);
  bool ask_input(const router& here, const party& asking, std::uint32_t port, tick t, std::uint64_t bit);
  bool is_displaced(const buffer& x) const {
    return std::any_of(revisions_.begin(), revisions_.end(),
                       [&x](const revision& v) { return v.displaced == &x; });
  }

  const topology& topology_;
  const routing& routing_;
  std::uint32_t terminal_count_;
  std::uint32_t virtual_networks_;
  std::uint32_t vcs_;            // of a virtual network
  std::uint32_t channels_;       // virtual channels of a link
  std::uint32_t slots_;          // of a buffer
  std::uint32_t ring_mask_ = 0;  // of its stamps, a power of two: that less one
  std::uint32_t routing_cycles_;
  std::uint8_t when_in_front_ = 0;  // flags
  std::uint32_t channel_cycles_;    // from asking for a channel to asking for the switch
  std::vector<bool> ordered_;
  bool any_ordered_ = false;
  bool one_candidate_;       // the routing is deterministic
  bool all_candidates_;      // escape channels: a head asks for all its candidates
  bool looks_ahead_;         // the choice is made when the head leaves for the router
  bool priorities_ = false;  // some packet has one

  std::vector<router> routers_;
  std::vector<routing_unit> routing_units_;  // by router, if routing_cycles_
  std::vector<input_port> inputs_;
  std::vector<output_port> outputs_;
  std::vector<flow, cache_line_allocator<flow>> flows_;  // by output, virtual channel
  std::vector<tick, cache_line_allocator<tick>>
      free_at_;                         // as flows_: when the tail leaves; never: not known yet. `lanes` more
  std::vector<tick> served_at_;         // by output, where escape channels are: at the end of that cycle
  std::vector<alarm> output_wakes_;     // by output, while it is awaited
  std::vector<std::uint64_t> waiting_;  // by output: buffers parked for one of its channels
  std::vector<step> known_steps_;  // by router and destination, of virtual network 0; vcs is 0 until asked
  std::vector<step> parked_;       // by router buffer: what its head waits for
  // The buffers, each a power of two of lines that hold it and the stamps of its slots: of all routers, by
  // router, input and channel, then those of the terminals. One line a buffer of 8 flits: a visit of a large
  // network costs what it misses in the caches.
  struct alignas(64) line {
    unsigned char bytes[64];
  };
  std::vector<line> lines_;
  std::uint32_t lines_shift_ = 0;  // that power
  std::uint32_t buffers_ = 0;
  bool large_ = false;           // they do not fit a cache
  std::vector<packet*> queued_;  // see queued()
  std::vector<step> choices_;    // as queued_, if looks_ahead_

  // Of a buffer whose front packet has forked.
  struct fork {
    std::uint32_t open = 0;  // branches whose tail is not booked
    tick left_at = 0;        // the last of the others
  };
  multicast multicast_;
  bool may_fork_ = false;
  std::vector<fork> forks_;             // by router buffer; empty without multicast
  std::vector<std::uint32_t> parents_;  // as forks_: of a replica; else itself

  // Scratch.
  party newcomer_;
  std::array<party, 64> parties_;
  std::vector<revision> revisions_;
  route_candidates candidates_;
  std::vector<std::uint32_t> woken_;
  std::vector<std::uint64_t> asked_;   // as woken_: channels of the output being served
  std::vector<std::uint64_t> grants_;  // the same: those granted
  std::uint32_t granting_ = nobody;    // that output, where escape channels are
  std::uint64_t granted_ = 0;          // to the one being visited

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

// The next step of the packet at the front of buffer b, if there is only one.
inline packet_network::step packet_network::route(std::uint32_t r, std::uint32_t b, const buffer& x,
                                                  packet& p) {
  if (p.companions != nullptr) return {};  // see fork_set()
  if (known_steps_.empty()) {
    if (looks_ahead_) return choices_[place_of(b, x.read)];
    return one_candidate_ ? ask_next_step(r, x, p) : step{};
  }
  step& known = known_steps_[std::size_t{r} * terminal_count_ + p.destination];
  const std::uint32_t shift = p.virtual_network * vcs_;
  if (known.vcs == 0) {
    known = ask_next_step(r, x, p);
    known.first_vc = static_cast<std::uint8_t>(known.first_vc - shift);
  }
  return {known.port, static_cast<std::uint8_t>(known.first_vc + shift), known.vcs};
}

// A packet, its head in that slot, is on its way to buffer b.
inline void packet_network::enter(std::uint32_t r, std::uint32_t b, packet& p, std::uint32_t flit, tick left,
                                  tick arrival) {
  buffer& x = at(b);
  ++p.hops;
  if (looks_ahead_) look_ahead(r, b, x, p, flit, left);
  if (x.state != buffer_state::idle) {
    queued(b, flit) = &p;
    return;
  }
  come_to_front(r, b, x, p, arrival);
}

inline void packet_network::come_to_front(std::uint32_t r, std::uint32_t b, buffer& x, packet& p, tick t) {
  x.state = buffer_state::head;
  x.front = &p;
  x.remaining = p.flits;
  x.flags |= when_in_front_;
  put({r, b, route(r, b, x, p)}, t);
}

// Of the channels of a step, those that nobody has any longer.
inline std::uint64_t packet_network::free_channels(output_port& output, const step& s, tick t) {
  const std::uint64_t asked = s.channels();
  if ((output.claimed & asked) == 0) return asked;
  std::uint64_t kept = 0;
  for (std::uint32_t i = 0; i < s.vcs; i += lanes)
    kept |= std::uint64_t{not_before(&free_at_[output.flows + s.first_vc + i], t)} << i;
  kept = kept << s.first_vc & asked & output.claimed;
  output.claimed = (output.claimed & ~asked) | kept;
  return asked & ~kept;
}

// The next of those available after the one claimed last, as iSLIP's accepting side.
inline std::uint32_t packet_network::channel_in_turn(const buffer& x, std::uint32_t port,
                                                     std::uint64_t available) const {
  const std::uint64_t had = std::uint64_t{x.output == port} << x.vc;
  const std::uint64_t ahead = available & ~(had | (had - (had != 0)));
  return lowest(ahead != 0 ? ahead : available);
}

inline void packet_network::next_to_front(std::uint32_t r, std::uint32_t b, buffer& x) {
  if (x.held == 0)
    x.state = buffer_state::idle;
  else
    come_to_front(r, b, x, *queued(b, x.read), std::max(x.left_at + 1, stamp(x, x.read)));
}

}  // namespace mimd::noc

#endif
