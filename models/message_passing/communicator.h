// Message passing in the shape of MPI, for programs with real data: every rank of the machine, point to point
// and collectives. Addresses are those of the rank's own private memory.
//
// Collective operations carry out the schedules of collective_schedule.h by the algorithms chosen, and move
// the bytes: vectors are `count` elements; `data` is the `work` of collective_schedule.h. All ranks call the
// same operations in the same order. What combines is done by the processor, element by element, in the order
// of the schedule (which keeps that of ranks where it says so).
#ifndef MIMD_MESSAGE_PASSING_COMMUNICATOR_H
#define MIMD_MESSAGE_PASSING_COMMUNICATOR_H

#include <cstdint>
#include <vector>

#include "message_passing/collective_algorithms.h"
#include "message_passing/message_endpoint.h"

namespace mimd {

enum class element : std::uint8_t { byte, u32, u64, f64 };
enum class combination : std::uint8_t { sum, minimum, maximum };

constexpr unsigned bytes_of(element e) {
  return e == element::byte ? 1 : e == element::u32 ? 4 : 8;
}

class communicator {
 public:
  using request = message_endpoint::request;

  communicator(message_endpoint& endpoint, const message_passing::collective_algorithms& algorithms);
  // Some of the machine's ranks, this one among them, numbered in the order given. Groups that share ranks
  // need different contexts, 1 ... 65535, by which their collective operations are told apart.
  communicator group(std::vector<std::uint32_t> members, std::uint32_t context) const;

  std::uint32_t rank() const { return rank_; }
  std::uint32_t size() const {
    return members_.empty() ? endpoint_.ranks() : static_cast<std::uint32_t>(members_.size());
  }
  processor& cpu() { return endpoint_.cpu(); }

  // Tags below 2^31. from, tag of a receive: message_passing::any_source, any_tag.
  request isend(std::uint32_t to, std::uint32_t tag, address_t data, std::uint64_t bytes) {
    return endpoint_.send(member(to), tag, data, bytes);
  }
  request ireceive(std::uint32_t from, std::uint32_t tag, address_t data, std::uint64_t bytes) {
    return endpoint_.receive(from == message_passing::any_source ? from : member(from), tag, data, bytes);
  }
  receive_status wait(request r);
  bool test(request r) { return endpoint_.test(r); }
  void send(std::uint32_t to, std::uint32_t tag, address_t data, std::uint64_t bytes) {
    wait(isend(to, tag, data, bytes));
  }
  receive_status receive(std::uint32_t from, std::uint32_t tag, address_t data, std::uint64_t bytes) {
    return wait(ireceive(from, tag, data, bytes));
  }
  // Both at once.
  receive_status exchange(std::uint32_t to, address_t sent, std::uint64_t sent_bytes, std::uint32_t from,
                          address_t received, std::uint64_t received_bytes, std::uint32_t tag);

  void barrier();
  void broadcast(std::uint32_t root, address_t data, std::uint64_t bytes);
  // The result is in `data` of the root.
  void reduce(std::uint32_t root, address_t data, std::uint64_t count, element e, combination how);
  void allreduce(address_t data, std::uint64_t count, element e, combination how);
  void scan(address_t data, std::uint64_t count, element e, combination how);
  // `bytes` of each rank; its own part of `data` is that of its number.
  void gather(std::uint32_t root, address_t data, std::uint64_t bytes);
  void scatter(std::uint32_t root, address_t data, std::uint64_t bytes);
  void allgather(address_t data, std::uint64_t bytes);
  // `bytes` for each rank.
  void all_to_all(address_t input, address_t data, std::uint64_t bytes);
  // Any, of bytes, which are added up where it combines: of the whole vector, or, by rank, of all parts.
  // input: of all-to-all.
  void on_bytes(message_passing::collective c, std::uint32_t root, address_t data, address_t input,
                std::uint64_t bytes) {
    collective(c, root, {data, input, bytes, element::byte, combination::sum});
  }

 private:
  struct vector {
    address_t data = 0;
    address_t input = 0;
    std::uint64_t count = 0;
    element kind = element::byte;
    combination how = combination::sum;
  };
  struct incoming {
    request r = 0;
    message_passing::collective_step step;
    address_t buffer = 0;  // 0: it is received in its place
    std::uint64_t bytes = 0;
  };
  struct outgoing {
    request r = 0;
    address_t buffer = 0;
    std::uint64_t bytes = 0;
  };

  std::uint32_t member(std::uint32_t r) const { return members_.empty() ? r : members_[r]; }
  void collective(message_passing::collective c, std::uint32_t root, const vector& v);
  void run_schedule(const message_passing::schedule& plan, std::uint32_t tag, const vector& v);
  void begin_step(const message_passing::schedule& plan, const message_passing::collective_step& s,
                  std::uint32_t tag, const vector& v);
  void end_steps(const message_passing::schedule& plan, const vector& v);
  void move(message_passing::local_move how, const vector& v);
  void combine(address_t own, address_t received, std::uint64_t count, const vector& v, bool before);

  message_endpoint& endpoint_;
  message_passing::collective_algorithms algorithms_;
  std::vector<std::uint32_t> members_;  // empty: all
  std::uint32_t context_ = 0;
  std::uint32_t rank_;
  std::vector<incoming> incoming_;
  std::vector<outgoing> outgoing_;
};

}  // namespace mimd

#endif
