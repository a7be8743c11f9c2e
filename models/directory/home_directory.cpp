#include "directory/home_directory.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "directory/directory_fabric.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// What home_core does with a line of this home.
struct home_directory::line_port {
  home_directory& home;
  directory_packet* offered;  // null: the directory itself wants its line
  const directory_entry& entry;
  address_t line;
  memory_page& page;
  std::uint64_t transaction;
  time_ps start;
  bool answers;  // the message offered is an answer that was awaited
  unsigned invalidations = 0;
  bool in_memory = true;  // the bytes offered have been taken by memory, if they were for it

  directory_packet& packet(directory_message_type type, node_id destination) {
    directory_packet& p = home.new_packet(type, destination, line, page, transaction);
    p.forwarded = answers;
    return p;
  }
  time_ps ready() const { return start + home.fabric_.timing().access; }
  void send(directory_message_type type, node_id destination, node_id requester, unsigned acks) {
    directory_packet& p = packet(type, destination);
    p.requester = requester;
    p.acks = static_cast<std::uint16_t>(acks);
    home_counters& counters = home.counters_;
    if (type == directory_message_type::invalidate) {
      ++counters.invalidations;
      ++invalidations;
      if (home.fabric_.multicasts()) {
        home.invalidations_.push_back(&p);
        return;
      }
    } else if (is_forward(type)) {
      ++counters.forwards;
    } else if (type == directory_message_type::nack) {
      ++counters.refusals;
    }
    if (carries_data(type)) {
      home.fetch(p, start, ready());
    } else {
      home.fabric_.send(p, ready());
    }
  }
  void pass_data(node_id destination) {
    directory_packet& p = packet(directory_message_type::data, destination);
    copy_line(p.data, offered->data, home.fabric_.line_bytes());
    home.fabric_.send(p, ready());
  }
  void write_memory() { in_memory = home.take_into_memory(*offered, start); }
  void free_slot() { home.free_slot(line); }
  node_id injection_target() {
    const node_id giver = is_request(offered->type) ? offered->source : no_node;
    const node_id to =
        home.room_->next(line, giver, line_sharers(*home.format_, entry.sharers, home.scratch_));
    ++(to == no_node ? home.counters_.unplaced : home.counters_.injections);
    return to;
  }
  bool older(node_id source, node_id than) const {
    return home.fabric_.agent_at(source).began(line) < home.fabric_.agent_at(than).began(line);
  }
};

home_directory::home_directory(directory_fabric_base& fabric, unsigned node,
                               const sharer_format_parameters& format,
                               const std::optional<sparse_directory_parameters>& sparse, std::uint64_t seed)
    : fabric_(fabric),
      node_(node),
      line_bits_(static_cast<unsigned>(__builtin_ctz(fabric.line_bytes()))),
      format_(make_sharer_format(format)),
      pool_(dynamic_cast<pointer_pool_format*>(format_.get())),
      no_sharers_(format_->words()) {
  if (sparse) sparse_.emplace(*sparse, *format_, seed);
  if (fabric.attraction()) room_.emplace(*fabric.attraction(), format.nodes);
  format_->open(no_sharers_.data(), 0);
  scratch_.reserve(format.nodes);
  lone_line_.resize(fabric.line_bytes());
}

std::uint64_t home_directory::storage_bits(std::uint64_t blocks) const {
  return sparse_ ? sparse_->total_bits(blocks) : format_->total_bits(blocks);
}

// --- messages

directory_packet& home_directory::new_packet(directory_message_type type, node_id destination, address_t line,
                                             memory_page& page, std::uint64_t transaction) {
  directory_packet& p = fabric_.take_packet();
  p.type = type;
  p.source = home_node;
  p.destination = destination;
  p.from = static_cast<std::uint16_t>(node_);
  p.to = static_cast<std::uint16_t>(fabric_.node_of(destination));
  p.line = line;
  p.page = &page;
  p.transaction = transaction;
  return p;
}

time_ps home_directory::begin_service(time_ps at) {
  const time_ps occupancy = fabric_.timing().occupancy;
  time_ps start = std::max(at, free_);
  if (fabric_.loose()) {
    service_.forget_before(now_ps());
    start = service_.reserve(at, occupancy);
  } else {
    free_ = start + occupancy;
  }
  ++counters_.messages;
  counters_.busy_ps += occupancy;
  counters_.wait_ps += start - at;
  return start;
}

