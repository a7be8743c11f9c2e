#include "attraction_memory/attraction_agent.h"

#include <algorithm>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "attraction_memory/hierarchical_fabric.h"
#include "coherence/coherence_observer.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

attraction_agent::attraction_agent(hierarchical_fabric& fabric, unsigned node, unsigned group,
                                   unsigned member, unsigned line)
    : fabric_(fabric), node_(node), group_(group), member_(member), line_(line), dropped_(line) {}

// --- the cache's side

region_kind attraction_agent::kind_of(address_t address) const {
  return address < fabric_.memory_size() ? region_kind::memory : region_kind::nothing;
}

time_ps attraction_agent::transact(coherence_request& r, time_ps at) {
  at = std::max(at, now_ps());
  loose_done_ = at;
  begin(r, at);
  fabric_.finish_loose();
  if (!open_.empty()) throw std::logic_error(fabric_.name() + (": nothing answers: " + fabric_.waiting()));
  return loose_done_;
}

void attraction_agent::request(coherence_request& r, time_ps at) {
  begin(r, std::max(at, now_ps()));
}

void attraction_agent::begin(coherence_request& r, time_ps at) {
  r.next = nullptr;
  r.arrival = at;
  transaction* const t = find(r.line);
  if (!t && fabric_.swaps_pages()) {
    at = fabric_.admit(*this, r, at);
    if (at == never) return;
  }
  if (!t) {
    start(r, at);
    return;
  }
  coherence_request** last = &t->waiting;
  while (*last) last = &(*last)->next;
  *last = &r;
}

void attraction_agent::start(coherence_request& r, time_ps at) {
  const bool evicts = r.event == processor_event::evict;
  const coherence_state held = evicts ? r.waiting : cache_->state(r.line);
  if (evicts && held == invalid_state) {  // it has been taken meanwhile
    retire(r, at);
    return;
  }
  transaction& t = transactions_.take();
  t = {r.line, held, &r, nullptr, fabric_.next_transaction(), at};
  open_.push_back(&t);
  step(r.line, static_cast<memory_event>(r.event), {fabric_.line_of(group_, r.line), at});
}

void attraction_agent::retire(coherence_request& r, time_ps at) {
  r.waiting = invalid_state;
  if (!fabric_.loose()) cache_->complete(r, at);
}

// The access is performed; the line's next request may begin.
void attraction_agent::close(transaction& t, memory_event event, const arrival& how) {
  if (open_.back() == &t) {
    open_.pop_back();
  } else {
    open_.erase(std::find(open_.begin(), open_.end(), &t));
  }
  coherence_request& r = *t.request;
  if (r.event == processor_event::evict) {
    ++counters_.replacements;
    fabric_.ended(t.id, t.begun, how.at, "Replace", node_, t.line, "left");
    retire(r, how.at);
  } else {
    ++counters_.transactions[how.level];
    counters_.latency_ps[how.level] += how.at - t.begun;
    counters_.from_slots += how.from_slot;
    const bool combined = event == memory_event::data_seen;
    counters_.combined += combined;
    r.found = cache_->state(r.line);
    r.fetched = true;
    r.failed = false;
    r.granted = t.state;
    cache_->perform(r);
    const bool write = r.event == processor_event::write;
    if (coherence_observer* const observer = fabric_.observer()) {
      const bus_operation operation = !write                     ? bus_operation::read
                                      : r.found == invalid_state ? bus_operation::read_exclusive
                                                                 : bus_operation::upgrade;
      observer->serialised(node_, r.line, operation, r.granted, now_ps());
    }
    static constexpr const char* outcomes[] = {"group",   "level_1", "level_2", "level_3",
                                               "level_4", "level_5", "level_6", "level_7"};
    fabric_.ended(t.id, t.begun, how.at, write ? "Write" : "Read", node_, t.line,
                  how.from_slot ? "slot"
                  : combined    ? "combined"
                                : outcomes[how.level]);
    loose_done_ = std::max(loose_done_, how.at);
    if (!fabric_.loose()) cache_->complete(r, how.at);
  }
  for (coherence_request* waiting = t.waiting; waiting;) {
    coherence_request& next = *waiting;
    waiting = waiting->next;
    begin(next, how.at);
  }
  transactions_.give_back(t);
  fabric_.look_for_quiet();
}

// --- the group's side

void attraction_agent::snoop_again(address_t line) {
  fabric_.snoop_again(line);
}

std::uint64_t attraction_agent::transaction_of(address_t line) const {
  const transaction* const t = find(line);
  return t ? t->id : 0;
}

hierarchy_state attraction_agent::state_of(address_t line) const {
  const transaction* const t = find(line);
  return t ? t->state : cache_->state(line);
}

