// The directory controller of one node: the point of coherence of the lines whose pages live there.
//
// It runs home_core on the directory entries of its lines (memory_pages.h, or a sparse directory of its own),
// reads and writes its node's memory through a TLM-2.0 socket of the fabric, and keeps requests that find
// their line busy, at most one a port and transaction, in order of arrival.
//
// Beside the protocol it does accesses in its memory for requesters that may not have the line, or want an
// atomic operation done there (home_directory_operations.cpp): it recalls the line first. Approximately
// timed, an acquire_lock that finds its lock taken is kept until a release_lock hands the lock over, in
// order.
//
// In a flat COMA there is no memory behind it: what it reads and writes are slots for lines without a master,
// and what lines hold that were never touched (attraction_room.h says whom it offers a line).
//
// Time. Messages are served one after another in order of arrival, each for directory_timing::occupancy; what
// it causes leaves directory_timing::access after its service began, data not before memory has answered.
// Memory writes are posted: nobody waits for them.
#ifndef MIMD_DIRECTORY_HOME_DIRECTORY_H
#define MIMD_DIRECTORY_HOME_DIRECTORY_H

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/attraction_room.h"
#include "directory/directory_packet.h"
#include "directory/home_core.h"
#include "directory/memory_pages.h"
#include "directory/pointer_pool_format.h"
#include "directory/sharer_rows.h"
#include "directory/sparse_directory.h"
#include "directory/three_party_rows.h"
#include "directory/two_party_rows.h"
#include "infrastructure/initiator_port.h"
#include "infrastructure/payload_pool.h"
#include "infrastructure/statistics.h"
#include "infrastructure/timeline.h"
#include "infrastructure/trace.h"

namespace mimd {

class directory_fabric_base;

struct home_counters {
  std::uint64_t messages = 0;  // served
  std::uint64_t reads = 0;     // GetS
  std::uint64_t writes = 0;    // GetM and Upg
  std::uint64_t puts = 0;
  std::uint64_t forwards = 0;       // to owners
  std::uint64_t invalidations = 0;  // sent
  std::uint64_t refusals = 0;       // Nack
  std::uint64_t stalls = 0;         // requests that had to wait for their line
  std::uint64_t operations = 0;     // accesses done here
  std::uint64_t locks_queued = 0;   // of them, those that waited here for a lock
  std::uint64_t recalls = 0;        // lines recalled to free an entry or pointers
  std::uint64_t injections = 0;     // lines offered to attraction memories
  std::uint64_t unplaced = 0;       // lines that nobody took, and that stayed here
  std::uint64_t slots_used = 0;     // at the same time, at most, by lines without a master
  std::uint64_t busy_ps = 0;
  std::uint64_t wait_ps = 0;  // of messages for the controller
};

class home_directory final : private initiator_port::client {
 public:
  home_directory(directory_fabric_base& fabric, unsigned node, const sharer_format_parameters& format,
                 const std::optional<sparse_directory_parameters>& sparse, std::uint64_t seed);

  initiator_port& memory_port() { return memory_; }
  sharer_format& format() { return *format_; }
  const home_counters& counters() const { return counters_; }
  const histogram& invalidations_per_write() const { return invalidations_per_write_; }
  // Bits of the directory of so many blocks of memory.
  std::uint64_t storage_bits(std::uint64_t blocks) const;
  // Flat COMA: what is kept here of these bytes, without a master, goes to disk.
  void free_slots(address_t first, std::uint64_t bytes) {
    const auto inside = [=](address_t line) { return line - first < bytes; };
    slots_.erase(std::remove_if(slots_.begin(), slots_.end(), inside), slots_.end());
  }
  std::uint32_t entries_in_use() const { return sparse_ ? sparse_->in_use() : 0; }
  bool quiet() const { return waiting_.empty() && starved_.empty() && reading_.empty() && writing_.empty(); }
  std::string waiting() const;
  void declare_traces(trace_recorder& recorder, const std::string& prefix);

  // A request for the line is on its way: its entry, and what memory has of it, are brought into the host's
  // cache.
  void expect(const memory_page& page, address_t line) const;
  // A message for this home has arrived.
  void receive(directory_packet& p, time_ps at);

