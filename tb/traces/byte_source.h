// The bytes of a file, decompressed on the way: gzip, xz and zstd are recognised by their first bytes, not by
// the name. Reads regular files and pipes. A damaged or truncated compressed file is
// std::runtime_error "FILE: ...", also where the decompressor itself would not notice.
#ifndef MIMD_TB_TRACES_BYTE_SOURCE_H
#define MIMD_TB_TRACES_BYTE_SOURCE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace mimd::tb {

class byte_source {
 public:
  explicit byte_source(const std::string& path);
  ~byte_source();
  byte_source(const byte_source&) = delete;
  byte_source& operator=(const byte_source&) = delete;

  std::size_t read(char* out, std::size_t maximum);  // 0 only at the end
  std::uint64_t consumed() const;                    // bytes taken from the file
  std::uint64_t total() const;                       // size of the file, 0 = unknown

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace mimd::tb

#endif
