#include "tb/traces/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/iostreams/categories.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "tb/traces/zstd_frames.h"

namespace mimd::tb {

namespace {

namespace io = boost::iostreams;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw std::runtime_error(path + ": " + what);
}

std::string system_message() {
  return std::generic_category().message(errno);
}

// The file itself. Its first bytes can be looked at before they are read, also of a pipe.
class raw_file {
 public:
  explicit raw_file(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail(path, "cannot open the trace: " + system_message());
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0) {
      if (S_ISDIR(status.st_mode)) {
        ::close(descriptor_);
        fail(path, "is a directory, not a trace file");
      }
      if (S_ISREG(status.st_mode)) total_ = static_cast<std::uint64_t>(status.st_size);
    }
    while (head_size_ < sizeof head_) {
      const std::size_t got = read_descriptor(head_ + head_size_, sizeof head_ - head_size_);
      if (got == 0) break;
      head_size_ += got;
    }
  }
  ~raw_file() { ::close(descriptor_); }
  raw_file(const raw_file&) = delete;
  raw_file& operator=(const raw_file&) = delete;

  bool starts_with(const char* magic, std::size_t size) const {
    return head_size_ >= size && std::memcmp(head_, magic, size) == 0;
  }

  std::size_t read(char* out, std::size_t maximum) {
    std::size_t got = 0;
    if (head_used_ < head_size_) {
      got = std::min(maximum, head_size_ - head_used_);
      std::memcpy(out, head_ + head_used_, got);
      head_used_ += got;
    } else {
      got = read_descriptor(out, maximum);
    }
    consumed_ += got;
    frames_.feed(out, follow_frames_ ? got : 0);
    return got;
  }

  void follow_zstd_frames() { follow_frames_ = true; }
  bool frames_complete() const { return frames_.complete(); }
  std::uint64_t consumed() const { return consumed_; }
  std::uint64_t total() const { return total_; }

 private:
  std::size_t read_descriptor(char* out, std::size_t maximum) {
    for (;;) {
      const ssize_t got = ::read(descriptor_, out, maximum);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) fail(path_, "cannot read the trace: " + system_message());
    }
  }

  std::string path_;
  int descriptor_;
  char head_[6] = {};
  std::size_t head_size_ = 0;
  std::size_t head_used_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint64_t total_ = 0;
  bool follow_frames_ = false;
  zstd_frames frames_;
};

// raw_file as a Boost.Iostreams device.
class raw_device {
 public:
  using char_type = char;
  using category = io::source_tag;
  explicit raw_device(raw_file& file) : file_(&file) {}
  std::streamsize read(char* out, std::streamsize maximum) {
    const std::size_t got = file_->read(out, static_cast<std::size_t>(maximum));
    return got == 0 ? -1 : static_cast<std::streamsize>(got);
  }

 private:
  raw_file* file_;
};

}  // namespace

class byte_source::implementation {
 public:
  explicit implementation(const std::string& path) : path_(path), file_(path) {
    constexpr int block = 64 * 1024;
    if (file_.starts_with("\x1f\x8b", 2)) {
      format_ = "gzip";
      filters_.push(io::gzip_decompressor(io::gzip::default_window_bits, block));
    } else if (file_.starts_with("\xfd"
                                 "7zXZ\0",
                                 6)) {
      format_ = "xz";
      filters_.push(io::lzma_decompressor(block));
    } else if (file_.starts_with("\x28\xb5\x2f\xfd", 4)) {
      format_ = "zstd";
      file_.follow_zstd_frames();
      filters_.push(io::zstd_decompressor(block));
    }
    if (compressed()) filters_.push(raw_device(file_), block);
  }

  std::size_t read(char* out, std::size_t maximum) {
    if (!compressed()) return file_.read(out, maximum);
    std::streamsize got = 0;
    try {
      got = filters_.sgetn(out, static_cast<std::streamsize>(maximum));
    } catch (const std::ios_base::failure&) {
      fail(path_, "the " + format_ + " data is damaged or truncated");
    }
    if (got > 0) return static_cast<std::size_t>(got);
    if (format_ == "zstd" && !file_.frames_complete()) fail(path_, "the zstd data is truncated");
    return 0;
  }

  std::uint64_t consumed() const { return file_.consumed(); }
  std::uint64_t total() const { return file_.total(); }

 private:
  bool compressed() const { return !format_.empty(); }

  std::string path_;
  raw_file file_;
  io::filtering_streambuf<io::input> filters_;
  std::string format_;  // "" = plain
};

byte_source::byte_source(const std::string& path) : implementation_(std::make_unique<implementation>(path)) {}
byte_source::~byte_source() = default;

std::size_t byte_source::read(char* out, std::size_t maximum) {
  return implementation_->read(out, maximum);
}
std::uint64_t byte_source::consumed() const {
  return implementation_->consumed();
}
std::uint64_t byte_source::total() const {
  return implementation_->total();
}

}  // namespace mimd::tb
