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
  address_t line;
  memory_page& page;
  std::uint64_t transaction;
  time_ps start;
  bool answers;  // the message offered is an answer that was awaited
  unsigned invalidations = 0;
  bool in_memory = true;  // the bytes offered have been taken by memory, if they were for it

  directory_packet& packet(directory_message_type type, node_id destination) {
    directory_packet& p = home.fabric_.take_packet();
    p.type = type;
    p.source = home_node;
    p.destination = destination;
    p.from = static_cast<std::uint16_t>(home.node_);
    p.to = static_cast<std::uint16_t>(home.fabric_.node_of(destination));
    p.line = line;
    p.page = &page;
    p.transaction = transaction;
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
  void write_memory() { in_memory = home.store(*offered, start); }
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
  format_->open(no_sharers_.data(), 0);
  scratch_.reserve(format.nodes);
}

std::uint64_t home_directory::storage_bits(std::uint64_t blocks) const {
  return sparse_ ? sparse_->total_bits(blocks) : format_->total_bits(blocks);
}

// --- messages

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
directory_entry home_directory::entry_of(const directory_packet& p, bool& full) {
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

// An access in memory, once nobody has the line.
void home_directory::operate(directory_packet& p, time_ps start) {
  const directory_entry e = entry_in(*p.page, p.line);
  if (e.state->state != 0) {
    keep(p, false);
    recall(p.line, p.transaction, start);
    return;
  }
  ++counters_.operations;
  coherence_request& r = *p.request;
  const unsigned line = fabric_.line_bytes();
  if (const std::uint8_t* const late = unwritten(p.line)) {
    copy_line(r.data, late, line);
  } else {
    debug_memory(p.line, r.data, line, false);
  }
  if (waits_for_lock(p)) return;
  r.found = r.granted = invalid_state;
  r.fetched = true;
  r.failed = false;
  fabric_.agent_at(p.source).cache().perform(r);
  line_port answer{*this, &p, p.line, *p.page, p.transaction, start, false};
  directory_packet& result = answer.packet(directory_message_type::result, p.source);
  result.request = &r;
  fetch(result, start, answer.ready());
  bool done = true;
  if (r.event == processor_event::write) {
    copy_line(p.data, r.data, line);
    done = store(p, start);
  }
  const lock_request lock = r.lock;
  const address_t word = r.line + r.offset;
  if (done) fabric_.give_back(p);
  if (lock == lock_request::release) hand_over(word, start);
}

// The line's bytes are in the request. Loosely timed nobody can be kept: who finds the lock taken tries
// again.
bool home_directory::waits_for_lock(directory_packet& p) {
  const coherence_request& r = *p.request;
  if (r.lock != lock_request::acquire || fabric_.loose()) return false;
  const std::uint8_t* const word = r.data + r.offset;
  if (std::all_of(word, word + r.size, [](std::uint8_t byte) { return byte == 0; })) return false;
  ++counters_.locks_queued;
  --counters_.operations;
  lock_queue_.push_back(&p);
  return true;
}

void home_directory::hand_over(address_t word, time_ps start) {
  const auto next = std::find_if(lock_queue_.begin(), lock_queue_.end(), [word](const directory_packet* p) {
    return p->request->line + p->request->offset == word;
  });
  if (next == lock_queue_.end()) return;
  directory_packet& p = **next;
  lock_queue_.erase(next);
  operate(p, begin_service(start));
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
  if (!full) event = fabric_.homes_core().event_of(*e.state, sharers, p.type, source);
  if (event == home_event::no_entry) reclaim_for(p, full, start);
  if (traced_message_.on()) {
    traced_message_.set(start, 1 + static_cast<std::uint64_t>(p.type));
    traced_line_.set(start, p.line);
    traced_message_.set(start + fabric_.timing().occupancy, 0);
  }
  run(e, event, &p, p.line, *p.page, p.transaction, start);
}

void home_directory::run(const directory_entry& e, home_event event, directory_packet* offered,
                         address_t line, memory_page& page, std::uint64_t transaction, time_ps start) {
  line_sharers sharers(*format_, e.sharers, scratch_);
  const node_id source = offered && is_request(offered->type) ? offered->source : no_node;
  line_port p{*this, offered, line, page, transaction, start, event >= home_event::ack};
  const directory_state before = e.state->state;
  const directory_step step = fabric_.homes_core().step(*e.state, sharers, event, source, p);
  if (step.outcome == directory_step::result::undefined) {
    std::ostringstream what;
    what << fabric_.name() << ": home of node " << node_ << ", line 0x" << std::hex << line << std::dec
         << ": no row for " << fabric_.description().home_states[before].name << " on " << to_string(event);
    throw std::logic_error(what.str());
  }
  fabric_.cover_home(step);
  if (event == home_event::get_s) {
    ++counters_.reads;
  } else if (event == home_event::get_m || event == home_event::upgrade ||
             event == home_event::upgrade_owner) {
    ++counters_.writes;
    invalidations_per_write_.add(p.invalidations);
    fabric_.count_write(p.invalidations);
  } else if (event == home_event::put || event == home_event::put_clean || event == home_event::put_dirty) {
    ++counters_.puts;
  }
  if (step.outcome == directory_step::result::waits) {
    keep(*offered, event == home_event::no_entry);
  } else if (offered && p.in_memory) {
    fabric_.give_back(*offered);
  }
  const directory_state after = e.state->state;
  if (after == 0 && sparse_) {
    if (sparse_directory::entry* const idle = sparse_->peek(number_of(page, line))) sparse_->release(*idle);
  }
  if (after != before && !fabric_.protocol().busy(after)) left_busy(line, start);
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
  if (waiting_.empty() && starved_.empty()) return;
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

void home_directory::wake(address_t line, time_ps at) {
  const auto of_line = [line](const line_queue& queue) { return queue.line == line; };
  while (!fabric_.protocol().busy(own_entry(line).state->state)) {
    const auto queue = std::find_if(waiting_.begin(), waiting_.end(), of_line);
    if (queue == waiting_.end()) break;
    directory_packet& first = *queue->first;
    queue->first = first.next;
    if (!queue->first) waiting_.erase(queue);
    serve(first, begin_service(at));
  }
  std::vector<directory_packet*> starved;
  starved.swap(starved_);
  for (directory_packet* p : starved) serve(*p, begin_service(at));
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

// --- memory

tlm::tlm_generic_payload& home_directory::fill(tlm::tlm_command command, directory_packet& p) {
  tlm::tlm_generic_payload& payload = fabric_.loose() ? loose_payload_ : payloads_.allocate();
  payload.set_command(command);
  payload.set_address(fabric_.pages().in_memory(*p.page, p.line));
  payload.set_data_ptr(p.data);
  payload.set_data_length(fabric_.line_bytes());
  payload.set_streaming_width(fabric_.line_bytes());
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  return payload;
}

// No transaction can end without the line: the run ends, as by any error that a SystemC model reports.
void home_directory::check(const tlm::tlm_generic_payload& payload) const {
  if (payload.get_response_status() == tlm::TLM_OK_RESPONSE) return;
  std::ostringstream what;
  what << fabric_.name() << ": the memory of node " << node_ << " answers " << payload.get_response_string()
       << " at 0x" << std::hex << payload.get_address();
  SC_REPORT_ERROR("mimd/directory", what.str().c_str());
}

void home_directory::fetch(directory_packet& p, time_ps start, time_ps ready) {
  if (const std::uint8_t* const bytes = unwritten(p.line)) {
    copy_line(p.data, bytes, fabric_.line_bytes());
    fabric_.send(p, ready);
    return;
  }
  tlm::tlm_generic_payload& payload = fill(tlm::TLM_READ_COMMAND, p);
  time_ps done = 0;
  if (fabric_.loose()) {
    done = memory_.transport(payload, start);
  } else if (!memory_.start(payload, start, done)) {
    reading_.push_back({&payload, &p, ready, {}});
    return;
  }
  check(payload);
  if (p.reread) debug_memory(p.line, p.data, fabric_.line_bytes(), false);
  if (payload.has_mm()) payload.release();
  fabric_.send(p, std::max(ready, done));
}

// A memory may answer out of order, but the writes of a line must not pass one another.
bool home_directory::store(directory_packet& p, time_ps start) {
  p.newest = false;  // what memory holds, or is going to hold, is
  if (unwritten(p.line)) {
    deferred_.push_back(&p);
    return false;
  }
  return write(p, start);
}

bool home_directory::write(directory_packet& p, time_ps start) {
  tlm::tlm_generic_payload& payload = fill(tlm::TLM_WRITE_COMMAND, p);
  time_ps done = 0;
  if (fabric_.loose()) {
    p.offered = true;
    writing_.push_back({&payload, &p, start, {}});
    memory_.transport(payload, start);
    check(payload);
    written(writing_.size() - 1);
    return true;
  }
  if (!memory_.start(payload, start, done)) {
    p.offered = true;
    writing_.push_back({&payload, &p, start, {}});
    return false;
  }
  check(payload);
  if (payload.has_mm()) payload.release();
  return true;
}

void home_directory::written(std::size_t at) {
  open_access done = std::move(writing_[at]);
  writing_.erase(writing_.begin() + static_cast<std::ptrdiff_t>(at));
  done.packet->offered = false;
  if (done.rewritten.empty()) return;
  debug_memory(done.packet->line, done.rewritten.data(), fabric_.line_bytes(), true);
}

void home_directory::response(tlm::tlm_generic_payload& payload, time_ps at) {
  check(payload);
  const auto is_it = [&payload](const open_access& a) { return a.payload == &payload; };
  if (const auto read = std::find_if(reading_.begin(), reading_.end(), is_it); read != reading_.end()) {
    const open_access done = *read;
    reading_.erase(read);
    payload.release();
    directory_packet& p = *done.packet;
    if (p.reread) debug_memory(p.line, p.data, fabric_.line_bytes(), false);
    fabric_.send(p, std::max({done.ready, at, now_ps()}));
    return;
  }
  const auto write_done = std::find_if(writing_.begin(), writing_.end(), is_it);
  directory_packet& p = *write_done->packet;
  const address_t line = p.line;
  written(static_cast<std::size_t>(write_done - writing_.begin()));
  payload.release();
  fabric_.give_back(p);
  const auto of_line = [line](const directory_packet* d) { return d->line == line; };
  for (auto next = deferred_.end();
       (next = std::find_if(deferred_.begin(), deferred_.end(), of_line)) != deferred_.end();) {
    directory_packet& later = **next;
    deferred_.erase(next);
    if (!write(later, std::max(at, now_ps()))) break;
    fabric_.give_back(later);
  }
  fabric_.memory_answered();
}

// --- debug

std::array<node_id, 2> home_directory::owners_of(address_t line) {
  const home_line& state = *own_entry(line).state;
  return {state.owner, fabric_.protocol().busy(state.state) ? state.requester : no_node};
}

const std::uint8_t* home_directory::unwritten(address_t line) const {
  if (writing_.empty()) return nullptr;
  for (auto d = deferred_.rbegin(); d != deferred_.rend(); ++d) {
    if ((*d)->line == line) return (*d)->data;
  }
  for (const open_access& a : writing_) {
    if (a.packet->line == line) return a.rewritten.empty() ? a.packet->data : a.rewritten.data();
  }
  return nullptr;
}

void home_directory::rewrite(const directory_packet& p, unsigned offset, const std::uint8_t* data,
                             unsigned size) {
  for (open_access& a : writing_) {
    if (a.packet != &p) continue;
    if (a.rewritten.empty()) a.rewritten.assign(p.data, p.data + fabric_.line_bytes());
    std::copy(data, data + size, a.rewritten.begin() + offset);
  }
}

unsigned home_directory::debug_memory(address_t address, std::uint8_t* data, unsigned size, bool write) {
  memory_pages& pages = fabric_.pages();
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(pages.in_memory(pages.at(address, node_), address));
  payload.set_data_ptr(data);
  payload.set_data_length(size);
  payload.set_streaming_width(size);
  return memory_.debug(payload);
}

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
