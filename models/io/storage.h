// The bytes of a disk or tape: sectors that read as zero until they are written.
//
// Plain C++, no time. A device reads and writes whole sectors; the host preloads and reads back any range of
// bytes before, during and after a run. A sector may be marked bad: the device then reports an error, while
// the host still sees its bytes. Memory is taken only for sectors that were written.
//
// Errors: std::out_of_range for a range beyond the end, std::runtime_error for a file (one line that names
// it).
#ifndef MIMD_IO_STORAGE_H
#define MIMD_IO_STORAGE_H

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mimd {

class storage {
 public:
  storage(unsigned sector_size, std::uint64_t sectors) : sector_size_(sector_size), sectors_(sectors) {}

  unsigned sector_size() const { return sector_size_; }
  std::uint64_t sectors() const { return sectors_; }
  std::uint64_t size() const { return sectors_ * sector_size_; }  // bytes

  void read(std::uint64_t offset, void* data, std::uint64_t size) const;
  void write(std::uint64_t offset, const void* data, std::uint64_t size);

  // Writes a host file from sector `first` on; returns its bytes.
  std::uint64_t load_image(const std::string& file, std::uint64_t first = 0);

  void mark_bad(std::uint64_t sector);
  bool is_bad(std::uint64_t sector) const { return bad_.count(sector) != 0; }

 private:
  void check(std::uint64_t offset, std::uint64_t size) const;

  unsigned sector_size_;
  std::uint64_t sectors_;
  std::map<std::uint64_t, std::vector<unsigned char>> written_;
  std::set<std::uint64_t> bad_;
};

}  // namespace mimd

#endif
