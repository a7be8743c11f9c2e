// A program on the message layer, from begin to end, without a simulator.
#ifndef MIMD_TESTS_SUPPORT_MESSAGE_RUN_H
#define MIMD_TESTS_SUPPORT_MESSAGE_RUN_H

#include <memory>

#include "message_passing/process_layer.h"
#include "noc/train_network.h"

namespace mimd::test {

struct message_run {
  // LogGOPS: the network is L.
  message_run(std::uint32_t ranks, const message_passing::message_costs& costs, time_ps latency)
      : network(std::make_unique<noc::constant_network>(wheel, ranks, latency)),
        engine(wheel, *network, ranks, costs) {}
  // The packet network.
  message_run(std::uint32_t ranks, const message_passing::message_costs& costs,
              const noc::train_network_parameters& p)
      : network(noc::make_train_network(wheel, p)), engine(wheel, *network, ranks, costs) {}

  // When the last rank has finished.
  time_ps run(message_passing::operation_stream& stream,
              const message_passing::collective_algorithms& algorithms = {}, time_ps jitter = 0) {
    layer = std::make_unique<message_passing::process_layer>(engine, stream, algorithms);
    return run_program(*layer, jitter);
  }
  time_ps run_program(message_passing::rank_program& program, time_ps jitter = 0) {
    engine.start(program, jitter, 1);
    wheel.fire_until(never - 1);
    return engine.finish_time();
  }

  timing_wheel wheel;
  std::unique_ptr<noc::train_network> network;
  message_passing::message_engine engine;
  std::unique_ptr<message_passing::process_layer> layer;
};

}  // namespace mimd::test

#endif
