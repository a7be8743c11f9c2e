#include "infrastructure/transaction_log.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <string_view>

#include "infrastructure/trace_output.h"
#include "infrastructure/trace_reorder.h"

namespace mimd {

namespace {

constexpr std::size_t longest_escape = 6;  // \u001f
constexpr std::size_t room_for_the_rest = 256;

char* put(char* to, std::string_view text) {
  return std::copy(text.begin(), text.end(), to);
}

// Bytes from 0x80 on pass: names are UTF-8.
char* put_string(char* to, const char* text) {
  constexpr std::string_view digits = "0123456789abcdef";
  *to++ = '"';
  for (; *text != '\0'; ++text) {
    const auto byte = static_cast<unsigned char>(*text);
    if (byte == '"' || byte == '\\') {
      *to++ = '\\';
      *to++ = *text;
    } else if (byte < 0x20) {
      to = put(to, "\\u00");
      *to++ = digits[byte >> 4];
      *to++ = digits[byte & 15];
    } else {
      *to++ = *text;
    }
  }
  *to++ = '"';
  return to;
}

void write_line(trace_output& output, const transaction_record& what) {
  const std::size_t texts = std::strlen(what.type) + std::strlen(what.agent) + std::strlen(what.outcome);
  char* to = output.reserve(room_for_the_rest + longest_escape * texts);
  to = format_decimal(put(to, "{\"id\":"), what.id);
  to = format_decimal(put(to, ",\"parent\":"), what.parent);
  to = format_decimal(put(to, ",\"begin_ps\":"), what.begin);
  to = format_decimal(put(to, ",\"end_ps\":"), what.end);
  to = put_string(put(to, ",\"type\":"), what.type);
  to = put_string(put(to, ",\"agent\":"), what.agent);
  to = format_hexadecimal(put(to, ",\"address\":\"0x"), what.address);
  to = format_decimal(put(to, "\",\"size\":"), what.size);
  to = put_string(put(to, ",\"outcome\":"), what.outcome);
  output.commit(put(to, "}\n"));
}

}  // namespace

class transaction_log::implementation {
 public:
  explicit implementation(const std::string& file) : output_(file) {}

  void record(const transaction_record& what) {
    pending_.push(what.begin, what);
    if (pending_.full()) drain(false);
  }

  void advance(time_ps now) {
    pending_.advance(now);
    if (clock_.due()) {
      drain(false);
      output_.flush();
    }
  }

  void finish() {
    drain(true);
    output_.close();
  }

 private:
  void drain(bool everything) {
    pending_.drain([this](time_ps, const transaction_record& what) { write_line(output_, what); },
                   everything);
  }

  trace_output output_;
  trace_reorder<transaction_record> pending_;
  trace_flush_clock clock_;
};

transaction_log::transaction_log(const std::string& file)
    : implementation_(std::make_unique<implementation>(file)) {}

transaction_log::~transaction_log() {
  try {
    finish();
  } catch (const std::exception&) {
    // finish() is the way to hear of it
  }
}

void transaction_log::record(const transaction_record& what) {
  implementation_->record(what);
}
void transaction_log::advance(time_ps now) {
  implementation_->advance(now);
}
void transaction_log::finish() {
  implementation_->finish();
}

}  // namespace mimd
