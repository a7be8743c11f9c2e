// The driver of a network interface: runs on the simulated processor, with loads and stores of its registers,
// rings and buffers.
//
// DMA: a packet is a descriptor of six words and its share of the doorbell; the data are read where they lie
// (user level) or out of a buffer of the kernel into which the processor copies them (kernel level). Received
// packets are in the buffers of the receive ring. Programmed I/O: the processor moves every word through the
// interface's windows.
//
// Waiting: polling, the processor looks once in `poll_cycles` (simulated as a sleep that ends with the look
// that finds something: the same time, none of the looks before); with interrupts, it sleeps and takes
// `interrupt_cycles` to go on. A system call costs `system_call_cycles`.
//
// Every moment is charged to an activity of time_account.h. Errors: program_error if the interface reports a
// bad address.
#ifndef MIMD_MESSAGE_PASSING_INTERFACE_DRIVER_H
#define MIMD_MESSAGE_PASSING_INTERFACE_DRIVER_H

#include <array>
#include <cstdint>
#include <functional>

#include "cpu/processor.h"
#include "message_passing/network_interface_registers.h"
#include "message_passing/time_account.h"

namespace mimd {

enum class transfer_by : std::uint8_t { dma, programmed };
enum class notice_by : std::uint8_t { polling, interrupt };
enum class access_from : std::uint8_t { user, kernel };

struct driver_parameters {
  address_t registers = 0;  // of the interface
  transfer_by transfer = transfer_by::dma;
  notice_by notice = notice_by::polling;
  access_from access = access_from::user;
  unsigned packet_bytes = 1024;
  unsigned send_entries = 64;  // powers of two
  unsigned receive_entries = 64;
  unsigned packet_cycles = 20;  // of the driver for a packet, beside its accesses
  unsigned poll_cycles = 10;
  unsigned interrupt_cycles = 500;
  unsigned system_call_cycles = 500;
  time_ps period = 1'000;  // of the processor
};

// Of a packet that the driver sends, or has found.
struct packet_header {
  std::uint32_t tag = 0;
  std::uint32_t part = 0;
  std::uint64_t size = 0;      // of the message
  std::uint64_t offset = 0;    // in it
  std::uint32_t sequence = 0;  // of the packet, of its source and destination
  std::uint32_t message = 0;
};

// As they travel.
std::array<std::uint64_t, 4> words_of(const packet_header& h);

class charge {
 public:
  charge(time_account& account, processor& cpu, message_activity to)
      : account_(account), cpu_(cpu), before_(account.change(to, cpu.now())) {}
  ~charge() { account_.change(before_, cpu_.now()); }
  charge(const charge&) = delete;
  charge& operator=(const charge&) = delete;

 private:
  time_account& account_;
  processor& cpu_;
  message_activity before_;
};

// Bytes from one place of the private memory to another, by the processor, as many at a time as both places
// allow.
void copy_with(processor& cpu, address_t to, address_t from, std::uint64_t bytes);

class interface_driver {
 public:
  using allocation = std::function<address_t(std::uint64_t bytes)>;  // of lines
  using initial_store = std::function<void(address_t, const void*, std::uint64_t)>;

  explicit interface_driver(const driver_parameters& parameters) : p_(parameters) {}

  // Before time starts: lays out rings and buffers.
  void lay_out(const allocation& allocate, const initial_store& store);
  // First of all, on the processor: tells the interface where they are.
  void start(processor& cpu, time_account& account);

  const driver_parameters& parameters() const { return p_; }

  // Sending. Without room the caller receives, or waits, and asks again.
  bool has_room();
  void send(std::uint32_t destination, const packet_header& header, address_t data, unsigned bytes);
  void ring();                                    // the interface learns of all that were sent
  std::uint64_t given() const { return given_; }  // packets so far
  bool has_read(std::uint64_t packets);           // the data of so many: their place may be used again

  // Receiving: look() finds the next packet, move() copies its data, take() goes on to the one after it.
  struct found {
    packet_header header;
    std::uint32_t source = 0;
    unsigned bytes = 0;
  };
  bool look(found& f);
  void move(const found& f, address_t to);
  void take();
  void give_back();  // the interface may use their buffers

  // Until a packet is there; or, for_sending, everything has been sent.
  void wait(bool for_sending);
  void interrupted() { spend(message_activity::interrupt, p_.interrupt_cycles); }
  void system_call() {
    if (p_.access == access_from::kernel) spend(message_activity::system_call, p_.system_call_cycles);
  }

 private:
  void spend(message_activity a, unsigned cycles);
  std::uint64_t load(unsigned offset);
  void store(unsigned offset, std::uint64_t value);
  address_t send_descriptor(std::uint64_t n) const;
  address_t receive_descriptor(std::uint64_t n) const;
  address_t receive_buffer(std::uint64_t n) const;
  address_t kernel_buffer(std::uint64_t n) const;
  void send_programmed(std::uint32_t destination, const packet_header& header, address_t data,
                       unsigned bytes);
  void send_by_dma(std::uint32_t destination, const packet_header& header, address_t data, unsigned bytes);
  bool programmed() const { return p_.transfer == transfer_by::programmed; }
  void check_errors();

  driver_parameters p_;
  processor* cpu_ = nullptr;
  time_account* account_ = nullptr;
  address_t send_ring_ = 0;
  address_t receive_ring_ = 0;
  address_t report_ = 0;
  address_t receive_buffers_ = 0;
  address_t kernel_buffers_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t rung_ = 0;
  std::uint64_t known_read_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t given_back_ = 0;
};

}  // namespace mimd

#endif
