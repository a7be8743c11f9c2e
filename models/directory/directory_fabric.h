// A distributed shared memory's coherence fabric: requester agents, homes with their directories, and the way
// between them.
//
// Coherent agents (caches) bind to `coherent` sockets exactly as to a snooping bus; the memory of each node
// hangs on its `memory` socket, TLM-2.0 base protocol, and sees addresses from 0 (page frames, in order of
// first use). What a message goes through is the transport's: crossbar_transport.h, or network_transport.h
// over the network library.
//
// A message from a port to its own node's home, or back, takes `local`. One to another node takes, in this
// order, `request` if it is a request (bus of the requester's node), `entry`, the transport's time, `exit`
// for requests and forwards or `reply_exit` for answers; a request that a remote home served is complete
// `fill` later. Homes and owners add `access` (home_directory.h) and `snoop`. Refused requests are sent again
// after `retry`. That is the break-down of Lenoski et al., The Stanford DASH multiprocessor, IEEE Computer
// 25(3) 1992, figure 9.
//
// Memory of other nodes may be left uncached, and atomic operations be done where the memory is (fetch-and-op
// of the SGI Origin, Laudon & Lenoski, ISCA 1997): the home recalls the line, if somebody has it, and does
// the access. A reservation does not outlast such an access, so that store_conditional fails on uncached
// memory.
//
// Approximately timed: messages are events, race, queue at homes and contend in the network. Loosely timed: a
// transaction runs to its last acknowledgement within the caller's context, homes and links being timelines
// that remember gaps. transport_dbg (through any cache) sees the newest copy wherever it lives, in a message
// too; it takes no time and changes no state.
//
// In a flat COMA (protocol coma) the agents are attraction memories (cache/node_cache.h), one a node and
// port, and the memories keep nothing but slots for lines without a master, and the first contents of lines.
//
// Pages may move to another node, or be replicated there to be read; set_page_policy() says what that costs.
// Those of a flat COMA may go to disk and come back: set_swap_policy().
//
// Plain TLM-2.0 initiators (I/O, DMA, uncached processors) hang on `plain` sockets, each a coherent port of
// its node that keeps nothing (plain_agent.h); devices' registers on `device` sockets (device_window.h).
//
// Not modelled: contention of a node's own bus. Ranges: 1 to 4096 ports, 1 to 4096 nodes. Errors:
// std::invalid_argument from the constructor, one line that names the parameter; a state without a row is
// std::logic_error; a memory that refuses an access ends the run by SC_REPORT_ERROR, one line. Processes:
// none but the agenda's.
#ifndef MIMD_DIRECTORY_DIRECTORY_FABRIC_H
#define MIMD_DIRECTORY_DIRECTORY_FABRIC_H

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coherence/coherence_socket.h"
#include "coherence/plain_agent.h"
#include "directory/device_window.h"
#include "directory/directory_transport.h"
#include "directory/home_directory.h"
#include "directory/memory_pages.h"
#include "directory/requester_agent.h"
#include "directory/sharer_rows.h"
#include "directory/three_party_rows.h"
#include "directory/two_party_rows.h"
#include "infrastructure/agenda.h"
#include "infrastructure/timing_mode.h"
#include "memory/page_migration.h"
#include "memory/page_swapper.h"

