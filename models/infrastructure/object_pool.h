// Objects of one kind, made in blocks and used again: nothing is allocated in the steady state, and what is
// taken stays where it is. T has a member `T* next`, which links the free ones; the taker may use it.
#ifndef MIMD_INFRASTRUCTURE_OBJECT_POOL_H
#define MIMD_INFRASTRUCTURE_OBJECT_POOL_H

#include <cstddef>
#include <memory>
#include <vector>

namespace mimd {

template <class T>
class object_pool {
 public:
  // As it was given back, or new.
  T& take() {
    if (free_ == nullptr) grow();
    T& object = *free_;
    free_ = object.next;
    return object;
  }
  void give_back(T& object) {
    object.next = free_;
    free_ = &object;
  }

 private:
  static constexpr std::size_t block_size = 1024;

  [[gnu::cold, gnu::noinline]] void grow() {
    blocks_.push_back(std::make_unique<T[]>(block_size));
    for (std::size_t i = block_size; i-- > 0;) give_back(blocks_.back()[i]);
  }

  std::vector<std::unique_ptr<T[]>> blocks_;
  T* free_ = nullptr;
};

// First in, first out, of objects linked by their `next`.
template <class T>
class linked_queue {
 public:
  bool empty() const { return first_ == nullptr; }
  T* first() const { return first_; }

  void push(T& object) {
    object.next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = &object;
    last_ = &object;
  }
  // Before the first whose order is larger.
  void push_in_order(T& object) {
    if (first_ == nullptr || last_->order <= object.order) return push(object);
    T** place = &first_;
    while ((*place)->order <= object.order) place = &(*place)->next;
    object.next = *place;
    *place = &object;
  }
  T& pop() {
    T& object = *first_;
    first_ = object.next;
    return object;
  }
  // Takes out the first that fits; nullptr if none does.
  template <class Fits>
  T* extract(const Fits& fits) {
    T* before = nullptr;
    for (T* t = first_; t != nullptr; before = t, t = t->next) {
      if (!fits(*t)) continue;
      (before == nullptr ? first_ : before->next) = t->next;
      if (last_ == t) last_ = before;
      return t;
    }
    return nullptr;
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace mimd

#endif
