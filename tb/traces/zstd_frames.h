// Follows the frame structure of a zstd file (RFC 8878, section 3.1) without decompressing it.
//
// Boost's zstd filter takes the end of the file in the middle of a frame for the end of the data; a trace cut
// short must be an error, so the raw bytes pass by here as well.
#ifndef MIMD_TB_TRACES_ZSTD_FRAMES_H
#define MIMD_TB_TRACES_ZSTD_FRAMES_H

#include <cstddef>
#include <cstdint>

namespace mimd::tb {

class zstd_frames {
 public:
  void feed(const char* bytes, std::size_t count);
  bool complete() const { return state_ == state::magic && have_ == 0; }  // at the end of a frame

 private:
  enum class state : std::uint8_t {
    magic,
    descriptor,
    header,
    block_header,
    block,
    checksum,
    skip_size,
    skip,
    foreign
  };

  void expect(state next, std::uint64_t bytes);
  void field_complete();

  state state_ = state::magic;
  std::uint64_t need_ = 4;   // bytes of the current field
  std::uint64_t have_ = 0;   // of which seen
  std::uint32_t value_ = 0;  // little-endian value of a short field
  bool checksum_ = false;
  bool last_block_ = false;
};

}  // namespace mimd::tb

#endif