namespace mimd {

class coherence_observer;
class transaction_log;

// Picoseconds; the class comment says where each is spent.
struct directory_timing {
  time_ps local = 5'000;
  time_ps request = 0;
  time_ps entry = 2'000;
  time_ps exit = 2'000;
  time_ps reply_exit = 2'000;
  time_ps fill = 0;
  time_ps access = 10'000;    // at the home, to what it causes
  time_ps occupancy = 5'000;  // of the home, by a message
  time_ps snoop = 10'000;     // at an owner or sharer, to its answer
  time_ps retry = 50'000;
};

struct directory_fabric_parameters {
  directory_form form;
  sharer_format_parameters format;  // its `nodes` is set by the fabric: the ports
  std::optional<sparse_directory_parameters> sparse;
  directory_timing timing;
  unsigned line = 64;
  std::uint64_t memory_size = std::uint64_t{64} << 20;
  std::uint64_t page = 4096;         // unit of placement
  std::vector<unsigned> port_nodes;  // the node of each coherent port, plain ones last
  unsigned plain_ports = 0;          // of them
  std::vector<device_region> devices;
  unsigned nodes = 1;
  bool cache_remote = true;  // false: lines of other nodes' memory are read and written there, never cached
  std::optional<attraction_geometry> attraction;  // of the agents: with the protocol coma, and only then
  bool atomics_at_home = false;  // atomic operations (but reservations) are done in the home's memory
  std::uint64_t seed = 1;
};

class directory_fabric_base : public sc_core::sc_module, private packet_sink, private swapped_memory {
 public:
  // Elaboration only: how messages travel between nodes. Must be called before the simulation starts if there
  // is more than one node. The transport must outlive the fabric.
  void set_transport(directory_transport& transport) { transport_ = &transport; }
  // What is to become of a page, asked at each miss of a node on it: nothing; it moves to another node; a
  // node gets a replica of it, which serves the reads of that node from then on; or, which a write to a page
  // with replicas must be answered by, it loses them. That is done when nothing on the page is under way.
  // Before it is copied for the first time, its home recalls the lines that have an owner; before replicas
  // are given up, their lines are recalled. Then the page is not available for the time named (the operating
  // system's work and the copy; shooting down address translations). Elaboration only. Not with sparse
  // directories or pointer pools, whose entries belong to their home, nor where remote memory is not cached:
  // std::invalid_argument.
  struct page_times {
    time_ps copy = 0;
    time_ps shootdown = 0;
  };
  using page_policy = std::function<page_decision(address_t page, unsigned node, unsigned home, bool write)>;
  void set_page_policy(page_policy policy, const page_times& times);
  struct page_counters {
    std::uint64_t moved = 0;
    std::uint64_t replicated = 0;
    std::uint64_t collapsed = 0;       // pages that lost their replicas
    std::uint64_t lines_recalled = 0;  // for that
    std::uint64_t bytes_copied = 0;    // from node to node
    std::uint64_t unavailable_ps = 0;  // pages, summed: from the decision on
  };
  const page_counters& page_changes() const { return page_counters_; }
  // Flat COMA whose form swaps(); elaboration only: pages go to disk (page_swapper.h).
  void set_swap_policy(page_swapper::policy policy, const page_swapper_parameters& parameters);
  const page_swapper_counters& swaps() const { return swapper_->counters(); }
  // Watches every transaction (coherence checker), port i being its agent i; null: nobody.
  void set_observer(coherence_observer* observer);
  // Counts the rows that happen, by their index in description(). Elaboration only.
  void count_rows();
  void set_transaction_log(transaction_log* log) { log_ = log; }
  void declare_traces(trace_recorder& recorder, const std::string& prefix);
  void name_port(node_id port, const std::string& port_name) { port_names_[port] = port_name; }

  const directory_protocol& description() const { return description_; }
  const std::vector<std::uint64_t>& agent_rows_used() const { return agent_rows_; }
  const std::vector<std::uint64_t>& home_rows_used() const { return home_rows_; }
  unsigned ports() const { return static_cast<unsigned>(agents_.size()); }
  unsigned nodes() const { return static_cast<unsigned>(homes_.size()); }
  const requester_agent& agent(unsigned port) const { return *agents_[port]; }
  const home_directory& home(unsigned node) const { return *homes_[node]; }
  // Messages sent, by type; and of them those within a node.
  std::uint64_t messages(directory_message_type type) const { return messages_[static_cast<unsigned>(type)]; }
  std::uint64_t local_messages() const { return local_messages_; }
  const histogram& invalidations_per_write() const { return invalidations_per_write_; }  // of all homes
  std::uint64_t pages_of(unsigned node) const { return pages_->pages_of(node); }