void home_directory::receive(directory_packet& p, time_ps at) {
  serve(p, begin_service(at));
}

std::uint64_t home_directory::number_of(const memory_page& page, address_t line) const {
  return fabric_.pages().in_memory(page, line) >> line_bits_;
}

directory_entry home_directory::entry_in(memory_page& page, address_t line) {
  if (!sparse_) return page.entry(fabric_.pages().line_in_page(line));
  sparse_directory::entry* const e = sparse_->peek(number_of(page, line));
  return e ? directory_entry{&e->state, e->sharers} : directory_entry{&no_entry_, no_sharers_.data()};
}

directory_entry home_directory::own_entry(address_t line) {
  return entry_in(fabric_.pages().at(line, node_), line);
}

// The entry of the message's line, which gets one if it needs one; `full`: there is none to be had.
inline directory_entry home_directory::entry_of(const directory_packet& p, bool& full) {
  full = false;
  if (!sparse_) return entry_in(*p.page, p.line);
  const std::uint64_t number = number_of(*p.page, p.line);
  sparse_directory::entry* e = sparse_->find(number);
  if (!e && p.type <= directory_message_type::upgrade) {
    e = sparse_->allocate(number);
    full = !e;
  }
  return e ? directory_entry{&e->state, e->sharers} : directory_entry{&no_entry_, no_sharers_.data()};
}

void home_directory::serve(directory_packet& p, time_ps start) {
  if (p.type == directory_message_type::operate) {
    operate(p, start);
    return;
  }
  bool full = false;
  const directory_entry e = entry_of(p, full);
  const line_sharers sharers(*format_, e.sharers, scratch_);
  const node_id source = is_request(p.type) ? p.source : no_node;
  home_event event = home_event::no_entry;
  if (!full) event = fabric_.homes_core().event_of(*e.state, sharers, p.type, source, p.acks);
  if (event == home_event::no_entry) reclaim_for(p, full, start);
  if (traced_message_.on()) {
    traced_message_.set(start, 1 + static_cast<std::uint64_t>(p.type));
    traced_line_.set(start, p.line);
    traced_message_.set(start + fabric_.timing().occupancy, 0);
  }
  const two_party_rows::service& alone = fabric_.two_parties().service_of(e.state->state, event);
  if (alone.row != no_row) {
    answer(e, alone, p, start);
  } else if (!forward(e, event, p, start) && !settle(e, p, start)) {
    run(e, event, &p, p.line, *p.page, p.transaction, start);
  }
}

void home_directory::run(const directory_entry& e, home_event event, directory_packet* offered,
                         address_t line, memory_page& page, std::uint64_t transaction, time_ps start) {
  const node_id source = offered && is_request(offered->type) ? offered->source : no_node;
  line_port p{*this, offered, e, line, page, transaction, start, event >= home_event::ack};
  const directory_state before = e.state->state;
  directory_step step;
  change_sharers(
      e, line, [&](auto& sharers) { step = fabric_.homes_core().step(*e.state, sharers, event, source, p); });
  if (room_ && (event == home_event::placed || step.then != no_row)) room_->settled(line);
  if (step.outcome == directory_step::result::undefined) {
    std::ostringstream what;
    what << fabric_.name() << ": home of node " << node_ << ", line 0x" << std::hex << line << std::dec
         << ": no row for " << fabric_.description().home_states[before].name << " on " << to_string(event);
    throw std::logic_error(what.str());
  }
  if (!invalidations_.empty()) {
    fabric_.send_all(invalidations_, p.ready());
    invalidations_.clear();
  }
  fabric_.cover_home(step.row);
  fabric_.cover_home(step.then);
  if (event == home_event::get_s || event == home_event::get_s_owner) {
    ++counters_.reads;
  } else if (event == home_event::get_m || event == home_event::upgrade ||
             event == home_event::upgrade_owner || event == home_event::get_m_owner) {
    ++counters_.writes;
    invalidations_per_write_.add(p.invalidations);
    fabric_.count_write(p.invalidations);
  } else if (event == home_event::put || event == home_event::put_clean || event == home_event::put_dirty) {
    ++counters_.puts;
  }
  if (step.outcome == directory_step::result::waits) {
    keep(*offered, event == home_event::no_entry);
  } else {
    // Who is refused for want of an entry comes again, perhaps after others.
    if (event == home_event::no_entry && e.state == &no_entry_) sparse_->keep_for(number_of(page, line));
    if (offered && p.in_memory) fabric_.give_back(*offered);
  }
  stepped(*e.state, before, line, page, start);
}

