#include <algorithm>

#include "platforms/directory/directory_machine.h"
#include "platforms/shared_memory/component_statistics.h"
#include "platforms/support/network_statistics.h"

namespace mimd {

namespace {

constexpr const char* class_names[transaction_class_count] = {"local", "two_hop", "local_owner", "three_hop"};
constexpr const char* class_meanings[transaction_class_count] = {
    "fetches and upgrades that the own node's home served", "that another node's home served",
    "that the own home had to ask an owner for", "that another node's home had to ask an owner for"};

// Sharers and the dirty bit tell I, S and M apart. O has sharers, is dirty, and has an owner among them.
unsigned state_bits_per_block(const directory_form& form, unsigned ports) {
  return form.protocol >= directory_form::protocol_name::moesi ? 1 + bits_to_number(ports) : 0;
}

}  // namespace

void directory_machine::register_directories(statistics& all, const node_names& names) {
  for (unsigned i = 0; i < fabric_.ports(); ++i) register_agent(all, i);
  for (unsigned n = 0; n < parameters_.nodes; ++n) register_node(all, n, names);
  register_directory(all);
  register_network(all);
  if (checker()) register_rows(all);
}

void directory_machine::register_rows(statistics& all) {
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

// Of all homes and all requesters together.
void directory_machine::register_directory(statistics& all) {
  const auto agents = [this](auto get) {
    return [this, get] {
      std::uint64_t sum = 0;
      for (unsigned i = 0; i < fabric_.ports(); ++i) sum += get(fabric_.agent(i).counters());
      return sum;
    };
  };
  for (unsigned c = 0; c < transaction_class_count; ++c) {
    const std::string name = class_names[c];
    all.add("directory.transactions." + name,
            agents([c](const requester_counters& k) { return k.transactions[c]; }), class_meanings[c]);
    all.add("directory.latency_ps." + name,
            agents([c](const requester_counters& k) { return k.latency_ps[c]; }),
            "from request to completion, summed");
  }
  const auto local = agents([](const requester_counters& k) {
    return k.transactions[0] + k.transactions[2];  // local_two_party, local_three_party
  });
  const auto remote =
      agents([](const requester_counters& k) { return k.transactions[1] + k.transactions[3]; });
  all.add("directory.accesses.local", local, "fetches and upgrades of lines whose home is the own node");
  all.add("directory.accesses.remote", remote, "of lines whose home is another node");
  all.add_real(
      "directory.accesses.remote_share",
      [local, remote] {
        const auto far = static_cast<double>(remote());
        return far / (far + static_cast<double>(local()));
      },
      "remote ones among both");
  all.add("directory.operations", agents([](const requester_counters& k) { return k.operations; }),
          "accesses that homes did in their memory, not among these (node.cache_remote, coherence.atomics)");
  all.add("directory.invalidations_per_write", fabric_.invalidations_per_write(), "",
          "invalidations sent for a write, all homes");
  all.add_counts("directory.invalidations_per_write.writes", fabric_.invalidations_per_write(),
                 "writes that sent so many invalidations, all homes");
  all.add_real(
      "directory.occupancy",
      [this] {
        std::uint64_t busy = 0;
        for (unsigned n = 0; n < parameters_.nodes; ++n) busy += fabric_.home(n).counters().busy_ps;
        return static_cast<double>(busy) / static_cast<double>(finish_time()) / parameters_.nodes;
      },
      "share of the time that homes were busy, mean");
  all.add(
      "directory.bits_per_block",
      [this] { return std::uint64_t{make_sharer_format(parameters_.fabric.format)->bits_per_block()}; },
      "sharing information of a line of memory, with its dirty or broadcast bit");
  all.add(
      "directory.state_bits_per_block",
      [this] { return std::uint64_t{state_bits_per_block(parameters_.fabric.form, fabric_.ports())}; },
      "of further stable states, beside that: O and its owner");
  for (unsigned t = 0; t < directory_message_count; ++t) {
    const auto type = static_cast<directory_message_type>(t);
    all.add(
        std::string("directory.messages.") + to_string(type), [this, type] { return fabric_.messages(type); },
        "messages of this type");
  }
  all.add(
      "directory.messages_within_nodes", [this] { return fabric_.local_messages(); },
      "of all messages those that stayed in their node");
}

void directory_machine::register_agent(statistics& all, unsigned port) {
  const std::string p = fabric_.port_name(static_cast<node_id>(port)) + ".agent";
  const requester_counters& k = fabric_.agent(port).counters();
  for (unsigned c = 0; c < transaction_class_count; ++c) {
    const std::string name = class_names[c];
    all.add(p + ".transactions." + name, k.transactions[c], class_meanings[c]);
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

void directory_machine::register_node(statistics& all, unsigned node, const node_names& names) {
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
      p + ".directory.entries_in_use", [&home] { return std::uint64_t{home.entries_in_use()}; },
      "entries of a sparse directory that lines have at the end; 0: not sparse");
  if (node_buses_.present())
    node_buses_.register_node(all, node, names.cache, [this] { return finish_time(); });
  register_memory(all, p + "." + names.memory, *memories_[node], parameters_.memory.model);
}

void directory_machine::register_network(statistics& all) {
  if (!network_) return;
  register_latencies(all, "noc.latency", network_->latencies());
  register_hops(all, network_->latencies());
  all.add_real(
      "noc.accepted_flits_per_node_cycle",
      [this] {
        const double cycles =
            static_cast<double>(finish_time()) / static_cast<double>(network_->parameters().period);
        return static_cast<double>(network_->latencies().flits) / cycles / network_->terminals();
      },
      "flits that arrived");
  register_channels(all, network_->structure(), [this](std::uint32_t c) { return network_->load(c).flits; });
}

}  // namespace mimd