  // Flat COMA, when quiet: a line that neither an attraction memory nor its home has, or none.
  std::optional<address_t> lost_line() const;
  std::uint64_t lines_with_owner() const;
  // Coherent debug access. Returns bytes moved.
  unsigned debug(address_t address, std::uint8_t* data, unsigned size, bool write);
  // Calls `then` once, at the first moment at which no transaction is open and no message on its way.
  void when_quiet(std::function<void()> then);
  std::string waiting() const;
  time_ps recorded_until(time_ps now) const;

  sc_core::sc_vector<coherence_target_socket> coherent;

  // --- for agents, homes and transports

  bool loose() const final { return timing_mode_ == timing_mode::loose; }
  const directory_timing& timing() const { return parameters_.timing; }
  unsigned line_bytes() const { return parameters_.line; }
  bool caches_remote_lines() const { return parameters_.cache_remote; }
  bool operates_at_home() const { return parameters_.atomics_at_home; }
  const std::optional<attraction_geometry>& attraction() const { return parameters_.attraction; }
  const compiled_directory_protocol& protocol() const { return protocol_; }
  const two_party_rows& two_parties() const { return two_party_rows_; }
  const three_party_rows& three_parties() const { return three_party_rows_; }
  const sharer_rows& sharers() const { return sharer_rows_; }
  const requester_core& requester() const { return requester_core_; }
  const home_core& homes_core() const { return home_core_; }
  memory_pages& pages() { return *pages_; }
  unsigned node_of(node_id port) const { return parameters_.port_nodes[port]; }
  const std::string& port_name(node_id port) const { return port_names_[port]; }
  requester_agent& agent_at(node_id port) { return *agents_[port]; }
  home_directory& home_of(const memory_page& page) { return *homes_[page.home]; }
  // Null: there is none at this address.
  device_window* device_at(address_t address) {
    for (const auto& d : devices_) {
      if (d->has(address)) return d.get();
    }
    return nullptr;
  }
  coherence_observer* observer() const { return observer_; }

  bool moves_pages() const { return policy_ || swapper_; }
  // When a request may begin; `never`: it is kept, and admitted() when its page is available. `kept`: it has
  // been.
  time_ps admit(requester_agent& agent, coherence_request& r, time_ps at, bool kept);
  directory_packet& take_packet() { return packets_.take(); }
  void give_back(directory_packet& p) { packets_.give_back(p); }
  // The packet leaves its sender at `ready`.
  void send(directory_packet& p, time_ps ready);
  // Invalidations of one home, that leave it at `ready`, as few multicasts to other nodes.
  bool multicasts() const { return multicasts_; }
  void send_all(const std::vector<directory_packet*>& invalidations, time_ps ready);
  void schedule(timed_event& event, time_ps at) { agenda_.schedule(event, at); }

  void begin_loose() {
    if (in_transaction_) wait_for_transaction();
    in_transaction_ = true;
  }
  void finish_loose() {
    if (undelivered_) deliver_all();
    in_transaction_ = false;
    if (queued_ > 0) transaction_done_.notify();
  }
  // Whether a loosely timed transaction may run without messages: nobody watches these, and no page moves.
  bool runs_unwatched() const { return !log_ && !moves_pages(); }
  // Loosely timed: when a message that nobody keeps arrives, if it leaves its sender at `ready`.
  time_ps arrival_of(directory_message_type type, unsigned from, unsigned to, time_ps ready) {
    unkept_.type = type;
    unkept_.from = static_cast<std::uint16_t>(from);
    unkept_.to = static_cast<std::uint16_t>(to);
    ready = leaves(unkept_, ready);
    return from == to ? ready : transport_->travel(unkept_, ready);
  }
  void look_for_quiet() {
    if (when_quiet_ && quiet()) std::exchange(when_quiet_, nullptr)();
  }
  void memory_answered() {
    progress_pages();
    look_for_quiet();
  }
  std::uint64_t next_transaction() { return ++transactions_; }
  void ended(std::uint64_t transaction, time_ps begin, time_ps end, const char* type, node_id port,
             address_t line, const char* outcome) {
    if (log_) record(transaction, begin, end, type, port, line, outcome);
  }
  void count_write(unsigned invalidations) { invalidations_per_write_.add(invalidations); }
  void cover_agent(std::uint16_t row) {
    if (!agent_rows_.empty()) ++agent_rows_[row];
  }
  void cover_home(std::uint16_t row) {
    if (!home_rows_.empty() && row != no_row) ++home_rows_[row];
  }
  // Of debug writes so far.
  std::uint64_t debug_writes() const { return debug_writes_; }