bool home_directory::is_busy(const home_line& state) const {
  return fabric_.protocol().busy(state.state);
}

void home_directory::release_entry(const memory_page& page, address_t line) {
  if (sparse_directory::entry* const idle = sparse_->peek(number_of(page, line))) sparse_->release(*idle);
}

// --- requests that wait

void home_directory::keep(directory_packet& p, bool starved) {
  ++counters_.stalls;
  p.next = nullptr;
  if (starved) {
    starved_.push_back(&p);
    return;
  }
  for (line_queue& queue : waiting_) {
    if (queue.line != p.line) continue;
    queue.last->next = &p;
    queue.last = &p;
    return;
  }
  waiting_.push_back({p.line, &p, &p});
}

// The line has left a busy state, or its entry or pointers are free: who waits for that is served.
void home_directory::left_busy(address_t line, time_ps at) {
  to_wake_.push_back(line);
  if (waking_) return;
  waking_ = true;
  while (!to_wake_.empty()) {
    const address_t next = to_wake_.back();
    to_wake_.pop_back();
    wake(next, at);
  }
  waking_ = false;
}

// Who has no entry first: else a line that is asked for again and again while it is recalled would get its
// entry back every time.
void home_directory::wake(address_t line, time_ps at) {
  std::vector<directory_packet*> starved;
  starved.swap(starved_);
  for (directory_packet* p : starved) serve(*p, begin_service(at));
  const auto of_line = [line](const line_queue& queue) { return queue.line == line; };
  while (!fabric_.protocol().busy(own_entry(line).state->state)) {
    const auto queue = std::find_if(waiting_.begin(), waiting_.end(), of_line);
    if (queue == waiting_.end()) break;
    directory_packet& first = *queue->first;
    queue->first = first.next;
    if (!queue->first) waiting_.erase(queue);
    serve(first, begin_service(at));
  }
}

// --- entries and pointers

bool home_directory::may_recall(const home_line& line) const {
  return line.state != 0 && !fabric_.protocol().busy(line.state);
}

void home_directory::reclaim_for(const directory_packet& p, bool full, time_ps start) {
  std::optional<std::uint64_t> number;  // of the line to be recalled
  if (full) {
    const sparse_directory::entry* const victim = sparse_->victim(
        number_of(*p.page, p.line), [this](const sparse_directory::entry& e) { return may_recall(e.state); });
    if (victim) number = victim->line;
  } else if (pool_) {
    number = pool_->line_to_reclaim();
  }
  if (!number) return;
  const address_t of_memory = *number << line_bits_;
  recall(sparse_ ? fabric_.pages().from_memory(node_, of_memory) : of_memory, p.transaction, start);
}

void home_directory::recall(address_t line, std::uint64_t transaction, time_ps start) {
  memory_page& page = fabric_.pages().at(line, node_);
  const directory_entry e = entry_in(page, line);
  if (!may_recall(*e.state)) return;
  ++counters_.recalls;
  run(e, home_event::recall, nullptr, line, page, transaction, start);
}

// --- reports

std::string home_directory::waiting() const {
  std::ostringstream out;
  for (const line_queue& queue : waiting_) {
    out << "home of node " << node_ << " keeps";
    for (const directory_packet* p = queue.first; p; p = p->next) {
      out << ' ' << to_string(p->type) << " of " << fabric_.port_name(p->source);
    }
    out << " for line 0x" << std::hex << queue.line << std::dec << "; ";
  }
  for (const directory_packet* p : lock_queue_) {
    out << "home of node " << node_ << " keeps " << fabric_.port_name(p->source)
        << " waiting for the lock at 0x" << std::hex << p->request->line + p->request->offset << std::dec
        << "; ";
  }
  for (const directory_packet* p : starved_) {
    out << "home of node " << node_ << " has no entry for " << fabric_.port_name(p->source) << ", line 0x"
        << std::hex << p->line << std::dec << "; ";
  }
  return out.str();
}

void home_directory::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  std::vector<std::string> words{"idle"};
  for (unsigned i = 0; i < directory_message_count; ++i) {
    words.emplace_back(to_string(static_cast<directory_message_type>(i)));
  }
  recorder.declare(traced_message_, prefix + ".message", trace_kind::words(words));
  recorder.declare(traced_line_, prefix + ".line", trace_kind::integer(64));
}

}  // namespace mimd
