// One rank of a massively parallel machine built as a full node of mimd-norma: processor, cache, bus, private
// memory, network interface with TLM sockets, running the rank's program with real data among abstract ranks.
//
// Where the real node and the abstract machine meet is the network side of its interface. Messages of
// abstract ranks come in as packets that carry the bytes stream_program gives them; packets that the
// interface sends become the message's train. With LogGOPS, L is the time from one processor to another, so
// it contains what the interfaces take at both ends; the zoomed node's own one takes its time itself, so
// messages from and to it have latencies of their own (zoom_parameters, zoomed_latency). On the packet
// network a message leaves with its first packet, and its packets come in when its last byte has. The
// interface takes in without limit; a send is complete when the interface has read it.
#ifndef MIMD_PLATFORMS_MPP_ZOOMED_NODE_H
#define MIMD_PLATFORMS_MPP_ZOOMED_NODE_H

#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "message_passing/external_rank.h"
#include "message_passing/message_engine.h"
#include "message_passing/message_ranks.h"
#include "message_passing/operation_stream.h"
#include "noc/train_network.h"
#include "platforms/norma/norma_node.h"
#include "tb/message_passing/stream_program.h"

namespace mimd {

struct zoom_parameters {
  std::uint32_t rank = 0;
  time_ps latency_out = 0;  // from its first packet's leaving the interface to an abstract rank: part of L
  time_ps latency_in = 0;   // from an abstract processor to the interface: part of L
  time_ps packet_time = 0;  // between the packets of a message from an abstract rank
  shared_memory_parameters machine;
  norma_node_parameters node;
};

// L between abstract ranks; from and to the zoomed node what its own interface does not take.
class zoomed_latency final : public noc::train_network {
 public:
  zoomed_latency(timing_wheel& wheel, std::uint32_t nodes, time_ps latency, const zoom_parameters& zoom)
      : train_network(wheel), nodes_(nodes), latency_(latency), zoom_(zoom) {}
  void send(noc::train& t, time_ps at) override {
    t.mover = this;
    t.damaged = false;
    const bool out = t.source == zoom_.rank;
    const bool in = t.destination == zoom_.rank;
    wheel_.schedule(t, at + (out ? zoom_.latency_out : in ? zoom_.latency_in : latency_));
  }
  void move(noc::train& t) override { arrived(t); }
  std::uint32_t nodes() const override { return nodes_; }
  std::uint32_t hops(std::uint32_t a, std::uint32_t b) const override { return a != b; }

 private:
  std::uint32_t nodes_;
  time_ps latency_;
  const zoom_parameters& zoom_;
};

class zoomed_node final : public sc_core::sc_module,
                          public message_passing::external_rank,
                          private message_exchange,
                          private packet_carrier {
 public:
  // longest: bytes of a message; requests: receives at a time.
  zoomed_node(const sc_core::sc_module_name& name, const zoom_parameters& parameters, std::uint32_t ranks,
              std::uint64_t longest, unsigned requests,
              const message_passing::collective_algorithms& algorithms, std::uint64_t seed);

  // Once, at time 0: the rank's program runs among those of the engine.
  void run_on(message_passing::message_engine& engine, message_passing::operation_stream& stream);

  const sc_core::sc_event& changed() const { return changed_; }  // something was given to the engine
  std::string failure() const;                                   // one line: why its program gave up; or ""
  void register_statistics(statistics& all, const std::function<time_ps()>& finish_time) const;
  void declare_traces(trace_recorder& recorder);

 private:
  // external_rank
  void arrived(message_passing::message& m) override;
  void transmit(message_passing::message& m) override;
  void delivered(const message_passing::message& m) override;
  void progressed(std::uint32_t cookie, message_passing::progress p) override;
  // message_exchange
  std::uint32_t ranks() const override { return ranks_; }
  void post(std::uint32_t rank, const message_passing::operation& o, time_ps now) override;
  message_passing::message& named(std::uint32_t number) override { return numbers_[number]; }
  void received(message_passing::message& m) override;
  // packet_carrier
  std::uint32_t nodes() const override { return ranks_; }
  void attach(std::uint32_t, packet_consumer& sink) override { sink_ = &sink; }
  void carry(interface_packet& p, time_ps at) override;
  time_ps link_time(std::uint32_t) const override { return 0; }
  void hold(std::uint32_t) override {}
  void release(std::uint32_t) override {}

  void run(processor& p);
  void start_of_simulation() override;

  zoom_parameters parameters_;
  std::uint32_t ranks_;
  message_passing::collective_algorithms algorithms_;
  agenda& agenda_ = agenda::of_simulation();
  packet_consumer* sink_ = nullptr;
  cpu<> cpu_;
  std::unique_ptr<cache<>> cache_;
  norma_node node_;
  tb::stream_program program_;
  message_passing::message_engine* engine_ = nullptr;
  message_passing::operation_stream* stream_ = nullptr;
  message_numbers numbers_;
  std::vector<std::uint32_t> next_packet_;  // number of the next one from each rank
  sc_core::sc_event changed_{"changed"};
};

}  // namespace mimd

#endif
