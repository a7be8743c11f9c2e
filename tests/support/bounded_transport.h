// Directory messages over the flit network between nodes whose queues are bounded: a node takes a message out
// of an input queue only when there is room for what the message may make it send, and a full input queue
// holds back its virtual network. So messages wait for one another exactly as the virtual networks say.
#ifndef MIMD_TESTS_SUPPORT_BOUNDED_TRANSPORT_H
#define MIMD_TESTS_SUPPORT_BOUNDED_TRANSPORT_H

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "directory/directory_transport.h"
#include "directory/network_transport.h"
#include "infrastructure/kernel_time.h"
#include "noc/message_network.h"

namespace mimd::test {

class bounded_transport final : public directory_transport, private noc::message_receiver {
 public:
  // Every queue holds `depth` messages; `number[n]` is the network that the protocol's network n travels on.
  bounded_transport(noc::message_network& network, const directory_protocol& protocol,
                    std::array<unsigned, directory_network_count> number, unsigned nodes, unsigned line,
                    unsigned depth)
      : network_(network), protocol_(protocol), number_(number), line_(line), depth_(depth), nodes_(nodes) {
    for (unsigned n = 0; n < nodes; ++n) network.attach(n, *this);
  }

  bool foresees_arrival() const override { return false; }
  time_ps travel(directory_packet&, time_ps at) override { return at; }  // never called
  void carry(directory_packet& p, time_ps at) override {
    const unsigned n = network_of(p);
    p.travel.source = p.from;
    p.travel.destination = p.to;
    p.travel.flits = network_.flits(carries_data(p.type) ? line_ : 0);
    p.travel.virtual_network = static_cast<std::uint8_t>(n);
    p.travel.content = &p;
    ++nodes_[p.from].sent[n];
    network_.send(p.travel, at);
  }

  std::string waiting() const {
    std::string text;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      for (unsigned n = 0; n < directory_network_count; ++n) {
        if (nodes_[i].input[n].empty() && nodes_[i].sent[n] == 0) continue;
        text += "node " + std::to_string(i) + ", network " + std::to_string(n) + ": " +
                std::to_string(nodes_[i].input[n].size()) + " came, " + std::to_string(nodes_[i].sent[n]) +
                " on their way; ";
      }
    }
    return text;
  }

 private:
  struct node {
    std::array<std::deque<directory_packet*>, directory_network_count> input;
    std::array<unsigned, directory_network_count> sent{};  // not yet in their receivers' input queues
    bool serving = false;
  };

  unsigned network_of(const directory_packet& p) const {
    return number_[static_cast<unsigned>(protocol_.network_of[static_cast<unsigned>(p.type)])];
  }

  void message_arrived(noc::packet& arrived) override {
    directory_packet& p = *static_cast<directory_packet*>(arrived.content);
    const unsigned n = network_of(p);
    const unsigned from = p.from;
    const unsigned to = p.to;
    --nodes_[from].sent[n];
    nodes_[to].input[n].push_back(&p);
    if (nodes_[to].input[n].size() == depth_) network_.hold(to, n);
    serve(to);
    serve(from);
  }

  // Agents send what answers make them send from the storage of the transaction; all else needs room in the
  // networks after the message's own.
  bool may_take(const node& at, const directory_packet& p) const {
    if (p.destination != home_node && !is_forward(p.type)) return true;
    const auto own = static_cast<unsigned>(protocol_.network_of[static_cast<unsigned>(p.type)]);
    const unsigned last = directory_networks_of(protocol_);
    for (unsigned later = own + 1; later < last; ++later) {
      if (at.sent[number_[later]] >= depth_) return false;
    }
    return true;
  }

  void serve(unsigned number) {
    node& at = nodes_[number];
    if (at.serving) return;
    at.serving = true;
    for (unsigned n = directory_network_count; n-- > 0;) {
      while (!at.input[n].empty() && may_take(at, *at.input[n].front())) {
        directory_packet& p = *at.input[n].front();
        at.input[n].pop_front();
        if (at.input[n].size() + 1 == depth_) network_.release(number, n);
        p.sink.arrived(p);
      }
    }
    at.serving = false;
  }

  noc::message_network& network_;
  directory_protocol protocol_;
  std::array<unsigned, directory_network_count> number_;
  unsigned line_;
  unsigned depth_;
  std::vector<node> nodes_;
};

}  // namespace mimd::test

#endif
