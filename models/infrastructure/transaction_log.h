// The transaction log: one line of JSON for each transaction (JSON lines), for people and for scripts.
//
//   {"id":7,"parent":3,"begin_ps":120000,"end_ps":165000,"type":"BusRd","agent":"cpu_0.l1","address":"0x1f40",
//    "size":64,"outcome":"from_memory"}                                        (on one line)
//
// `id` is the caller's, never 0; `parent` is the id of the transaction that caused this one, 0 for none.
// Times are picoseconds. The address is a string in hexadecimal, because JSON readers keep only 53 bits of a
// number.
//
// Order. record() may be called at the beginning of a transaction (loosely timed: begin is at or after the
// kernel's present) or at its completion. A line stands where its begin, or if that has passed already the
// last advance(now) before record(), puts it; equal times in order of record(). So an LT log is sorted by
// begin, an AT log by completion, and the bytes depend on nothing of the host.
//
// The file always ends at a full line and is flushed at least once a second of host time, as long as record()
// or advance() is called. Errors: the constructor and finish() throw std::runtime_error naming the file.
#ifndef MIMD_INFRASTRUCTURE_TRANSACTION_LOG_H
#define MIMD_INFRASTRUCTURE_TRANSACTION_LOG_H

#include <cstdint>
#include <memory>
#include <string>

#include "infrastructure/time.h"

namespace mimd {

// The three texts must live until the log is finished: literals, or names that the machine registered.
struct transaction_record {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  time_ps begin = 0;
  time_ps end = 0;
  const char* type = "";
  const char* agent = "";
  std::uint64_t address = 0;
  std::uint32_t size = 0;
  const char* outcome = "";
};

class transaction_log {
 public:
  explicit transaction_log(const std::string& file);
  transaction_log(const transaction_log&) = delete;
  transaction_log& operator=(const transaction_log&) = delete;
  // Closes the file as finish() would, but without complaint.
  ~transaction_log();

  void record(const transaction_record& what);
  // No record that begins before `now` will come any more, except completions.
  void advance(time_ps now);
  // Writes what is left and closes the file.
  void finish();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace mimd

#endif
