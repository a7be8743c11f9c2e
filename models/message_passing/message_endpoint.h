// A rank of real memory and processor: sends and receives of bytes of its private memory, over its network
// interface, by the protocol that all ranks share (message_protocol.h).
//
// Packetisation: a message is cut at driver_parameters::packet_bytes; each packet names its message, its
// place in it, and its number among those of its source and destination. Packets that come out of order are
// put aside until those before them are there. Bytes go from the receive buffers straight to where a receive
// that has been posted wants them; else to a buffer, and from there when it is posted.
//
// Progress is made whenever the program calls, and, with interrupts, whenever a packet arrives. Answers of
// the protocol (clearances, data after them, credits) are sent in the order in which they came up, by the
// outermost call.
#ifndef MIMD_MESSAGE_PASSING_MESSAGE_ENDPOINT_H
#define MIMD_MESSAGE_PASSING_MESSAGE_ENDPOINT_H

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cpu/interruptible.h"
#include "cpu/processor.h"
#include "message_passing/buffer_heap.h"
#include "message_passing/interface_driver.h"
#include "message_passing/message_protocol.h"
#include "message_passing/time_account.h"

namespace mimd {

class message_endpoint;

// What an endpoint asks of the protocol.
class message_exchange {
 public:
  virtual std::uint32_t ranks() const = 0;
  // A send or receive of a rank; it is told of its progress.
  virtual void post(std::uint32_t rank, const message_passing::operation& o, time_ps now) = 0;
  virtual message_passing::message& named(std::uint32_t number) = 0;
  // The first bytes of a message, or all, or its request, clearance or credit have come.
  virtual void received(message_passing::message& m) = 0;

 protected:
  ~message_exchange() = default;
};

struct endpoint_parameters {
  unsigned send_cycles = 100;     // of the processor for a send, a receive that is posted, a message that
  unsigned receive_cycles = 100;  // is matched; beside accesses
};

struct endpoint_counts {
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t out_of_order = 0;  // packets put aside until those before them came
  std::uint64_t buffered = 0;      // messages that went through a buffer
  std::uint64_t interrupts = 0;    // that stopped the program
};

struct receive_status {
  std::uint32_t source = 0;
  std::uint32_t tag = 0;
  std::uint64_t bytes = 0;
};

class message_endpoint {
 public:
  using request = std::uint32_t;

  message_endpoint(std::uint32_t rank, message_exchange& exchange, const driver_parameters& driver,
                   const endpoint_parameters& parameters);

  // Before time starts; buffers for messages that nobody has asked for are in `heap`.
  void lay_out(const interface_driver::allocation& allocate, const interface_driver::initial_store& store,
               const buffer_heap& heap);
  // interrupts: nullptr unless the driver takes them. First of all, on the processor.
  void start(processor& cpu, interruptible* interrupts);
  void interrupted();  // the handler
  // All that was sent has left; last of all.
  void finish();

  std::uint32_t rank() const { return rank_; }
  std::uint32_t ranks() const { return exchange_.ranks(); }
  processor& cpu() { return *cpu_; }

  request send(std::uint32_t to, std::uint32_t tag, address_t data, std::uint64_t bytes);
  request receive(std::uint32_t from, std::uint32_t tag, address_t data, std::uint64_t bytes);
  bool test(request r);  // makes progress; once true, the request is no more
  receive_status wait(request r);

  // A buffer of private memory, for algorithms.
  address_t take_buffer(std::uint64_t bytes) { return heap_.take(bytes); }
  void give_buffer_back(address_t buffer, std::uint64_t bytes) { heap_.give_back(buffer, bytes); }

  const time_account& times() const { return account_; }
  void declare_traces(trace_recorder& recorder, const std::string& prefix) {
    account_.declare_traces(recorder, prefix);
  }
  const endpoint_counts& counts() const { return counts_; }

  // For the protocol.
  message_passing::rank_queues& queues() { return queues_; }
  const message_passing::rank_queues& queues() const { return queues_; }
  void transmit(message_passing::message& m);  // now, or when the outermost call gets to it
  void delivered(const message_passing::message& m);
  void progressed(std::uint32_t cookie, message_passing::progress p);

 private:
  struct request_state {
    address_t data = 0;
    std::uint64_t packets = 0;  // of a send: it may use its place again when so many have been read
    receive_status status;
    bool sends = false;
    bool told = false;  // by the protocol
  };
  // Where the data of a message that comes in are.
  struct landing {
    address_t buffer = 0;
    std::uint64_t received = 0;
    bool buffered = false;
  };
  // A packet that came too early; its data are in a buffer.
  struct early_packet {
    interface_driver::found what;
    address_t buffer = 0;
  };
  // Interrupts are masked while the processor is in here.
  class section {
   public:
    explicit section(message_endpoint& e) : endpoint_(e), outermost_(e.depth_++ == 0) {
      if (outermost_ && e.interrupts_ != nullptr) e.interrupts_->mask_interrupts(true);
    }
    ~section() {
      --endpoint_.depth_;
      if (outermost_ && endpoint_.interrupts_ != nullptr) endpoint_.interrupts_->mask_interrupts(false);
    }
    section(const section&) = delete;
    section& operator=(const section&) = delete;

   private:
    message_endpoint& endpoint_;
    bool outermost_;
  };

  request new_request(const request_state& state);
  request post(bool sends, std::uint32_t peer, std::uint32_t tag, address_t data, std::uint64_t bytes);
  bool is_done(request r);
  void send_now(message_passing::message& m);
  void send_outbox();
  bool drain();
  void take_in(const interface_driver::found& f);
  void process(const interface_driver::found& f, const address_t* buffer);
  void process_data(message_passing::message& m, const interface_driver::found& f, const address_t* buffer);
  landing& land(message_passing::message& m);

  std::uint32_t rank_;
  message_exchange& exchange_;
  interface_driver driver_;
  endpoint_parameters parameters_;
  buffer_heap heap_;
  processor* cpu_ = nullptr;
  interruptible* interrupts_ = nullptr;
  time_account account_;
  endpoint_counts counts_;
  message_passing::rank_queues queues_;

  std::vector<request_state> requests_;
  std::vector<request> free_requests_;
  std::vector<landing> landings_;
  std::vector<std::uint32_t> free_landings_;
  std::vector<std::uint32_t> next_sent_;      // number of the next packet, by destination
  std::vector<std::uint32_t> next_received_;  // likewise by source
  std::map<std::pair<std::uint32_t, std::uint32_t>, early_packet> early_;  // by source and number
  std::deque<message_passing::message*> outbox_;
  unsigned depth_ = 0;
  bool sending_ = false;  // a message is being cut into packets, or packets are being taken in
};

}  // namespace mimd

#endif
