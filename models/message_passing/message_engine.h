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
// Matching and credits: message_protocol.h. Messages of one sender and receiver do not overtake each other as
// long as the network keeps their order.
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
#include <string>
#include <vector>

#include "infrastructure/object_pool.h"
#include "infrastructure/timing_wheel.h"
#include "message_passing/collective_algorithms.h"
#include "message_passing/external_rank.h"
#include "message_passing/message_protocol.h"

namespace mimd::message_passing {

struct message_costs : protocol_parameters {
  time_ps overhead = 0;          // o
  time_ps gap = 0;               // g
  double gap_per_byte = 0;       // G, picoseconds
  double overhead_per_byte = 0;  // O, picoseconds

  time_ps barrier_latency = 0;  // of the networks beside: from the last to enter until all go on
  time_ps tree_latency = 0;     // one way, up or down the tree
  double tree_ps_per_byte = 0;
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
enum class rank_activity : std::uint8_t { wait, compute, send, receive };
struct rank_times {
  time_ps compute = 0;
  time_ps send = 0;     // overhead
  time_ps receive = 0;  // overhead
  time_ps wait = 0;

  time_ps& of(rank_activity a) {
    switch (a) {
      case rank_activity::compute:
        return compute;
      case rank_activity::send:
        return send;
      case rank_activity::receive:
        return receive;
      case rank_activity::wait:
        break;
    }
    return wait;
  }
  time_ps total() const { return compute + send + receive + wait; }
};

class message_observer {
 public:
  virtual void delivered(const message& m, time_ps at) = 0;

 protected:
  ~message_observer() = default;
};

// Told what the processors of all ranks do, but for one that is somebody else's. Times of a rank ascend; they
// may be later than now.
class rank_observer {
 public:
  // Busy for a while; what nobody is told of is waiting.
  virtual void busy(std::uint32_t rank, rank_activity a, time_ps begin, time_ps end) = 0;
  virtual void sends(const message& m, time_ps at) = 0;     // its sender begins with it
  virtual void receives(const message& m, time_ps at) = 0;  // its receiver has it
  virtual void finished(std::uint32_t rank, time_ps at) = 0;

 protected:
  ~rank_observer() = default;
};

class message_engine : public message_protocol<message_engine>,
                       private noc::train_receiver,
                       private noc::train_mover {
 public:
  // As many ranks as the program has, one a node; the network may have more nodes.
  message_engine(timing_wheel& wheel, noc::train_network& network, std::uint32_t ranks,
                 const message_costs& costs);

  // Rank r begins at a random time from 0 to `jitter`, inclusive.
  void start(rank_program& program, time_ps jitter, std::uint64_t seed);
  void observe(message_observer& observer) { observer_ = &observer; }
  void watch(rank_observer& watcher) { watcher_ = &watcher; }

  // One rank is somebody else's, who does at times of his own, not before that of the last event, what an
  // abstract rank does at the engine's. Before or after start(), while no message for the rank is under way.
  void replace(std::uint32_t rank, external_rank& by);
  void external_post(const operation& o, time_ps now);  // a send or receive
  void external_launch(message& m, time_ps at);         // a message leaves the rank
  void external_received(message& m, time_ps now);      // one has been taken in, or its first bytes
  void external_finish(const rank_times& times);        // its program has ended, at times.total()

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

  // Who waits for whom, of the first `most` ranks that have not finished; also messages nobody received.
  std::string waiting(std::uint32_t most) const;
  std::uint64_t unreceived() const;

 private:
  friend class message_protocol<message_engine>;

  struct task {
    task* next = nullptr;
    std::uint64_t order = 0;
    time_ps ready = 0;         // of posting a receive
    message* reply = nullptr;  // a send of this message, which exists already
    operation what;
  };
  struct processor final : timed_event, rank_queues {
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
    rank_times times;
    bool begun = false;
    bool finished = false;
    bool serving = false;
  };
  enum class turn : std::uint8_t { nothing, computing, sending, posting, arriving };

  std::uint32_t rank_of(const processor& p) const { return static_cast<std::uint32_t>(&p - ranks_.data()); }
  time_ps for_bytes(double ps, std::uint64_t size) const;
  void occupy(processor& p, time_ps duration, rank_activity a);
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
  void launch(message& m, time_ps at);
  void leave_network_operation();

  // message_protocol
  rank_queues& queues(std::uint32_t rank) { return ranks_[rank]; }
  void carry(message& m);
  void answer(message& m);
  void delivered(const message& m);
  void tell(std::uint32_t rank, std::uint32_t cookie, progress p) {
    if (rank == external_rank_) {
      external_->progressed(cookie, p);
    } else {
      program_->progressed(rank, cookie, p);
    }
  }

  timing_wheel& wheel_;
  noc::train_network& network_;
  message_costs costs_;
  bool receiving_is_free_;
  rank_program* program_ = nullptr;
  message_observer* observer_ = nullptr;
  rank_observer* watcher_ = nullptr;
  external_rank* external_ = nullptr;
  std::uint32_t external_rank_ = no_rank;
  std::vector<processor> ranks_;
  object_pool<task> tasks_;
  time_ps now_ = 0;
  std::uint32_t finished_ = 0;
  time_ps finish_time_ = 0;

  network_operation entered_ = network_operation::none;
  std::uint64_t entered_bytes_ = 0;
  std::uint32_t entered_count_ = 0;
  time_ps entered_last_ = 0;
  std::vector<std::uint32_t> entered_cookies_;
  method_event<message_engine, &message_engine::leave_network_operation> leave_{*this};
};

}  // namespace mimd::message_passing

#endif
