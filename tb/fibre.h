// A program with a stack of its own that runs until it suspends itself (POSIX ucontext; one host thread).
//
// suspend() may be called only by the running fibre. A fibre must have finished, or never have been resumed,
// when it is destroyed; its body must not let an exception out.
#ifndef MIMD_TB_FIBRE_H
#define MIMD_TB_FIBRE_H

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace mimd::tb {

class fibre {
 public:
  explicit fibre(std::function<void()> body);
  fibre(const fibre&) = delete;
  fibre& operator=(const fibre&) = delete;

  void resume();   // runs the body until it suspends or ends
  void suspend();  // back to the caller of resume()
  bool finished() const { return finished_; }

 private:
  static void enter(unsigned high, unsigned low);
  void switch_to(ucontext_t& from, ucontext_t& to, const void* stack, std::size_t size, bool last);

  std::function<void()> body_;
  std::unique_ptr<char[]> stack_;
  ucontext_t own_{};
  ucontext_t caller_{};
  const void* caller_stack_ = nullptr;
  std::size_t caller_stack_size_ = 0;
  bool finished_ = false;
};

}  // namespace mimd::tb

#endif
