#include "tb/traces/open_trace.h"

#include <sys/stat.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "infrastructure/nearest_name.h"
#include "tb/traces/line_buffer.h"
#include "tb/traces/line_formats.h"

namespace mimd::tb {

namespace {

constexpr std::string_view thread_magic = "mimd-thread ";
constexpr std::string_view index_magic = "mimd-threads ";
constexpr std::string_view version = "1";

template <typename Format>
class text_stream final : public trace_stream {
 public:
  text_stream(std::unique_ptr<line_buffer> lines, unsigned thread)
      : lines_(std::move(lines)), thread_(thread) {}

  std::size_t read(trace_record* out, std::size_t maximum) override {
    std::size_t count = 0;
    while (count == 0 && !ended_) {
      if (lines_->begin() == lines_->end() && !lines_->refill()) {
        end_of_file();
        break;
      }
      count = parse(out, maximum);
    }
    any_ = any_ || count > 0;
    return count;
  }

  const std::string& name() const override { return lines_->path(); }
  unsigned thread() const override { return thread_; }
  bool of_instructions() const override { return !has_end_line; }
  std::uint64_t bytes_consumed() const override { return lines_->source().consumed(); }
  std::uint64_t bytes_total() const override { return lines_->source().total(); }

 private:
  static constexpr bool has_end_line = std::is_same_v<Format, thread_format>;

  std::size_t parse(trace_record* out, std::size_t maximum) {
    const char* p = lines_->begin();
    const char* const end = lines_->end();
    Format format = format_;
    std::size_t count = 0;
    std::uint64_t lines = 0;
    while (p != end && count < maximum) {
      const char* const start = p;
      const line result = format.parse(p, out[count]);
      if (result == line::wrong) lines_->fail_at(start, lines, format.reason);
      ++lines;
      if (result == line::record) ++count;
      if (result == line::end) {
        ended_ = true;
        break;
      }
    }
    format_ = format;
    lines_->advance(p, lines);
    if (ended_ && (p != end || lines_->refill())) lines_->fail_here("more lines after the end line");
    return count;
  }

  void end_of_file() {
    if (has_end_line) lines_->fail_here("no end line: the trace is truncated, or its program was killed");
    if (!any_) throw std::runtime_error(name() + ": the trace is empty");
    ended_ = true;
  }

