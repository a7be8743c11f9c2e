#include "tb/traces/zstd_frames.h"

#include <algorithm>

namespace mimd::tb {

void zstd_frames::feed(const char* bytes, std::size_t count) {
  while (count > 0) {
    if (state_ == state::foreign) return;  // not zstd: the decompressor says so
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(count, need_ - have_));
    if (need_ <= 4) {
      for (std::size_t i = 0; i < take; ++i) {
        value_ |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * (have_ + i));
      }
    }
    have_ += take;
    bytes += take;
    count -= take;
    if (have_ == need_) field_complete();
  }
}

void zstd_frames::expect(state next, std::uint64_t bytes) {
  state_ = next;
  need_ = bytes;
  have_ = 0;
  value_ = 0;
}

void zstd_frames::field_complete() {
  const std::uint32_t value = value_;
  switch (state_) {
    case state::magic:
      if (value == 0xFD2FB528u) {
        expect(state::descriptor, 1);
      } else if ((value & 0xFFFFFFF0u) == 0x184D2A50u) {
        expect(state::skip_size, 4);
      } else {
        state_ = state::foreign;
      }
      return;
    case state::descriptor: {
      constexpr std::uint64_t dictionary_bytes[] = {0, 1, 2, 4};
      constexpr std::uint64_t content_size_bytes[] = {0, 2, 4, 8};
      const bool single_segment = (value & 0x20u) != 0;
      checksum_ = (value & 0x04u) != 0;
      std::uint64_t content_size = content_size_bytes[value >> 6];
      if (content_size == 0 && single_segment) content_size = 1;
      const std::uint64_t rest = (single_segment ? 0 : 1) + dictionary_bytes[value & 3] + content_size;
      expect(state::header, rest);  // never empty: window descriptor or content size is there
      return;
    }
    case state::header:
      expect(state::block_header, 3);
      return;
    case state::block_header: {
      const bool run_length = ((value >> 1) & 3u) == 1;
      const std::uint64_t size = run_length ? 1 : value >> 3;
      last_block_ = (value & 1u) != 0;
      expect(state::block, size);
      if (size == 0) field_complete();
      return;
    }
    case state::block:
      if (!last_block_) {
        expect(state::block_header, 3);
      } else if (checksum_) {
        expect(state::checksum, 4);
      } else {
        expect(state::magic, 4);
      }
      return;
    case state::skip_size:
      expect(value == 0 ? state::magic : state::skip, value == 0 ? 4 : value);
      return;
    case state::checksum:
    case state::skip:
      expect(state::magic, 4);
      return;
    case state::foreign:
      return;
  }
}

}  // namespace mimd::tb
