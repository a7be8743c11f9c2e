// Open-loop measurement: sources create packets at their own pace, whatever the network does with them.
//
// Warm-up, a window of `measure` cycles, and the time until the last packet created in the window has
// arrived; the sources go on all the while (BookSim2's method). Beyond saturation that time has no bound:
// after drain_limit cycles, or as soon as the mean latency is certain to exceed latency_limit, the run ends
// and what has not arrived is results().missing().
//
// The packets (who, when, whom, how long) depend on the parameters and the seed alone, not on the network:
// both fidelities carry the same.
#ifndef MIMD_TB_TRAFFIC_OPEN_LOOP_H
#define MIMD_TB_TRAFFIC_OPEN_LOOP_H

#include <limits>

#include "tb/traffic/injection.h"
#include "tb/traffic/injection_calendar.h"
#include "tb/traffic/packet_mix.h"
#include "tb/traffic/traffic_driver.h"
#include "tb/traffic/traffic_pattern.h"

namespace mimd::tb {

struct open_loop_parameters {
  injection_parameters injection;
  noc::cycle warm_up = 5000;
  noc::cycle measure = 10'000;
  noc::cycle drain_limit = 100'000;
  double latency_limit = std::numeric_limits<double>::infinity();
  // Flits on the way, a terminal, at the end of the warm-up: if there are more the run ends there,
  // overloaded. A terminal takes one flit a cycle: by Little's law the mean latency is at least so many
  // cycles.
  double backlog_limit = std::numeric_limits<double>::infinity();
  std::uint64_t seed = 1;
};

class open_loop final : public traffic_driver {
 public:
  open_loop(noc::network& network, const noc::topology& topology, const traffic_pattern& pattern,
            const packet_mix& mix, const open_loop_parameters& parameters);

  double share_done() const override;
  std::string who_waits() const override { return ""; }
  // Ended without all the packets of the window.
  bool gave_up() const { return finished() && results().missing() != 0; }

 private:
  enum class phase { warm_up, measure, drain };

  void step() override;
  void arrived(noc::packet&) override {}
  void inject(noc::cycle c);
  void next_phase();
  void judge_drain();
  bool is_hopeless() const;

  const traffic_pattern& pattern_;
  const packet_mix& mix_;
  open_loop_parameters parameters_;
  random_generator random_;
  injection_schedule schedule_;
  injection_calendar calendar_;
  phase phase_ = phase::warm_up;
  noc::cycle start_;
  noc::cycle boundary_;  // the last cycle of this phase
};

}  // namespace mimd::tb

#endif
