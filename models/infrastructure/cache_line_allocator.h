// For a std::vector whose elements fill or share lines of the host's cache: the first begins one.
#ifndef MIMD_INFRASTRUCTURE_CACHE_LINE_ALLOCATOR_H
#define MIMD_INFRASTRUCTURE_CACHE_LINE_ALLOCATOR_H

#include <cstddef>
#include <new>

namespace mimd {

template <class T>
struct cache_line_allocator {
  using value_type = T;
  static constexpr std::align_val_t line{64};

  cache_line_allocator() = default;
  template <class U>
  explicit cache_line_allocator(const cache_line_allocator<U>&) {}

  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), line)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, line); }

  friend bool operator==(const cache_line_allocator&, const cache_line_allocator&) { return true; }
  friend bool operator!=(const cache_line_allocator&, const cache_line_allocator&) { return false; }
};

}  // namespace mimd

#endif
