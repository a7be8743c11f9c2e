/* The fields of a line of docs/trace-format.md, each behind a blank; they return the position behind the
 * field. */
#ifndef MIMD_TB_RECORDER_LINE_TEXT_H
#define MIMD_TB_RECORDER_LINE_TEXT_H

#include <stdint.h>

static inline char* put_address(char* p, uint64_t value) {
  unsigned digits = value == 0 ? 1 : (unsigned)(67 - __builtin_clzll(value)) / 4;
  *p++ = ' ';
  for (char* digit = p + digits; digit != p; value >>= 4) *--digit = "0123456789abcdef"[value & 15];
  return p + digits;
}

static inline char* put_number(char* p, uint64_t value) {
  char text[20];
  unsigned digits = 0;
  do {
    text[digits++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  *p++ = ' ';
  while (digits != 0) *p++ = text[--digits];
  return p;
}

#endif
