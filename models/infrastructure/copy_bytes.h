// Copies of the sizes that accesses and cache lines have.
#ifndef MIMD_INFRASTRUCTURE_COPY_BYTES_H
#define MIMD_INFRASTRUCTURE_COPY_BYTES_H

#include <cstring>

namespace mimd {

// In moves of 16 bytes: GCC makes a slow string instruction of a plain memcpy of 64.
inline void copy_64_bytes(unsigned char* to, const unsigned char* from) {
  unsigned char block[4][16];
  std::memcpy(block[0], from, 16);
  std::memcpy(block[1], from + 16, 16);
  std::memcpy(block[2], from + 32, 16);
  std::memcpy(block[3], from + 48, 16);
  std::memcpy(to, block[0], 16);
  std::memcpy(to + 16, block[1], 16);
  std::memcpy(to + 32, block[2], 16);
  std::memcpy(to + 48, block[3], 16);
}

// memcpy whose usual sizes, those of an access, are single moves.
inline void copy_bytes(unsigned char* to, const unsigned char* from, unsigned length) {
  switch (length) {
    case 1:
      *to = *from;
      return;
    case 2:
      std::memcpy(to, from, 2);
      return;
    case 4:
      std::memcpy(to, from, 4);
      return;
    case 8:
      std::memcpy(to, from, 8);
      return;
    case 64:
      copy_64_bytes(to, from);
      return;
    default:
      std::memcpy(to, from, length);
  }
}

// memcpy of a cache line.
inline void copy_line(unsigned char* to, const unsigned char* from, unsigned length) {
  if (length == 64) {
    copy_64_bytes(to, from);
  } else {
    std::memcpy(to, from, length);
  }
}

}  // namespace mimd

#endif
