// A window of little-endian 64-bit registers as accesses of any length, alignment and byte enables see it.
//
// Pure arithmetic between payload and registers: what a register holds and what writing it does is the
// device's. A window begins at `base` on its socket.
#ifndef MIMD_IO_REGISTER_WINDOW_H
#define MIMD_IO_REGISTER_WINDOW_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <tlm>

#include "infrastructure/payload_access.h"

namespace mimd {

class register_window {
 public:
  static constexpr unsigned most_bytes = 4096;  // of an access

  register_window(std::uint64_t base, std::uint64_t bytes) : base_(base), bytes_(bytes) {}

  // Sets the response: whether this is a read or write that lies in the window. Anything else (atomics) is
  // TLM_OK_RESPONSE and ignored: false.
  bool accepts(tlm::tlm_generic_payload& payload) const {
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (!payload.is_read() && !payload.is_write()) return false;
    const tlm::tlm_response_status legal = payload_status(payload);
    if (legal != tlm::TLM_OK_RESPONSE) {
      payload.set_response_status(legal);
      return false;
    }
    const std::uint64_t offset = payload.get_address() - base_;
    if (payload.get_address() < base_ || offset >= bytes_ || footprint(payload) > bytes_ - offset ||
        footprint(payload) > most_bytes) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return false;
    }
    return true;
  }

  // value(offset of a register): what it reads as.
  template <class Value>
  void read(tlm::tlm_generic_payload& payload, const Value& value) const {
    unsigned char image[most_bytes + 16];
    const std::uint64_t first = fill(payload.get_address() - base_, footprint(payload), image, value);
    read_segment(payload, 0, footprint(payload), image + (payload.get_address() - base_ - first));
  }
  // written(offset of a register, value, mask), ascending, of each that a byte was written of (bit i of the
  // mask: byte i); bytes that were not are those of value(offset).
  template <class Value, class Written>
  void write(const tlm::tlm_generic_payload& payload, const Value& value, const Written& written) const {
    unsigned char image[most_bytes + 16];
    unsigned char touched[(most_bytes + 16) / 8] = {};
    const std::uint64_t offset = payload.get_address() - base_;
    const std::uint64_t first = fill(offset, footprint(payload), image, value);
    const auto begin = static_cast<unsigned>(offset - first);
    write_segment(payload, 0, footprint(payload), image + begin);
    detail::for_each_byte(payload, 0, footprint(payload), [&](unsigned, unsigned i) {
      touched[(begin + i) / 8] |= static_cast<unsigned char>(1u << (begin + i) % 8);
    });
    for (unsigned i = 0; i < (begin + footprint(payload) + 7) / 8; ++i) {
      if (touched[i] == 0) continue;
      std::uint64_t word;
      std::memcpy(&word, image + 8 * i, sizeof word);
      written(static_cast<unsigned>(first + 8 * i), word, touched[i]);
    }
  }
  // A debug read; returns its bytes.
  template <class Value>
  unsigned debug(tlm::tlm_generic_payload& payload, const Value& value) const {
    const std::uint64_t offset = payload.get_address() - base_;
    if (!payload.is_read() || payload.get_address() < base_ || offset >= bytes_ ||
        payload.get_data_ptr() == nullptr) {
      return 0;
    }
    unsigned char image[most_bytes + 16];
    const auto length = static_cast<unsigned>(
        std::min({std::uint64_t{payload.get_data_length()}, bytes_ - offset, std::uint64_t{most_bytes}}));
    const std::uint64_t first = fill(offset, length, image, value);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    std::memcpy(payload.get_data_ptr(), image + (offset - first), length);
    return length;
  }

 private:
  // The registers around [offset, offset + length); returns where the first begins.
  template <class Value>
  static std::uint64_t fill(std::uint64_t offset, unsigned length, unsigned char* image, const Value& value) {
    const std::uint64_t first = offset & ~std::uint64_t{7};
    for (std::uint64_t at = first; at < offset + length; at += 8) {
      const std::uint64_t word = value(static_cast<unsigned>(at));
      std::memcpy(image + (at - first), &word, sizeof word);
    }
    return first;
  }

  std::uint64_t base_;
  std::uint64_t bytes_;
};

}  // namespace mimd

#endif
