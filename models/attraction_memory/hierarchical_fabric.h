// The coherence fabric of a hierarchical cache-only memory (Data Diffusion Machine, KSR-1): attraction
// memories in groups, a bus or a ring each, a directory over each group, and groups of directories above
// them, up to the topmost, which keeps slots for lines that found no room and for those that nobody has
// touched.
//
// Attraction memories (cache/node_cache.h with `attraction`) bind to `coherent` sockets as to a directory.
// Nodes fill groups of `arity` in order, so do these groups those above. What happens, and why it is right:
// hierarchy_protocol.h. What a message takes on its medium: hierarchy_medium.h; a directory that hands it
// from one medium to another needs `directory`, an attraction memory on a bus `supply` before its data, a
// slot `slot`. On a ring the answer of an attraction memory comes back in the packet that asked.
//
// Approximately timed, messages are events: they wait for their medium and for the transactions of their line
// before them. Loosely timed, a transaction runs to its end in the caller's context; media remember their
// gaps. transport_dbg (through any cache) sees the newest copy wherever it is; it takes no time.
//
// Pages can go to disk (memory/page_swapper.h): the topmost directory is asked for their lines as others are
// by the group above, and keeps them in its slots. Slots and disk are one store: what a line has that is in
// no attraction memory.
//
// Not modelled: directories of limited size; how the cells of a ring agree upon whose transaction of a line
// is first (it is that of the member whose turn the medium says it is; the others' packets do not occupy
// slots meanwhile); who reads along with another gets the data when that one does. Ranges: 1 to 4096 nodes,
// groups of 2 to 64, at most 8 levels. Errors: std::invalid_argument from the constructor, one line; a state
// without a row is std::logic_error. Processes: none but the agenda's.
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHICAL_FABRIC_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHICAL_FABRIC_H

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include "attraction_memory/attraction_agent.h"
#include "attraction_memory/hierarchy_medium.h"
#include "infrastructure/agenda.h"
#include "infrastructure/free_list.h"
#include "infrastructure/object_pool.h"
#include "infrastructure/timing_mode.h"
#include "memory/line_blocks.h"
#include "memory/memory_contents.h"
#include "memory/page_swapper.h"

namespace mimd {

class coherence_observer;
class transaction_log;

struct hierarchical_fabric_parameters {
  enum class medium_kind : std::uint8_t { bus, ring } medium = medium_kind::bus;
  unsigned nodes = 4;
  unsigned arity = 8;
  unsigned line = 64;
  std::uint64_t memory_size = std::uint64_t{64} << 20;
  group_bus_parameters bus;
  time_ps revolution = 7'500'000;  // of a ring
  unsigned slots = 26;             // of a ring
  time_ps supply = 40'000;
  time_ps directory = 20'000;
  time_ps slot = 100'000;

  unsigned levels() const;
  std::string check() const;  // empty, or one line
};

struct group_counters {
  std::uint64_t transactions = 0;  // members' turns
  std::uint64_t answers = 0;       // searches for the group above
  std::uint64_t promoted = 0;      // copies that became the master when it was replaced
  std::uint64_t placed = 0;        // replaced lines that found room here
  std::uint64_t offers = 0;        // of such lines to members, refused or not
};

// A line in one group: what the directory knows, and what is under way.
struct group_line : hierarchy_line {
  std::uint8_t* own_data = nullptr;
  std::uint8_t* above_data = nullptr;
  std::uint64_t own_id = 0;  // of the transaction that it serves, in the log
  std::uint64_t above_id = 0;
  time_ps back = 0;        // when the turn's message has come round
  time_ps latest = 0;      // of what has answered to what is sought now
  std::uint8_t level = 0;  // how many levels up `own` was served
  std::uint8_t last = 0;   // whose turn it was
  bool from_slot = false;
  bool in_slot = false;  // topmost: found no room
};

class touched_lines {
 public:
  explicit touched_lines(address_t first) : first_(first) {}
  address_t first() const { return first_; }
  group_line* of_group(unsigned group) const { return group < of_.size() ? of_[group].get() : nullptr; }
  group_line& at(unsigned group, unsigned index) {
    if (group >= of_.size() || !of_[group]) touch(group);
    return of_[group][index];
  }

 private:
  [[gnu::cold, gnu::noinline]] void touch(unsigned group) {
    if (group >= of_.size()) of_.resize(group + 1);
    of_[group] = std::make_unique<group_line[]>(line_blocks<touched_lines>::block_lines);
  }

  address_t first_;
  std::vector<std::unique_ptr<group_line[]>> of_;  // by group
};

class hierarchical_fabric : public sc_core::sc_module, private swapped_memory {
 public:
  sc_core::sc_vector<coherence_target_socket> coherent;

  hierarchical_fabric(const sc_core::sc_module_name& name, const hierarchical_fabric_parameters& parameters,
                      timing_mode timing);
  ~hierarchical_fabric() override;

