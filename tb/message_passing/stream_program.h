// A skeleton or trace (operation_stream) on ranks with real memories: every message carries bytes, and each
// that is received is compared with what its sender has sent.
//
// The bytes of a rank's messages are a function of the rank and their place, so that a message tells whose it
// is. Comparing takes no simulated time.
#ifndef MIMD_TB_MESSAGE_PASSING_STREAM_PROGRAM_H
#define MIMD_TB_MESSAGE_PASSING_STREAM_PROGRAM_H

#include <cstdint>
#include <string>
#include <vector>

#include "message_passing/communicator.h"
#include "message_passing/operation_stream.h"
#include "tb/workload.h"

namespace mimd::tb {

class stream_program {
 public:
  // Messages of at most `longest` bytes, and `requests` of them at a time.
  stream_program(std::uint64_t longest, unsigned requests);

  void prepare(memory_image& memory, std::uint32_t rank);
  // Results of collectives are not compared.
  void run(message_passing::operation_stream& stream, communicator& ranks, memory_image& memory);

  // What a rank's messages have at that place.
  static std::uint8_t byte_of(std::uint32_t rank, std::uint64_t place) {
    return static_cast<std::uint8_t>(rank * 37 + place * 11 + (place >> 8) + 1);
  }

  std::uint64_t received() const { return received_; }  // messages
  const std::string& wrong() const { return wrong_; }   // the first that was not as it was sent, or ""

 private:
  struct open_request {
    std::uint64_t name;
    communicator::request request;
    address_t buffer;  // of a receive; else 0
  };
  void run_collective(const message_passing::call& c, communicator& ranks, memory_image& memory);
  void finish(communicator& ranks, memory_image& memory, const open_request& o);
  address_t take();

  std::uint64_t longest_;
  unsigned count_;
  address_t sent_ = 0;
  address_t combined_ = 0;       // by collectives
  address_t parts_ = 0;          // of all ranks; once they are needed
  address_t input_ = 0;          // likewise, of all-to-all
  std::vector<address_t> free_;  // receive buffers
  std::uint64_t received_ = 0;
  std::string wrong_;
};

}  // namespace mimd::tb

#endif
