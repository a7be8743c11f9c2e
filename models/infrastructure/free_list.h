// Objects of one kind, made one by one when none is free and used again: nothing is allocated in the steady
// state, and each stays where it is. Objects that are made many at a time: object_pool.h.
//
// What was taken is given back once, to the list that it came from; that is not checked. One thread.
#ifndef MIMD_INFRASTRUCTURE_FREE_LIST_H
#define MIMD_INFRASTRUCTURE_FREE_LIST_H

#include <cstddef>
#include <memory>
#include <vector>

namespace mimd {

template <class T>
class free_list {
 public:
  bool none_free() const { return free_.empty(); }
  std::size_t in_use() const { return all_.size() - free_.size(); }
  // All that there are, free or not, in the order in which they were made.
  const std::vector<std::unique_ptr<T>>& all() const { return all_; }

  // As it was given back; else what `make` makes, a unique_ptr.
  template <class Make>
  T& take(Make make) {
    if (free_.empty()) grow(make);
    T& object = *free_.back();
    free_.pop_back();
    return object;
  }
  T& take() {
    return take([] { return std::make_unique<T>(); });
  }
  void give_back(T& object) { free_.push_back(&object); }

 private:
  // Out of the way of what happens every time.
  template <class Make>
  [[gnu::cold, gnu::noinline]] void grow(Make& make) {
    all_.push_back(make());
    free_.push_back(all_.back().get());
  }

  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> free_;
};

}  // namespace mimd

#endif