  std::unique_ptr<line_buffer> lines_;
  unsigned thread_;
  Format format_;
  bool any_ = false;
  bool ended_ = false;
};

std::string_view line_at(const char* p, const char* end) {
  return {p, static_cast<std::size_t>(std::find(p, end, '\n') - p)};
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "1" or "1 REST": leaves REST.
void check_version(const line_buffer& lines, std::string_view& text) {
  const std::string_view found = text.substr(0, text.find(' '));
  if (found != version) {
    lines.fail_here("version " + in_quotes(found) +
                    " of the thread trace format is unknown; this program reads " + std::string(version));
  }
  text.remove_prefix(std::min(text.size(), found.size() + 1));
}

bool parse_thread(std::string_view text, unsigned& thread) {
  if (text.empty() || text.size() > 5 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  thread = static_cast<unsigned>(std::stoul(std::string(text)));
  return true;
}

std::unique_ptr<trace_stream> open_thread_stream(std::unique_ptr<line_buffer> lines) {
  const std::string_view first = line_at(lines->begin(), lines->end());
  std::string_view rest = first;
  rest.remove_prefix(thread_magic.size());
  check_version(*lines, rest);
  unsigned thread = 0;
  if (!parse_thread(rest, thread)) lines->fail_here("the header is not 'mimd-thread 1 NUMBER'");
  lines->advance(first.data() + first.size() + 1, 1);
  return std::make_unique<text_stream<thread_format>>(std::move(lines), thread);
}

std::unique_ptr<trace_stream> stream_of(std::unique_ptr<line_buffer> lines) {
  const char* p = lines->begin();
  if (line_at(p, lines->end()).substr(0, thread_magic.size()) == thread_magic) {
    return open_thread_stream(std::move(lines));
  }
  while (p != lines->end() && lackey_format::foreign(p)) scan::skip_line(p);
  if (p == lines->end() || lackey_format::matches(p)) {
    return std::make_unique<text_stream<lackey_format>>(std::move(lines), 0);
  }
  if (compact_format::matches(p)) return std::make_unique<text_stream<compact_format>>(std::move(lines), 0);
  if (dinero_format::matches(p)) return std::make_unique<text_stream<dinero_format>>(std::move(lines), 0);
  lines->fail_at(p, static_cast<std::uint64_t>(std::count(lines->begin(), p, '\n')),
                 "not a trace (lackey, Dinero, 'OP HEXADDRESS SIZE' or recorded threads)");
}

std::unique_ptr<line_buffer> open_lines(const std::string& path) {
  auto lines = std::make_unique<line_buffer>(path);
  if (!lines->refill()) throw std::runtime_error(path + ": the trace is empty");
  return lines;
}

bool is_index(const line_buffer& lines) {
  return line_at(lines.begin(), lines.end()).substr(0, index_magic.size()) == index_magic;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// "mimd-threads 1", then "thread NUMBER FILE" for each thread from 0 on; "program ..." is for people.
std::vector<std::unique_ptr<trace_stream>> open_index(line_buffer& lines) {
  const std::string& path = lines.path();
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  std::vector<std::unique_ptr<trace_stream>> streams;
  std::string_view header = line_at(lines.begin(), lines.end());
  const char* next = header.data() + header.size() + 1;
  take_prefix(header, index_magic);
  check_version(lines, header);
  if (!header.empty()) lines.fail_here("the header is not 'mimd-threads 1'");
  lines.advance(next, 1);
  while (lines.begin() != lines.end() || lines.refill()) {
    std::string_view text = line_at(lines.begin(), lines.end());
    next = text.data() + text.size() + 1;
    if (take_prefix(text, "thread ")) {
      unsigned thread = 0;
      const std::size_t blank = text.find(' ');
      if (blank == std::string_view::npos || blank + 1 == text.size() ||
          !parse_thread(text.substr(0, blank), thread)) {
        lines.fail_at(lines.begin(), 0, "not 'thread NUMBER FILE'");
      }
      if (thread != streams.size()) {
        lines.fail_at(lines.begin(), 0,
                      "threads are not numbered from 0: expected " + std::to_string(streams.size()));
      }
      streams.push_back(open_stream(folder + std::string(text.substr(blank + 1))));
      if (streams.back()->thread() != thread) {
        lines.fail_at(lines.begin(), 0, "the file holds thread " + std::to_string(streams.back()->thread()));
      }
    } else if (text.substr(0, 8) != "program ") {
      lines.fail_at(lines.begin(), 0, "neither 'thread NUMBER FILE' nor 'program ...'");
    }
    lines.advance(next, 1);
  }
  if (streams.empty()) lines.fail_here("the index names no thread");
  return streams;
}

}  // namespace

std::unique_ptr<trace_stream> open_stream(const std::string& path) {
  auto lines = open_lines(path);
  if (is_index(*lines))
    throw std::runtime_error(path + ": an index of threads where a trace of one is needed");
  return stream_of(std::move(lines));
}

std::vector<std::unique_ptr<trace_stream>> open_traces(const std::vector<std::string>& paths) {
  if (paths.empty()) throw std::runtime_error("no trace file is given");
  std::vector<std::unique_ptr<trace_stream>> streams;
  for (const std::string& path : paths) {
    const std::string file = is_directory(path) ? path + "/index" : path;
    auto lines = open_lines(file);
    if (!is_index(*lines)) {
      streams.push_back(stream_of(std::move(lines)));
    } else if (paths.size() == 1) {
      return open_index(*lines);
    } else {
      throw std::runtime_error(file +
                               ": a recorded multi-thread program cannot be combined with other traces");
    }
  }
  return streams;
}

}  // namespace mimd::tb
