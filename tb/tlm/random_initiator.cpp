#include "tb/tlm/random_initiator.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "infrastructure/kernel_time.h"

namespace mimd::tb {

random_initiator::random_initiator(const sc_core::sc_module_name& module_name,
                                   random_initiator_options options)
    : sc_core::sc_module(module_name),
      socket("socket"),
      options_(std::move(options)),
      random_(options_.seed) {
  const auto require = [&](bool good, const char* what) {
    if (!good) throw std::invalid_argument(std::string(name()) + ": " + what);
  };
  require(!options_.ranges.empty(), "a random initiator needs at least one range");
  require(options_.blocking + options_.nonblocking + options_.debug + options_.direct > 0,
          "a random initiator needs at least one kind of access");
  require(options_.outstanding > 0, "outstanding must be at least 1");
  require(options_.max_length > 0 && options_.max_length <= random_access::longest,
          "max_length must be 1 to 256");
  for (const random_range& range : options_.ranges) {
    require(range.size > 0, "a range of a random initiator is empty");
    memories_.emplace_back(range);
  }
  for (unsigned i = 0; i <= options_.outstanding; ++i) {
    accesses_.push_back(std::make_unique<random_access>(static_cast<tlm::tlm_mm_interface*>(this)));
  }
  socket.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  SC_THREAD(run);
  SC_METHOD(end_response);
  sensitive << response_due_;
  dont_initialize();
}

void random_initiator::expect(address_t address, const unsigned char* data, std::uint64_t size) {
  for (reference_memory& memory : memories_) {
    const random_range& range = memory.range();
    if (address < range.address || address - range.address > range.size) continue;
    if (size > range.size - (address - range.address)) continue;
    for (std::uint64_t i = 0; i < size; ++i) memory.write(address - range.address + i, data[i]);
    return;
  }
  throw std::invalid_argument(std::string(name()) + ": expected bytes lie in none of the ranges");
}

void random_initiator::mismatch(const std::string& what) {
  mismatches_.add(sc_core::sc_time_stamp().to_string() + ' ' + name() + ": " + what);
}

sc_core::sc_time random_initiator::random_delay() {
  if (options_.max_delay == 0 || random_.below(3) == 0) return sc_core::SC_ZERO_TIME;
  return to_sc_time(random_.below(options_.max_delay + 1));
}

void random_initiator::synchronise() {
  if (local_ == sc_core::SC_ZERO_TIME) return;
  sc_core::wait(local_);
  local_ = sc_core::SC_ZERO_TIME;
}

random_access* random_initiator::find(const tlm::tlm_generic_payload& payload) {
  for (const auto& access : accesses_) {
    if (&access->payload() == &payload && access->busy()) return access.get();
  }
  return nullptr;
}

random_initiator::kind random_initiator::choose_kind() {
  std::uint64_t at =
      random_.below(options_.blocking + options_.nonblocking + options_.debug + options_.direct);
  if (at < options_.blocking) return kind::blocking;
  at -= options_.blocking;
  if (at < options_.nonblocking) return kind::nonblocking;
  return at - options_.nonblocking < options_.debug ? kind::debug : kind::direct;
}

// A fresh access that overlaps none in flight, with one reference to its payload. Waits when there is no
// room.
random_access& random_initiator::begin(access_style style) {
  for (unsigned attempt = 1;; ++attempt) {
    random_access* access = nullptr;
    for (const auto& a : accesses_) {
      if (!a->busy()) access = a.get();
    }
    if (access != nullptr) {
      reference_memory& memory = memories_[random_.below(memories_.size())];
      access->fill(random_, memory, style, options_.max_length, options_.sloppy);
      const bool clash = std::any_of(accesses_.begin(), accesses_.end(), [&](const auto& other) {
        return other.get() != access && other->overlaps(*access);
      });
      if (!clash) {
        access->payload().acquire();
        return *access;
      }
      access->retire();
    }
    if (access == nullptr || attempt % 16 == 0) {
      synchronise();
      sc_core::wait(retired_);
    }
  }
}

// The answer is here: compare, and update the reference.
void random_initiator::settle(random_access& access, bool transport) {
  tlm::tlm_generic_payload& payload = access.payload();
  const bool command = payload.get_command() != tlm::TLM_IGNORE_COMMAND;
  std::string wrong;
  if (transport && command && !payload.is_response_ok()) {
    wrong = payload.get_response_string() + " for an access within a range; ";
    access.check(false);
  } else {
    wrong = access.check(command);
  }
  if (!wrong.empty()) mismatch(wrong);
}

void random_initiator::free(tlm::tlm_generic_payload* payload) {
  random_access* access = find(*payload);
  if (access != nullptr) access->retire();
  retired_.notify(sc_core::SC_ZERO_TIME);
}

void random_initiator::run() {
  for (std::uint64_t i = 0; i < options_.transactions; ++i) {
    const kind k = choose_kind();
    if (k != kind::blocking) synchronise();
    switch (k) {
      case kind::blocking:
        do_blocking();
        break;
      case kind::nonblocking:
        do_nonblocking();
        break;
      case kind::debug:
        do_debug();
        break;
      case kind::direct:
        do_direct();
        break;
    }
  }
  synchronise();
  while (in_flight_ > 0) sc_core::wait(retired_);
  final_check();
  done_ = true;
}

void random_initiator::do_blocking() {
  ++counts_.blocking;
  random_access& access = begin(access_style::transport);
  sc_core::sc_time delay = options_.quantum > 0 ? local_ : random_delay();
  socket->b_transport(access.payload(), delay);
  settle(access, true);
  access.payload().release();
  local_ = delay;
  if (to_ps(local_) >= options_.quantum) synchronise();
}

void random_initiator::do_debug() {
  ++counts_.debug;
  random_access& access = begin(access_style::plain);
  const unsigned length = access.payload().get_data_length();
  const unsigned moved = socket->transport_dbg(access.payload());
  if (moved != length) {
    mismatch("transport_dbg moved " + std::to_string(moved) + " of " + std::to_string(length) + " bytes");
  }
  settle(access, false);
  access.payload().release();
}

void random_initiator::final_check() {
  for (reference_memory& memory : memories_) {
    const random_range& range = memory.range();
    unsigned char bytes[64];
    for (std::uint64_t offset = 0; offset < range.size; offset += sizeof bytes) {
      const unsigned length =
          static_cast<unsigned>(std::min<std::uint64_t>(sizeof bytes, range.size - offset));
      tlm::tlm_generic_payload payload;
      payload.set_read();
      payload.set_address(range.address + offset);
      payload.set_data_ptr(bytes);
      payload.set_data_length(length);
      payload.set_streaming_width(length);
      if (socket->transport_dbg(payload) != length) mismatch("transport_dbg fails at the end");
      for (unsigned k = 0; k < length; ++k) {
        if (memory.agrees(offset + k, bytes[k])) continue;
        mismatch("at the end, the byte at " + std::to_string(range.address + offset + k) + " is " +
                 std::to_string(bytes[k]) + ", not " + std::to_string(memory.at(offset + k)));
      }
    }
  }
}

}  // namespace mimd::tb
