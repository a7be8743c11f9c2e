#include <algorithm>

#include "platforms/numa/numa_machine.h"
#include "platforms/shared_memory/component_statistics.h"

namespace mimd {

namespace {

constexpr const char* class_names[transaction_class_count] = {"local", "two_hop", "local_owner", "three_hop"};

}  // namespace

void numa_machine::register_inside(statistics& all) {
  for (unsigned i = 0; i < fabric_.ports(); ++i) register_agent(all, i);
  for (unsigned n = 0; n < parameters_.nodes; ++n) register_node(all, n);
  for (unsigned t = 0; t < directory_message_count; ++t) {
    const auto type = static_cast<directory_message_type>(t);
    all.add(
        std::string("directory.messages.") + to_string(type), [this, type] { return fabric_.messages(type); },
        "messages of this type");
  }
  all.add(
      "directory.messages_within_nodes", [this] { return fabric_.local_messages(); },
      "of all messages those that stayed in their node");
  all.add(
      "directory.bits_per_block",
      [this] { return std::uint64_t{make_sharer_format(parameters_.fabric.format)->bits_per_block()}; },
      "sharing information of a line of memory, with its dirty or broadcast bit");
  register_network(all);
  if (checker()) {
    const auto used = [](const std::vector<std::uint64_t>& rows) {
      return static_cast<std::uint64_t>(
          std::count_if(rows.begin(), rows.end(), [](std::uint64_t n) { return n != 0; }));
    };
    all.add(
        "coherence.agent_rows_exercised", [this, used] { return used(fabric_.agent_rows_used()); },
        "rows of the requester agents' table that happened");
    all.add(
        "coherence.home_rows_exercised", [this, used] { return used(fabric_.home_rows_used()); },
        "rows of the homes' table that happened");
  }
}

void numa_machine::register_agent(statistics& all, unsigned port) {
  const std::string p = fabric_.port_name(static_cast<node_id>(port)) + ".agent";
  const requester_counters& k = fabric_.agent(port).counters();
  for (unsigned c = 0; c < transaction_class_count; ++c) {
    const std::string name = class_names[c];
    all.add(p + ".transactions." + name, k.transactions[c],
            c == 0   ? "fetches and upgrades that the own node's home served"
            : c == 1 ? "that another node's home served"
            : c == 2 ? "that the own home had to ask an owner for"
                     : "that another node's home had to ask an owner for");
    all.add(p + ".latency_ps." + name, k.latency_ps[c], "from request to completion, summed");
  }
  all.add(p + ".replacements", k.replacements, "lines put to their homes");
  all.add(p + ".used_once", k.used_once, "reads whose line an invalidation overtook");
  all.add(p + ".forwards", k.forwards, "lines that homes asked for");
  all.add(p + ".invalidations", k.invalidations, "invalidations acknowledged");
  if (!parameters_.fabric.cache_remote || parameters_.fabric.atomics_at_home) {
    all.add(p + ".operations", k.operations, "accesses that a home did in its memory");
  }
  all.add(p + ".refusals", k.refusals, "requests that were refused and sent again");
}

void numa_machine::register_node(statistics& all, unsigned node) {
  const std::string p = "node_" + std::to_string(node);
  const home_directory& home = fabric_.home(node);
  const home_counters& k = home.counters();
  all.add(p + ".directory.messages", k.messages, "messages that the home served");
  all.add(p + ".directory.reads", k.reads, "GetS served");
  all.add(p + ".directory.writes", k.writes, "GetM and Upg served");
  all.add(p + ".directory.puts", k.puts, "replacements taken back");
  all.add(p + ".directory.forwards", k.forwards, "forwards and recalls sent to owners");
  all.add(p + ".directory.invalidations", k.invalidations, "invalidations sent");
  all.add(p + ".directory.refusals", k.refusals, "requests refused");
  all.add(p + ".directory.stalls", k.stalls, "requests that waited for their line or an entry");
  if (parameters_.fabric.atomics_at_home) {
    all.add(p + ".directory.locks_queued", k.locks_queued, "acquisitions that waited here for a lock");
  }
  all.add(p + ".directory.recalls", k.recalls, "lines recalled to free an entry or pointers");
  all.add(p + ".directory.busy_ps", k.busy_ps, "time the home was busy");
  all.add(p + ".directory.wait_ps", k.wait_ps, "time messages waited for it, summed");
  all.add_real(
      p + ".directory.occupancy",
      [this, &k] { return static_cast<double>(k.busy_ps) / static_cast<double>(finish_time()); },
      "share of the time it was busy");
  all.add(p + ".directory.invalidations_per_write", home.invalidations_per_write(), "",
          "invalidations sent for a write");
  all.add(
      p + ".directory.storage_bits",
      [this, &home] {
        return home.storage_bits(parameters_.memory.model.size / parameters_.nodes /
                                 parameters_.caches.line());
      },
      "bits of its directory, for its share of the memory");
  all.add(
      p + ".pages", [this, node] { return fabric_.pages_of(node); }, "units of placement that live there");
  register_memory(all, p + ".memory", *memories_[node], parameters_.memory.model);
}

void numa_machine::register_network(statistics& all) {
  if (!network_) return;
  const noc::topology& shape = network_->structure();
  const auto sum = [this, &shape](std::uint64_t noc::channel_load::*what) {
    std::uint64_t total = 0;
    for (std::uint32_t c = 0; c < shape.channels().size(); ++c) total += network_->core().load(c).*what;
    return total;
  };
  all.add(
      "noc.flit_hops", [sum] { return sum(&noc::channel_load::flits); }, "flits moved over channels, summed");
  all.add(
      "noc.packet_hops", [sum] { return sum(&noc::channel_load::packets); },
      "packets moved over channels, summed");
}

}  // namespace mimd