memory_event attraction_agent::injection(address_t line, hierarchy_question question) {
  if (state_of(line) == 0 && !cache_->make_room(line)) return memory_event::ask_inject_no_room;
  return question == hierarchy_question::inject ? memory_event::ask_inject
                                                : memory_event::ask_inject_exclusive;
}

attraction_agent::outcome attraction_agent::step(address_t line, memory_event event, const arrival& how) {
  transaction* const t = find(line);
  const hierarchy_state before = t ? t->state : cache_->state(line);
  const compiled_hierarchy_protocol& protocol = fabric_.protocol();
  const std::uint16_t index = protocol.memory_row_of(before, event);
  if (index == compiled_hierarchy_protocol::no_row) no_row(line, before, event);
  fabric_.cover_memory(index);
  const memory_row& row = protocol.memory(index);
  outcome result;
  const bool asked = event >= memory_event::ask_read && event <= memory_event::ask_erase;
  if (asked) {
    const bool erases = event != memory_event::ask_read;
    ++(event == memory_event::ask_erase ? counters_.erased : counters_.asked);
    std::uint8_t* const to = how.data ? how.data : dropped_.data();
    cache_->snoop({erases ? bus_operation::read_exclusive : bus_operation::read, line, to, nullptr, 0, 0});
  }
  if (t) t->state = row.next;
  if (row.next != before) {
    fabric_.note(how.in_group, member_, row.next);
    if (t && traced_state_.on()) {
      traced_line_.set(how.at, line);
      traced_state_.set(how.at, row.next);
    }
  }
  for (const memory_action action : row.actions) {
    switch (action) {
      case memory_action::request:
        fabric_.ask_turn(group_, member_, line, how.in_group, how.at);
        break;
      case memory_action::withdraw:
        fabric_.withdraw(how.in_group, member_);
        break;
      case memory_action::send_read:
      case memory_action::send_read_erase:
      case memory_action::send_erase:
      case memory_action::send_leave:
        break;
      case memory_action::send_out:
      case memory_action::send_inject:
        copy_line(how.data, t->request->data, line_);
        break;
      case memory_action::supply:
        result.reply = hierarchy_reply::data;
        break;
      case memory_action::acknowledge:
        result.reply = hierarchy_reply::erased;
        break;
      case memory_action::accept:
        result.reply = hierarchy_reply::placed;
        break;
      case memory_action::refuse:
        result.reply = hierarchy_reply::refused;
        break;
      case memory_action::take_over:
        cache_->take_over(line, row.next, how.data);
        break;
      case memory_action::take_data:
        copy_line(t->request->data, how.data, line_);
        break;
      case memory_action::complete:
        close(*t, event, how);
        break;
    }
    if (action >= memory_action::send_read && action <= memory_action::send_inject) {
      result.sent = static_cast<hierarchy_request>(static_cast<unsigned>(action) -
                                                   static_cast<unsigned>(memory_action::send_read) +
                                                   static_cast<unsigned>(hierarchy_request::read));
    }
  }
  return result;
}

// --- debug, reports, waves

const std::uint8_t* attraction_agent::copy_of(address_t line) const {
  return cache_->copy_of(line);
}

void attraction_agent::debug_update(address_t line, unsigned offset, const std::uint8_t* data,
                                    unsigned size) {
  cache_->debug_update(line, offset, data, size);
}

unsigned attraction_agent::debug_read(address_t address, std::uint8_t* data, unsigned size) {
  return fabric_.debug(address, data, size, false);
}

unsigned attraction_agent::debug_write(address_t address, const std::uint8_t* data, unsigned size) {
  return fabric_.debug(address, const_cast<std::uint8_t*>(data), size, true);
}

void attraction_agent::no_row(address_t line, hierarchy_state state, memory_event event) const {
  std::ostringstream what;
  what << fabric_.name() << ": attraction memory " << node_ << ", line 0x" << std::hex << line << std::dec
       << ": no row for " << fabric_.description().memory_states[state].name << " on " << to_string(event);
  throw std::logic_error(what.str());
}

std::string attraction_agent::waiting() const {
  std::ostringstream out;
  for (const transaction* t : open_) {
    out << "node_" << node_ << ".cache waits in " << fabric_.description().memory_states[t->state].name
        << " for line 0x" << std::hex << t->line << std::dec << " since " << t->begun << " ps; ";
  }
  return out.str();
}

time_ps attraction_agent::oldest(time_ps now) const {
  for (const transaction* t : open_) now = std::min(now, t->begun);
  return now;
}

void attraction_agent::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  std::vector<std::string> names;
  for (const hierarchy_state_info& info : fabric_.description().memory_states) names.push_back(info.name);
  recorder.declare(traced_state_, prefix + ".state", trace_kind::words(names));
  recorder.declare(traced_line_, prefix + ".line", trace_kind::integer(64));
}

}  // namespace mimd
