// The terminals of the flit network: source queues, injection, ejection.
//
// Injection: a terminal sends one flit a cycle. Each virtual network has its own unbounded queue; they take
// turns flit by flit, a larger packet.priority before the turn. The head of a packet takes the next virtual
// channel after the one last used, within the range the routing gives, that has a credit; the packet keeps
// it to its tail.
//
// Ejection: a flit is taken, and its credit sent back, in the cycle in which it arrives. Flits of a held
// virtual network wait in the terminal's own buffers, as large as those of a router's input; after release
// they are taken one a cycle, virtual channels in turn. No packet of a held virtual network is handed over.
// Whether the flits of a packet come all, in order and not mixed with another's is checked always: anything
// else is a std::logic_error.
#ifndef MIMD_NOC_FLIT_TERMINALS_H
#define MIMD_NOC_FLIT_TERMINALS_H

#include <cstdint>
#include <vector>

#include "infrastructure/random.h"
#include "noc/flit.h"
#include "noc/flit_routers.h"
#include "noc/flit_times.h"
#include "noc/network.h"
#include "noc/routing.h"
#include "noc/topology.h"

namespace mimd::noc {

class flit_terminals {
 public:
  flit_terminals(const topology& t, const routing& r, const flit_layout& layout, flit_routers& routers,
                 flit_wires& wires, std::vector<channel_load>& loads, random_generator& random);

  void set_receiver(packet_receiver& receiver) { receiver_ = &receiver; }
  void send(packet& p, cycle now);
  void receive(flit_place at, flit f, cycle now);  // `at` without flit_terminal
  void credit(flit_place at);
  void eject(cycle now);       // from the terminals' own buffers
  void inject(cycle now);      // every terminal that has something to send
  void inject_new(cycle now);  // of those that got a packet since inject(now): the others have had their turn

  void hold(std::uint32_t t, std::uint32_t virtual_network);
  void release(std::uint32_t t, std::uint32_t virtual_network);

  bool idle() const { return sending_count_ == 0 && ejecting_count_ == 0; }
  bool has_new() const { return !new_.empty(); }
  std::uint64_t packets_inside() const { return packets_inside_; }
  void check_drained() const;

 private:
  static constexpr std::uint32_t no_vc = 0xffffffffu;

  struct lane {  // a source queue
    packet* first = nullptr;
    packet* last = nullptr;
    std::uint32_t sent = 0;    // flits of the first packet
    std::uint32_t vc = no_vc;  // it has
    std::uint32_t last_vc = no_vc;
    std::uint32_t first_vc = 0;  // range it may choose from
    std::uint32_t vcs = 0;       // 0: not asked yet
  };
  struct terminal {
    std::uint32_t turn = 0;       // virtual network that sent last
    cycle injected = no_cycle;    // when it last sent a flit
    std::uint32_t injection = 0;  // channels
    std::uint32_t ejection = 0;
    flit_place to = 0;  // input of the router
    flit_place credit_to = 0;
    std::uint32_t injection_delay = 0;
    std::uint32_t credit_delay = 0;
  };
  struct arrival {  // of the packet whose flits are coming in on a virtual channel
    packet* what = nullptr;
    std::uint32_t flits = 0;
  };
  struct backlog {  // of a terminal
    std::uint32_t flits = 0;
    std::uint32_t turn = 0;  // virtual channel
    std::vector<flit> buffers;
    std::vector<std::uint32_t> first;  // by virtual channel
    std::vector<std::uint32_t> count;
  };

  void prepare(lane& l, std::uint32_t virtual_network);
  void choose_vc(std::uint32_t t, lane& l);
  bool inject(std::uint32_t t, cycle now);  // false: nothing can go before a credit or packet comes
  void eject(std::uint32_t t, cycle now);
  void take(std::uint32_t t, std::uint32_t vc, flit f, cycle now);
  void set_sending(std::uint32_t t);
  void set_ejecting(std::uint32_t t);

  const topology& topology_;
  const routing& routing_;
  const flit_layout& layout_;
  flit_routers& routers_;
  flit_wires& wires_;
  std::vector<channel_load>& loads_;
  random_generator& random_;
  packet_receiver* receiver_ = nullptr;
  flit_times times_;
  std::uint64_t packets_inside_ = 0;

  std::vector<terminal> terminals_;
  std::vector<lane> lanes_;              // terminal * virtual networks + virtual network
  std::vector<std::uint32_t> credits_;   // terminal * virtual channels + virtual channel
  std::vector<arrival> arrivals_;        // as credits_
  std::vector<std::uint64_t> sending_;   // bit set: something might be sent
  std::vector<std::uint64_t> ejecting_;  // bit set: something might be taken from the backlog
  std::uint32_t sending_count_ = 0;
  std::uint32_t ejecting_count_ = 0;
  std::vector<std::uint32_t> new_;  // terminals that got a packet
  std::vector<bool> held_;          // as lanes_; empty before the first hold()
  std::vector<backlog> backlogs_;   // by terminal; empty before the first hold()
};

}  // namespace mimd::noc

#endif
