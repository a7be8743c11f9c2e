// The requester agent of one coherent port of a directory machine: it stands between a cache and the homes.
//
// The cache knows stable states only. The agent owns the transient ones: it runs requester_core on every line
// with a transaction under way, answers forwards and invalidations, and gives the cache one completion for
// each request. Its states, races and order are those of the table (directory_protocol.h).
//
//  * Requests of the cache for a line that has a transaction wait for its end, in order. At most one forward
//    a line is held.
//  * From the moment an upgrade leaves, the request's buffer holds the line: a copy that the cache replaces
//    meanwhile is kept here, and its write-back is complete at once.
//  * A transient request (a store that does not allocate) is an ordinary one, after which the agent itself
//    replaces the line.
//  * A request that is to be done at_home is no transaction of the line: the home does it in its memory,
//  having recalled the line from whoever has it, this cache too. Nor is one that names a device, which its
//  node does.
//  * A line that is being replaced counts as a copy until the home has taken it; from then on, and until the
//    cache hears of it, only the home's word counts: holds() says which.
//
// Time: approximately timed, everything happens in receive() and request(), whose sends are dated later;
// loosely timed, transact() runs the whole transaction (directory_fabric.h).
#ifndef MIMD_DIRECTORY_REQUESTER_AGENT_H
#define MIMD_DIRECTORY_REQUESTER_AGENT_H

#include <array>
#include <string>
#include <vector>

#include "coherence/coherence_socket.h"
#include "directory/directory_packet.h"
#include "directory/home_directory.h"
#include "directory/memory_pages.h"
#include "directory/requester_core.h"
#include "directory/two_party_rows.h"
#include "infrastructure/agenda.h"
#include "infrastructure/free_list.h"
#include "infrastructure/trace.h"

namespace mimd {

class directory_fabric_base;

// Whom a transaction needed. A home that had to ask an owner makes three parties of two.
enum class transaction_class : std::uint8_t {
  local_two_party,
  remote_two_party,
  local_three_party,  // the home is on the requester's node
  remote_three_party
};
inline constexpr unsigned transaction_class_count = 4;

struct requester_counters {
  std::array<std::uint64_t, transaction_class_count> transactions{};  // fetches and upgrades, by class
  std::array<std::uint64_t, transaction_class_count> latency_ps{};    // from request to completion, summed
  std::uint64_t replacements = 0;                                     // lines put to their home
  std::uint64_t used_once = 0;         // reads whose data an invalidation overtook
  std::uint64_t forwards = 0;          // asked for a line
  std::uint64_t invalidations = 0;     // asked to drop one
  std::uint64_t refusals = 0;          // Nack received
  std::uint64_t injections_taken = 0;  // lines that lost their master
  std::uint64_t operations = 0;        // accesses that a home did in its memory
};

class requester_agent final : public coherence_forward_if {
 public:
  // Port `port` of the fabric, on node `node`.
  requester_agent(directory_fabric_base& fabric, node_id port, unsigned node, unsigned line);

  void set_cache(coherence_backward& cache) { cache_ = &cache; }
  coherence_backward& cache() const { return *cache_; }
  unsigned node() const { return node_; }
  node_id port() const { return port_; }
  const requester_counters& counters() const { return counters_; }
  bool quiet() const { return open_.empty() && outlived_.empty() && operations_.empty(); }
  std::string waiting() const;        // readable, for deadlock reports
  time_ps oldest(time_ps now) const;  // when the oldest transaction began, else now
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  // coherence_forward
  time_ps transact(coherence_request& request, time_ps at) override;
  void request(coherence_request& request, time_ps at) override;
  void snoop_again(address_t line) override;
  region_kind kind_of(address_t address) const override;
  bool operates_at_home() const override;
  unsigned debug_read(address_t address, std::uint8_t* data, unsigned size) override;
  unsigned debug_write(address_t address, const std::uint8_t* data, unsigned size) override;

  // Whether a transaction or operation on a line in these bytes is under way.
  bool uses(address_t first, std::uint64_t bytes) const;
  // A request that the fabric has kept while its page moved.
  void admitted(coherence_request& r, time_ps at) { begin(r, at, true); }

  // A message for this port has arrived.
  void receive(directory_packet& p, time_ps at);

  // When the pending transaction on the line began; 0 if there is none.
  time_ps began(address_t line) const;

  // The state in which this port certainly holds a copy: not that of a line on its way out.
  coherence_state holds(address_t line) const;
  // Debug. The copy that holds() means, or the line in the hands of a write that is not complete; null: none.
  const std::uint8_t* copy_of(address_t line) const;
  const std::uint8_t* leaving_copy(address_t line) const;  // of a line on its way out
  void debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size);

