// The message layer at scale: any number of ranks, passive, behind one timing wheel.
//
// A rank is a processor that computes, sends and takes in messages, one thing at a time. Costs are those of
// LogGOPS (Hoefler, Schneider, Lumsdaine, "LogGOPSim", 2010): of a message of s bytes
//   o + (s-1)·O   of the processor, at the sender when it sends and at the receiver when it takes it in
//   g + (s-1)·G   between two messages that leave a rank, and between two that enter one
//   L             on the way: the constant_network; another network takes the place of L and, with G = 0, of
//                 the bytes' time
// The receiver takes a message in when its first byte has come (with a network: its last) and the processor
// and the gap allow it, posted receive or not, and has it after o + (s-1)·max(O, G); (s-1)·(G-O) of that is
// waiting. A message that costs its receiver nothing does not wait for the processor. A processor that
// becomes free serves first what was asked for first: operations when posted, messages when sent.
//
// Matching: source and tag, or any; the receive posted first, the message that arrived first. Messages of one
// sender and receiver do not overtake each other as long as the network keeps their order.
//
// Messages of up to eager_limit bytes (S) leave at once, and their sender goes on after its overhead. Larger
// ones do a rendezvous:
//   synchronous  the data leave at once; the sender goes on when the receiver has matched it (LogGOPSim)
//   messages     a request travels to the receiver and a clearance back, control_bytes each, before the data;
//                the sender goes on when the message has arrived
//   instant      both sides know at once when the other is ready, and all data leave when both are; the
//                sender goes on when the message has arrived, up to eager_limit when it has handed it over
//                (SimGrid)
//
// What arrives damaged is thrown away: without a reliable_network it is lost.
//
// With eager_credits each sender may have so many eager messages at each receiver, or on the way, that have
// not been received; then it does a rendezvous for short messages as well. Credits come back as messages of
// control_bytes that cost no processor time.
//
// A program is told of every step (rank_program); it is told that something is done when that is certain, the
// processor being busy until free_at(): what it posts then begins there. Sizes 0 and 1 cost the same.
//
// Errors of programs (message longer than its receive, collectives that do not fit) are program_error.
#ifndef MIMD_MESSAGE_PASSING_MESSAGE_ENGINE_H
#define MIMD_MESSAGE_PASSING_MESSAGE_ENGINE_H

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "infrastructure/object_pool.h"
#include "infrastructure/timing_wheel.h"
#include "message_passing/collective_algorithms.h"
#include "message_passing/message.h"

namespace mimd::message_passing {

struct program_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class handshake : std::uint8_t { synchronous, instant, messages };

struct message_costs {
  time_ps overhead = 0;                                                   // o
  time_ps gap = 0;                                                        // g
  double gap_per_byte = 0;                                                // G, picoseconds
  double overhead_per_byte = 0;                                           // O, picoseconds
  std::uint64_t eager_limit = std::numeric_limits<std::uint64_t>::max();  // S
  handshake rendezvous = handshake::synchronous;
  std::uint64_t control_bytes = 0;
  std::uint32_t eager_credits = 0;  // 0: no limit

  time_ps barrier_latency = 0;  // of the networks beside: from the last to enter until all go on
  time_ps tree_latency = 0;     // one way, up or down the tree
  double tree_ps_per_byte = 0;
};

struct operation {
  enum class kind : std::uint8_t { compute, send, receive };

  kind what = kind::compute;
  std::uint32_t peer = any_source;
  std::uint32_t tag = any_tag;
  std::uint32_t cookie = 0;  // the program's name for it
  std::uint64_t amount = 0;  // bytes, of a receive at most; picoseconds of computing
};

enum class progress : std::uint8_t {
  started,   // sent or posted: the rank may do the next thing
  done,      // the operation is complete
  completed  // both at once
};

class rank_program {
 public:
  virtual void begin(std::uint32_t rank) = 0;
  virtual void progressed(std::uint32_t rank, std::uint32_t cookie, progress p) = 0;
  virtual std::string waiting(std::uint32_t) const { return {}; }  // what else a rank may wait for

 protected:
  ~rank_program() = default;
};

// Where the time of a rank went; they add up to when it finished.
struct rank_times {
  time_ps compute = 0;
  time_ps send = 0;     // overhead
  time_ps receive = 0;  // overhead
  time_ps wait = 0;

  time_ps total() const { return compute + send + receive + wait; }
};

struct message_counts {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unexpected = 0;  // arrived before a receive for them
  std::uint64_t rendezvous = 0;  // of long messages, or for want of credit
  std::uint64_t operations = 0;  // computing, sends and receives
  std::uint64_t lost = 0;        // damaged on the way, and nobody sent them again
};

class message_observer {
 public:
  virtual void delivered(const message& m, time_ps at) = 0;

