// How long a transaction of the snooping bus takes, and what it counts for.
#include <algorithm>

#include "bus/snooping_bus.h"
#include "infrastructure/transaction_log.h"

namespace mimd {

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
  if (!r.fetched || r.transient || t.second != bus_operation::none) send_to_target(t);
  if (parameters_.service > 0) t.end = t.granted + parameters_.service;
}

// The bytes that the transaction gives memory or a device, at its end.
void snooping_bus_base::send_to_target(transaction& t) {
  coherence_request& r = *t.request;
  const auto is = [&t](bus_operation operation) { return t.first == operation || t.second == operation; };
  if (t.type == bus_transaction::device_write) {
    store_to_target(t, r.line + r.offset, r.data + r.offset, r.size, t.end, true);
  } else if (t.first == bus_operation::write_back) {
    store_to_target(t, r.line, r.data, parameters_.line, t.end, true);
  } else if (r.transient && r.event == processor_event::write && t.first != bus_operation::none) {
    // A master that keeps nothing gives memory what its row would have made it own.
    const bool whole = t.supplied || (t.flushed && !r.needs_data);
    store_to_target(t, r.line + (whole ? 0 : r.offset), r.data + (whole ? 0 : r.offset),
                    whole ? parameters_.line : r.size, t.end, true);
  } else if (is(bus_operation::write_through) || is(bus_operation::update_memory)) {
    store_to_target(t, r.line + r.offset, r.data + r.offset, r.size, t.end, true);
  }
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
  if (log_) record(t);
}

void snooping_bus_base::record(const transaction& t) {
  const coherence_request& r = *t.request;
  const std::uint64_t number = counters_.by_master[r.master].transactions * masters_.size() + r.master;
  log_->record({log_series_ == 0 ? number : number << 16 | log_series_, 0, r.arrival, t.end,
                to_string(t.type), masters_[r.master].name.c_str(), r.line + r.offset,
                r.transient ? r.size : parameters_.line,
                t.supplied       ? "cache"
                : t.wants_target ? "memory"
                                 : "-"});
}

}  // namespace mimd
