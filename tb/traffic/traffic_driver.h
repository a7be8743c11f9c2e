// What drives a network: it sends packets, receives them, measures.
//
// The caller keeps the reins: it calls work() until it says that nothing is left, and may look at the clock,
// at Ctrl-C or at a simulator in between. The network must be idle and without another receiver.
#ifndef MIMD_TB_TRAFFIC_TRAFFIC_DRIVER_H
#define MIMD_TB_TRAFFIC_TRAFFIC_DRIVER_H

#include <cstdint>
#include <string>
#include <vector>

#include "noc/network.h"
#include "noc/topology.h"
#include "tb/traffic/packet_pool.h"
#include "tb/traffic/traffic_results.h"

namespace mimd::tb {

// Sees each packet when it has been sent, and when it has arrived, before it is used again.
class packet_observer {
 public:
  virtual void packet_sent(const noc::packet&) {}
  virtual void packet_done(const noc::packet& p) = 0;

 protected:
  ~packet_observer() = default;
};

// Sees the network after each cycle in which it did something: slow.
class cycle_observer {
 public:
  virtual void cycle_done(noc::cycle c) = 0;

 protected:
  ~cycle_observer() = default;
};

class traffic_driver : private noc::packet_receiver {
 public:
  virtual ~traffic_driver() = default;
  traffic_driver(const traffic_driver&) = delete;
  traffic_driver& operator=(const traffic_driver&) = delete;

  // Does at most `steps` steps: a cycle in which somebody sends, or one in which the network works alone.
  // True: there is nothing more to do, because it has finished, is stuck, or has come to the last cycle.
  bool work(std::uint64_t steps);
  // The network is not moved beyond this cycle (a limit on simulated time).
  void set_last_cycle(noc::cycle c) { last_cycle_ = c; }

  bool finished() const { return finished_; }
  virtual double share_done() const = 0;      // 0 … 1
  virtual std::string who_waits() const = 0;  // if the network stands still and the driver has not finished
  bool stuck() const { return stuck_; }       // that happened: a deadlock
  const traffic_results& results() const { return results_; }
  std::uint64_t packets() const { return packets_; }  // arrived since the start
  void observe(packet_observer& observer) { observers_.push_back(&observer); }
  void observe_cycles(cycle_observer& observer) { cycle_observer_ = &observer; }

  // After the end, or instead of it: the network alone, until it is empty.
  void drain();
  // The window ends now (an interrupted run).
  virtual void stop() { close_window(); }

 protected:
  traffic_driver(noc::network& network, const noc::topology& topology, std::size_t classes);

  virtual void step() = 0;
  virtual void arrived(noc::packet& p) = 0;

  noc::network& network() { return network_; }
  const noc::network& network() const { return network_; }
  noc::packet& new_packet() { return pool_.take(); }
  void send(noc::packet& p);
  void finish() { finished_ = true; }
  void stand_still() { stuck_ = true; }
  void set_overloaded() { results_.overloaded = true; }
  // Moves the network to cycle c; false if that is beyond the last.
  bool advance_to(noc::cycle c) {
    out_of_time_ = c > last_cycle_;
    if (out_of_time_) c = last_cycle_;
    if (cycle_observer_ != nullptr) show_cycles(c);
    network_.advance_to(c);
    return !out_of_time_;
  }

  // The window: from cycle `first` on, now or the next, until now at its end. Packets created and flits
  // arrived in it count.
  void open_window(noc::cycle first);
  void close_window();
  bool window_open() const { return window_open_; }
  noc::cycle window_begin() const { return begin_; }

 private:
  void packet_arrived(noc::packet& p) final;
  void show_cycles(noc::cycle last);
  std::vector<noc::channel_load> loads() const;

  noc::network& network_;
  const noc::topology& topology_;
  packet_pool pool_;
  traffic_results results_;
  std::vector<packet_observer*> observers_;
  cycle_observer* cycle_observer_ = nullptr;
  bool window_open_ = false;
  noc::cycle begin_ = noc::no_cycle;
  noc::cycle end_ = noc::no_cycle;
  std::uint64_t packets_ = 0;
  bool finished_ = false;
  bool stuck_ = false;
  noc::cycle last_cycle_ = noc::no_cycle;
  bool out_of_time_ = false;
};

}  // namespace mimd::tb

#endif
