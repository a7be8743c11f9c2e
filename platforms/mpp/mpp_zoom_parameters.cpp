// mpp.zoom, zoom.*: one rank as a full node; and what that node is like.
#include "platforms/mpp/mpp_parameters.h"
#include "platforms/support/complaint.h"
#include "platforms/support/network_options.h"

namespace mimd {

void mpp_parameters::declare_zoom(parameter_set& set) {
  set.add("mpp.zoom", zoomed_, any,
          "a rank that is built as a full node of mimd-norma, with real data; none: no such rank");
  set.add("zoom.latency_out", zoom_latency_out_, any,
          "L of messages of the zoomed node: from its first packet's leaving the interface on (loggops)");
  set.add("zoom.latency_in", zoom_latency_in_, any,
          "L of messages for the zoomed node: until their first packet is at its interface (loggops)");
  set.add("zoom.packet_time", zoom_packet_time_, any,
          "from one packet of a message to the next, of those that reach the zoomed node");
  zoom.machine.processors.declare_processor(set);
  zoom.machine.caches.declare(set);
  zoom.node.declare_bus(set);
  zoom.machine.memory.declare_size(set, "bytes of the zoomed node's memory, from address 0");
  zoom.machine.memory.declare_timing(set);
  zoom.node.declare_interface(set);
}

void mpp_parameters::resolve_zoom(const parameter_set& set, const command_line& line) {
  is_zoomed = !zoomed_.empty();
  if (!is_zoomed) {
    refuse_without_effect(
        set,
        {"zoom.", "l1.", "l1i.", "l2.", "coherence.", "bus.", "memory.", "ni.", "mpi.send_cycles",
         "mpi.receive_cycles", "mpi.buffer", "cpu.clock", "cpu.outstanding", "cpu.consistency",
         "cpu.store_buffer", "cpu.lt_quantum", "cpu.at_quantum"},
        "mpp.zoom names no rank");
    return;
  }
  zoom.rank = static_cast<std::uint32_t>(whole_item(set, "mpp.zoom", zoomed_, 0, nodes_ - 1));
  if (model == network_model::fluid)
    throw set.error("mpp.zoom", "cannot be with network.model=fluid, where packets can overtake each other");
  if (model == network_model::packet)
    refuse_without_effect(set, {"zoom.latency_out", "zoom.latency_in"}, "network.model is packet");
  for (const char* several : {"survey", "bandwidth", "distance-map", "scaling"})
    if (line.traces.empty() && line.workload == several)
      throw set.error("mpp.zoom", std::string("cannot be in ") + several + ", which is several measurements");
  zoom.latency_out = zoom_latency_out_.ps;
  zoom.latency_in = zoom_latency_in_.ps;
  zoom.packet_time = zoom_packet_time_.ps;
  zoom.machine.processors.count = 1;
  zoom.machine.processors.resolve(set, timing_mode::approximate);
  zoom.machine.caches.resolve(set, zoom.machine.processors, zoom.node.coherence());
  zoom.machine.memory.resolve(set, zoom.machine.caches.largest_block());
  zoom.node.resolve(set, zoom.machine);
}

}  // namespace mimd