  // Told of every line that comes out of its slot: the first time, nobody has touched it yet.
  void set_touch(std::function<void(address_t line)> touch) { touch_ = std::move(touch); }
  // Elaboration only: that group's members share a medium of another kind than the parameters say.
  void set_medium(unsigned group, std::unique_ptr<hierarchy_medium> medium);
  // Elaboration only: pages go to disk.
  void set_swap_policy(page_swapper::policy policy, const page_swapper_parameters& parameters);
  const page_swapper_counters& swaps() const { return swapper_->counters(); }
  void set_observer(coherence_observer* observer) { observer_ = observer; }
  void set_transaction_log(transaction_log* log) { log_ = log; }
  void count_rows();
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  const hierarchy_protocol& description() const { return description_; }
  const std::vector<std::uint64_t>& memory_rows_used() const { return memory_rows_; }
  const std::vector<std::uint64_t>& tree_rows_used() const { return tree_rows_; }
  unsigned nodes() const { return parameters_.nodes; }
  unsigned groups() const { return static_cast<unsigned>(groups_.size()); }
  unsigned levels() const { return levels_; }
  unsigned level_of(unsigned group) const;  // 0: of attraction memories
  const attraction_agent& agent(unsigned node) const { return *agents_[node]; }
  const group_counters& counters_of(unsigned group) const;
  const hierarchy_medium& medium_of(unsigned group) const;
  std::uint64_t slots_used() const { return slots_used_; }  // by lines that lost their place, at most
  std::uint64_t unplaced() const { return unplaced_; }      // lines that every node refused

  // When quiet: a line that is nowhere, or has two masters; and how many have a master in a node.
  std::optional<address_t> lost_line() const;
  std::uint64_t lines_with_master() const;
  unsigned debug(address_t address, std::uint8_t* data, unsigned size, bool write);
  void when_quiet(std::function<void()> then);
  std::string waiting() const;
  time_ps recorded_until(time_ps now) const;

  // --- for agents

  bool loose() const final { return timing_ == timing_mode::loose; }
  const compiled_hierarchy_protocol& protocol() const { return protocol_; }
  coherence_observer* observer() const { return observer_; }
  std::uint64_t memory_size() const { return parameters_.memory_size; }
  group_line& line_of(unsigned number, address_t line) {
    return blocks_.at(line).at(number, blocks_.index_of(line));
  }
  void ask_turn(unsigned group, unsigned member, address_t line, group_line& in_group, time_ps at);
  static void withdraw(group_line& in_group, unsigned member) {
    in_group.waiting &= ~hierarchy_core::only(member);
  }
  void note(group_line& in_group, unsigned member, hierarchy_state state) const {
    hierarchy_core::note(in_group, member, protocol_.of_memory(state));
  }
  void finish_loose();
  bool swaps_pages() const { return swapper_ != nullptr; }
  // When a request may begin; `never`: it is kept, and admitted() when its page has come.
  time_ps admit(attraction_agent& agent, coherence_request& r, time_ps at);
  void snoop_again(address_t line);
  void look_for_quiet();
  std::uint64_t next_transaction() { return ++transactions_; }
  void cover_memory(std::uint16_t row) {
    if (!memory_rows_.empty()) ++memory_rows_[row];
  }
  void ended(std::uint64_t transaction, time_ps begin, time_ps end, const char* type, unsigned node,
             address_t line, const char* outcome) const;

 private:
  struct port;
  struct group;
  struct step;
  enum class step_kind : std::uint8_t { turn, search, grant, answer, recalled };
  struct kept_request {
    attraction_agent* agent;
    coherence_request* request;
  };

  void end_of_elaboration() override;
  void build();
  void post(step& s, time_ps at);
  void arrived(step& s);
  void execute(step& s, time_ps at);
  bool may_snoop(const step& s) const;

  // swapped_memory
  bool in_use(address_t page, std::uint64_t bytes) const override;
  unsigned recall(address_t page, std::uint64_t bytes, time_ps at) override;
  time_ps recalled_at() const override { return recalled_at_; }
  void leave(address_t page, std::uint64_t bytes) override;
  void enter(address_t, std::uint64_t) override {}
  void readmit_at(time_ps at) override;
  void readmit();

  std::uint8_t* buffer_of(std::uint8_t*& place);
  void free_buffer(std::uint8_t*& place) {
    if (!place) return;
    idle_buffers_.push_back(place);
    place = nullptr;
  }
  // Null: nobody has needed it in this group.
  const group_line* find(unsigned group, address_t line) const;
  unsigned masters_of(unsigned group, address_t line) const;
  const std::uint8_t* newest(address_t line) const;
  const std::uint8_t* copy_below(unsigned group, address_t line) const;
  void update_all(address_t line, unsigned offset, const std::uint8_t* data, unsigned size);

  hierarchical_fabric_parameters parameters_;
  hierarchy_protocol description_;
  compiled_hierarchy_protocol protocol_;
  hierarchy_core core_{protocol_};
  timing_mode timing_;
  agenda& agenda_;
  std::vector<std::unique_ptr<group>> groups_;  // the topmost first
  std::vector<std::unique_ptr<attraction_agent>> agents_;
  unsigned levels_ = 0;
  line_blocks<touched_lines> blocks_;
  memory_contents slots_;
  std::vector<std::unique_ptr<std::uint8_t[]>> buffers_;
  std::vector<std::uint8_t*> idle_buffers_;
  free_list<step> steps_;
  std::vector<step*> deferred_;  // whose line some attraction memory cannot be snooped for yet
  linked_queue<step> loose_steps_;
  bool running_loose_ = false;
  std::unique_ptr<page_swapper> swapper_;  // or none
  std::vector<kept_request> kept_;
  method_event<hierarchical_fabric, &hierarchical_fabric::readmit> readmission_{*this};
  time_ps recalled_at_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint64_t message_records_ = 0;
  std::uint64_t slots_in_use_ = 0;
  std::uint64_t slots_used_ = 0;
  std::uint64_t unplaced_ = 0;
  coherence_observer* observer_ = nullptr;
  transaction_log* log_ = nullptr;
  std::vector<std::string> node_names_;
  std::vector<std::string> group_names_;
  std::vector<std::uint64_t> memory_rows_;
  std::vector<std::uint64_t> tree_rows_;
  std::function<void()> when_quiet_;
  std::function<void(address_t)> touch_;
};

}  // namespace mimd

#endif