 protected:
  directory_fabric_base(const sc_core::sc_module_name& name, const directory_fabric_parameters& parameters,
                        memory_pages::placement placement, timing_mode timing);

  void end_of_elaboration() override;

  std::vector<std::unique_ptr<home_directory>> homes_;
  std::vector<std::unique_ptr<plain_agent>> plain_agents_;
  std::vector<std::unique_ptr<device_window>> devices_;

 private:
  void arrived(directory_packet& p) override;
  // Counts the message; when it has passed its sender's node and, in time, its receiver's.
  time_ps leaves(directory_packet& p, time_ps ready) {
    ++messages_[static_cast<unsigned>(p.type)];
    const bool local = p.from == p.to;
    local_messages_ += local;
    return ready + (local ? parameters_.timing.local : node_times_[static_cast<unsigned>(p.type)]);
  }
  void send_tree(directory_packet& first, directory_packet& last, time_ps ready);
  void deliver(directory_packet& p, time_ps at);
  bool quiet() const;
  void wait_for_transaction();
  void deliver_all();  // until nothing is on its way
  struct page_change {
    memory_page* page;
    address_t first;
    page_decision decision;
    time_ps decided;
    bool flushed = false;  // lines that stand in the way have been recalled
    bool done = false;     // only `available` is to be waited for
  };
  struct kept_request {
    requester_agent* agent;
    coherence_request* request;
  };
  void progress_pages() {
    if (!changes_.empty()) change_pages();
    if (swapper_) swapper_->progress(now_ps());
  }
  void change_pages();               // those on which nothing is under way
  bool flush(const page_change& c);  // whether lines are being recalled for it
  void carry_out(page_change& c, time_ps at);
  void copy_page(const page_change& c);
  void readmit_at(time_ps at) override {
    if (!readmission_.pending() || at < readmission_.time()) agenda_.schedule(readmission_, at);
  }
  void readmit();

  // swapped_memory
  bool in_use(address_t first, std::uint64_t bytes) const override;
  unsigned recall(address_t page, std::uint64_t bytes, time_ps at) override;
  time_ps recalled_at() const override { return delivered_; }
  void leave(address_t page, std::uint64_t bytes) override;
  void enter(address_t page, std::uint64_t bytes) override;

  void placed(address_t first, const memory_page& page);
  bool debug_read_line(address_t line, unsigned offset, std::uint8_t* data, unsigned size);
  bool debug_write_line(address_t line, unsigned offset, std::uint8_t* data, unsigned size);
  void record(std::uint64_t transaction, time_ps begin, time_ps end, const char* type, node_id port,
              address_t line, const char* outcome);
  void record_message(const directory_packet& p, time_ps at);