 private:
  struct transaction {
    address_t line = 0;
    requester_line core;
    coherence_request* request = nullptr;
    coherence_request* waiting = nullptr;  // requests for the same line, in order
    directory_packet* held = nullptr;
    std::uint64_t id = 0;
    time_ps begun = 0;
    memory_page* page = nullptr;
    unsigned home = 0;       // node
    time_ps latest = 0;      // that an answer came; loosely timed, they come in the order of their sending
    bool took_data = false;  // the request's buffer has been filled from a message
    bool third_party = false;
  };
  // The replacement of a line that the cache does not keep: a coherence_request with a line of its own.
  struct own_replacement : coherence_request {
    std::vector<std::uint8_t> buffer;
  };
  struct line_port;

  static constexpr address_t no_line = ~address_t{0};
  address_t& answered(address_t line) { return answered_[line >> line_bits_ & (answered_.size() - 1)]; }
  void note_answered(address_t line);
  transaction* find(address_t line) const {
    for (transaction* t : open_) {
      if (t->line == line) return t;
    }
    return nullptr;
  }
  void operate(coherence_request& r, memory_page* page, unsigned node, time_ps at);
  void operated(directory_packet& result, time_ps at);
  bool transact_with_home(coherence_request& r, time_ps at);
  bool transact_with_owner(coherence_request& r, const two_party_rows::opening& opening,
                           const home_directory::lone_request& request, time_ps at);
  const three_party_rows::supply& supply_of(address_t line, directory_message_type forward) const;
  void supply_alone(address_t line, const three_party_rows::supply& row, std::uint8_t* to);
  bool transact_with_sharers(coherence_request& r, const two_party_rows::opening& opening,
                             const home_directory::lone_request& request, time_ps at);
  bool may_drop(address_t line) const;
  void drop_alone(address_t line, directory_state held);
  bool find_losers(home_directory& home, const home_directory::lone_request& request, bool owner_too);
  void tell_losers(unsigned home, time_ps leaves);
  time_ps take_from_losers(address_t line);
  void begin(coherence_request& r, time_ps at, bool kept = false);
  void start(coherence_request& r, time_ps at);
  void ask(const transaction& t, directory_message_type type, time_ps at);
  bool supply(directory_packet& forward, directory_state held, time_ps at);
  bool drop(directory_packet& invalidation, directory_state held, time_ps at);
  void answer_with(directory_packet& message, directory_message_type type);
  void conclude(transaction& t, const two_party_rows::closing& row, directory_packet& message, time_ps at);
  static void note_parties(transaction& t, const directory_packet& message) {
    if (carries_data(message.type) || message.type == directory_message_type::grant) {
      t.third_party |= message.source != home_node || message.forwarded;
    }
  }
  void close(transaction& t, requester_core::pending_access access, directory_state granted, time_ps at);
  void complete_fetch(coherence_request& r, std::uint64_t id, time_ps begun, unsigned home, bool third_party,
                      directory_state granted, time_ps at);
  void complete_replacement(coherence_request& r, time_ps at);
  void replace_at_once(const coherence_request& r, directory_state granted, time_ps at);
  void finish_outlived();
  bool is_own(const coherence_request& r) const;
  [[noreturn]] void no_row(const requester_line& line, address_t address, const char* event) const;

  directory_fabric_base& fabric_;
  node_id port_;
  unsigned node_;
  unsigned line_;
  unsigned line_bits_;
  coherence_backward* cache_ = nullptr;
  free_list<transaction> transactions_;
  std::vector<transaction*> open_;
  free_list<own_replacement> replacements_;
  std::vector<coherence_request*> operations_;  // under way at homes
  std::vector<directory_packet*> deferred_;     // forwards that the cache cannot be snooped for yet
  std::vector<coherence_request*> outlived_;    // write-backs of lines that an upgrade has taken over
  method_event<requester_agent, &requester_agent::finish_outlived> finish_outlived_{*this};
  std::array<address_t, 16> answered_;  // a few of the lines whose last forward has been answered
  std::vector<std::uint8_t> supplied_;  // the line that a snooped copy gave
  std::vector<node_id> losers_;         // of a line that is being written, loosely timed
  std::vector<time_ps> told_;           // when each of them is told
  time_ps loose_done_ = 0;
  requester_counters counters_;

  trace_signal traced_state_;
  trace_signal traced_line_;
};

}  // namespace mimd

#endif
