// A few node numbers in the words of a directory entry, oldest first: what formats with limited pointers
// share. The first word holds how many there are and a flag of the format's; the others four numbers each.
#ifndef MIMD_DIRECTORY_POINTER_LIST_H
#define MIMD_DIRECTORY_POINTER_LIST_H

#include "directory/sharer_format.h"

namespace mimd::pointer_list {

inline constexpr unsigned most = 64;
inline constexpr sharer_word flag = sharer_word{1} << 32;

constexpr unsigned words(unsigned pointers) {
  return 1 + (pointers + 3) / 4;
}

inline unsigned size(const sharer_word* entry) {
  return static_cast<unsigned>(entry[0] & 0xffff);
}
inline bool flagged(const sharer_word* entry) {
  return (entry[0] & flag) != 0;
}

inline node_id at(const sharer_word* entry, unsigned i) {
  return static_cast<node_id>(entry[1 + i / 4] >> (i % 4 * 16) & 0xffff);
}
inline void set(sharer_word* entry, unsigned i, node_id node) {
  sharer_word& word = entry[1 + i / 4];
  const unsigned shift = i % 4 * 16;
  word = (word & ~(sharer_word{0xffff} << shift)) | sharer_word{node} << shift;
}
// Where the node is, or size().
inline unsigned find(const sharer_word* entry, node_id node) {
  unsigned i = 0;
  while (i < size(entry) && at(entry, i) != node) ++i;
  return i;
}
inline void push_back(sharer_word* entry, node_id node) {
  set(entry, static_cast<unsigned>(entry[0]++ & 0xffff), node);
}
inline void erase(sharer_word* entry, unsigned i) {
  for (; i + 1 < size(entry); ++i) set(entry, i, at(entry, i + 1));
  --entry[0];
}

}  // namespace mimd::pointer_list

#endif
