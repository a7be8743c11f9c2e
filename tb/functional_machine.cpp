#include "tb/functional_machine.h"

#include <algorithm>
#include <array>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "cpu/atomic_operation.h"
#include "infrastructure/random.h"
#include "tb/fibre.h"

namespace mimd::tb {
namespace {

constexpr time_ps cycle = 1000;
constexpr std::uint64_t reservation_granule = 64;
constexpr unsigned slots = 64;

struct pending_store {
  address_t address;
  unsigned size;
  bool synchronisation;
  std::array<std::uint8_t, 8> bytes;
};

struct cancelled {};  // unwinds the other programs after an error

}  // namespace

class functional_machine::implementation final : public memory_image {
 public:
  explicit implementation(const functional_parameters& parameters)
      : p_(parameters),
        bytes_(parameters.memory_size),
        homes_(parameters.memory_size / page() + 1),
        random_(parameters.seed) {
    mean_slice_ = 1 + random_.below(8);
    for (unsigned i = 0; i < p_.processors; ++i) cpus_.push_back(std::make_unique<cpu>(*this, i));
  }

  void read(address_t address, void* data, std::uint64_t size) override {
    check(address, size);
    std::memcpy(data, &bytes_[address], size);
  }
  void write(address_t address, const void* data, std::uint64_t size) override {
    check(address, size);
    std::memcpy(&bytes_[address], data, size);
  }
  std::uint64_t size() const override { return bytes_.size(); }
  unsigned nodes() const override { return p_.nodes; }
  unsigned node_of(unsigned processor) const override {
    return static_cast<unsigned>(std::uint64_t{processor} * p_.nodes / p_.processors);
  }
  void place(address_t first, std::uint64_t bytes, unsigned node) override {
    check(first, bytes);
    if (node >= p_.nodes) throw std::invalid_argument("there is no node " + std::to_string(node));
    for (address_t a = first / page(); a * page() < first + bytes; ++a) homes_[a] = node;
  }

