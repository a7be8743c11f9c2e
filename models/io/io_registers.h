// The registers of the I/O controllers (disk, tape, DMA engine), as a driver sees them.
//
// Little-endian 64-bit registers in a window of 128 bytes. Any access inside the window is legal: any length,
// alignment, byte enables, so 32-bit processors use the halves. Bytes that are not written keep their value.
//
//   offset  register     access  disk, tape                       DMA engine
//   0x00    command      rw      writing its lowest byte starts   the same
//   0x08    status       r       the bits of io_status
//   0x10    acknowledge  w       clears the status bits written as 1 (reads as 0)
//   0x18    memory       rw      memory address of the data       destination address
//   0x20    sector       rw      first sector                     source address
//   0x28    count        rw      sectors                          bytes
//   0x30    transferred  r       of the last command: whole sectors, or bytes, that reached their end
//   0x38    capacity     r       sectors of the medium            0
//   0x40    sector_size  r       bytes                            1
//   others               -       read as 0, ignore writes
//
// A command takes the registers' values when it is written; they may be changed for the next while it runs.
// When it ends, well or not, `done` rises. A command written while another runs is rejected: `rejected`
// rises, the running one is not disturbed. The interrupt line is `done` or `rejected`: acknowledge what you
// read. If one access writes both, acknowledge comes first.
#ifndef MIMD_IO_IO_REGISTERS_H
#define MIMD_IO_IO_REGISTERS_H

#include <cstdint>

namespace mimd {

namespace io_register {
inline constexpr unsigned command = 0x00;
inline constexpr unsigned status = 0x08;
inline constexpr unsigned acknowledge = 0x10;
inline constexpr unsigned memory = 0x18;
inline constexpr unsigned sector = 0x20;
inline constexpr unsigned count = 0x28;
inline constexpr unsigned transferred = 0x30;
inline constexpr unsigned capacity = 0x38;
inline constexpr unsigned sector_size = 0x40;

inline constexpr unsigned destination = memory;
inline constexpr unsigned source = sector;
inline constexpr unsigned window = 0x80;  // bytes
}  // namespace io_register

namespace io_command {
inline constexpr std::uint64_t read = 1;   // medium to memory
inline constexpr std::uint64_t write = 2;  // memory to medium
inline constexpr std::uint64_t seek = 3;   // move to `sector` only (a tape: seek 0 rewinds)
inline constexpr std::uint64_t copy = 4;   // DMA engine: source to destination, ascending
}  // namespace io_command

namespace io_status {
inline constexpr std::uint64_t busy = 1U << 0;
inline constexpr std::uint64_t done = 1U << 1;
inline constexpr std::uint64_t rejected = 1U << 2;      // a command while busy
inline constexpr std::uint64_t bad_command = 1U << 8;   // not a command of this controller
inline constexpr std::uint64_t bad_count = 1U << 9;     // zero
inline constexpr std::uint64_t bad_range = 1U << 10;    // beyond the medium or the address space
inline constexpr std::uint64_t bad_sector = 1U << 11;   // a defect of the medium
inline constexpr std::uint64_t bad_address = 1U << 12;  // memory answered with an error

inline constexpr std::uint64_t any_error =
    rejected | bad_command | bad_count | bad_range | bad_sector | bad_address;
inline constexpr std::uint64_t interrupting = done | rejected;
}  // namespace io_status

}  // namespace mimd

#endif
