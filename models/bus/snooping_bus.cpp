#include "bus/snooping_bus.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "infrastructure/transaction_log.h"

namespace mimd {

namespace {

const bus_parameters& checked(const bus_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

const char* to_string(bus_transaction transaction) {
  static const char* const names[bus_transaction_count] = {"-",     "BusRd",  "BusRdX",  "BusUpgr",
                                                           "BusWT", "BusUpd", "BusUpdM", "BusWB",
                                                           "IoRd",  "IoWr",   "DevRd",   "DevWr"};
  return names[static_cast<unsigned>(transaction)];
}

std::string bus_parameters::check() const {
  if (period == 0) return "bus.clock must be below 1 THz";
  if (width == 0 || (width & (width - 1)) != 0) return "bus.width must be a power of two";
  if (address_cycles == 0) return "bus.address_cycles must be at least 1";
  if (split && outstanding == 0) return "bus.outstanding must be at least 1";
  if (service % period != 0 && !asynchronous) return "the service time must be a multiple of the bus cycle";
  if (line < 16 || (line & (line - 1)) != 0) return "the line size must be a power of two, at least 16 B";
  return {};
}

snooping_bus_base::snooping_bus_base(const sc_core::sc_module_name& name, const bus_parameters& parameters,
                                     const snooping_protocol& protocol, timing_mode timing,
                                     unsigned coherent_masters, unsigned plain_masters, unsigned targets)
    : sc_module(name),
      coherent("coherent", coherent_masters),
      parameters_(checked(parameters)),
      protocol_(protocol),
      timing_(timing),
      agenda_(agenda::of_simulation()),
      arbiter_(parameters.policy, coherent_masters + plain_masters),
      masters_(coherent_masters + plain_masters),
      tenure_(parameters.asynchronous ? 1 : parameters.period),
      data_bus_(parameters.asynchronous ? 1 : parameters.period),
      expected_fetch_(0) {
  for (unsigned i = 0; i < masters_.size(); ++i) {
    links_.push_back(std::make_unique<bus_master_link>(*this, i));
    masters_[i].name = "master " + std::to_string(i);
  }
  for (unsigned i = 0; i < coherent_masters; ++i) coherent[i].bind(*links_[i]);
  for (unsigned i = 0; i < plain_masters; ++i) {
    plain_agents_.push_back(
        std::make_unique<bus_plain_agent>(*links_[coherent_masters + i], parameters.line, timing));
    masters_[coherent_masters + i].agent = plain_agents_.back().get();
  }
  for (unsigned i = 0; i < targets; ++i)
    target_ports_.push_back(std::make_unique<initiator_port>(static_cast<initiator_port::client&>(*this)));
  if (parameters.service > 0) parameters_.split = false;
  const unsigned slots = parameters_.split ? parameters.outstanding : 1;
  for (unsigned i = 0; i < slots; ++i) {
    slots_.push_back(std::make_unique<transaction>(*this));
    idle_.push_back(slots_.back().get());
  }
  in_flight_.reserve(slots);
  counters_.by_master.resize(masters_.size());
}

void snooping_bus_base::map(unsigned target, address_t begin, std::uint64_t size, bool device) {
  if (target >= target_ports_.size()) throw std::invalid_argument("bus: no target " + std::to_string(target));
  if (size == 0 || begin % parameters_.line != 0 || size % parameters_.line != 0) {
    throw std::invalid_argument("bus: region " + std::to_string(begin) + " + " + std::to_string(size) +
                                " is not a multiple of the line size");
  }
  for (const region& r : regions_) {
    if (begin < r.begin + r.size && r.begin < begin + size) {
      throw std::invalid_argument("bus: region " + std::to_string(begin) + " overlaps region " +
                                  std::to_string(r.begin));
    }
  }
  regions_.push_back({begin, size, target, device});
}

void snooping_bus_base::end_of_elaboration() {
  for (unsigned i = 0; i < coherent.size(); ++i) {
    masters_[i].agent = dynamic_cast<coherence_backward*>(coherent[i].get_base_port().get_interface());
  }
}

const snooping_bus_base::region* snooping_bus_base::find_region(address_t address) const {
  for (const region& r : regions_) {
    if (address - r.begin < r.size) return &r;
  }
  return nullptr;
}

region_kind snooping_bus_base::kind_of(address_t address) const {
  const region* r = find_region(address);
  return !r ? region_kind::nothing : r->device ? region_kind::device : region_kind::memory;
}

// --- targets
// --------------------------------------------------------------------------------------------------------

// Blocking calls need no memory manager, and there is one at a time.
tlm::tlm_generic_payload& snooping_bus_base::take_payload() {
  return timing_ == timing_mode::loose ? loose_payload_ : payloads_.allocate();
}

// Asks the target for what the transaction needs; the request reaches it at `at`.
bool snooping_bus_base::fetch(transaction& t, time_ps at) {
  coherence_request& r = *t.request;
  const bool whole = !r.transient;
  const address_t address = r.line + (whole ? 0 : r.offset);
  const region* where = find_region(r.line);
  tlm::tlm_generic_payload& payload = take_payload();
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_address(address - where->begin);
  payload.set_data_ptr(r.data + (whole ? 0 : r.offset));
  payload.set_data_length(whole ? parameters_.line : r.size);
  payload.set_streaming_width(payload.get_data_length());
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  initiator_port& port = *target_ports_[where->target];
  bool known = true;
  t.reading = true;
  if (timing_ == timing_mode::loose) {
    t.data_from = port.transport(payload, at);
  } else {
    known = port.start(payload, at, t.data_from);
  }
  if (known) {
    r.failed = payload.get_response_status() != tlm::TLM_OK_RESPONSE;
    if (payload.has_mm()) payload.release();
    receive(t);
  } else {
    t.fetching = &payload;
  }
  return known;
}

// The target has answered.
void snooping_bus_base::receive(transaction& t) {
  t.reading = false;
  for (const auto& [offset, byte] : t.patches) t.request->data[offset] = byte;
  t.patches.clear();
}

// A snooper gave its line to memory but does not drive it (Synapse): memory must have it before it is read.
void snooping_bus_base::update_memory_first(transaction& t) {
  if (!t.flushed || t.supplied) return;
  t.data_from += beats(parameters_.line) * parameters_.period;
  store_to_target(t, t.request->line, t.request->data, parameters_.line, t.data_from, false);
}

// Sends bytes to a target at `at`; with `hold`, the transaction lasts until they are accepted.
void snooping_bus_base::store_to_target(transaction& t, address_t address, const std::uint8_t* data,
                                        unsigned size, time_ps at, bool hold) {
  const region* where = find_region(address);
  tlm::tlm_generic_payload& payload = take_payload();
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(address - where->begin);
  open_write& w = open(t, address, data, size);
  w.payload = &payload;
  payload.set_data_ptr(w.sent.data());
  payload.set_data_length(size);
  payload.set_streaming_width(size);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  initiator_port& port = *target_ports_[where->target];
  time_ps accepted = at;
  if (timing_ == timing_mode::loose) {
    accepted = port.transport(payload, at);
  } else if (!port.start(payload, at, accepted)) {
    ++t.unanswered;  // a target that takes its time: the transaction ends after its response
    return;
  }
  close(w);
  if (hold) {
    t.end = std::max(t.end, accepted);
    t.request->failed |= payload.get_response_status() != tlm::TLM_OK_RESPONSE;
  }
  if (payload.has_mm()) payload.release();
}

snooping_bus_base::open_write& snooping_bus_base::open(transaction& t, address_t address,
                                                       const std::uint8_t* data, unsigned size) {
  if (idle_writes_.empty()) {
    all_writes_.push_back(std::make_unique<open_write>());
    idle_writes_.push_back(all_writes_.back().get());
  }
  open_write& w = *idle_writes_.back();
  idle_writes_.pop_back();
  w.owner = &t;
  w.address = address;
  w.sent.assign(data, data + size);
  w.newest.clear();
  open_writes_.push_back(&w);
  return w;
}

// The target has the bytes; what debug accesses wrote meanwhile follows.
void snooping_bus_base::close(open_write& w) {
  open_writes_.erase(std::find(open_writes_.begin(), open_writes_.end(), &w));
  idle_writes_.push_back(&w);
  if (w.newest.empty()) return;
  const region* where = find_region(w.address);
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(w.address - where->begin);
  payload.set_data_ptr(w.newest.data());
  payload.set_data_length(static_cast<unsigned>(w.newest.size()));
  payload.set_streaming_width(payload.get_data_length());
  target_ports_[where->target]->debug(payload);
}

// --- timing
// ---------------------------------------------------------------------------------------------------------

// The data is at hand from t.data_from on: performs the access, and works out when the transaction ends.
void snooping_bus_base::schedule_data(transaction& t) {
  coherence_request& r = *t.request;
  if (t.flushed && t.supplied && !(r.transient && r.event == processor_event::write)) {
    t.reading = true;  // loosely timed, the target may wait while the line is in nobody's hands
    store_to_target(t, r.line, r.data, parameters_.line, t.data_from, false);
    receive(t);
  }
  perform(t);
  const time_ps cycle = parameters_.period;
  const unsigned line = parameters_.line;
  const bool word = t.first == bus_operation::write_through || t.first == bus_operation::update ||
                    t.first == bus_operation::update_memory;
  if (word) t.beats += beats(r.size);
  if (t.beats > 0) {
    const time_ps length = t.beats * cycle;
    const time_ps from =
        parameters_.split ? data_bus_.reserve(t.data_from, length) : tenure_.align(t.data_from);
    t.end = from + length;
    if (parameters_.split) counters_.busy_ps += length;
    counters_.bytes += word ? r.size : (r.fetched && !r.transient) || t.supplied ? line : r.size;
  } else {
    t.end = t.data_from;
  }
  if (t.second != bus_operation::none) {
    const unsigned more = t.second == bus_operation::upgrade ? 0 : beats(r.size);
    t.end += address_phase() + more * cycle;
    counters_.bytes += more ? r.size : 0;
  }

  const auto is = [&t](bus_operation operation) { return t.first == operation || t.second == operation; };
  if (t.type == bus_transaction::device_write) {
    store_to_target(t, r.line + r.offset, r.data + r.offset, r.size, t.end, true);
  } else if (t.first == bus_operation::write_back) {
    store_to_target(t, r.line, r.data, line, t.end, true);
  } else if (r.transient && r.event == processor_event::write && t.first != bus_operation::none) {
    // A master that keeps nothing gives memory what its row would have made it own.
    const bool whole = t.supplied || (t.flushed && !r.needs_data);
    store_to_target(t, r.line + (whole ? 0 : r.offset), r.data + (whole ? 0 : r.offset),
                    whole ? line : r.size, t.end, true);
  } else if (is(bus_operation::write_through) || is(bus_operation::update_memory)) {
    store_to_target(t, r.line + r.offset, r.data + r.offset, r.size, t.end, true);
  }
  if (parameters_.service > 0) t.end = t.granted + parameters_.service;
}

void snooping_bus_base::account(const transaction& t) {
  const coherence_request& r = *t.request;
  if (t.type == bus_transaction::none) return;  // overtaken: it never was on the bus
  const auto type = static_cast<unsigned>(t.type);
  const time_ps wait = t.granted - r.arrival;
  const time_ps service = t.end - t.granted;
  if (r.synchronisation) {
    ++counters_.synchronisation_by_type[type];
  } else {
    bus_account& a = counters_.by_type[type];
    ++a.transactions;
    a.wait_ps += wait;
    a.service_ps += service;
  }
  bus_account& m = counters_.by_master[r.master];
  ++m.transactions;
  m.wait_ps += wait;
  m.service_ps += service;
  if (parameters_.split) {
    counters_.address_busy_ps += address_phase();
  } else {
    counters_.busy_ps += service;
  }
  if (traced_type_.on()) {
    traced_type_.set(t.granted, type);
    traced_master_.set(t.granted, r.master);
    traced_address_.set(t.granted, r.line);
    traced_type_.set(t.end, 0);
  }
  if (log_) {
    log_->record({counters_.by_master[r.master].transactions * masters_.size() + r.master, 0, r.arrival,
                  t.end, to_string(t.type), masters_[r.master].name.c_str(), r.line + r.offset,
                  r.transient ? r.size : parameters_.line,
                  t.supplied       ? "cache"
                  : t.wants_target ? "memory"
                                   : "-"});
  }
}

// --- loosely timed
// --------------------------------------------------------------------------------------------------

time_ps snooping_bus_base::reserve_tenure(transaction& t, time_ps at) {
  const time_ps cycle = parameters_.period;
  if (parameters_.split) return tenure_.reserve(at, address_phase());
  if (parameters_.service > 0) return tenure_.reserve(at, parameters_.service);
  // The length is not known before memory has answered: look for a gap with the last length seen.
  const time_ps data = t.beats * cycle;
  const time_ps expected = t.wants_target ? expected_fetch_ : 0;
  return tenure_.find(at, address_phase() + expected + data);
}

time_ps snooping_bus_base::transact(unsigned master_index, coherence_request& request, time_ps at) {
  while (in_transaction_) {  // only behind a target that waits, be it for no time
    ++queued_;
    sc_core::wait(transaction_done_);
    --queued_;
  }
  in_transaction_ = true;
  transaction& t = loose_;
  const time_ps now = now_ps();
  tenure_.forget_before(now);
  if (parameters_.split) data_bus_.forget_before(now);
  at = std::max(at, now);
  t.request = &request;
  request.master = master_index;
  request.arrival = at;
  serialise(t);
  if (t.first == bus_operation::none && t.row) {  // the state allows it silently
    perform(t);
    in_transaction_ = false;
    return at;
  }
  t.granted = reserve_tenure(t, at);
  t.data_from = t.granted + address_phase();
  if (t.wants_target) {
    update_memory_first(t);
    const time_ps asked = t.data_from;
    fetch(t, asked);
    expected_fetch_ = t.data_from - asked;
  } else if (t.supplied) {
    t.data_from += parameters_.supply_cycles * parameters_.period;
  }
  schedule_data(t);
  if (!parameters_.split && parameters_.service == 0) {
    const time_ps length = tenure_.align(t.end) - t.granted;
    const time_ps start = tenure_.find(t.granted, length);
    t.end += start - t.granted;
    t.granted = start;
    tenure_.take(start, length);
  }
  account(t);
  const time_ps end = t.end;
  in_transaction_ = false;
  if (queued_ > 0) transaction_done_.notify();
  return end;
}

// --- approximately timed
// --------------------------------------------------------------------------------------------

void snooping_bus_base::request(unsigned master_index, coherence_request& request, time_ps at) {
  master& m = masters_[master_index];
  request.master = master_index;
  request.arrival = at;
  request.sequence = ++sequence_;
  request.next = nullptr;
  request.retried = false;
  (m.tail ? m.tail->next : m.head) = &request;
  m.tail = &request;
  if (m.head == &request) announce(at);
}

// Makes sure that arbitration happens at the first opportunity from `at` on.
void snooping_bus_base::announce(time_ps at) {
  if (idle_.empty()) return;  // finish() arbitrates
  const time_ps when = tenure_.align(std::max({at, address_free_, now_ps()}));
  if (!arbitration_.pending() || when < arbitration_.time()) agenda_.schedule(arbitration_, when);
}

bool snooping_bus_base::line_in_flight(address_t line) const {
  for (const transaction* t : in_flight_) {
    if (t->request->line == line) return true;
  }
  return false;
}

void snooping_bus_base::arbitrate() {
  const time_ps now = now_ps();
  while (!idle_.empty() && address_free_ <= now) {
    time_ps next_arrival = never;
    arbiter_.begin();
    for (unsigned i = 0; i < masters_.size(); ++i) {
      coherence_request* const r = masters_[i].head;
      if (!r) continue;
      if (r->arrival > now) {
        next_arrival = std::min(next_arrival, r->arrival);
      } else if (parameters_.split && line_in_flight(r->line)) {
        if (!r->retried) ++counters_.retries;
        r->retried = true;
      } else {
        arbiter_.offer(i, r->arrival, r->sequence);
      }
    }
    if (!arbiter_.found()) {
      if (next_arrival != never) announce(next_arrival);
      if (when_quiet_ && quiet()) std::exchange(when_quiet_, nullptr)();
      return;
    }
    arbiter_.granted(arbiter_.winner());
    grant(masters_[arbiter_.winner()], now);
  }
  if (!idle_.empty()) announce(address_free_);
}

void snooping_bus_base::grant(master& m, time_ps now) {
  coherence_request& r = *m.head;
  m.head = r.next;
  if (!m.head) m.tail = nullptr;
  transaction& t = *idle_.back();
  t.request = &r;
  t.granted = now;
  serialise(t);
  if (t.first == bus_operation::none && t.row) {  // overtaken while it waited: no bus cycle
    t.end = now;
    perform(t);
    masters_[r.master].agent->complete(r, now);
    return;
  }
  idle_.pop_back();
  in_flight_.push_back(&t);
  data_bus_.forget_before(now);
  t.data_from = now + address_phase();
  if (parameters_.split) address_free_ = t.data_from;
  if (t.wants_target) {
    update_memory_first(t);
    t.flush_first = t.unanswered > 0;
    if (t.flush_first || !fetch(t, t.data_from)) return;  // response() goes on
  } else if (t.supplied) {
    t.data_from += parameters_.supply_cycles * parameters_.period;
  }
  schedule_data(t);
  schedule_end(t);
}

void snooping_bus_base::schedule_end(transaction& t) {
  if (t.unanswered == 0) agenda_.schedule(t, std::max(t.end, now_ps()));
}

void snooping_bus_base::response(tlm::tlm_generic_payload& payload, time_ps at) {
  const bool failed = payload.get_response_status() != tlm::TLM_OK_RESPONSE;
  for (transaction* t : in_flight_) {
    if (t->fetching != &payload) continue;
    t->fetching = nullptr;
    t->request->failed = failed;
    t->data_from = std::max(at, now_ps());
    payload.release();
    receive(*t);
    schedule_data(*t);
    schedule_end(*t);
    return;
  }
  const auto found = std::find_if(open_writes_.begin(), open_writes_.end(),
                                  [&payload](const open_write* w) { return w->payload == &payload; });
  transaction& t = *(*found)->owner;
  close(**found);
  payload.release();
  --t.unanswered;
  if (t.flush_first) {
    t.flush_first = false;
    if (!fetch(t, std::max({t.data_from, at, now_ps()}))) return;
    schedule_data(t);
  } else {
    t.request->failed |= failed;
    t.end = std::max(t.end, at);
  }
  schedule_end(t);
}

void snooping_bus_base::finish(transaction& t) {
  account(t);
  coherence_request& r = *t.request;
  in_flight_.erase(std::find(in_flight_.begin(), in_flight_.end(), &t));
  idle_.push_back(&t);
  masters_[r.master].agent->complete(r, now_ps());
  if (tenure_.align(now_ps()) == now_ps()) {
    arbitrate();
  } else {
    announce(now_ps());
  }
}

bool snooping_bus_base::quiet() const {
  return in_flight_.empty() &&
         std::none_of(masters_.begin(), masters_.end(), [](const master& m) { return m.head != nullptr; });
}

void snooping_bus_base::when_quiet(std::function<void()> then) {
  if (quiet()) {
    then();
  } else {
    when_quiet_ = std::move(then);
  }
}

time_ps snooping_bus_base::recorded_until(time_ps now) const {
  time_ps oldest = now;
  for (const master& m : masters_) {
    for (const coherence_request* r = m.head; r; r = r->next) oldest = std::min(oldest, r->arrival);
  }
  for (const transaction* t : in_flight_) oldest = std::min(oldest, t->request->arrival);
  if (in_transaction_) oldest = std::min(oldest, loose_.request->arrival);
  return oldest;
}

std::string snooping_bus_base::waiting() const {
  std::ostringstream out;
  for (const master& m : masters_) {
    for (const coherence_request* r = m.head; r; r = r->next) {
      out << m.name << " waits with " << to_string(r->event) << " of line 0x" << std::hex << r->line
          << std::dec << "; ";
    }
  }
  for (const transaction* t : in_flight_) {
    out << masters_[t->request->master].name << " holds the bus with " << to_string(t->type) << " of line 0x"
        << std::hex << t->request->line << std::dec << "; ";
  }
  return out.str();
}

void snooping_bus_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  std::vector<std::string> types{"idle"};
  for (unsigned i = 1; i < bus_transaction_count; ++i)
    types.push_back(to_string(static_cast<bus_transaction>(i)));
  recorder.declare(traced_type_, prefix + ".transaction", trace_kind::words(types));
  recorder.declare(traced_master_, prefix + ".master", trace_kind::integer(16, trace_kind::radix::decimal));
  recorder.declare(traced_address_, prefix + ".address", trace_kind::integer(64));
}

}  // namespace mimd
