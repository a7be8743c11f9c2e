// The interface as its driver sees it: registers, windows, line, and what is counted.
#include <cstring>

#include "infrastructure/kernel_time.h"
#include "message_passing/network_interface.h"

namespace mimd {

time_ps network_interface_base::access(unsigned, tlm::tlm_generic_payload& payload, time_ps at) {
  if (!window_.accepts(payload)) return at;
  const auto reads = [this](unsigned offset) { return value(offset); };
  if (payload.is_read()) {
    ++counters_.register_reads;
    window_.read(payload, reads);
  } else {
    ++counters_.register_writes;
    window_.write(payload, reads, [this, at](unsigned offset, std::uint64_t written, unsigned) {
      write_register(offset, written, at);
    });
  }
  return at + parameters_.register_latency.ps;
}

bool network_interface_base::start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at,
                                   time_ps& done) {
  done = access(port, payload, at);
  return true;
}

unsigned network_interface_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  return window_.debug(payload, [this](unsigned offset) { return value(offset); });
}

std::uint64_t network_interface_base::status() const {
  std::uint64_t bits = 0;
  const bool waits = programmed() ? !input_.empty() : received_ != receive_given_ - receive_entries_;
  if (waits) bits |= ni_status::received;
  if (sent_ == send_given_ && ready_.empty()) bits |= ni_status::sent;
  if (ready_.size() < most_ready) bits |= ni_status::room;
  if (bad_address_) bits |= ni_status::bad_address;
  return bits;
}

std::uint64_t network_interface_base::value(unsigned offset) const {
  switch (offset) {
    case ni_register::control:
      return control_;
    case ni_register::status:
      return status();
    case ni_register::node:
      return node_;
    case ni_register::nodes:
      return carrier_.nodes();
    case ni_register::packet_bytes:
      return carrier_.packet_bytes();
    case ni_register::send_ring:
      return send_ring_;
    case ni_register::send_entries:
      return send_entries_;
    case ni_register::send_doorbell:
      return send_given_;
    case ni_register::sent:
      return sent_;
    case ni_register::send_report:
      return send_report_;
    case ni_register::receive_ring:
      return receive_ring_;
    case ni_register::receive_entries:
      return receive_entries_;
    case ni_register::receive_doorbell:
      return receive_given_;
    case ni_register::received:
      return received_;
    case ni_register::fifo_bytes:
      if (!programmed() || input_.empty()) return 0;
      return std::uint64_t{input_.front()->source} << 32 | input_.front()->bytes;
    default:
      break;
  }
  if (offset < ni_register::receive_window) {
    const std::size_t word = (offset - ni_register::send_window) / 8;
    return offset >= ni_register::send_window && word < send_window_.size() ? send_window_[word] : 0;
  }
  if (!programmed() || input_.empty()) return 0;
  const interface_packet& p = *input_.front();
  const unsigned within = offset - ni_register::receive_window;
  if (within < ni_header_bytes) return p.header[within / 8];
  if (within < ni_register::window_data) return 0;
  std::uint64_t word = 0;
  const unsigned from = within - ni_register::window_data;
  if (from < p.bytes) std::memcpy(&word, p.data.data() + from, std::min(p.bytes - from, 8u));
  return word;
}

void network_interface_base::write_register(unsigned offset, std::uint64_t written, time_ps at) {
  switch (offset) {
    case ni_register::control:
      control_ = written;
      break;
    case ni_register::acknowledge:
      if ((written & ni_status::bad_address) != 0) bad_address_ = false;
      break;
    case ni_register::send_ring:
      send_ring_ = written;
      break;
    case ni_register::send_entries:
      if (written != 0) send_entries_ = written;
      break;
    case ni_register::send_doorbell:
      send_given_ = written;
      to_send_.notify_at(at);
      break;
    case ni_register::send_report:
      send_report_ = written;
      break;
    case ni_register::receive_ring:
      receive_ring_ = written;
      break;
    case ni_register::receive_entries:
      receive_entries_ = written;
      break;
    case ni_register::receive_doorbell:
      receive_given_ = written;
      to_receive_.notify_at(at);
      break;
    case ni_register::fifo_send:
      send_window(written, at);
      break;
    case ni_register::fifo_next:
      drop_received(at);
      break;
    default:
      if (offset >= ni_register::send_window && offset < ni_register::receive_window) {
        const std::size_t word = (offset - ni_register::send_window) / 8;
        if (word < send_window_.size()) send_window_[word] = written;
      }
      return;
  }
  line_changes(at);
}

