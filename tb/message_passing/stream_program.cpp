#include "tb/message_passing/stream_program.h"

#include <algorithm>

#include "tb/workloads/support.h"

namespace mimd::tb {

using message_passing::call;
using message_passing::program_error;

stream_program::stream_program(std::uint64_t longest, unsigned requests)
    : longest_(longest), count_(requests) {}

void stream_program::prepare(memory_image& memory, std::uint32_t rank) {
  const std::uint64_t bytes = std::max<std::uint64_t>(longest_, 1);
  sent_ = memory.allocate(bytes);
  combined_ = memory.allocate(bytes);
  std::vector<std::uint8_t> content(bytes);
  for (std::uint64_t i = 0; i < bytes; ++i) content[i] = byte_of(rank, i);
  put(memory, sent_, content);
  for (unsigned i = 0; i < count_; ++i) free_.push_back(memory.allocate(bytes));
}

address_t stream_program::take() {
  if (free_.empty()) throw program_error("more receives at a time than there are buffers for");
  const address_t buffer = free_.back();
  free_.pop_back();
  return buffer;
}

void stream_program::finish(communicator& ranks, memory_image& memory, const open_request& o) {
  const receive_status status = ranks.wait(o.request);
  if (o.buffer == 0) return;
  free_.push_back(o.buffer);
  ++received_;
  const auto found = get<std::uint8_t>(memory, o.buffer, status.bytes);
  for (std::uint64_t i = 0; i < status.bytes && wrong_.empty(); ++i) {
    if (found[i] == byte_of(status.source, i)) continue;
    wrong_ = "byte " + std::to_string(i) + " of " + std::to_string(status.bytes) + " from rank " +
             std::to_string(status.source) + " is not what was sent";
  }
}

void stream_program::run_collective(const call& c, communicator& ranks, memory_image& memory) {
  const std::uint32_t root = c.peer == message_passing::any_source ? 0 : c.peer;
  if (!message_passing::is_by_rank(c.which)) return ranks.on_bytes(c.which, root, combined_, 0, c.bytes);
  if (parts_ == 0) {
    const std::uint64_t bytes = std::max<std::uint64_t>(longest_, 1) * ranks.size();
    parts_ = memory.allocate(bytes);
    input_ = memory.allocate(bytes);
  }
  ranks.on_bytes(c.which, root, parts_, input_, c.bytes * ranks.size());
}

void stream_program::run(message_passing::operation_stream& stream, communicator& ranks,
                         memory_image& memory) {
  std::vector<open_request> open;
  call c;
  while (stream.next(ranks.rank(), ranks.cpu().now(), c)) {
    if (c.what != call::kind::compute && c.bytes > longest_)
      throw program_error("a message of " + std::to_string(c.bytes) +
                          " bytes where real ranks have buffers of " + std::to_string(longest_) +
                          " (workload.size)");
    switch (c.what) {
      case call::kind::compute:
        ranks.cpu().sleep_until(ranks.cpu().now() + c.duration);
        break;
      case call::kind::send:
        ranks.send(c.peer, c.tag, sent_, c.bytes);
        break;
      case call::kind::isend:
        open.push_back({c.request, ranks.isend(c.peer, c.tag, sent_, c.bytes), 0});
        break;
      case call::kind::receive:
      case call::kind::ireceive: {
        const address_t buffer = take();
        open.push_back({c.request, ranks.ireceive(c.peer, c.tag, buffer, c.bytes), buffer});
        if (c.what == call::kind::ireceive) break;
        finish(ranks, memory, open.back());
        open.pop_back();
        break;
      }
      case call::kind::wait: {
        const auto o =
            std::find_if(open.begin(), open.end(), [&c](const auto& x) { return x.name == c.request; });
        if (o == open.end()) throw program_error("waits for a request that it has not made");
        finish(ranks, memory, *o);
        open.erase(o);
        break;
      }
      case call::kind::wait_all:
        for (const open_request& o : open) finish(ranks, memory, o);
        open.clear();
        break;
      case call::kind::collective:
        run_collective(c, ranks, memory);
        break;
    }
  }
}

}  // namespace mimd::tb
