// A message of a directory protocol on its way, with its bytes; and the pool that such messages live in.
//
// A packet is a timed event: it fires where and when it arrives. It is taken from the pool by its sender and
// given back by its receiver, never copied; its buffer is a line. Nothing is allocated once the pool has
// grown to what is in flight at most.
#ifndef MIMD_DIRECTORY_DIRECTORY_PACKET_H
#define MIMD_DIRECTORY_DIRECTORY_PACKET_H

#include <cstdint>
#include <memory>
#include <vector>

#include "coherence/coherent_port.h"
#include "directory/directory_message.h"
#include "infrastructure/cache_line_allocator.h"
#include "infrastructure/timing_wheel.h"
#include "noc/packet.h"

namespace mimd {

class packet_sink;
struct memory_page;

struct directory_packet final : timed_event {
  explicit directory_packet(packet_sink& owner) : sink(owner) {}
  inline void fire() override;

  packet_sink& sink;
  directory_message_type type{};
  node_id source = no_node;       // a coherent port, or home_node
  node_id destination = no_node;  // likewise
  node_id requester = no_node;    // of a forward: who is to be answered
  std::uint16_t acks = 0;         // acknowledgements to expect; of GetS and GetM: requester_line::answered
  std::uint16_t from = 0;         // node
  std::uint16_t to = 0;           // node
  address_t line = 0;
  memory_page* page = nullptr;           // in which the line is; null: an access to a device
  coherence_request* request = nullptr;  // of an operation at the home, or an access to a device
  std::uint64_t transaction = 0;  // of the request that this is a consequence of: its record in the log
  time_ps sent = 0;
  time_ps arrival = 0;     // loosely timed
  bool newest = false;     // carries the only up-to-date copy of its line
  bool forwarded = false;  // the home had to ask an owner first
  bool in_use = false;
  bool reread = false;   // a debug access wrote the line while memory was being read for this packet
  bool offered = false;  // memory is writing the line
  std::uint8_t* data{};  // one line; holds it if carries_data(type)
  noc::packet travel;
  directory_packet* next = nullptr;  // in its owner's list
};

class packet_sink {
 public:
  virtual void arrived(directory_packet& p) = 0;

 protected:
  ~packet_sink() = default;
};

inline void directory_packet::fire() {
  sink.arrived(*this);
}

class directory_packet_pool {
 public:
  directory_packet_pool(packet_sink& sink, unsigned line) : sink_(sink), line_(line) {}

  directory_packet& take() {
    if (free_.empty()) grow();
    directory_packet& p = *free_.back();
    free_.pop_back();
    p.acks = 0;
    p.newest = p.forwarded = p.reread = p.offered = false;
    p.in_use = true;
    p.next = nullptr;
    return p;
  }
  void give_back(directory_packet& p) {
    p.in_use = false;
    free_.push_back(&p);
  }
  std::size_t in_use() const { return all_.size() - free_.size(); }

  template <class Is>
  bool any_of(Is is) const {
    if (in_use() == 0) return false;
    for (const auto& p : all_) {
      if (p->in_use && is(*p)) return true;
    }
    return false;
  }
  // Debug: every packet in use that holds the line's bytes.
  template <class Visit>
  void for_each_with_data(address_t line, Visit visit) const {
    if (in_use() == 0) return;
    for (const auto& p : all_) {
      if (p->in_use && p->line == line && carries_data(p->type)) visit(*p);
    }
  }

 private:
  [[gnu::cold, gnu::noinline]] void grow() {
    constexpr std::size_t step = 64;
    buffers_.emplace_back(step * line_);
    for (std::size_t i = 0; i < step; ++i) {
      all_.push_back(std::make_unique<directory_packet>(sink_));
      all_.back()->data = buffers_.back().data() + i * line_;
      free_.push_back(all_.back().get());
    }
  }

  packet_sink& sink_;
  unsigned line_;
  std::vector<std::unique_ptr<directory_packet>> all_;
  std::vector<std::vector<std::uint8_t, cache_line_allocator<std::uint8_t>>> buffers_;
  std::vector<directory_packet*> free_;
};

}  // namespace mimd

#endif
