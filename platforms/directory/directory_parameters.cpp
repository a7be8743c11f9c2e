#include "platforms/directory/directory_parameters.h"

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

void directory_parameters::declare_protocol(parameter_set& set) {
  using f = directory_form;
  set.add_choice(
      "coherence.protocol", form.protocol,
      {{"msi", f::protocol_name::msi}, {"mesi", f::protocol_name::mesi}, {"moesi", f::protocol_name::moesi}},
      "states of the caches' lines");
  set.add_choice("directory.replies", form.replies,
                 {{"three-hop", f::reply_path::three_hop}, {"via-home", f::reply_path::via_home}},
                 "owners and sharers answer the requester, or the home");
}

void directory_parameters::declare_home(parameter_set& set, bool recalls) {
  using f = directory_form;
  using ranges::latency;
  set.add_choice("directory.clean_eviction", form.eviction,
                 {{"silent", f::clean_eviction::silent}, {"notified", f::clean_eviction::notified}},
                 recalls ? "whether the home hears of clean copies that are replaced"
                         : "whether the home hears of shared copies that are replaced");
  set.add_choice("directory.busy", form.busy, {{"queue", f::busy_line::queue}, {"nack", f::busy_line::nack}},
                 "a request that finds its line busy waits at the home, or is refused and sent again");
  using kind = sharer_format_parameters::format_kind;
  static const std::string remembers = "how a home remembers sharers";
  if (recalls) {
    set.add_choice("directory.format", format.kind,
                   {{"full-map", kind::full_map},
                    {"dir-i-b", kind::dir_i_b},
                    {"dir-i-nb", kind::dir_i_nb},
                    {"coarse-vector", kind::coarse_vector},
                    {"pointer-pool", kind::pointer_pool}},
                   remembers);
  } else {
    set.add_choice(
        "directory.format", format.kind,
        {{"full-map", kind::full_map}, {"dir-i-b", kind::dir_i_b}, {"coarse-vector", kind::coarse_vector}},
        remembers);
  }
  set.add("directory.pointers", format.pointers, between(0, 64),
          recalls ? "pointers of a line (dir-i-b, dir-i-nb, coarse-vector)"
                  : "pointers of a line (dir-i-b, coarse-vector)");
  set.add("directory.region", format.region, between(1, max_directory_nodes),
          "ports a bit of a coarse vector");
  if (recalls) declare_limited(set);
  set.add("directory.multicast", multicast, any,
          "invalidations of a write travel as one message that forks on its way; needs a network with a "
          "deterministic noc.routing");
  set.add("directory.access_time", access_time, latency, "from a message's service to what it causes");
  set.add("directory.occupancy", occupancy, latency, "for which a message occupies the home");
  set.add("directory.snoop_time", snoop_time, latency, "at an owner or sharer, from a forward to its answer");
  set.add("directory.retry_time", retry_time, latency,
          recalls ? "from a refusal to the next try" : "from a refusal to the next try (nack)");
}

void directory_parameters::declare_limited(parameter_set& set) {
  set.add("directory.pool", format.pool_size, between(1, 1u << 30), "pointers of a home (pointer-pool)");
  set.add("directory.sparse_entries", sparse_entries, between(0, 1u << 30),
          "entries of a home's sparse directory; 0: an entry for every line of memory");
  set.add("directory.sparse_ways", sparse.ways, between(1, 64), "associativity of the sparse directory");
  set.add_choice("directory.sparse_replacement", sparse.replacement,
                 {{"lru", sparse_directory_parameters::replacement_policy::lru},
                  {"random", sparse_directory_parameters::replacement_policy::random}},
                 "which line is recalled to free an entry");
}

void directory_parameters::declare_at_home(parameter_set& set) {
  set.add_choice("coherence.atomics", atomics_at_home, {{"cache", false}, {"home", true}},
                 "where atomic operations are done: in the cache, or in the home's memory (fetch-and-op)");
  set.add("node.cache_remote", cache_remote, any,
          "false: lines of other nodes' memory are read and written there, never cached");
}

void directory_parameters::declare_node(parameter_set& set) {
  using ranges::latency;
  set.add("node.local_time", local_time, latency,
          "one way between a coherent port and its own node's home, instead of all that follows");
  set.add("node.request_time", request_time, latency, "a request's way out of its node");
  set.add("node.entry_time", entry_time, latency, "into the network");
  set.add("node.exit_time", exit_time, latency, "out of the network, of requests and forwards");
  set.add("node.reply_exit_time", reply_exit_time, latency, "out of the network, of answers");
  set.add("node.fill_time", fill_time, latency, "from the last answer of a remote home to completion");
}

void directory_parameters::refuse_unused(const parameter_set& set) const {
  using kind = sharer_format_parameters::format_kind;
  if (format.kind == kind::full_map || format.kind == kind::pointer_pool) {
    refuse_without_effect(set, {"directory.pointers"}, "directory.format has none of its own");
  }
  if (format.kind != kind::coarse_vector) {
    refuse_without_effect(set, {"directory.region"}, "directory.format is not coarse-vector");
  }
  if (format.kind != kind::pointer_pool) {
    refuse_without_effect(set, {"directory.pool"}, "directory.format is not pointer-pool");
  }
  if (sparse_entries == 0) {
    refuse_without_effect(set, {"directory.sparse_ways", "directory.sparse_replacement"},
                          "directory.sparse_entries is 0");
  }
  if (!form.refuses()) {
    const bool has_clean_owners = form.protocol == directory_form::protocol_name::mesi ||
                                  form.protocol == directory_form::protocol_name::moesi;
    refuse_without_effect(set, {"directory.retry_time"},
                          has_clean_owners
                              ? "directory.busy is queue and directory.clean_eviction is notified"
                              : "directory.busy is queue");
  }
}

void directory_parameters::resolve(const parameter_set& set, unsigned ports,
                                   directory_fabric_parameters& fabric) const {
  refuse_unused(set);
  fabric.form = form;
  fabric.format = format;
  fabric.format.nodes = ports;
  fabric.sparse.reset();
  fabric.cache_remote = cache_remote;
  fabric.atomics_at_home = atomics_at_home;
  directory_timing& t = fabric.timing;
  t = {local_time.ps, request_time.ps, entry_time.ps, exit_time.ps,  reply_exit_time.ps,
       fill_time.ps,  access_time.ps,  occupancy.ps,  snoop_time.ps, retry_time.ps};
  complain_about(set, {"directory.pointers", "directory.region", "directory.pool", "directory.format"},
                 [&] { make_sharer_format(fabric.format); });
  if (form.refuses() && retry_time.ps == 0) {
    throw set.error("directory.retry_time",
                    "must not be 0: a request that is refused at once would be sent again for ever");
  }
  if (sparse_entries == 0) return;
  fabric.sparse = sparse;
  fabric.sparse->entries = static_cast<std::uint32_t>(sparse_entries);
  complain_about(set, {"directory.sparse_entries", "directory.sparse_ways"}, [&] {
    const auto one = make_sharer_format(fabric.format);
    sparse_directory(*fabric.sparse, *one, 1);
  });
}

}  // namespace mimd
