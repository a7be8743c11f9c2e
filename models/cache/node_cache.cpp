#include "cache/node_cache.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "coherence/debug_access.h"
#include "infrastructure/copy_bytes.h"
#include "infrastructure/payload_access.h"

namespace mimd {

namespace {

const node_cache_parameters& checked(const node_cache_parameters& p, unsigned held_lines) {
  const std::string complaint = p.check(held_lines);
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

template <typename T>
bool contains(const std::vector<T>& list, T what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

}  // namespace

std::string node_cache_parameters::check(unsigned held_lines) const {
  if (const std::string s = blocks().check(); !s.empty()) return "node.cache: " + s;
  if (geometry.ways <= held_lines) {
    return "node.cache_ways must be above " + std::to_string(held_lines) +
           ": so many lines may be in the hands of a node's processors and its bus";
  }
  return {};
}

node_cache_base::node_cache_base(const sc_core::sc_module_name& name, const node_cache_parameters& parameters,
                                 const snooping_protocol& protocol, unsigned held_lines, timing_mode timing,
                                 std::uint64_t seed)
    : sc_module(name),
      port_(*this, 0, timing),
      parameters_(checked(parameters, held_lines)),
      protocol_(protocol),
      timing_(timing),
      agenda_(agenda::of_simulation()),
      line_(parameters.geometry.line),
      array_(parameters.blocks(), parameters.geometry.line, seed) {
  interconnect.bind(*this);
  // All are of one class without attraction; the states that a protocol has no use for are of no line.
  for (coherence_state s = 1; parameters.attraction && s < class_of_.size(); ++s) {
    class_of_[s] = protocol_.owner[s] ? master_class : copy_class;
  }
}

node_cache_base::~node_cache_base() = default;

void node_cache_base::end_of_elaboration() {
  forward_ = dynamic_cast<coherence_forward*>(interconnect.get_base_port().get_interface());
}

// --- requests to the directory

node_cache_base::request& node_cache_base::take(std::vector<request*>& list) {
  // Loosely timed, nobody says when a replacement is over: it may be part of another agent's transaction.
  if (timing_ == timing_mode::loose && requests_.none_free()) {
    const auto over = [](const request* r) { return r->waiting == invalid_state; };
    const auto first = std::partition(leaving_.begin(), leaving_.end(), [&](request* r) { return !over(r); });
    std::for_each(first, leaving_.end(), [this](request* r) { requests_.give_back(*r); });
    leaving_.erase(first, leaving_.end());
  }
  request& r = requests_.take([this] {
    auto made = std::make_unique<request>();
    made->buffer.resize(line_);
    made->data = made->buffer.data();
    return made;
  });
  list.push_back(&r);
  return r;
}

void node_cache_base::give_back(std::vector<request*>& list, request& r) {
  if (list.back() == &r) {
    list.pop_back();
  } else {
    list.erase(std::find(list.begin(), list.end(), &r));
  }
  requests_.give_back(r);
}

node_cache_base::request* node_cache_base::find_asked(address_t line) const {
  for (request* r : asked_) {
    if (r->line == line) return r;
  }
  return nullptr;
}

node_cache_base::request* node_cache_base::find_leaving(address_t line) const {
  for (request* r : leaving_) {
    if (r->line == line && r->waiting != invalid_state) return r;
  }
  return nullptr;
}

node_cache_base::request& node_cache_base::prepare(address_t line, bool exclusive, coherence_state held) {
  ++(held != invalid_state ? counters_.upgrades : exclusive ? counters_.write_misses : counters_.read_misses);
  request& r = take(asked_);
  r.line = line;
  r.event = exclusive ? processor_event::write : processor_event::read;
  r.served = false;
  if (held == invalid_state) array_.expect(line);
  return r;
}

bool node_cache_base::permits(address_t line, bool exclusive) {
  if (!later_.empty() && comes_later(line)) return false;
  const slot s = array_.find_and_touch(line);
  const coherence_state held = s == none ? invalid_state : array_.state(s);
  if (may(held, exclusive)) return true;
  if (find_asked(line)) return false;
  if (contains(promised_, line)) ended(line);  // what has come is not enough: others need not wait for it
  forward_->request(prepare(line, exclusive, held), requested(line, now_ps()));
  return false;
}

time_ps node_cache_base::acquire(address_t line, bool exclusive, time_ps at) {
  const slot s = array_.find_and_touch(line);
  const coherence_state held = s == none ? invalid_state : array_.state(s);
  if (may(held, exclusive)) return at;
  request& r = prepare(line, exclusive, held);
  at = forward_->transact(r, requested(line, at));
  install(r, at);
  arrived_ = line;
  give_back(asked_, r);
  return at;
}

void node_cache_base::complete(coherence_request& done, time_ps at) {
  request& r = static_cast<request&>(done);
  if (r.event == processor_event::evict) {
    give_back(leaving_, r);
    return;
  }
  if (r.granted == invalid_state) {  // an invalidation has overtaken the data
    r.event = processor_event::write;
    forward_->request(r, at);
    return;
  }
  install(r, at);
  if (!r.served) promised_.push_back(r.line);
  give_back(asked_, r);
  if (at <= now_ps()) {
    inner_->permission_changed();
    return;
  }
  later_.push_back({r.line, at});
  if (!let_in_.pending() || at < let_in_.time()) agenda_.schedule(let_in_, at);
}

bool node_cache_base::comes_later(address_t line) const {
  return std::any_of(later_.begin(), later_.end(), [line](const arrival& a) { return a.line == line; });
}

// Lines whose completion lay ahead may be used by the bus.
void node_cache_base::let_in() {
  const auto due = [now = now_ps()](const arrival& a) { return a.at <= now; };
  later_.erase(std::remove_if(later_.begin(), later_.end(), due), later_.end());
  for (const arrival& a : later_) {
    if (!let_in_.pending() || a.at < let_in_.time()) agenda_.schedule(let_in_, a.at);
  }
  inner_->permission_changed();
}

void node_cache_base::ended(address_t line) {
  const auto promise = std::find(promised_.begin(), promised_.end(), line);
  if (promise != promised_.end()) promised_.erase(promise);
  if (request* const asked = find_asked(line)) {
    const slot s = array_.find(line);
    asked->served |= s != none && may(array_.state(s), asked->event == processor_event::write);
  }
  forward_->snoop_again(line);
}

// --- lines

// As the directory has to think of it: an agent may have written silently.
coherence_state node_cache_base::true_state(slot s) const {
  const coherence_state state = array_.state(s);
  const bool clean_exclusive = protocol_.exclusive[state] && !protocol_.owner[state];
  return clean_exclusive && inner_->owned_inside(array_.address(s)) ? protocol_.after_silent_write[state]
                                                                    : state;
}

void node_cache_base::install(const request& r, time_ps at) {
  slot s = array_.find(r.line);
  if (s != none) {
    array_.set_state(s, r.granted);
    return;
  }
  s = choose(r.line, master_class + 1);
  if (!array_.has_block(r.line)) clear_block(s, at);
  fill(s, r.line, r.granted, r.data);
}

void node_cache_base::fill(slot s, address_t line, coherence_state state, const std::uint8_t* data) {
  counters_.allocated += !array_.has_block(line);
  array_.fill(s, line, state, data);
}

void node_cache_base::clear_block(slot s, time_ps at, bool nested) {
  const slot first = array_.first_of_block(s);
  bool held = false;
  for (slot x = first; x < first + array_.lines_in_block(); ++x) {
    if (!array_.valid(x)) continue;
    held = true;
    evict(x, at, nested);
  }
  counters_.blocks_replaced += held;
}

node_cache_base::slot node_cache_base::choose(address_t line, unsigned classes) {
  const auto may_go = [this](slot s) {
    const address_t held = array_.address(s);
    return can_snoop(held) && !(parameters_.attraction && find_asked(held));
  };
  return array_.choose(line, classes, class_of_, may_go);
}

std::uint64_t node_cache_base::lines_held() const {
  std::uint64_t lines = 0;
  for (slot s = 0; s < array_.slots(); ++s) lines += array_.valid(s);
  return lines;
}

bool node_cache_base::make_room(address_t line) {
  if (!parameters_.attraction) return false;
  const slot s = choose(line, copy_class + 1);
  if (s == none) return false;
  if (!array_.has_block(line)) {
    const std::uint64_t before = counters_.evictions;
    clear_block(s, now_ps(), true);
    counters_.dropped += counters_.evictions - before;
  }
  return true;
}

void node_cache_base::take_over(address_t line, coherence_state granted, const std::uint8_t* data) {
  slot s = array_.find(line);
  if (s != none) {
    ++counters_.promoted;
    array_.set_state(s, granted);
    return;
  }
  ++counters_.taken_over;
  fill(choose(line, master_class + 1), line, granted, data);
}

void node_cache_base::evict(slot s, time_ps at, bool nested) {
  const address_t line = array_.address(s);
  const coherence_state held = true_state(s);
  request& r = take(leaving_);
  copy_line(r.data, array_.data(s), line_);
  inner_->snoop_inside({bus_operation::read_exclusive, line, r.data, nullptr, 0, 0});
  array_.invalidate(s);
  ++counters_.evictions;
  counters_.write_backs += protocol_.owner[held];
  counters_.masters_replaced += parameters_.attraction && protocol_.owner[held];
  r.line = line;
  r.event = processor_event::evict;
  r.waiting = held;
  if (protocol_.on(held, processor_event::evict).operation == bus_operation::none) {
    give_back(leaving_, r);
  } else if (timing_ == timing_mode::loose && !nested) {
    forward_->transact(r, at);
  } else {
    forward_->request(r, at);
  }
}

// --- snoops

bool node_cache_base::can_snoop(address_t line) const {
  return !contains(promised_, line) && !inner_->in_flight(line);
}

bool node_cache_base::shared_outside(address_t line) const {
  const slot s = array_.find(line);
  return s != none && !protocol_.exclusive[array_.state(s)];
}

coherence_state node_cache_base::state(address_t line) const {
  const slot s = array_.find(line);
  if (s != none) {
    array_.prefetch(s);  // a snoop is likely to follow
    return true_state(s);
  }
  const request* const leaving = find_leaving(line);
  return leaving ? leaving->waiting : invalid_state;
}

snoop_reply node_cache_base::snoop(const snoop_message& message) {
  const slot s = array_.find(message.line);
  request* const leaving = s == none ? find_leaving(message.line) : nullptr;
  if (s == none && !leaving) return {};
  ++counters_.snoops;
  const coherence_state held = leaving ? leaving->waiting : true_state(s);
  const snoop_row& row = protocol_.on(held, message.operation);
  std::uint8_t* const bytes = leaving ? leaving->data : array_.data(s);
  if (!leaving) inner_->snoop_inside({message.operation, message.line, bytes, nullptr, 0, 0});
  if (row.supply) copy_line(message.line_data, bytes, line_);
  if (leaving) {
    leaving->waiting = row.next;
  } else if (row.next == invalid_state) {
    array_.invalidate(s);
  } else {
    array_.set_state(s, row.next);
  }
  return {true, row.supply, false};
}

const std::uint8_t* node_cache_base::copy_of(address_t line) const {
  if (const std::uint8_t* const inside = inner_->copy_inside(line)) return inside;
  const slot s = array_.find(line);
  if (s != none) return array_.data(s);
  const request* const leaving = find_leaving(line);
  return leaving ? leaving->data : nullptr;
}

void node_cache_base::debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) {
  inner_->update_inside(line, offset, data, size);
  const slot s = array_.find(line);
  if (s != none) std::memcpy(array_.data(s) + offset, data, size);
  if (request* const leaving = find_leaving(line)) std::memcpy(leaving->data + offset, data, size);
}

// --- the bus's memory

time_ps node_cache_base::access(unsigned, tlm::tlm_generic_payload& payload, time_ps at) {
  const address_t address = payload.get_address();
  const address_t line = array_.line_of(address);
  const auto offset = static_cast<unsigned>(address - line);
  const tlm::tlm_response_status status = payload_status(payload);
  const slot s = status == tlm::TLM_OK_RESPONSE ? array_.find(line) : none;
  if (s == none || footprint(payload) > line_ - offset) {
    payload.set_response_status(status != tlm::TLM_OK_RESPONSE ? status : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return at;
  }
  std::uint8_t* const bytes = array_.data(s) + offset;
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (payload.is_read()) {
    ++counters_.reads;
    read_segment(payload, 0, footprint(payload), bytes);
    const bool passed_on = timing_ == timing_mode::loose ? line == arrived_ : contains(promised_, line);
    arrived_ = no_line;
    return passed_on ? at : at + parameters_.latency;
  }
  ++counters_.writes;
  write_segment(payload, 0, footprint(payload), bytes);
  const coherence_state held = array_.state(s);
  if (protocol_.silent_write[held]) array_.set_state(s, protocol_.after_silent_write[held]);
  return at;
}

bool node_cache_base::start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  done = access(port, payload, at);
  return true;
}

unsigned node_cache_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  return debug_through(*forward_, payload);
}

}  // namespace mimd
