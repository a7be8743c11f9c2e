#include "message_passing/message_endpoint.h"

#include <algorithm>
#include <stdexcept>

namespace mimd {

using message_passing::message;
using message_passing::operation;
using message_passing::progress;

message_endpoint::message_endpoint(std::uint32_t rank, message_exchange& exchange,
                                   const driver_parameters& driver, const endpoint_parameters& parameters)
    : rank_(rank), exchange_(exchange), driver_(driver), parameters_(parameters) {}

void message_endpoint::lay_out(const interface_driver::allocation& allocate,
                               const interface_driver::initial_store& store, const buffer_heap& heap) {
  driver_.lay_out(allocate, store);
  heap_ = heap;
  next_sent_.assign(exchange_.ranks(), 0);
  next_received_.assign(exchange_.ranks(), 0);
}

void message_endpoint::start(processor& cpu, interruptible* interrupts) {
  cpu_ = &cpu;
  interrupts_ = interrupts;
  const section s(*this);
  driver_.start(cpu, account_);
}

void message_endpoint::finish() {
  const section s(*this);
  const charge c(account_, *cpu_, message_activity::send);
  send_outbox();
  while (!driver_.has_read(driver_.given())) {
    if (!drain()) driver_.wait(true);
    send_outbox();
  }
}

// --- requests

message_endpoint::request message_endpoint::new_request(const request_state& state) {
  if (free_requests_.empty()) {
    free_requests_.push_back(static_cast<request>(requests_.size()));
    requests_.emplace_back();
  }
  const request r = free_requests_.back();
  free_requests_.pop_back();
  requests_[r] = state;
  return r;
}

message_endpoint::request message_endpoint::send(std::uint32_t to, std::uint32_t tag, address_t data,
                                                 std::uint64_t bytes) {
  const section s(*this);
  driver_.system_call();
  const charge c(account_, *cpu_, message_activity::send);
  cpu_->compute(parameters_.send_cycles);
  return post(true, to, tag, data, bytes);
}

message_endpoint::request message_endpoint::receive(std::uint32_t from, std::uint32_t tag, address_t data,
                                                    std::uint64_t bytes) {
  const section s(*this);
  driver_.system_call();
  const charge c(account_, *cpu_, message_activity::receive);
  cpu_->compute(parameters_.receive_cycles);
  return post(false, from, tag, data, bytes);
}

message_endpoint::request message_endpoint::post(bool sends, std::uint32_t peer, std::uint32_t tag,
                                                 address_t data, std::uint64_t bytes) {
  request_state state;
  state.data = data;
  state.sends = sends;
  const request r = new_request(state);
  operation o;
  o.what = sends ? operation::kind::send : operation::kind::receive;
  o.peer = peer;
  o.tag = tag;
  o.cookie = r;
  o.amount = bytes;
  exchange_.post(rank_, o, cpu_->now());
  send_outbox();
  return r;
}

bool message_endpoint::is_done(request r) {
  const request_state& state = requests_[r];
  return state.told && (!state.sends || driver_.has_read(state.packets));
}

bool message_endpoint::test(request r) {
  const section s(*this);
  const charge c(account_, *cpu_, message_activity::receive);
  drain();
  send_outbox();
  if (!is_done(r)) return false;
  free_requests_.push_back(r);
  return true;
}

receive_status message_endpoint::wait(request r) {
  const section s(*this);
  const charge c(account_, *cpu_, requests_[r].sends ? message_activity::send : message_activity::receive);
  while (!is_done(r)) {
    if (!drain() && outbox_.empty()) driver_.wait(requests_[r].sends && requests_[r].told);
    send_outbox();
  }
  free_requests_.push_back(r);
  return requests_[r].status;
}

// --- the protocol's side

void message_endpoint::progressed(std::uint32_t cookie, progress p) {
  if (message_passing::has_ended(p)) requests_[cookie].told = true;
}

void message_endpoint::transmit(message& m) {
  if (sending_) {
    outbox_.push_back(&m);
  } else {
    send_now(m);
  }
}

void message_endpoint::send_outbox() {
  while (!outbox_.empty()) {
    message& m = *outbox_.front();
    outbox_.pop_front();
    send_now(m);
  }
}

// The message may be complete, and another, as soon as its last packet has been given to the interface: what
// is needed of it is taken before.
void message_endpoint::send_now(message& m) {
  const charge c(account_, *cpu_, message_activity::send);
  sending_ = true;
  const bool data = m.now == message::part::data;
  const std::uint64_t size = data ? m.size : 0;
  const request r = m.send_cookie;
  const address_t from = data ? requests_[r].data : 0;
  const bool told_here = data && m.sender_waits;
  if (told_here) m.sender_waits = false;
  const std::uint32_t to = m.destination;
  packet_header h;
  h.tag = m.tag;
  h.part = static_cast<std::uint32_t>(m.now);
  h.size = m.size;
  h.message = m.number;
  do {
    const auto bytes =
        static_cast<unsigned>(std::min<std::uint64_t>(driver_.parameters().packet_bytes, size - h.offset));
    while (!driver_.has_room()) {
      driver_.ring();
      if (!drain()) driver_.wait(true);
    }
    h.sequence = next_sent_[to]++;
    driver_.send(to, h, from + h.offset, bytes);
    ++counts_.packets_sent;
    h.offset += bytes;
    if (data) requests_[r].packets = driver_.given();
  } while (h.offset < size);
  driver_.ring();
  sending_ = false;
  if (told_here) progressed(r, progress::done);
}

// The data of a receive are here.
void message_endpoint::delivered(const message& m) {
  request_state& state = requests_[m.receive_cookie];
  state.status = {m.sender, m.tag, m.size};
  if (m.landing == message_passing::no_number) return;
  landing& l = landings_[m.landing];
  if (l.buffered) {
    const charge c(account_, *cpu_, message_activity::receive_copy);
    copy_with(*cpu_, state.data, l.buffer, m.size);
    heap_.give_back(l.buffer, m.size);
  }
  free_landings_.push_back(m.landing);
}

// --- packets

void message_endpoint::interrupted() {
  const section s(*this);
  ++counts_.interrupts;
  driver_.interrupted();
  const charge c(account_, *cpu_, message_activity::receive);
  drain();
  send_outbox();
}

// Takes in all packets that are there; whether there were any.
bool message_endpoint::drain() {
  const bool before = sending_;
  sending_ = true;
  const charge c(account_, *cpu_, message_activity::receive);
  bool any = false;
  for (interface_driver::found f; driver_.look(f); any = true) {
    ++counts_.packets_received;
    take_in(f);
  }
  if (any) driver_.give_back();
  sending_ = before;
  return any;
}

void message_endpoint::take_in(const interface_driver::found& f) {
  std::uint32_t& expected = next_received_[f.source];
  if (f.header.sequence != expected) {
    ++counts_.out_of_order;
    early_packet e{f, 0};
    if (f.bytes != 0) {
      e.buffer = heap_.take(f.bytes);
      driver_.move(f, e.buffer);
    }
    driver_.take();
    early_.emplace(std::pair{f.source, f.header.sequence}, e);
    return;
  }
  ++expected;
  process(f, nullptr);
  driver_.take();
  for (auto next = early_.find({f.source, expected}); next != early_.end();
       next = early_.find({f.source, expected})) {
    const early_packet e = next->second;
    early_.erase(next);
    ++expected;
    process(e.what, &e.buffer);
    if (e.what.bytes != 0) heap_.give_back(e.buffer, e.what.bytes);
  }
}

// buffer: where the packet's data are; nullptr: where the driver found it.
void message_endpoint::process(const interface_driver::found& f, const address_t* buffer) {
  message& m = exchange_.named(f.header.message);
  const auto part = static_cast<message::part>(f.header.part);
  if (m.now != part || m.size != f.header.size || m.tag != f.header.tag || m.source != f.source)
    throw std::logic_error("a packet names a message that it is no part of");
  if (part == message::part::data) {
    process_data(m, f, buffer);
  } else {
    exchange_.received(m);
  }
}

void message_endpoint::process_data(message& m, const interface_driver::found& f, const address_t* buffer) {
  if (f.header.offset == 0) {
    cpu_->compute(parameters_.receive_cycles);
    m.landing = message_passing::no_number;
    m.partial = true;
    if (!m.matched) exchange_.received(m);
  }
  std::uint64_t received = f.bytes;
  if (m.size != 0) {
    landing& l = land(m);
    l.received += f.bytes;
    received = l.received;
    const address_t to = l.buffer + f.header.offset;
    if (buffer == nullptr) {
      driver_.move(f, to);
    } else {
      const charge c(account_, *cpu_, message_activity::receive_copy);
      copy_with(*cpu_, to, *buffer, f.bytes);
    }
  }
  if (received != m.size) return;
  m.partial = false;
  if (m.matched) exchange_.received(m);
}

// With the first packet, it is decided where all go.
message_endpoint::landing& message_endpoint::land(message& m) {
  if (m.landing != message_passing::no_number) return landings_[m.landing];
  if (free_landings_.empty()) {
    free_landings_.push_back(static_cast<std::uint32_t>(landings_.size()));
    landings_.emplace_back();
  }
  m.landing = free_landings_.back();
  free_landings_.pop_back();
  landing& l = landings_[m.landing];
  l.received = 0;
  l.buffered = !m.matched;
  if (l.buffered) ++counts_.buffered;
  l.buffer = m.matched ? requests_[m.receive_cookie].data : heap_.take(m.size);
  return l;
}

}  // namespace mimd
