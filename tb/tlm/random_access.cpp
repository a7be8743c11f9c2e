#include "tb/tlm/random_access.h"

#include <algorithm>
#include <cstring>
#include <sstream>

namespace mimd::tb {

random_access::random_access(tlm::tlm_mm_interface* manager)
    : payload_(manager), buffer_(longest + 2 * guard), before_(longest), enables_(longest + guard) {}

void random_access::choose_shape(random_generator& random, access_style style, unsigned max_length,
                                 bool sloppy) {
  const auto below = [&](std::uint64_t n) { return static_cast<unsigned>(random.below(n)); };
  const std::uint64_t size = memory_->range().size;
  const unsigned limit = static_cast<unsigned>(std::min<std::uint64_t>({size, max_length, longest}));
  unsigned length = 1 + below(limit);
  if (below(2) == 0) length = std::min(limit, 1u << below(9));  // the sizes that real programs use
  unsigned width = length;
  if (style == access_style::transport) {
    switch (below(8)) {
      case 0:
        width = sloppy ? 0 : length;
        break;
      case 1:
        width = length + 1 + below(64);
        break;
      case 2:
      case 3:
        width = 1 + below(length);
        break;
      default:
        break;
    }
  }
  footprint_ = width == 0 ? length : std::min(width, length);
  const std::uint64_t last = size - footprint_;  // the last offset that fits
  std::uint64_t offset = random.below(last + 1);
  if (below(2) == 0) offset -= offset % std::min<std::uint64_t>(offset + 1, 8);
  start_ = memory_->range().address + offset;

  payload_.set_address(start_);
  payload_.set_data_ptr(buffer_.data() + guard);
  payload_.set_data_length(length);
  payload_.set_streaming_width(width);
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_byte_enable_length(0);
  if (style == access_style::transport && below(4) == 0) {
    const unsigned enables = 1 + below(length + guard);
    const unsigned density = below(5);  // from none to all
    for (unsigned i = 0; i < enables; ++i) {
      enables_[i] = below(4) < density ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
    }
    payload_.set_byte_enable_ptr(enables_.data());
    payload_.set_byte_enable_length(enables);
  }
}

void random_access::fill(random_generator& random, reference_memory& memory, access_style style,
                         unsigned max_length, bool sloppy) {
  memory_ = &memory;
  choose_shape(random, style, max_length, sloppy);
  payload_.set_command(memory.range().writable && random.below(2) == 0 ? tlm::TLM_WRITE_COMMAND
                                                                       : tlm::TLM_READ_COMMAND);
  if (style == access_style::transport && random.below(64) == 0) {
    payload_.set_command(tlm::TLM_IGNORE_COMMAND);
  }
  std::fill(buffer_.begin(), buffer_.end(), guard_byte);
  const unsigned length = payload_.get_data_length();
  for (unsigned k = 0; k < length; k += 8) {
    const std::uint64_t word = random.next();
    std::memcpy(before_.data() + k, &word, std::min(8u, length - k));
  }
  std::memcpy(buffer_.data() + guard, before_.data(), length);

  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload_.set_dmi_allowed(false);
  if (sloppy && random.below(4) == 0) {
    payload_.set_response_status(
        static_cast<tlm::tlm_response_status>(1 - static_cast<int>(random.below(7))));
    payload_.set_dmi_allowed(random.below(2) == 0);
  }
}

void random_access::shorten(unsigned available) {
  const unsigned length = std::min(payload_.get_data_length(), available);
  payload_.set_data_length(length);
  payload_.set_streaming_width(length);
  std::fill(buffer_.begin() + guard + length, buffer_.end(), guard_byte);
  footprint_ = length;
}

std::string random_access::at(unsigned k, unsigned char is, unsigned char should) const {
  std::ostringstream text;
  text << (payload_.is_read()    ? "read"
           : payload_.is_write() ? "write"
                                 : "ignored command")
       << " of " << payload_.get_data_length() << " bytes at 0x" << std::hex << start_ << std::dec
       << " (streaming width " << payload_.get_streaming_width() << ", byte enables "
       << (payload_.get_byte_enable_ptr() == nullptr ? 0 : payload_.get_byte_enable_length()) << "): byte "
       << k << " is " << unsigned{is} << ", not " << unsigned{should};
  return text.str();
}

std::string random_access::check(bool performed) {
  const unsigned length = payload_.get_data_length();
  const unsigned char* data = buffer_.data() + guard;
  const unsigned char* enables = payload_.get_byte_enable_ptr();
  const std::uint64_t offset = start_ - memory_->range().address;
  const bool read = performed && payload_.is_read(), write = performed && payload_.is_write();
  std::string wrong;
  for (unsigned k = 0; k < length; ++k) {
    const bool enabled =
        enables == nullptr || enables[k % payload_.get_byte_enable_length()] != TLM_BYTE_DISABLED;
    const std::uint64_t byte = offset + k % footprint_;
    if (read && enabled) {
      if (!memory_->agrees(byte, data[k]) && wrong.empty()) wrong = at(k, data[k], memory_->at(byte));
    } else {
      if (data[k] != before_[k] && wrong.empty()) wrong = at(k, data[k], before_[k]);
      if (write && enabled) memory_->write(byte, before_[k]);
    }
  }
  const auto is_guard = [](unsigned char b) { return b == guard_byte; };
  if (!std::all_of(buffer_.begin(), buffer_.begin() + guard, is_guard) ||
      !std::all_of(buffer_.begin() + guard + length, buffer_.end(), is_guard)) {
    wrong += (wrong.empty() ? at(0, data[0], data[0]) : std::string()) +
             "; bytes outside the data array were written";
  }
  return wrong;
}

}  // namespace mimd::tb
