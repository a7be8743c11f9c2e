// The agent of one attraction memory in a hierarchical cache-only memory: stands between the node's cache
// (cache/node_cache.h), which knows stable states only, and its group's medium. It runs the memory table of
// hierarchy_protocol.h on every line with a request under way, and answers what the group asks.
//
// Requests of the cache for a line that has one wait for its end, in order. Time: approximately timed,
// everything happens in the step of a medium that caused it; loosely timed, transact() runs the whole
// transaction (hierarchical_fabric.h).
#ifndef MIMD_ATTRACTION_MEMORY_ATTRACTION_AGENT_H
#define MIMD_ATTRACTION_MEMORY_ATTRACTION_AGENT_H

#include <array>
#include <string>
#include <vector>

#include "attraction_memory/hierarchy_core.h"
#include "coherence/attraction_ways.h"
#include "coherence/coherence_socket.h"
#include "infrastructure/free_list.h"
#include "infrastructure/trace.h"

namespace mimd {

class hierarchical_fabric;
struct group_line;
class touched_lines;

inline constexpr unsigned max_hierarchy_levels = 8;

struct attraction_counters {
  // Fetches and upgrades, by how many levels up they went, from 0; and from request to completion, summed.
  std::array<std::uint64_t, max_hierarchy_levels> transactions{};
  std::array<std::uint64_t, max_hierarchy_levels> latency_ps{};
  std::uint64_t combined = 0;      // reads that took the data of another one
  std::uint64_t from_slots = 0;    // lines that nobody had
  std::uint64_t replacements = 0;  // lines that left
  std::uint64_t asked = 0;         // for a line
  std::uint64_t erased = 0;        // asked to drop one
};

class attraction_agent final : public coherence_forward_if {
 public:
  // What is known, besides, of a message that reaches the agent.
  struct arrival {
    group_line& in_group;  // the line, as the group knows it
    time_ps at = 0;
    std::uint8_t* data = nullptr;  // the operation's line
    unsigned level = 0;            // how far up it was served
    bool from_slot = false;
  };
  struct outcome {
    hierarchy_reply reply = hierarchy_reply::later;
    hierarchy_request sent = hierarchy_request::none;
  };

  attraction_agent(hierarchical_fabric& fabric, unsigned node, unsigned group, unsigned member,
                   unsigned line);

  void set_cache(coherence_backward& cache) {
    cache_ = &cache;
    ways_ = dynamic_cast<attraction_ways*>(&cache);
  }
  const attraction_counters& counters() const { return counters_; }
  bool quiet() const { return open_.empty(); }
  std::string waiting() const;
  time_ps oldest(time_ps now) const;
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  // coherence_forward
  time_ps transact(coherence_request& request, time_ps at) override;
  void request(coherence_request& request, time_ps at) override;
  void snoop_again(address_t line) override;
  region_kind kind_of(address_t address) const override;
  unsigned debug_read(address_t address, std::uint8_t* data, unsigned size) override;
  unsigned debug_write(address_t address, const std::uint8_t* data, unsigned size) override;

  unsigned node() const { return node_; }
  // A request that the fabric has kept until its page came.
  void admitted(coherence_request& r, time_ps at) { begin(r, at); }

  // The group's side.
  outcome step(address_t line, memory_event event, const arrival& how);
  bool has_free_way(address_t line) const { return ways_ && ways_->has_free_way(line); }
  memory_event injection(address_t line, hierarchy_question question);
  bool can_snoop(address_t line) const { return cache_->can_snoop(line); }
  std::uint64_t transaction_of(address_t line) const;  // its record in the log, or 0

  hierarchy_state state_of(address_t line) const;
  const std::uint8_t* copy_of(address_t line) const;  // debug: of a valid copy, or null
  void debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size);

 private:
  struct transaction {
    address_t line = 0;
    hierarchy_state state = 0;
    coherence_request* request = nullptr;
    coherence_request* waiting = nullptr;  // requests for the same line, in order
    std::uint64_t id = 0;
    time_ps begun = 0;
  };

  transaction* find(address_t line) const {
    for (transaction* t : open_) {
      if (t->line == line) return t;
    }
    return nullptr;
  }
  void begin(coherence_request& r, time_ps at);
  void start(coherence_request& r, time_ps at);
  void close(transaction& t, memory_event event, const arrival& how);
  void retire(coherence_request& r, time_ps at);
  [[noreturn]] void no_row(address_t line, hierarchy_state state, memory_event event) const;

  hierarchical_fabric& fabric_;
  unsigned node_;
  unsigned group_;
  unsigned member_;
  unsigned line_;
  coherence_backward* cache_ = nullptr;
  attraction_ways* ways_ = nullptr;
  free_list<transaction> transactions_;
  std::vector<transaction*> open_;
  std::vector<std::uint8_t> dropped_;  // what a copy that is erased leaves behind
  time_ps loose_done_ = 0;
  attraction_counters counters_;

  trace_signal traced_state_;
  trace_signal traced_line_;
};

}  // namespace mimd

#endif