// A packet out of the send window; without room, or to nowhere, it is an error and goes nowhere.
void network_interface_base::send_window(std::uint64_t command, time_ps at) {
  const auto bytes = static_cast<std::uint32_t>(command);
  const auto destination = static_cast<std::uint32_t>(command >> 32);
  if (ready_.size() >= most_ready || bytes > carrier_.packet_bytes() || destination >= carrier_.nodes()) {
    ++counters_.errors;
    bad_address_ = true;
    return;
  }
  interface_packet& p = carrier_.take();
  p.source = node_;
  p.destination = destination;
  p.bytes = bytes;
  std::memcpy(p.header.data(), send_window_.data(), ni_header_bytes);
  std::memcpy(p.data.data(), send_window_.data() + ni_register::window_data / 8, bytes);
  ready_.push_back(&p);
  to_send_.notify_at(at);
}

void network_interface_base::drop_received(time_ps) {
  if (!programmed() || input_.empty()) return;
  ++counters_.packets_received;
  counters_.bytes_received += input_.front()->bytes;
  ++received_;
  release_input();
}

// --- the line

bool network_interface_base::line() const {
  const std::uint64_t bits = status();
  return ((control_ & ni_control::receive_interrupt) != 0 && (bits & ni_status::received) != 0) ||
         ((control_ & ni_control::send_interrupt) != 0 && (bits & ni_status::sent) != 0) ||
         (bits & ni_status::bad_address) != 0;
}

void network_interface_base::line_changes(time_ps at) {
  // An earlier notification wins over a later one; both see the newest status.
  line_changed_.notify_at(at);
}

void network_interface_base::drive_interrupt() {
  const bool level = line();
  if (level == line_) return;
  line_ = level;
  traced_interrupt_.set(now_ps(), level ? 1 : 0);
  if (level) ++counters_.interrupts;
  if (interrupt.size() > 0) interrupt->write(level);
}

// --- statistics and waves

void network_interface_base::register_statistics(statistics& all, const std::string& p) const {
  all.add(p + ".packets_sent", counters_.packets_sent, "packets that left");
  all.add(p + ".packets_received", counters_.packets_received, "packets that were taken in");
  all.add(p + ".bytes_sent", counters_.bytes_sent, "bytes of data in packets that left");
  all.add(p + ".bytes_received", counters_.bytes_received, "bytes of data in packets that were taken in");
  all.add(p + ".register_reads", counters_.register_reads, "reads of registers and windows");
  all.add(p + ".register_writes", counters_.register_writes, "writes of registers and windows");
  all.add(p + ".interrupts", counters_.interrupts, "times that the line rose");
  all.add(p + ".errors", counters_.errors, "packets dropped for an address that memory refused");
  all.add(p + ".held", counters_.held, "times that its queue was full and the network was held");
  all.add(p + ".send_busy_ps", counters_.send_busy_ps, "time for which the sending engine was at work");
  all.add(p + ".receive_busy_ps", counters_.receive_busy_ps,
          "time for which the receiving engine was at work");
  all.add(
      p + ".bursts", [this] { return send_mover_.bursts() + receive_mover_.bursts(); },
      "bursts to and from memory");
}

void network_interface_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  const trace_kind activities = trace_kind::words({"idle", "descriptor", "data", "link", "wait"});
  recorder.declare(traced_send_, prefix + ".send", activities);
  recorder.declare(traced_receive_, prefix + ".receive", activities);
  recorder.declare(traced_queue_, prefix + ".queue", trace_kind::integer(16, trace_kind::radix::decimal));
  recorder.declare(traced_interrupt_, prefix + ".interrupt", trace_kind::flag());
}

}  // namespace mimd
