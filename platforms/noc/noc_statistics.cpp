// What mimd-noc registers: names are those of docs/noc.md.
#include "platforms/noc/noc_machine.h"
#include "platforms/support/network_statistics.h"

namespace mimd {

void noc_machine::register_statistics(statistics& all) {
  const tb::traffic_results& r = results_;
  all.add(
      "time_ps", [this] { return finish_time(); }, "simulated time, of all measurements");
  all.add(
      "noc.cycles", [this] { return now(); }, "network cycles simulated, of all measurements");
  all.add("noc.window_cycles", r.cycles, "cycles of the measuring window");
  all.add("noc.packets.created", r.created_packets, "packets created in the window");
  all.add("noc.packets.arrived", r.accepted_packets, "packets that arrived in the window");
  all.add(
      "noc.packets.missing", [&r] { return r.missing(); },
      "packets created in the window that never arrived");
  const auto rate = [&r](double value) { return r.cycles == 0 ? unknown : value; };
  all.add_real(
      "noc.offered_flits_per_node_cycle", [=, &r] { return rate(r.offered()); },
      "flits created in the window");
  all.add_real(
      "noc.accepted_flits_per_node_cycle", [=, &r] { return rate(r.accepted()); },
      "flits that arrived in the window");
  all.add_real(
      "noc.accepted_bytes_per_second",
      [=, &r] {
        const double seconds = static_cast<double>(r.cycles * parameters_.period) * 1e-12;
        return rate(static_cast<double>(r.accepted_flits * parameters_.flit_bytes) / seconds);
      },
      "what arrived in the window, at all terminals");
  register_latencies(all, "noc.latency", r.all);
  register_hops(all, r.all);
  for (std::size_t i = 0; i < r.classes.size(); ++i)
    register_latencies(all, "noc.class_" + std::to_string(i) + ".latency", r.classes[i]);
  all.add_real(
      "noc.zero_load_cycles", [this] { return zero_load_; }, "mean packet latency of the empty network");
  all.add_real(
      "noc.saturation_load", [this] { return saturation_; },
      "highest offered load that is not saturated, flits a terminal and cycle");
  all.add_real(
      "noc.finish_cycle",
      [this] {
        return finished_ && (plan_ == plan::batch || plan_ == plan::trace)
                   ? static_cast<double>(finish_cycle_)
                   : unknown;
      },
      "cycle in which the last packet of a batch or trace arrived");

  const noc::topology& shape = *structure_.shape;
  all.add("noc.events.buffer_writes", events_.buffer_writes, "flits written into buffers, and read");
  all.add("noc.events.crossbar_flits", events_.crossbar_flits, "flits switched");
  all.add("noc.events.routed_packets", events_.routed_packets, "packets routed, of all routers");
  all.add("noc.events.link_flit_cycles", events_.link_flit_cycles,
          "flits on links, times the cycles of length");
  if (parameters_.energy.given()) {
    all.add_real(
        "noc.energy.dynamic_pj", [this] { return dynamic_energy(parameters_.energy, events_); },
        "events times the coefficients of energy.*");
    all.add_real(
        "noc.energy.static_pj",
        [this, &r, &shape] {
          return static_energy(parameters_.energy, shape.routers(), r.cycles * parameters_.period);
        },
        "static power of the routers in the window");
  }
  register_channels(all, shape, [&r](std::uint32_t c) { return r.loads[c].flits; });
}

void noc_machine::register_points(statistics& all) {
  if (plan_ != plan::sweep && plan_ != plan::saturation) return;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const measured_point& m = points_[i];
    const std::string p = "sweep.point_" + std::to_string(i) + ".";
    const auto real = [&](const char* name, const double& value, const char* meaning) {
      all.add_real(
          p + name, [&value] { return value; }, meaning);
    };
    real("load", m.load, "offered load asked for");
    real("offered", m.offered, "flits created, a terminal and cycle");
    real("accepted", m.accepted, "flits that arrived, a terminal and cycle");
    real("mean_cycles", m.packet_mean, "mean packet latency");
    all.add(p + "p50", m.packet_p50, "median packet latency");
    all.add(p + "p99", m.packet_p99, "99th percentile of packet latency");
    all.add(p + "max", m.packet_max, "largest packet latency");
    real("network_mean_cycles", m.network_mean, "mean network latency");
    real("flit_mean_cycles", m.flit_mean, "mean flit latency");
    real("hops", m.hops_mean, "routers that a packet visits, mean");
    all.add(
        p + "saturated", [&m] { return std::uint64_t{m.saturated}; },
        "1: saturated, its latencies mean little");
  }
}

}  // namespace mimd
