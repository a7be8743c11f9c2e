#include "tb/fibre.h"

#include <cstdint>
#include <stdexcept>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace mimd::tb {
namespace {

constexpr std::size_t stack_size = 256 * 1024;

}  // namespace

fibre::fibre(std::function<void()> body) : body_(std::move(body)), stack_(new char[stack_size]) {
  if (getcontext(&own_) != 0) throw std::runtime_error("fibre: the host has no contexts");
  own_.uc_stack.ss_sp = stack_.get();
  own_.uc_stack.ss_size = stack_size;
  own_.uc_link = nullptr;
  // makecontext passes only ints: the pointer travels in two halves.
  const auto self = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(this));
  makecontext(&own_, reinterpret_cast<void (*)()>(&fibre::enter), 2, static_cast<unsigned>(self >> 32),
              static_cast<unsigned>(self));
}

void fibre::enter(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<fibre*>(static_cast<std::uintptr_t>((std::uint64_t{high} << 32) | low));
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &self->caller_stack_, &self->caller_stack_size_);
#endif
  self->body_();
  self->finished_ = true;
  self->switch_to(self->own_, self->caller_, self->caller_stack_, self->caller_stack_size_, true);
}

void fibre::resume() {
  switch_to(caller_, own_, stack_.get(), stack_size, false);
}

void fibre::suspend() {
  switch_to(own_, caller_, caller_stack_, caller_stack_size_, false);
}

// AddressSanitizer must be told which stack is current.
void fibre::switch_to(ucontext_t& from, ucontext_t& to, [[maybe_unused]] const void* stack,
                      [[maybe_unused]] std::size_t size, [[maybe_unused]] bool last) {
#if defined(__SANITIZE_ADDRESS__)
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(last ? nullptr : &fake_stack, stack, size);
  swapcontext(&from, &to);
  const bool in_fibre = &from == &own_;
  __sanitizer_finish_switch_fiber(fake_stack, in_fibre ? &caller_stack_ : nullptr,
                                  in_fibre ? &caller_stack_size_ : nullptr);
#else
  swapcontext(&from, &to);
#endif
}

}  // namespace mimd::tb
