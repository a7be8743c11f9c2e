#include "tb/traces/replay.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace mimd::tb {

namespace {

constexpr unsigned largest_piece = 64;

std::string hexadecimal(address_t address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%jx", static_cast<std::uintmax_t>(address));
  return text;
}

}  // namespace

// One stream on its way through one processor.
class trace_replay::thread {
 public:
  thread(std::unique_ptr<trace_stream> stream, const replay_parameters& parameters, replay_order& order,
         blocker& b)
      : stream_(std::move(stream)), parameters_(parameters), order_(order), blocker_(b), batch_(batch_size) {
    if (!stream_->of_instructions()) parameters_.clip = 0;
    released_ = [this](unsigned processor, time_ps not_before) { blocker_.wake(processor, not_before); };
  }

  void run(processor& cpu, unsigned number) {
    number_ = number;
    for (std::size_t count = stream_->read(batch_.data(), batch_size); count != 0;
         count = stream_->read(batch_.data(), batch_size)) {
      for (const trace_record *r = batch_.data(), *end = r + count; r != end; ++r) {
        current_ = r;
        step(cpu, *r);
      }
      before_batch_ += count;
    }
    current_ = nullptr;
    order_.finished[number_].happened(cpu.now(), released_);
  }

  std::uint64_t records() const { return current_ == nullptr ? before_batch_ : record_number() - 1; }
  const trace_stream& stream() const { return *stream_; }

  std::string waiting() const {  // "" if it does not wait
    if (waits_for_ == nullptr) return "";
    const std::string object = current_->what == kind::start  ? std::to_string(number_)
                               : current_->what == kind::join ? std::to_string(current_->address)
                                                              : hexadecimal(current_->address);
    return "thread " + std::to_string(number_) + " (" + stream_->name() + ": record " +
           std::to_string(record_number()) + ") waits for " + waits_for_ + " " + object +
           (current_->sequence == 0 ? "" : ", number " + std::to_string(current_->sequence));
  }

 private:
  using kind = trace_record::kind;
  static constexpr std::size_t batch_size = 512;

  std::uint64_t record_number() const {
    return before_batch_ + static_cast<std::uint64_t>(current_ - batch_.data()) + 1;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(stream_->name() + ": record " + std::to_string(record_number()) + ": " + what);
  }

  void step(processor& cpu, const trace_record& r) {
    switch (r.what) {
      case kind::fetch:
        return pieces(r, [&cpu](address_t address, unsigned size) { cpu.fetch(address, size); });
      case kind::load:
        return load(cpu, r);
      case kind::store:
        return store(cpu, r);
      case kind::modify:
        return pieces(r, [&cpu](address_t address, unsigned size) { cpu.modify(address, size); });
      case kind::atomic_load:
        after_updates(cpu, r);
        return load(cpu, r);
      case kind::atomic_store:
        store(cpu, r);
        return order_.updates[r.address].happened(cpu.now(), released_);
      case kind::atomic_update:
        after_updates(cpu, r);
        update(cpu, r.address, r.size);
        return order_.updates[r.address].happened(cpu.now(), released_);
      case kind::fence:
        return cpu.fence();
      case kind::lock:
        return lock(cpu, r);
      case kind::unlock:
        return unlock(cpu, r);
      case kind::barrier:
        return barrier(cpu, r);
      case kind::post:
        touch(cpu, r.address);
        return order_.posts[r.address].happened(cpu.now(), released_);
      case kind::wait:
        return wait_for_posts(cpu, r);
      case kind::create:
        return other_thread(order_.created, r).happened(cpu.now(), released_);
      case kind::start:
        await(cpu, order_.created[number_], 1, "its creation as thread");
        return;
      case kind::join:
        await(cpu, other_thread(order_.finished, r), 1, "the end of thread");
        return;
    }
  }

  // References.

  template <typename Access>
  void pieces(const trace_record& r, Access access) {
    if (r.size <= largest_piece && (parameters_.clip == 0 || r.size <= parameters_.clip)) {
      return access(r.address, r.size);
    }
    if (parameters_.clip != 0) return access(r.address, std::min(r.size, parameters_.clip));
    address_t address = r.address;
    for (std::uint32_t rest = r.size; rest != 0;) {
      const auto to_boundary = static_cast<std::uint32_t>(largest_piece - address % largest_piece);
      const std::uint32_t size = std::min(rest, to_boundary);
      access(address, size);
      address += size;
      rest -= size;
    }
  }

  void load(processor& cpu, const trace_record& r) {
    pieces(r, [&cpu](address_t address, unsigned size) {
      std::array<unsigned char, largest_reference> data;
      cpu.read(address, data.data(), size);
    });
  }

  void store(processor& cpu, const trace_record& r) {
    pieces(r, [&cpu](address_t address, unsigned size) {
      std::array<std::uint64_t, largest_reference / 8> data;
      for (unsigned i = 0; i < (size + 7) / 8; ++i) data[i] = (address + i) * 0x9E3779B97F4A7C15u;
      cpu.write(address, data.data(), size);
    });
  }

  // A read-modify-write of the aligned word that holds the address.
  static void update(processor& cpu, address_t address, unsigned size) {
    const unsigned word = size >= 8 && address % 8 == 0 ? 8 : 4;
    cpu.read_modify_write(atomic_operation::add, address & ~address_t{word - 1}, word, 1);
  }

