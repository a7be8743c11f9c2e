// A network in its leanest form, for machines of 100,000 nodes and more: a message travels as a train, whole.
//
// Virtual cut-through of whole messages: the head takes link_latency a hop; each link on the way is taken for
// bytes / link_bandwidth from when the head enters it, and a train that finds its link taken waits there for
// its turn, in the order of arrival, holding no link behind it. On an idle network a message of n bytes
// therefore takes hops · link_latency + n / link_bandwidth. Each packet of packet_bytes adds header_bytes to
// what the links carry; a train remains one booking a link.
//
// Long messages in one piece hold up others for long. With train_bytes given, a message leaves in trains of
// that many bytes at most, each when the one before has left its first link, so that messages that leave a
// node by the same link take turns.
//
// Not modelled: finite buffers and their back pressure, virtual channels, adaptive routing; flit_network and
// packet_network have them. Nodes are passive: a link is 16 bytes, its place computed from coordinates, and a
// hop is one event of the timing wheel. Arithmetic in whole picoseconds, bit-reproducible.
//
//   family            dims               a route
//   mesh, torus, ring radices            dimension order, dimension 0 first; half a ring: see half_way
//   hypercube         {n}                a mesh of n dimensions of two
//   crossbar          {n}                two links: source to switch, switch to destination
//   fat-tree          {k, n}             k-ary n-tree, d-mod-k: up to the first common ancestor, links to and
//                                        from nodes included
//
// Dimensions of a torus in `lines` do not wrap round. With several planes there are as many networks of this
// kind side by side; messages of one source and destination all take one of them, drawn by a hash of the two.
//
// Links of a grid join neighbours; a node's own connection to its router takes no time and is never busy,
// unless injection_bandwidth is given (train_terminals.h; not for crossbar and fat tree, whose nodes have
// links). Messages to oneself arrive when they are sent.
#ifndef MIMD_NOC_TRAIN_NETWORK_H
#define MIMD_NOC_TRAIN_NETWORK_H

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "infrastructure/time.h"
#include "infrastructure/timing_wheel.h"

namespace mimd::noc {

struct train;

class train_mover {
 public:
  virtual void move(train& t) = 0;  // its event fires, at t.time()
  virtual void approach(const train&) const {}

 protected:
  ~train_mover() = default;
};

// Owned by the sender; the network's from send() until it has arrived. Whoever has it may use its event.
struct train : timed_event {
  void fire() final { mover->move(*this); }
  void approach() const final { mover->approach(*this); }

  train_mover* mover = nullptr;  // who is called when the event fires; send() sets it
  std::uint32_t at = 0;          // the network's: where the head is, where it goes
  std::uint32_t to = 0;
  time_ps occupancy = 0;  // the network's: of each link

  std::uint32_t source = 0;  // set by the sender: node
  std::uint32_t destination = 0;
  std::uint64_t bytes = 0;

  train* link = nullptr;  // the network's: what this is a part of, or who follows
  bool damaged = false;   // the network's: on the way; the receiver's checksum tells
};

class train_receiver {
 public:
  virtual void train_arrived(train& t) = 0;  // its last byte, at t.time()
  virtual void train_expected(const train&) const {
  }  // it is one of the next to arrive: time to look for its place

 protected:
  ~train_receiver() = default;
};

// Which way to a node half a ring away. balanced: from an even coordinate upwards, from an odd one downwards,
// so that both ways carry as much; simgrid: downwards from coordinate radix/2, else upwards (SimGrid 3.32).
enum class half_way : std::uint8_t { balanced, simgrid };

struct train_network_parameters {
  std::string family = "torus";
  std::vector<std::uint32_t> dims{8, 8, 8};
  std::vector<std::uint32_t> lines;
  half_way ties = half_way::balanced;
  std::uint32_t planes = 1;
  time_ps link_latency = 100'000;
  double link_bandwidth = 1e9;     // bytes per second, each direction
  double injection_bandwidth = 0;  // likewise, of a node's connection to its router; 0: no limit
  bool fluid = false;              // links are shared as fluid: fluid_network.h
  std::uint64_t train_bytes = 0;   // 0: a message is one train; not if fluid
  std::uint64_t packet_bytes = 0;  // 0: a train is one packet
  std::uint64_t header_bytes = 0;  // of each packet
  double damage_rate = 0;          // share of the trains that a link damages
  std::uint64_t seed = 1;          // of that
};

class train_network : public train_mover {
 public:
  virtual ~train_network() = default;

  // At time `at`, not before that of the event that is firing.
  virtual void send(train& t, time_ps at) = 0;
  virtual std::uint32_t nodes() const = 0;
  // Links that a message takes from one node to another.
  virtual std::uint32_t hops(std::uint32_t source, std::uint32_t destination) const = 0;
  virtual std::uint32_t links() const { return 0; }
  virtual time_ps busy(std::uint32_t) const { return 0; }            // of a link, by its number
  virtual std::string link_name(std::uint32_t) const { return {}; }  // "n3_n4"
  virtual time_ps waited() const { return 0; }                       // for links, of all trains
  virtual time_ps last_free() const { return 0; }  // when the link booked last is free again
  virtual std::uint64_t hops_made() const { return 0; }

  void set_receiver(train_receiver& receiver) { receiver_ = &receiver; }

 protected:
  explicit train_network(timing_wheel& wheel) : wheel_(wheel) {}
  void arrived(train& t) { receiver_->train_arrived(t); }
  void expected(const train& t) const { receiver_->train_expected(t); }

  timing_wheel& wheel_;

 private:
  train_receiver* receiver_ = nullptr;
};

// What stands in front of another network: all it does not do itself is that one's.
class train_layer : public train_network {
 public:
  std::uint32_t nodes() const final { return below_->nodes(); }
  std::uint32_t hops(std::uint32_t a, std::uint32_t b) const final { return below_->hops(a, b); }
  std::uint32_t links() const final { return below_->links(); }
  time_ps busy(std::uint32_t link) const final { return below_->busy(link); }
  std::string link_name(std::uint32_t link) const final { return below_->link_name(link); }
  time_ps waited() const final { return below_->waited(); }
  time_ps last_free() const final { return below_->last_free(); }
  std::uint64_t hops_made() const final { return below_->hops_made(); }

 protected:
  train_layer(timing_wheel& wheel, std::unique_ptr<train_network> below)
      : train_network(wheel), below_(std::move(below)) {}
  train_network& below() { return *below_; }

 private:
  std::unique_ptr<train_network> below_;
};

// Every message takes `latency`, whatever its size and the others': the network of the LogP family, whose
// bandwidth is an affair of the end points. Messages arrive in the order in which they were sent, so that
// only the first of them is in the wheel; one sent for an earlier time than the one before goes its own way.
class constant_network final : public train_network {
 public:
  constant_network(timing_wheel& wheel, std::uint32_t nodes, time_ps latency)
      : train_network(wheel), nodes_(nodes), latency_(latency) {}
  void send(train& t, time_ps at) override;
  void move(train& t) override;
  std::uint32_t nodes() const override { return nodes_; }
  std::uint32_t hops(std::uint32_t a, std::uint32_t b) const override { return a != b; }

 private:
  std::uint32_t nodes_;
  time_ps latency_;
  train* first_ = nullptr;
  train* last_ = nullptr;
  time_ps last_time_ = 0;
};

// Throws std::invalid_argument (one line) for an impossible shape.
std::unique_ptr<train_network> make_train_network(timing_wheel& wheel, const train_network_parameters& p);
std::vector<std::string> train_network_families();

}  // namespace mimd::noc

#endif
