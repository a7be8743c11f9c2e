// The registers and rings of the network interface, as a driver sees them.
//
// Little-endian 64-bit registers; any access inside the window is legal (io/register_window.h).
//
//   offset  register        access  what
//   0x00    control         rw      bits of ni_control
//   0x08    status          r       bits of ni_status
//   0x10    acknowledge     w       clears the status bits written as 1 (bad_address)
//   0x18    node            r       own number
//   0x20    nodes           r       of the network
//   0x28    packet_bytes    r       data of a packet at most
//   0x30    send_ring       rw      address of the first send descriptor, a multiple of 64
//   0x38    send_entries    rw      descriptors of the ring, a power of two
//   0x40    send_doorbell   rw      descriptors filled in so far, counted from the start: the interface sends
//   0x48    sent            r       descriptors whose data it has read
//   0x50    send_report     rw      address of a word to which it writes `sent`; 0: none
//   0x58    receive_ring    rw      address of the first receive descriptor, a multiple of 64
//   0x60    receive_entries rw      descriptors of the ring, a power of two
//   0x68    receive_doorbell rw     descriptors given to the interface so far, receive_entries at first
//   0x70    received        r       descriptors filled with a packet
//   0x78    fifo_send       w       destination << 32 | bytes: sends what is in the send window
//   0x80    fifo_next       w       drops the packet in the receive window
//   0x88    fifo_bytes      r       source << 32 | bytes of the packet in the receive window
//   0x8000  send window     w       header (48 bytes), data from +64 on
//   0x10000 receive window  r       likewise, of the packet that arrived first
//
// Descriptors are 64 bytes:   send                                receive
//   0   8 bytes               address of the data                 address of the buffer
//   8   4 bytes               bytes of data                       capacity; filled: bytes of data
//   12  4 bytes               destination                         filled: source
//   16  48 bytes              header, which goes with the data    filled: the header
// The last word of a header that was received is the number of the packet among all received, from 1 on: a
// driver that polls memory knows by it that a descriptor is filled. Senders leave that word alone.
//
// The line is a level: receive_interrupt and a packet is there that has not been taken (descriptors are taken
// when their successors are given: received != receive_doorbell - receive_entries; in programmed mode: a
// packet is in the receive window), or send_interrupt and all that was given has been sent and there is room
// in the send window, or bad_address.
#ifndef MIMD_MESSAGE_PASSING_NETWORK_INTERFACE_REGISTERS_H
#define MIMD_MESSAGE_PASSING_NETWORK_INTERFACE_REGISTERS_H

#include <cstdint>

namespace mimd {

namespace ni_register {
inline constexpr unsigned control = 0x00;
inline constexpr unsigned status = 0x08;
inline constexpr unsigned acknowledge = 0x10;
inline constexpr unsigned node = 0x18;
inline constexpr unsigned nodes = 0x20;
inline constexpr unsigned packet_bytes = 0x28;
inline constexpr unsigned send_ring = 0x30;
inline constexpr unsigned send_entries = 0x38;
inline constexpr unsigned send_doorbell = 0x40;
inline constexpr unsigned sent = 0x48;
inline constexpr unsigned send_report = 0x50;
inline constexpr unsigned receive_ring = 0x58;
inline constexpr unsigned receive_entries = 0x60;
inline constexpr unsigned receive_doorbell = 0x68;
inline constexpr unsigned received = 0x70;
inline constexpr unsigned fifo_send = 0x78;
inline constexpr unsigned fifo_next = 0x80;
inline constexpr unsigned fifo_bytes = 0x88;
inline constexpr unsigned send_window = 0x8000;
inline constexpr unsigned receive_window = 0x10000;
inline constexpr unsigned window_data = 64;  // from the window on
inline constexpr unsigned window = 0x18000;  // bytes of everything
}  // namespace ni_register

namespace ni_control {
inline constexpr std::uint64_t receive_interrupt = 1U << 0;
inline constexpr std::uint64_t send_interrupt = 1U << 1;
inline constexpr std::uint64_t programmed = 1U << 2;  // packets stay in the receive window
}  // namespace ni_control

namespace ni_status {
inline constexpr std::uint64_t received = 1U << 0;     // a packet is there
inline constexpr std::uint64_t sent = 1U << 1;         // nothing is left to be sent
inline constexpr std::uint64_t room = 1U << 2;         // fifo_send may be written
inline constexpr std::uint64_t bad_address = 1U << 8;  // memory answered a descriptor's address with an error
}  // namespace ni_status

inline constexpr unsigned ni_descriptor_bytes = 64;
inline constexpr unsigned ni_header_bytes = 48;
inline constexpr unsigned ni_header_words = ni_header_bytes / 8;
inline constexpr unsigned ni_most_packet_bytes = 16384;

}  // namespace mimd

#endif