  // Accesses at a synchronisation object.

  static void touch(processor& cpu, address_t object) {
    const synchronisation_scope scope(cpu);
    update(cpu, object, 4);
  }
  static void look(processor& cpu, address_t object) {
    const synchronisation_scope scope(cpu);
    cpu.load<std::uint32_t>(object & ~address_t{3});
  }
  static void set(processor& cpu, address_t object) {
    const synchronisation_scope scope(cpu);
    cpu.store<std::uint32_t>(object & ~address_t{3}, 0);
  }

  // Waiting.

  void block(processor& cpu, const char* what) {
    waits_for_ = what;
    blocker_.block(cpu);
    waits_for_ = nullptr;
  }

  static void not_before(processor& cpu, time_ps when) {
    if (cpu.now() < when) cpu.sleep_until(when);
  }

  // True: it had to wait.
  bool await(processor& cpu, counted_event& event, std::uint64_t count, const char* what) {
    const std::optional<time_ps> since = event.reached(count, number_);
    if (since) {
      not_before(cpu, *since);
    } else {
      block(cpu, what);
    }
    return !since;
  }

  void after_updates(processor& cpu, const trace_record& r) {
    if (r.sequence != 0) await(cpu, order_.updates[r.address], r.sequence, "updates of the atomic at");
  }

  void wait_for_posts(processor& cpu, const trace_record& r) {
    look(cpu, r.address);
    if (await(cpu, order_.posts[r.address], r.sequence, "posts at")) look(cpu, r.address);
  }

  counted_event& other_thread(std::vector<counted_event>& events, const trace_record& r) {
    if (r.address >= events.size()) {
      fail("there is no thread " + std::to_string(r.address) + ", only 0 to " +
           std::to_string(events.size() - 1));
    }
    return events[r.address];
  }

  void lock(processor& cpu, const trace_record& r) {
    replay_lock& l = order_.locks[r.address];
    touch(cpu, r.address);
    for (;;) {
      const replay_lock::answer answer = l.acquire(parameters_.locks, r.sequence, number_);
      if (answer == replay_lock::answer::granted) break;
      if (answer == replay_lock::answer::impossible) {
        fail("acquisition " + std::to_string(r.sequence) + " of lock " + hexadecimal(r.address) +
             " has been before");
      }
      block(cpu, "lock");
      touch(cpu, r.address);
    }
    not_before(cpu, l.released_at());
  }

  void unlock(processor& cpu, const trace_record& r) {
    set(cpu, r.address);
    if (!order_.locks[r.address].release(parameters_.locks, cpu.now(), released_)) {
      fail("lock " + hexadecimal(r.address) + " is released but not held");
    }
  }

  void barrier(processor& cpu, const trace_record& r) {
    touch(cpu, r.address);
    std::optional<time_ps> all_here;
    try {
      all_here = order_.barrier_reached(r.address, r.sequence, r.participants, number_, cpu.now());
    } catch (const std::runtime_error& e) {
      fail(e.what());
    }
    if (all_here) {
      not_before(cpu, *all_here);
      set(cpu, r.address);
      order_.barrier_open(r.address, r.sequence, cpu.now(), released_);
    } else {
      block(cpu, "barrier");
      look(cpu, r.address);
    }
  }

  std::unique_ptr<trace_stream> stream_;
  replay_parameters parameters_;
  replay_order& order_;
  blocker& blocker_;
  release_function released_;
  std::vector<trace_record> batch_;
  const trace_record* current_ = nullptr;
  std::uint64_t before_batch_ = 0;
  unsigned number_ = 0;
  const char* waits_for_ = nullptr;
};

trace_replay::trace_replay(std::vector<std::unique_ptr<trace_stream>> streams,
                           const replay_parameters& parameters, blocker& b)
    : order_(std::make_unique<replay_order>(static_cast<unsigned>(streams.size()))) {
  for (auto& stream : streams) {
    threads_.push_back(std::make_unique<thread>(std::move(stream), parameters, *order_, b));
  }
}

trace_replay::~trace_replay() = default;

unsigned trace_replay::threads() const {
  return static_cast<unsigned>(threads_.size());
}

void trace_replay::run(processor& cpu) {
  if (cpu.count() < threads()) {
    throw std::runtime_error(threads_.front()->stream().name() + ": the trace has " +
                             std::to_string(threads()) + " threads, the machine " +
                             std::to_string(cpu.count()) + " processors (cpu.count)");
  }
  if (cpu.id() < threads()) threads_[cpu.id()]->run(cpu, cpu.id());
}

std::uint64_t trace_replay::records() const {
  std::uint64_t sum = 0;
  for (const auto& t : threads_) sum += t->records();
  return sum;
}

double trace_replay::share_done() const {
  std::uint64_t done = 0;
  std::uint64_t all = 0;
  for (const auto& t : threads_) {
    if (t->stream().bytes_total() == 0) return -1;
    done += t->stream().bytes_consumed();
    all += t->stream().bytes_total();
  }
  return static_cast<double>(done) / static_cast<double>(all);
}

std::vector<std::string> trace_replay::waiting() const {
  std::vector<std::string> lines;
  for (const auto& t : threads_) {
    if (std::string text = t->waiting(); !text.empty()) lines.push_back(std::move(text));
  }
  return lines;
}

}  // namespace mimd::tb