  // Loosely timed, a request that this home answers without anybody else, and without messages.
  struct lone_request {
    directory_message_type type;
    node_id source;
    address_t line;
    memory_page& page;
    std::uint8_t* data;  // the line that it brings, or that the answer takes
    directory_entry entry;
    home_event event;
    const two_party_rows::service* row;
  };
  // Sets entry, event and row; false: this is no such request. entry.state stays null where none can be: with
  // a sparse directory, or waves of this home.
  bool answers_alone(lone_request& r);
  // The request has arrived at `at`: when the answer leaves.
  time_ps answer_alone(const lone_request& r, time_ps at);
  // Likewise, a request that it forwards to the owner, and the owner's word (three_party_transactions.cpp).
  time_ps forward_alone(const lone_request& r, const three_party_rows::forwarding& row, unsigned invalidated,
                        time_ps at);
  void settle_alone(const lone_request& r, const three_party_rows::settling& row, std::uint8_t* brought,
                    time_ps at);
  // Likewise, a write that takes the line from its sharers (sharer_transactions.cpp).
  void sharers_of(const lone_request& r, bool owner_too, std::vector<node_id>& others);
  time_ps begin_alone(const lone_request& r, const sharer_rows::service& row, unsigned invalidated,
                      time_ps at);
  time_ps hand_over_alone(const lone_request& r, const sharer_rows::service& row, time_ps start);

  // Replicas of pages (home_directory_pages.cpp). While a page is read-only, lines that nobody has stay
  // shared.
  void set_read_only(memory_page& page, bool read_only);
  // Recalls the lines of the page that begins at `first`, or only those that have an owner. How many.
  unsigned recall_page(memory_page& page, address_t first, bool owned_only, time_ps at);

  // Debug: who may be taking the newest copy home: its owner, and whom it was handed to meanwhile; or
  // no_node.
  std::array<node_id, 2> owners_of(address_t line);
  unsigned debug_memory(address_t address, std::uint8_t* data, unsigned size, bool write);  // within a page
  // Debug: the line that memory has not written yet; null: it has.
  const std::uint8_t* unwritten(address_t line) const;
  // Debug: other bytes for a line that memory is writing, whose packet must not change.
  void rewrite(const directory_packet& p, unsigned offset, const std::uint8_t* data, unsigned size);

 private:
  struct line_port;
  // An access that memory has not answered yet.
  struct open_access {
    tlm::tlm_generic_payload* payload;
    directory_packet* packet;
    time_ps ready;
    std::vector<std::uint8_t> rewritten;  // of a write: the line, if a debug access changed it meanwhile
  };
  struct line_queue {
    address_t line;
    directory_packet* first;
    directory_packet* last;
  };

