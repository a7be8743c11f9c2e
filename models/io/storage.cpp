#include "io/storage.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace mimd {

void storage::check(std::uint64_t offset, std::uint64_t size) const {
  if (offset <= this->size() && size <= this->size() - offset) return;
  throw std::out_of_range("storage: bytes " + std::to_string(offset) + " + " + std::to_string(size) +
                          " are beyond its end at " + std::to_string(this->size()));
}

void storage::read(std::uint64_t offset, void* data, std::uint64_t size) const {
  check(offset, size);
  auto* to = static_cast<unsigned char*>(data);
  while (size > 0) {
    const std::uint64_t within = offset % sector_size_;
    const std::uint64_t part = std::min(size, sector_size_ - within);
    const auto found = written_.find(offset / sector_size_);
    if (found == written_.end()) {
      std::memset(to, 0, part);
    } else {
      std::memcpy(to, found->second.data() + within, part);
    }
    offset += part;
    to += part;
    size -= part;
  }
}

void storage::write(std::uint64_t offset, const void* data, std::uint64_t size) {
  check(offset, size);
  const auto* from = static_cast<const unsigned char*>(data);
  while (size > 0) {
    const std::uint64_t within = offset % sector_size_;
    const std::uint64_t part = std::min(size, sector_size_ - within);
    std::vector<unsigned char>& sector = written_[offset / sector_size_];
    sector.resize(sector_size_);
    std::memcpy(sector.data() + within, from, part);
    offset += part;
    from += part;
    size -= part;
  }
}

std::uint64_t storage::load_image(const std::string& file, std::uint64_t first) {
  if (first > sectors_) throw std::out_of_range("storage: no sector " + std::to_string(first));
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot be opened");
  std::vector<char> buffer(65536);
  std::uint64_t offset = first * sector_size_;
  do {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::uint64_t>(in.gcount());
    if (got > size() - offset) {
      throw std::runtime_error(file + ": does not fit between sector " + std::to_string(first) +
                               " and the end");
    }
    write(offset, buffer.data(), got);
    offset += got;
  } while (in);
  if (in.bad()) throw std::runtime_error(file + ": cannot be read");
  return offset - first * sector_size_;
}

void storage::mark_bad(std::uint64_t sector) {
  if (sector >= sectors_) throw std::out_of_range("storage: no sector " + std::to_string(sector));
  bad_.insert(sector);
}

}  // namespace mimd