  directory_fabric_parameters parameters_;
  directory_protocol description_;
  compiled_directory_protocol protocol_;
  requester_core requester_core_{protocol_};
  home_core home_core_{protocol_};
  two_party_rows two_party_rows_{description_, protocol_};
  three_party_rows three_party_rows_{description_};
  sharer_rows sharer_rows_{description_, protocol_};
  timing_mode timing_mode_;
  agenda& agenda_;
  std::unique_ptr<memory_pages> pages_;
  // What pages hold that have no place: what debug accesses wrote before anybody touched them, for these
  // place no page; and the disk.
  std::unordered_map<address_t, std::vector<std::uint8_t>> unplaced_;
  std::vector<std::unique_ptr<requester_agent>> agents_;
  std::vector<std::string> port_names_;
  std::vector<std::string> home_names_;
  std::vector<presence_view> presence_;
  page_policy policy_;
  page_times page_times_;
  std::vector<page_change> changes_;
  std::vector<kept_request> kept_;
  page_counters page_counters_;
  std::unique_ptr<page_swapper> swapper_;
  method_event<directory_fabric_base, &directory_fabric_base::readmit> readmission_{*this};
  directory_transport* transport_ = nullptr;
  bool foresees_arrival_ = false;
  bool multicasts_ = false;
  directory_packet_pool packets_;
  directory_packet unkept_{*this};
  std::array<time_ps, directory_message_count> node_times_{};  // within nodes, of messages between nodes
  std::uint64_t debug_writes_ = 0;
  std::array<std::uint64_t, directory_message_count> messages_{};
  std::uint64_t local_messages_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint64_t message_records_ = 0;
  histogram invalidations_per_write_;

  // Of send_all().
  std::vector<directory_packet*> unsent_;
  std::vector<std::uint64_t> in_tree_;  // by node: the last one that leads there
  std::uint64_t tree_ = 0;

  // Loosely timed: what is still to be delivered, in order of sending.
  directory_packet* undelivered_ = nullptr;
  directory_packet* last_undelivered_ = nullptr;
  time_ps delivered_ = 0;  // when the last one arrived
  bool in_transaction_ = false;
  unsigned queued_ = 0;
  sc_core::sc_event transaction_done_{"transaction_done"};

  coherence_observer* observer_ = nullptr;
  transaction_log* log_ = nullptr;
  std::vector<std::uint64_t> agent_rows_;
  std::vector<std::uint64_t> home_rows_;
  std::function<void()> when_quiet_;
};

template <unsigned BUSWIDTH = 32>
class directory_fabric : public directory_fabric_base {
 public:
  sc_core::sc_vector<tlm::tlm_initiator_socket<BUSWIDTH>> memory;
  sc_core::sc_vector<tlm::tlm_target_socket<BUSWIDTH>> plain;
  sc_core::sc_vector<tlm::tlm_initiator_socket<BUSWIDTH>> device;

  directory_fabric(const sc_core::sc_module_name& name, const directory_fabric_parameters& parameters,
                   memory_pages::placement placement, timing_mode timing)
      : directory_fabric_base(name, parameters, std::move(placement), timing),
        memory("memory", parameters.nodes),
        plain("plain", parameters.plain_ports),
        device("device", static_cast<unsigned>(parameters.devices.size())) {
    for (unsigned i = 0; i < plain.size(); ++i) plain[i].bind(plain_agents_[i]->port());
    for (unsigned i = 0; i < device.size(); ++i) device[i].bind(devices_[i]->port());
    for (unsigned i = 0; i < memory.size(); ++i) memory[i].bind(homes_[i]->memory_port());
  }

 private:
  void end_of_elaboration() override {
    directory_fabric_base::end_of_elaboration();
    for (unsigned i = 0; i < memory.size(); ++i) {
      homes_[i]->memory_port().set_forward(
          dynamic_cast<tlm::tlm_fw_transport_if<>*>(memory[i].get_base_port().get_interface()));
    }
    for (unsigned i = 0; i < plain.size(); ++i) {
      plain_agents_[i]->port().set_backward(
          dynamic_cast<tlm::tlm_bw_transport_if<>*>(plain[i].get_base_port().get_interface()));
    }
    for (unsigned i = 0; i < device.size(); ++i) {
      devices_[i]->port().set_forward(
          dynamic_cast<tlm::tlm_fw_transport_if<>*>(device[i].get_base_port().get_interface()));
    }
  }
};

}  // namespace mimd

#endif