  directory_packet& new_packet(directory_message_type type, node_id destination, address_t line,
                               memory_page& page, std::uint64_t transaction);
  time_ps begin_service(time_ps at);
  void serve(directory_packet& p, time_ps start);
  void operate(directory_packet& p, time_ps start);
  bool waits_for_lock(directory_packet& p);
  void hand_over(address_t word, time_ps start);
  directory_entry entry_of(const directory_packet& p, bool& full);
  void run(const directory_entry& e, home_event event, directory_packet* offered, address_t line,
           memory_page& page, std::uint64_t transaction, time_ps start);
  // A row that needs nobody else: the request itself becomes the answer.
  void answer(const directory_entry& e, const two_party_rows::service& row, directory_packet& p,
              time_ps start);
  void apply(const directory_entry& e, const two_party_rows::service& row, directory_message_type request,
             node_id source, address_t address);
  // Rows that need its owner (three_party_transactions.cpp).
  bool forward(const directory_entry& e, home_event event, directory_packet& request, time_ps start);
  bool settle(const directory_entry& e, directory_packet& word, time_ps start);
  void settled(const directory_entry& e, const three_party_rows::settling& row, address_t address,
               node_id requester);
  void note_request(home_line& line, std::uint16_t row, home_event event, node_id source,
                    unsigned invalidated);
  // Has the owner and sharers of a line changed; in a flat COMA the home counts what its nodes have.
  template <class Change>
  void change_sharers(const directory_entry& e, address_t line, Change change) {
    line_sharers sharers(*format_, e.sharers, scratch_);
    if (!room_) {
      change(sharers);
      return;
    }
    counted_sharers counted(sharers, *room_, line);
    const node_id before = e.state->owner;
    change(counted);
    const node_id after = e.state->owner;
    if (before == after) return;
    if (before != no_node) room_->note_master(line, before, -1);
    if (after != no_node) room_->note_master(line, after, 1);
  }
  void free_slot(address_t line) {
    const auto slot = std::find(slots_.begin(), slots_.end(), line);
    if (slot != slots_.end()) slots_.erase(slot);
  }
  // After a step: an entry may be free, and others may have waited for the line.
  void stepped(home_line& state, directory_state before, address_t line, const memory_page& page,
               time_ps start) {
    if (page.read_only && state.state == 0) stay_shared(state);
    if (sparse_ && state.state == 0) release_entry(page, line);
    const bool waited_for = !waiting_.empty() || !starved_.empty();
    if (waited_for && state.state != before && !is_busy(state)) left_busy(line, start);
  }
  bool is_busy(const home_line& state) const;
  static void stay_shared(home_line& state);
  void release_entry(const memory_page& page, address_t line);
  // `full`: what is missing is an entry, else pointers.
  void reclaim_for(const directory_packet& p, bool full, time_ps start);
  void recall(address_t line, std::uint64_t transaction, time_ps start);
  bool may_recall(const home_line& line) const;
  directory_entry entry_in(memory_page& page, address_t line);  // without a directory entry: that of no line
  directory_entry own_entry(address_t line);
  void keep(directory_packet& p, bool starved);
  void left_busy(address_t line, time_ps at);
  // A sparse directory numbers the lines of its own memory.
  std::uint64_t number_of(const memory_page& page, address_t line) const;
  void wake(address_t line, time_ps at);

  // Memory.
  void fetch(directory_packet& p, time_ps start, time_ps ready);
  bool take_into_memory(directory_packet& p, time_ps start);
  bool store(directory_packet& p, time_ps start);  // true: done with the packet
  bool write(directory_packet& p, time_ps start);
  void written(std::size_t at);  // writing_[at]
  void response(tlm::tlm_generic_payload& payload, time_ps at) override;
  tlm::tlm_generic_payload& fill(tlm::tlm_command command, const memory_page& page, address_t line,
                                 std::uint8_t* data);
  time_ps access_alone(tlm::tlm_command command, const lone_request& r, std::uint8_t* data, time_ps at);
  void check(const tlm::tlm_generic_payload& payload) const;

  directory_fabric_base& fabric_;
  unsigned node_;
  unsigned line_bits_;
  std::unique_ptr<sharer_format> format_;
  pointer_pool_format* pool_;  // or null
  std::optional<sparse_directory> sparse_;
  std::optional<attraction_room> room_;  // flat COMA
  std::vector<address_t> slots_;         // lines kept here, likewise
  home_line no_entry_;
  std::vector<sharer_word> no_sharers_;
  std::vector<node_id> scratch_;
  std::vector<directory_packet*> invalidations_;  // of a step, to be sent as multicasts

  time_ps free_ = 0;  // approximately timed: the controller is busy before
  timeline service_;  // loosely timed
  std::vector<line_queue> waiting_;
  std::vector<directory_packet*> starved_;     // wait for an entry or pointers, in order
  std::vector<directory_packet*> lock_queue_;  // wait for locks, in order; approximately timed
  std::vector<address_t> to_wake_;
  bool waking_ = false;

  initiator_port memory_{*this};
  payload_pool payloads_;
  tlm::tlm_generic_payload loose_payload_;
  std::vector<std::uint8_t> lone_line_;  // that a lone request writes
  std::vector<open_access> reading_;
  std::vector<open_access> writing_;
  std::vector<directory_packet*> deferred_;  // to be written when memory has written their line before
  home_counters counters_;
  histogram invalidations_per_write_;

  trace_signal traced_message_;
  trace_signal traced_line_;
};

}  // namespace mimd

#endif