  void run(const std::function<void(processor&)>& program) {
    error_ = nullptr;
    std::vector<std::unique_ptr<fibre>> fibres;
    for (auto& one : cpus_) {
      fibres.push_back(std::make_unique<fibre>([this, &program, c = one.get()] {
        try {
          step();
          program(*c);
        } catch (const cancelled&) {
        } catch (...) {
          if (!error_) error_ = std::current_exception();
        }
      }));
    }
    std::vector<fibre*> alive;
    for (auto& f : fibres) alive.push_back(f.get());
    while (!alive.empty()) {
      const std::size_t chosen = random_.below(alive.size());
      slice_ = 1 + random_.below(2 * mean_slice_);
      running_ = alive[chosen];
      running_->resume();
      if (running_->finished()) alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
    for (auto& one : cpus_) one->drain();
    if (error_) std::rethrow_exception(error_);
  }

  std::uint64_t accesses() const { return accesses_; }
  std::uint64_t changing_stores() const { return changing_stores_; }

 private:
  class cpu final : public processor {
   public:
    cpu(implementation& machine, unsigned id) : machine_(machine), id_(id) {}

    unsigned id() const override { return id_; }
    unsigned count() const override { return machine_.p_.processors; }
    time_ps now() override { return now_; }

    void read(address_t address, void* data, unsigned size) override {
      step();
      load(address, data, size);
    }
    void write(address_t address, const void* data, unsigned size) override {
      step();
      machine_.check(address, size);
      if (machine_.p_.store_buffer == 0 || size > 8) {
        drain();
        machine_.commit(address, data, size, synchronisation_ > 0);
        return;
      }
      if (buffer_.size() >= machine_.p_.store_buffer) drain_one();
      pending_store store{address, size, synchronisation_ > 0, {}};
      std::memcpy(store.bytes.data(), data, size);
      buffer_.push_back(store);
    }
    void fetch(address_t address, unsigned size) override {
      step();
      machine_.check(address, size);
    }
    void modify(address_t address, unsigned size) override { fetch(address, size); }

    std::uint64_t read_modify_write(atomic_operation operation, address_t address, unsigned size,
                                    std::uint64_t operand, std::uint64_t expected) override {
      step();
      if ((size != 4 && size != 8) || address % size != 0) {
        throw std::runtime_error("atomic operation on " + std::to_string(size) + " bytes at " +
                                 std::to_string(address) + ": 4 or 8 aligned bytes are possible");
      }
      drain();
      std::uint64_t old = 0;
      load(address, &old, size);
      if (operation == atomic_operation::load_reserved) {
        reservation_ = address / reservation_granule;
        return old;
      }
      if (operation == atomic_operation::store_conditional) {
        const bool held = reservation_ == address / reservation_granule;
        reservation_ = no_reservation;
        if (!held) return 1;
      }
      const std::uint64_t value = apply(operation, old, operand, expected, size);
      if (value != old) machine_.commit(address, &value, size, true);
      return operation == atomic_operation::store_conditional ? 0 : old;
    }
    using processor::atomic;

    void fence() override {
      step();
      drain();
    }
    void compute(std::uint64_t cycles) override {
      step();
      now_ += cycles * cycle;
    }
    void sleep_until(time_ps when) override {
      step();
      now_ = std::max(now_, when);
    }

    ticket issue_read(address_t address, unsigned size) override {
      step();
      const unsigned slot = next_slot_++ % slots;
      in_flight_[slot].resize(size);
      load(address, in_flight_[slot].data(), size);
      return {slot};
    }
    void wait(ticket t, void* data) override {
      const std::vector<std::uint8_t>& found = in_flight_.at(t.slot);
      std::memcpy(data, found.data(), found.size());
    }
    void prefetch(address_t) override { step(); }

    void begin_synchronisation() override { ++synchronisation_; }
    void end_synchronisation() override { --synchronisation_; }
    void wait_for_interrupt() override {
      throw std::runtime_error("the functional machine has no interrupts");
    }

    bool holds_stores() const { return !buffer_.empty(); }
    void drain_one() {
      const pending_store store = buffer_.front();
      buffer_.pop_front();
      machine_.commit(store.address, store.bytes.data(), store.size, store.synchronisation);
    }
    void drain() {
      while (holds_stores()) drain_one();
    }
    void lose_reservation(std::uint64_t granule) {
      if (reservation_ == granule) reservation_ = no_reservation;
    }

   private:
    static constexpr std::uint64_t no_reservation = ~std::uint64_t{0};

    void step() {
      now_ += cycle;
      machine_.step();
    }

    void load(address_t address, void* data, unsigned size) {
      machine_.read(address, data, size);
      if (machine_.homes_[address / machine_.page()] != machine_.node_of(id_))
        now_ += machine_.p_.remote_time;
      for (const pending_store& store : buffer_) {
        const address_t from = std::max(address, store.address);
        const address_t to = std::min(address + size, store.address + store.size);
        if (from < to) {
          std::memcpy(static_cast<std::uint8_t*>(data) + (from - address),
                      store.bytes.data() + (from - store.address), to - from);
        }
      }
    }

    implementation& machine_;
    unsigned id_;
    time_ps now_ = 0;
    unsigned synchronisation_ = 0;
    unsigned next_slot_ = 0;
    std::uint64_t reservation_ = no_reservation;
    std::array<std::vector<std::uint8_t>, slots> in_flight_;
    std::deque<pending_store> buffer_;
  };

  void check(address_t address, std::uint64_t size) const {
    if (address > bytes_.size() || size > bytes_.size() - address) {
      throw std::runtime_error("no memory at address " + std::to_string(address));
    }
  }

  // Before every access of the running processor: somebody else may go first.
  void step() {
    if (error_) throw cancelled{};
    if (++accesses_ > p_.access_limit) {
      throw std::runtime_error("deadlock: more than " + std::to_string(p_.access_limit) + " accesses");
    }
    if (p_.store_buffer != 0 && random_.below(8) == 0) {
      cpu& one = *cpus_[random_.below(cpus_.size())];
      if (one.holds_stores()) one.drain_one();
    }
    if (--slice_ == 0) {
      running_->suspend();
      if (error_) throw cancelled{};
    }
  }

  void commit(address_t address, const void* data, unsigned size, bool synchronisation) {
    check(address, size);
    const bool changes = std::memcmp(&bytes_[address], data, size) != 0;
    if (changes && !synchronisation && changing_stores_++ == p_.lost_store) return;
    std::memcpy(&bytes_[address], data, size);
    for (auto& one : cpus_) one->lose_reservation(address / reservation_granule);
  }

  functional_parameters p_;
  std::vector<std::uint8_t> bytes_;
  std::vector<unsigned> homes_;  // by page
  random_generator random_;
  std::vector<std::unique_ptr<cpu>> cpus_;
  fibre* running_ = nullptr;
  std::exception_ptr error_;
  std::uint64_t mean_slice_ = 1;
  std::uint64_t slice_ = 1;
  std::uint64_t accesses_ = 0;
  std::uint64_t changing_stores_ = 0;
};

functional_machine::functional_machine(const functional_parameters& parameters)
    : implementation_(std::make_unique<implementation>(parameters)) {}
functional_machine::~functional_machine() = default;

memory_image& functional_machine::memory() {
  return *implementation_;
}
void functional_machine::run(const std::function<void(processor&)>& program) {
  implementation_->run(program);
}
std::uint64_t functional_machine::accesses() const {
  return implementation_->accesses();
}
std::uint64_t functional_machine::changing_stores() const {
  return implementation_->changing_stores();
}

}  // namespace mimd::tb
