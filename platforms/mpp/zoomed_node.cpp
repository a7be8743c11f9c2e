#include "platforms/mpp/zoomed_node.h"

#include <algorithm>

#include "infrastructure/kernel_time.h"
#include "platforms/shared_memory/component_statistics.h"

namespace mimd {

using message_passing::message;

zoomed_node::zoomed_node(const sc_core::sc_module_name& name, const zoom_parameters& parameters,
                         std::uint32_t ranks, std::uint64_t longest, unsigned requests,
                         const message_passing::collective_algorithms& algorithms, std::uint64_t seed)
    : sc_module(name),
      packet_carrier(parameters.node.driver.packet_bytes),
      parameters_(parameters),
      ranks_(ranks),
      algorithms_(algorithms),
      cpu_("cpu", parameters.machine.processors.model, timing_mode::approximate, parameters.rank, ranks),
      node_("node", parameters.rank, parameters_.machine, parameters_.node, timing_mode::approximate, *this,
            *this),
      program_(longest, requests),
      next_packet_(ranks, 0) {
  if (parameters_.machine.caches.present()) {
    cache_ = std::make_unique<cache<>>("l1", parameters_.machine.caches.model, parameters_.node.coherence(),
                                       timing_mode::approximate, seed);
    cpu_.data.bind(cache_->data);
    cpu_.instruction.bind(cache_->instruction);
  }
  node_.bind(cpu_, cache_.get(), "cpu");
  cpu_.run_program([this](processor& p) { run(p); }, [this] { changed_.notify(sc_core::SC_ZERO_TIME); });
}

void zoomed_node::start_of_simulation() {
  node_.lay_out();
  program_.prepare(node_, parameters_.rank);
}

void zoomed_node::run_on(message_passing::message_engine& engine, message_passing::operation_stream& stream) {
  engine_ = &engine;
  stream_ = &stream;
  engine.replace(parameters_.rank, *this);
  cpu_.wake(0);
}

void zoomed_node::run(processor& p) {
  cpu_.block();
  node_.begin(p, cpu_);
  communicator all(node_.endpoint(), algorithms_);
  program_.run(*stream_, all, node_);
  node_.endpoint().finish();
  if (!program_.wrong().empty()) throw message_passing::program_error(program_.wrong());
  const time_account& t = node_.endpoint().times();
  using a = message_activity;
  message_passing::rank_times times;
  times.compute = t.time(a::program);
  times.send = t.time(a::send) + t.time(a::send_copy) + t.time(a::system_call);
  times.receive = t.time(a::receive) + t.time(a::receive_copy) + t.time(a::interrupt);
  times.wait = t.time(a::wait);
  engine_->external_finish(times);
}

std::string zoomed_node::failure() const {
  return cpu_.failure();
}

// --- the engine's side

// As packets, the first one now.
void zoomed_node::arrived(message& m) {
  numbers_.give(m);
  packet_header h;
  h.tag = m.tag;
  h.part = static_cast<std::uint32_t>(m.now);
  h.size = m.size;
  h.message = m.number;
  const std::uint64_t size = m.now == message::part::data ? m.size : 0;
  const std::uint32_t from = m.source;
  time_ps at = now_ps();
  do {
    interface_packet& p = take();
    p.sink = sink_;
    p.source = from;
    p.destination = parameters_.rank;
    p.bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(packet_bytes(), size - h.offset));
    for (std::uint32_t i = 0; i < p.bytes; ++i)
      p.data[i] = tb::stream_program::byte_of(m.sender, h.offset + i);
    h.sequence = next_packet_[from]++;
    const auto words = words_of(h);
    std::copy(words.begin(), words.end(), p.header.begin());
    agenda_.schedule(p, at);
    at += parameters_.packet_time;
    h.offset += p.bytes;
  } while (h.offset < size);
}

void zoomed_node::transmit(message& m) {
  numbers_.give(m);
  node_.endpoint().transmit(m);
}

void zoomed_node::delivered(const message& m) {
  node_.endpoint().delivered(m);
}

void zoomed_node::progressed(std::uint32_t cookie, message_passing::progress p) {
  node_.endpoint().progressed(cookie, p);
}

// --- the node's side

void zoomed_node::post(std::uint32_t, const message_passing::operation& o, time_ps now) {
  engine_->external_post(o, now);
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void zoomed_node::received(message& m) {
  engine_->external_received(m, cpu_.now());
  changed_.notify(sc_core::SC_ZERO_TIME);
}

// A message leaves with its first packet; the others only take the interface's time.
void zoomed_node::carry(interface_packet& p, time_ps at) {
  const bool first = p.header[2] == 0;  // its place in the message
  const auto number = static_cast<std::uint32_t>(p.header[3] >> 32);
  give_back(p);
  if (!first) return;
  engine_->external_launch(numbers_[number], at);
  changed_.notify(sc_core::SC_ZERO_TIME);
}

// --- statistics and waves

void zoomed_node::register_statistics(statistics& all, const std::function<time_ps()>& finish_time) const {
  register_cpu(all, "zoom.cpu", cpu_, parameters_.machine.processors.model);
  if (cache_) register_cache(all, "zoom.cpu", *cache_);
  node_.register_statistics(all, "zoom", cpu_, finish_time);
}

void zoomed_node::declare_traces(trace_recorder& recorder) {
  const std::string prefix = name();
  cpu_.declare_traces(recorder, prefix + ".cpu");
  if (cache_) cache_->declare_traces(recorder, prefix + ".l1");
  node_.declare_traces(recorder, prefix);
}

}  // namespace mimd
