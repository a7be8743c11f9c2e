// What a network interface hands to the network, and what the network must do for it.
#ifndef MIMD_MESSAGE_PASSING_PACKET_CARRIER_H
#define MIMD_MESSAGE_PASSING_PACKET_CARRIER_H

#include <array>
#include <cstdint>
#include <vector>

#include "infrastructure/object_pool.h"
#include "infrastructure/timing_wheel.h"
#include "message_passing/network_interface_registers.h"
#include "noc/packet.h"

namespace mimd {

class packet_consumer;

// Header and data, as they were in the sender's memory.
struct interface_packet final : timed_event {
  void fire() override;

  interface_packet* next = nullptr;
  packet_consumer* sink = nullptr;  // of the destination; the carrier sets it
  noc::packet travel;               // the carrier's
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint32_t bytes = 0;  // of data
  std::array<std::uint64_t, ni_header_words> header{};
  std::vector<std::uint8_t> data;  // packet_bytes
};

class packet_consumer {
 public:
  virtual void arrived(interface_packet& p) = 0;  // now; to be given back to the carrier

 protected:
  ~packet_consumer() = default;
};

inline void interface_packet::fire() {
  sink->arrived(*this);
}

class packet_carrier {
 public:
  explicit packet_carrier(std::uint32_t packet_bytes) : packet_bytes_(packet_bytes) {}
  virtual ~packet_carrier() = default;

  virtual std::uint32_t nodes() const = 0;
  virtual void attach(std::uint32_t node, packet_consumer& sink) = 0;
  // Approximately timed `at` is now.
  virtual void carry(interface_packet& p, time_ps at) = 0;
  // For which a packet with so many bytes of data occupies the link from its interface.
  virtual time_ps link_time(std::uint32_t bytes) const = 0;
  // The interface of a node can take in no more, and can again.
  virtual void hold(std::uint32_t node) = 0;
  virtual void release(std::uint32_t node) = 0;

  std::uint32_t packet_bytes() const { return packet_bytes_; }
  interface_packet& take() {
    interface_packet& p = packets_.take();
    if (p.data.empty()) p.data.resize(packet_bytes_);
    return p;
  }
  void give_back(interface_packet& p) { packets_.give_back(p); }

 private:
  std::uint32_t packet_bytes_;
  object_pool<interface_packet> packets_;
};

}  // namespace mimd

#endif
