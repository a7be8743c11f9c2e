#include "message_passing/reliable_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mimd::message_passing {

namespace {

constexpr unsigned most_doublings = 6;

}  // namespace

reliable_network::reliable_network(timing_wheel& wheel, std::unique_ptr<noc::train_network> network,
                                   const reliability_parameters& parameters)
    : train_layer(wheel, std::move(network)), parameters_(parameters) {
  below().set_receiver(*this);
}

void reliable_network::send(noc::train& t, time_ps at) {
  t.damaged = false;
  way& w = way_of(t.source, t.destination);
  record& r = records_.take();
  r.owner = this;
  r.message = &t;
  r.number = w.sent++;
  r.bytes = t.bytes;
  r.source = t.source;
  r.destination = t.destination;
  r.attempts = 0;
  w.waiting.emplace(r.number, &r);
  transmit(r, at);
}

void reliable_network::transmit(record& r, time_ps at) {
  frame& f = frames_.take();
  f.source = r.source;
  f.destination = r.destination;
  f.bytes = r.bytes;
  f.number = r.number;
  f.of = &r;
  below().send(f, at);
  const double links = 2 * static_cast<double>(r.bytes + parameters_.ack_bytes) * parameters_.ps_per_byte;
  const time_ps patience = parameters_.timeout + static_cast<time_ps>(std::llround(links));
  wheel_.schedule(r, at + (patience << std::min(r.attempts, most_doublings)));
  ++r.attempts;
}

void reliable_network::timed_out(record& r) {
  ++counts_.resent;
  transmit(r, r.time());
}

void reliable_network::train_arrived(noc::train& t) {
  auto& f = static_cast<frame&>(t);
  if (f.damaged) {
    ++counts_.damaged;
  } else if (f.of == nullptr) {
    acknowledged(f);
  } else {
    data_arrived(f);
  }
  frames_.give_back(f);
}

void reliable_network::data_arrived(const frame& f) {
  way& w = way_of(f.source, f.destination);
  if (f.number < w.passed_on || w.early.count(f.number) != 0) {
    ++counts_.duplicates;
  } else if (f.number > w.passed_on) {
    ++counts_.early;
    w.early.emplace(f.number, f.of->message);
  } else {
    pass_on(*f.of->message, f.time());
    ++w.passed_on;
    for (auto next = w.early.begin(); next != w.early.end() && next->first == w.passed_on;
         next = w.early.erase(next), ++w.passed_on)
      pass_on(*next->second, f.time());
  }
  frame& ack = frames_.take();
  ack.source = f.destination;
  ack.destination = f.source;
  ack.bytes = parameters_.ack_bytes;
  ack.number = f.number;
  ack.of = nullptr;
  below().send(ack, f.time());
}

void reliable_network::acknowledged(const frame& f) {
  way& w = way_of(f.destination, f.source);
  const auto found = w.waiting.find(f.number);
  if (found == w.waiting.end()) return;
  wheel_.cancel(*found->second);
  records_.give_back(*found->second);
  w.waiting.erase(found);
}

void reliable_network::pass_on(noc::train& message, time_ps at) {
  message.mover = this;
  wheel_.schedule(message, at);
}

}  // namespace mimd::message_passing
