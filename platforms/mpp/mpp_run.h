// One program on one machine from its beginning: wheel, network, message layer and program together. Pure.
#ifndef MIMD_PLATFORMS_MPP_MPP_RUN_H
#define MIMD_PLATFORMS_MPP_MPP_RUN_H

#include <memory>

#include "message_passing/process_layer.h"
#include "platforms/mpp/mpp_parameters.h"
#include "tb/message_passing/goal_program.h"

namespace mimd {

class mpp_run {
 public:
  mpp_run(const mpp_parameters& p, std::uint32_t ranks, message_passing::operation_stream& stream,
          std::uint64_t seed)
      : mpp_run(p, ranks) {
    layer_ = std::make_unique<message_passing::process_layer>(engine_, stream, p.algorithms);
    engine_.start(*layer_, p.jitter.ps, seed);
  }
  mpp_run(const mpp_parameters& p, tb::goal_program& program, std::uint64_t seed)
      : mpp_run(p, program.ranks()) {
    program.run_on(engine_);
    engine_.start(program, p.jitter.ps, seed);
  }

  message_passing::message_engine& engine() { return engine_; }
  const message_passing::message_engine& engine() const { return engine_; }
  const noc::train_network& network() const { return *network_; }
  message_passing::reliability_counts reliability() const {
    const auto* r = dynamic_cast<const message_passing::reliable_network*>(network_.get());
    return r == nullptr ? message_passing::reliability_counts{} : r->counts();
  }
  bool finished() const { return engine_.finished() == engine_.ranks(); }

  time_ps next_time() { return wheel_.next_time(); }
  std::uint64_t run_until(time_ps t) { return wheel_.fire_until(t); }  // events

 private:
  mpp_run(const mpp_parameters& p, std::uint32_t ranks)
      : network_(p.make_reliable(wheel_, p.make_network(wheel_, ranks))),
        engine_(wheel_, *network_, ranks, p.costs) {}

  timing_wheel wheel_;
  std::unique_ptr<noc::train_network> network_;
  message_passing::message_engine engine_;
  std::unique_ptr<message_passing::process_layer> layer_;
};

}  // namespace mimd

#endif
