#include "message_passing/interface_driver.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "message_passing/message_protocol.h"

namespace mimd {

namespace {

template <class Word>
void copy_words(processor& cpu, address_t to, address_t from, std::uint64_t bytes) {
  for (std::uint64_t i = 0; i < bytes; i += sizeof(Word)) cpu.store(to + i, cpu.load<Word>(from + i));
}

}  // namespace

std::array<std::uint64_t, 4> words_of(const packet_header& h) {
  return {std::uint64_t{h.part} << 32 | h.tag, h.size, h.offset, std::uint64_t{h.message} << 32 | h.sequence};
}

void copy_with(processor& cpu, address_t to, address_t from, std::uint64_t bytes) {
  const auto whole = [&](std::uint64_t unit) {
    return ((to | from) & (unit - 1)) == 0 ? bytes / unit * unit : 0;
  };
  for (const std::uint64_t unit : {8u, 4u, 2u, 1u}) {
    const std::uint64_t part = whole(unit);
    if (part == 0) continue;
    switch (unit) {
      case 8:
        copy_words<std::uint64_t>(cpu, to, from, part);
        break;
      case 4:
        copy_words<std::uint32_t>(cpu, to, from, part);
        break;
      case 2:
        copy_words<std::uint16_t>(cpu, to, from, part);
        break;
      default:
        copy_words<std::uint8_t>(cpu, to, from, part);
        break;
    }
    to += part;
    from += part;
    bytes -= part;
  }
}

void interface_driver::lay_out(const allocation& allocate, const initial_store& store) {
  if (programmed()) return;
  send_ring_ = allocate(std::uint64_t{p_.send_entries} * ni_descriptor_bytes);
  receive_ring_ = allocate(std::uint64_t{p_.receive_entries} * ni_descriptor_bytes);
  report_ = allocate(ni_descriptor_bytes);
  receive_buffers_ = allocate(std::uint64_t{p_.receive_entries} * p_.packet_bytes);
  if (p_.access == access_from::kernel)
    kernel_buffers_ = allocate(std::uint64_t{p_.send_entries} * p_.packet_bytes);
  const std::vector<std::uint64_t> nothing(ni_descriptor_bytes / 8, 0);
  store(report_, nothing.data(), ni_descriptor_bytes);
  for (unsigned n = 0; n < p_.send_entries; ++n)
    store(send_descriptor(n), nothing.data(), ni_descriptor_bytes);
  for (unsigned n = 0; n < p_.receive_entries; ++n) {
    std::vector<std::uint64_t> descriptor = nothing;
    descriptor[0] = receive_buffer(n);
    descriptor[1] = p_.packet_bytes;
    store(receive_descriptor(n), descriptor.data(), ni_descriptor_bytes);
  }
}

void interface_driver::start(processor& cpu, time_account& account) {
  cpu_ = &cpu;
  account_ = &account;
  const charge c(*account_, cpu, message_activity::receive);
  if (!programmed()) {
    store(ni_register::send_ring, send_ring_);
    store(ni_register::send_entries, p_.send_entries);
    store(ni_register::send_report, report_);
    store(ni_register::receive_ring, receive_ring_);
    store(ni_register::receive_entries, p_.receive_entries);
    store(ni_register::receive_doorbell, p_.receive_entries);
    given_back_ = p_.receive_entries;
  }
  store(ni_register::control, ni_control::receive_interrupt | (programmed() ? ni_control::programmed : 0));
  cpu.fence();
}

void interface_driver::spend(message_activity a, unsigned cycles) {
  const charge c(*account_, *cpu_, a);
  cpu_->compute(cycles);
}

std::uint64_t interface_driver::load(unsigned offset) {
  return cpu_->load<std::uint64_t>(p_.registers + offset);
}

void interface_driver::store(unsigned offset, std::uint64_t value) {
  cpu_->store<std::uint64_t>(p_.registers + offset, value);
}

address_t interface_driver::send_descriptor(std::uint64_t n) const {
  return send_ring_ + n % p_.send_entries * ni_descriptor_bytes;
}
address_t interface_driver::receive_descriptor(std::uint64_t n) const {
  return receive_ring_ + n % p_.receive_entries * ni_descriptor_bytes;
}
address_t interface_driver::receive_buffer(std::uint64_t n) const {
  return receive_buffers_ + n % p_.receive_entries * p_.packet_bytes;
}
address_t interface_driver::kernel_buffer(std::uint64_t n) const {
  return kernel_buffers_ + n % p_.send_entries * p_.packet_bytes;
}

// --- sending

bool interface_driver::has_room() {
  if (programmed()) return (load(ni_register::status) & ni_status::room) != 0;
  return given_ - known_read_ < p_.send_entries || has_read(given_ - p_.send_entries + 1);
}

bool interface_driver::has_read(std::uint64_t packets) {
  if (programmed() || known_read_ >= packets) return true;
  known_read_ = cpu_->load<std::uint64_t>(report_);
  return known_read_ >= packets;
}

void interface_driver::send(std::uint32_t destination, const packet_header& header, address_t data,
                            unsigned bytes) {
  cpu_->compute(p_.packet_cycles);
  if (programmed()) {
    send_programmed(destination, header, data, bytes);
  } else {
    send_by_dma(destination, header, data, bytes);
  }
  ++given_;
}

void interface_driver::send_programmed(std::uint32_t destination, const packet_header& header, address_t data,
                                       unsigned bytes) {
  unsigned at = ni_register::send_window;
  for (const std::uint64_t word : words_of(header)) {
    store(at, word);
    at += 8;
  }
  {
    const charge c(*account_, *cpu_, message_activity::send_copy);
    copy_with(*cpu_, p_.registers + ni_register::send_window + ni_register::window_data, data, bytes);
  }
  cpu_->fence();
  store(ni_register::fifo_send, std::uint64_t{destination} << 32 | bytes);
}

void interface_driver::send_by_dma(std::uint32_t destination, const packet_header& header, address_t data,
                                   unsigned bytes) {
  if (p_.access == access_from::kernel && bytes != 0) {
    const charge c(*account_, *cpu_, message_activity::send_copy);
    copy_with(*cpu_, kernel_buffer(given_), data, bytes);
    data = kernel_buffer(given_);
  }
  address_t at = send_descriptor(given_);
  cpu_->store<std::uint64_t>(at, data);
  cpu_->store<std::uint64_t>(at + 8, std::uint64_t{destination} << 32 | bytes);
  at += 16;
  for (const std::uint64_t word : words_of(header)) {
    cpu_->store<std::uint64_t>(at, word);
    at += 8;
  }
}

void interface_driver::ring() {
  if (programmed() || rung_ == given_) return;
  cpu_->fence();  // the descriptors are in memory
  store(ni_register::send_doorbell, given_);
  rung_ = given_;
}

// --- receiving

bool interface_driver::look(found& f) {
  address_t at = p_.registers + ni_register::receive_window;
  if (programmed()) {
    if ((load(ni_register::status) & ni_status::received) == 0) return false;
    const std::uint64_t what = load(ni_register::fifo_bytes);
    f.bytes = static_cast<unsigned>(what);
    f.source = static_cast<std::uint32_t>(what >> 32);
  } else {
    const address_t descriptor = receive_descriptor(taken_);
    const address_t number = descriptor + ni_descriptor_bytes - 8;
    if (cpu_->load<std::uint64_t>(number) != taken_ + 1) return false;
    const auto what = cpu_->load<std::uint64_t>(descriptor + 8);
    f.bytes = static_cast<unsigned>(what);
    f.source = static_cast<std::uint32_t>(what >> 32);
    at = descriptor + 16;
  }
  std::array<std::uint64_t, 4> words{};
  for (std::uint64_t& word : words) {
    word = cpu_->load<std::uint64_t>(at);
    at += 8;
  }
  f.header.tag = static_cast<std::uint32_t>(words[0]);
  f.header.part = static_cast<std::uint32_t>(words[0] >> 32);
  f.header.size = words[1];
  f.header.offset = words[2];
  f.header.sequence = static_cast<std::uint32_t>(words[3]);
  f.header.message = static_cast<std::uint32_t>(words[3] >> 32);
  cpu_->compute(p_.packet_cycles);
  return true;
}

void interface_driver::move(const found& f, address_t to) {
  if (f.bytes == 0) return;
  const charge c(*account_, *cpu_, message_activity::receive_copy);
  const address_t from = programmed() ? p_.registers + ni_register::receive_window + ni_register::window_data
                                      : receive_buffer(taken_);
  copy_with(*cpu_, to, from, f.bytes);
}

void interface_driver::take() {
  ++taken_;
  if (programmed()) {
    store(ni_register::fifo_next, 1);
    cpu_->fence();
  } else if (taken_ + p_.receive_entries - given_back_ >= std::max(1u, p_.receive_entries / 2)) {
    give_back();
  }
}

void interface_driver::give_back() {
  if (programmed() || given_back_ == taken_ + p_.receive_entries) return;
  given_back_ = taken_ + p_.receive_entries;
  cpu_->fence();
  store(ni_register::receive_doorbell, given_back_);
  cpu_->fence();  // the line is down before anybody waits for it
}

// --- waiting

void interface_driver::wait(bool for_sending) {
  give_back();
  system_call();
  const charge c(*account_, *cpu_, message_activity::wait);
  const std::uint64_t control =
      ni_control::receive_interrupt | (programmed() ? ni_control::programmed : std::uint64_t{0});
  if (for_sending) {
    store(ni_register::control, control | ni_control::send_interrupt);
    cpu_->fence();
  }
  const time_ps began = cpu_->now();
  cpu_->wait_for_interrupt();
  if (p_.notice == notice_by::interrupt) {
    interrupted();
  } else {
    const time_ps round = p_.poll_cycles * p_.period;
    const time_ps into = (cpu_->now() - began) % round;
    cpu_->compute((round - into + p_.period - 1) / p_.period);
  }
  if (for_sending) {
    store(ni_register::control, control);
    cpu_->fence();
  }
  check_errors();
}

void interface_driver::check_errors() {
  // The status costs a register access: only when the line was for nothing else would a driver read it.
  if (programmed()) return;
  const std::uint64_t number =
      cpu_->load<std::uint64_t>(receive_descriptor(taken_) + ni_descriptor_bytes - 8);
  if (number == taken_ + 1) return;
  if ((load(ni_register::status) & ni_status::bad_address) != 0)
    throw message_passing::program_error("the network interface was given an address that is no memory");
}

}  // namespace mimd
