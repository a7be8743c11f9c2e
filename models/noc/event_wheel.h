// Things on their way: a ring of lists, one list for each of the coming cycles.
//
// Events of one cycle come back in the order they were put in, those too that are put in for it while some of
// it are still gone through. An event is at most `horizon` cycles ahead. A list that is done is the next
// events' storage, as a whole: nothing is allocated once the wheel has had as many events, and what is
// written is what the host's cache has.
#ifndef MIMD_NOC_EVENT_WHEEL_H
#define MIMD_NOC_EVENT_WHEEL_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "noc/packet.h"

namespace mimd::noc {

template <typename Event>
class event_wheel {
  struct node {
    Event event;
    node* next;
  };

 public:
  explicit event_wheel(std::uint32_t horizon) {
    std::size_t size = 64;
    while (size <= horizon) size *= 2;
    slots_ = std::vector<list>(size);
    for (list& l : slots_) l.end = &l.first;
    mask_ = size - 1;
    in_use_.resize(size / 64);
  }
  event_wheel(const event_wheel&) = delete;
  event_wheel& operator=(const event_wheel&) = delete;

  void put(cycle when, Event e) {
    if (spare_ == nullptr) allocate();
    node* const n = spare_;
    spare_ = n->next;
    n->event = e;
    n->next = nullptr;
    const std::size_t slot = slot_of(when);
    list& l = slots_[slot];
    used_ += l.first == nullptr;
    *l.end = n;
    l.end = &n->next;
    in_use_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }

  // What is due in a cycle; the caller clears it with done() before that slot comes round again.
  class iterator {
   public:
    explicit iterator(const node* n) : at_(n) {}
    const Event& operator*() const { return at_->event; }
    const Event* operator->() const { return &at_->event; }
    iterator& operator++() {
      at_ = at_->next;
      return *this;
    }
    bool operator==(iterator other) const { return at_ == other.at_; }
    bool operator!=(iterator other) const { return at_ != other.at_; }

   private:
    const node* at_;
  };
  struct range {
    iterator first;
    iterator begin() const { return first; }
    iterator end() const { return iterator(nullptr); }
  };
  range due(cycle now) const { return {iterator(slots_[slot_of(now)].first)}; }
  void done(cycle now) {
    const std::size_t slot = slot_of(now);
    list& l = slots_[slot];
    used_ -= l.first != nullptr;
    *l.end = spare_;
    spare_ = l.first;
    l.first = nullptr;
    l.end = &l.first;
    in_use_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  }

  bool empty() const { return used_ == 0; }

  // The first cycle from `from` on in which something is due; no_cycle if nothing is on its way.
  cycle next(cycle from) const {
    if (empty()) return no_cycle;
    const std::size_t first = slot_of(from);
    std::uint64_t bits = in_use_[first / 64] >> (first % 64);
    while (bits == 0) {
      from = (from | 63) + 1;
      bits = in_use_[slot_of(from) / 64];
    }
    return from + static_cast<cycle>(__builtin_ctzll(bits));
  }

 private:
  struct list {
    node* first = nullptr;
    node** end = nullptr;  // where the next one is to be linked
  };

  std::size_t slot_of(cycle c) const { return c & mask_; }
  [[gnu::cold, gnu::noinline]] void allocate() {  // not a part of every put()
    const std::size_t count = std::max<std::size_t>(64, allocated_);
    blocks_.push_back(std::make_unique<node[]>(count));
    allocated_ += count;
    node* const block = blocks_.back().get();
    for (std::size_t i = 0; i + 1 < count; ++i) block[i].next = &block[i + 1];
    block[count - 1].next = nullptr;
    spare_ = block;
  }

  std::vector<list> slots_;
  std::vector<std::uint64_t> in_use_;  // a bit a slot
  std::size_t used_ = 0;               // slots
  std::size_t mask_ = 0;
  node* spare_ = nullptr;
  std::vector<std::unique_ptr<node[]>> blocks_;
  std::size_t allocated_ = 0;  // nodes
};

}  // namespace mimd::noc

#endif
