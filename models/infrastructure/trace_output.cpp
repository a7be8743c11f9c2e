#include "infrastructure/trace_output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "infrastructure/nearest_name.h"

namespace mimd {

namespace {

constexpr std::size_t buffer_size = 64 * 1024;

std::array<std::array<char, 8>, 256> bytes_in_binary() {
  std::array<std::array<char, 8>, 256> digits{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) digits[byte][7 - bit] = (byte >> bit & 1) != 0 ? '1' : '0';
  }
  return digits;
}

std::runtime_error cannot_write(const std::string& name, int error) {
  return std::runtime_error("cannot write " + in_quotes(name) + ": " + std::strerror(error));
}

}  // namespace

trace_output::trace_output(std::string file)
    : name_(std::move(file)), file_(std::fopen(name_.c_str(), "wb")), buffer_(buffer_size) {
  if (file_ == nullptr) throw cannot_write(name_, errno);
  std::setvbuf(file_, nullptr, _IONBF, 0);  // the buffer is ours
}

trace_output::~trace_output() {
  if (file_ == nullptr) return;
  flush();
  std::fclose(file_);
}

void trace_output::write(std::string_view record) {
  char* to = reserve(record.size());
  commit(std::copy(record.begin(), record.end(), to));
}

void trace_output::flush() {
  if (used_ != 0 && error_ == 0 && std::fwrite(buffer_.data(), 1, used_, file_) != used_) error_ = errno;
  used_ = 0;
}

void trace_output::close() {
  if (file_ == nullptr) return;
  flush();
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && error_ == 0) error_ = errno;
  if (error_ != 0) throw cannot_write(name_, error_);
}

void trace_output::make_room(std::size_t size) {
  flush();
  if (buffer_.size() < size) buffer_.resize(size);
}

char* format_decimal(char* to, std::uint64_t value) {
  return std::to_chars(to, to + 20, value).ptr;
}

char* format_hexadecimal(char* to, std::uint64_t value) {
  return std::to_chars(to, to + 16, value, 16).ptr;
}

char* format_binary(char* to, std::uint64_t value) {
  static const auto digits = bytes_in_binary();
  int shift = 56;
  while (shift > 0 && (value >> shift) == 0) shift -= 8;
  const auto& first = digits[value >> shift & 0xff];
  const auto one = std::find(first.begin(), first.end() - 1, '1');
  to = std::copy(one, first.end(), to);
  for (shift -= 8; shift >= 0; shift -= 8) {
    const auto& next = digits[value >> shift & 0xff];
    to = std::copy(next.begin(), next.end(), to);
  }
  return to;
}

}  // namespace mimd
