// The one place where a generic payload meets bytes of memory: byte enables and streaming width.
//
// Byte k of the data array belongs to address + k mod w, where w is the streaming width (0, or more than the
// data length, counts as the data length), and is accessed where byte enable k mod (byte enable length) is
// not TLM_BYTE_DISABLED, or where there are no byte enables. Wrapped writes happen in order of k, so the last
// wins.
//
// A payload touches footprint() consecutive addresses. It is applied whole, or in segments of them (a cache
// line, a page): segment [offset, offset + length) of the footprint, with `host` the byte at address +
// offset. Segments of one payload may be applied in any order. Bytes are in memory order, whatever the host's
// endianness. Not for transport_dbg and DMI, where enables and streaming width have no meaning.
// Precondition of everything but payload_status(): payload_status() is TLM_OK_RESPONSE.
#ifndef MIMD_INFRASTRUCTURE_PAYLOAD_ACCESS_H
#define MIMD_INFRASTRUCTURE_PAYLOAD_ACCESS_H

#include <tlm>

#include "infrastructure/copy_bytes.h"

namespace mimd {

// TLM_OK_RESPONSE, or the response that a read or write with impossible attributes deserves: no data,
// no length, or an empty byte enable array.
inline tlm::tlm_response_status payload_status(const tlm::tlm_generic_payload& payload) {
  if (payload.get_data_length() == 0) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (payload.get_data_ptr() == nullptr) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  return tlm::TLM_OK_RESPONSE;
}

// How many consecutive addresses the payload touches.
inline unsigned footprint(const tlm::tlm_generic_payload& payload) {
  const unsigned width = payload.get_streaming_width();
  const unsigned length = payload.get_data_length();
  return width - 1 < length ? width : length;  // width 0 wraps to the largest value
}

// Whether data byte k simply is the byte at address + k.
inline bool is_contiguous(const tlm::tlm_generic_payload& payload) {
  return payload.get_byte_enable_ptr() == nullptr && footprint(payload) == payload.get_data_length();
}

namespace detail {

// Calls body(k, address offset) for each enabled data byte k of the segment, in order of k.
template <typename Body>
void for_each_byte(const tlm::tlm_generic_payload& payload, unsigned offset, unsigned length, Body body) {
  const unsigned width = footprint(payload);
  const unsigned data_length = payload.get_data_length();
  const unsigned char* enable = payload.get_byte_enable_ptr();
  const unsigned enable_length = payload.get_byte_enable_length();
  for (unsigned beat = 0; beat < data_length; beat += width) {
    const unsigned in_beat = data_length - beat < width ? data_length - beat : width;
    const unsigned end = offset + length < in_beat ? offset + length : in_beat;
    for (unsigned i = offset; i < end; ++i) {
      const unsigned k = beat + i;
      if (enable == nullptr || enable[k % enable_length] != TLM_BYTE_DISABLED) body(k, i);
    }
    if (data_length - beat <= width) break;  // beat + width may not fit
  }
}

}  // namespace detail

// A segment of a read: host → data array. Disabled bytes of the data array stay as they are.
inline void read_segment(tlm::tlm_generic_payload& payload, unsigned offset, unsigned length,
                         const unsigned char* host) {
  unsigned char* data = payload.get_data_ptr();
  if (is_contiguous(payload)) {
    copy_bytes(data + offset, host, length);
    return;
  }
  detail::for_each_byte(payload, offset, length, [=](unsigned k, unsigned address_offset) {
    data[k] = host[address_offset - offset];
  });
}

// A segment of a write: data array → host. Disabled bytes of the host stay as they are.
inline void write_segment(const tlm::tlm_generic_payload& payload, unsigned offset, unsigned length,
                          unsigned char* host) {
  const unsigned char* data = payload.get_data_ptr();
  if (is_contiguous(payload)) {
    copy_bytes(host, data + offset, length);
    return;
  }
  detail::for_each_byte(payload, offset, length, [=](unsigned k, unsigned address_offset) {
    host[address_offset - offset] = data[k];
  });
}

// The whole payload against the bytes at its address; TLM_IGNORE_COMMAND moves nothing and returns false.
inline bool apply_payload(tlm::tlm_generic_payload& payload, unsigned char* host) {
  if (payload.is_read()) {
    read_segment(payload, 0, footprint(payload), host);
    return true;
  }
  if (payload.is_write()) {
    write_segment(payload, 0, footprint(payload), host);
    return true;
  }
  return false;
}

}  // namespace mimd

#endif