 protected:
  ~message_observer() = default;
};

class message_engine : private noc::train_receiver, private noc::train_mover {
 public:
  // As many ranks as the program has, one a node; the network may have more nodes.
  message_engine(timing_wheel& wheel, noc::train_network& network, std::uint32_t ranks,
                 const message_costs& costs);

  // Rank r begins at a random time from 0 to `jitter`, inclusive.
  void start(rank_program& program, time_ps jitter, std::uint64_t seed);
  void observe(message_observer& observer) { observer_ = &observer; }

  // For the program, from inside its functions.
  void post(std::uint32_t rank, const operation& o);
  void enter(std::uint32_t rank, network_operation n, std::uint64_t bytes, std::uint32_t cookie);
  void finish(std::uint32_t rank);
  time_ps free_at(std::uint32_t rank) const;  // when the rank can do what it is given next

  std::uint32_t ranks() const { return static_cast<std::uint32_t>(ranks_.size()); }
  time_ps now() const { return now_; }
  std::uint32_t finished() const { return finished_; }  // ranks
  time_ps finish_time() const { return finish_time_; }  // of the last that has finished
  const rank_times& times(std::uint32_t rank) const { return ranks_[rank].times; }
  // When a rank finished; if it has not, until when its times account.
  time_ps finished_at(std::uint32_t rank) const { return ranks_[rank].free; }
  const message_counts& counts() const { return counts_; }

  // Who waits for whom, of the first `most` ranks that have not finished; also messages nobody received.
  std::string waiting(std::uint32_t most) const;
  std::uint64_t unreceived() const;

 private:
  struct task {
    task* next = nullptr;
    std::uint64_t order = 0;
    time_ps ready = 0;         // of posting a receive
    message* reply = nullptr;  // a send of this message, which exists already
    operation what;
  };
  struct processor final : timed_event {
    void fire() override { engine->woken(*this); }
    void fetch() const {
      const char* p = reinterpret_cast<const char*>(this);
      for (std::size_t line = 0; line < sizeof(processor); line += 64) __builtin_prefetch(p + line, 1);
    }

    message_engine* engine = nullptr;
    time_ps free = 0;
    time_ps send_gap = 0;
    time_ps receive_gap = 0;
    linked_queue<task> computing;
    linked_queue<task> sending;
    linked_queue<task> posting;
    linked_queue<message> arriving;
    linked_queue<posted_receive> posted;
    linked_queue<message> unexpected;
    rank_times times;
    bool begun = false;
    bool finished = false;
    bool serving = false;
  };
  enum class turn : std::uint8_t { nothing, computing, sending, posting, arriving };

  std::uint32_t rank_of(const processor& p) const { return static_cast<std::uint32_t>(&p - ranks_.data()); }
  time_ps for_bytes(double ps, std::uint64_t size) const;
  void occupy(processor& p, time_ps duration, time_ps& account);
  void wait_until_now(processor& p);

  void woken(processor& p);
  void serve(processor& p);
  turn next_turn(processor& p);
  void compute(processor& p);
  void send(processor& p);
  void post_receive(processor& p);
  void take_in(processor& p);

  void train_arrived(noc::train& t) override;
  void train_expected(const noc::train& t) const override;
  void move(noc::train& t) override;
  void enqueue_reply(message& m, std::uint32_t rank);
  void launch(message& m, std::uint64_t bytes, time_ps at);
  void received(message& m);
  void match(message& m);
  bool accept(message& m, const posted_receive& r);
  void complete(message& m);
  bool take_credit(std::uint32_t sender, std::uint32_t receiver);
  void give_credit_back(message& m);
  void leave_network_operation();

  timing_wheel& wheel_;
  noc::train_network& network_;
  message_costs costs_;
  bool receiving_is_free_;
  rank_program* program_ = nullptr;
  message_observer* observer_ = nullptr;
  std::vector<processor> ranks_;
  object_pool<task> tasks_;
  object_pool<message> messages_;
  object_pool<posted_receive> receives_;
  time_ps now_ = 0;
  std::uint64_t order_ = 0;
  std::uint32_t finished_ = 0;
  time_ps finish_time_ = 0;
  message_counts counts_;
  std::unordered_map<std::uint64_t, std::uint32_t> credits_taken_;  // by sender and receiver

  network_operation entered_ = network_operation::none;
  std::uint64_t entered_bytes_ = 0;
  std::uint32_t entered_count_ = 0;
  time_ps entered_last_ = 0;
  std::vector<std::uint32_t> entered_cookies_;
  method_event<message_engine, &message_engine::leave_network_operation> leave_{*this};
};

}  // namespace mimd::message_passing

#endif
