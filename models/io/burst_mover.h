// The data path of every I/O controller: bursts between its buffer and memory, over one TLM-2.0 initiator
// socket.
//
// A transfer of any length and alignment is cut at multiples of the burst size, so that no burst crosses one
// (nor a cache line of that size). Bursts go one after the other with b_transport. The mover keeps the local
// time of the thread that calls it: it runs ahead of the kernel until the TLM global quantum is used up, and
// not at all with quantum zero; targets may wait. Every member but the constructor, now() and the counters
// must be called from that thread.
#ifndef MIMD_IO_BURST_MOVER_H
#define MIMD_IO_BURST_MOVER_H

#include <cstdint>
#include <tlm>

#include "infrastructure/agenda_event.h"
#include "infrastructure/initiator_port.h"

namespace mimd {

class burst_mover : private initiator_port::client {
 public:
  // burst_bytes: a power of two.
  explicit burst_mover(unsigned burst_bytes);

  initiator_port& port() { return port_; }
  unsigned burst_bytes() const { return burst_bytes_; }

  // Memory to buffer, and buffer to memory. False: memory answered with an error; nothing after that burst
  // was moved.
  bool fetch(std::uint64_t address, unsigned char* buffer, std::uint64_t size);
  bool store(std::uint64_t address, const unsigned char* buffer, std::uint64_t size);

  time_ps now() const { return local_; }
  void begin() { local_ = now_ps(); }  // the thread was woken
  void wait_until(time_ps when);       // no effect for the past
  void synchronise();                  // the kernel catches up with now()

  std::uint64_t bytes_fetched() const { return bytes_fetched_; }
  std::uint64_t bytes_stored() const { return bytes_stored_; }
  std::uint64_t bursts() const { return bursts_; }

 private:
  void response(tlm::tlm_generic_payload&, time_ps) override {}  // nothing is started without waiting for it
  bool move(tlm::tlm_command command, std::uint64_t address, unsigned char* buffer, std::uint64_t size);

  initiator_port port_;
  unsigned burst_bytes_;
  tlm::tlm_generic_payload payload_;
  time_ps local_ = 0;
  agenda_event clock_;
  std::uint64_t bytes_fetched_ = 0;
  std::uint64_t bytes_stored_ = 0;
  std::uint64_t bursts_ = 0;
};

}  // namespace mimd

#endif
