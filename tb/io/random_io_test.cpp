#include "tb/io/random_io_test.h"

#include <algorithm>

#include "io/io_registers.h"

namespace mimd::tb {

namespace {

constexpr unsigned bytes_of_word = 8;
constexpr std::size_t mixed_words = 64;
constexpr std::size_t block_words = 64;
constexpr unsigned poll_one_in = 16;

workload_parameters with_size(workload_parameters p) {
  if (p.size == 0) p.size = 10'000;
  return p;
}

std::unique_ptr<workload> make_random_test(const workload_parameters& p) {
  for (const workload_description& w : shared_memory_workloads()) {
    if (w.name == "random-test") return w.make(p);
  }
  return nullptr;
}

}  // namespace

// Passes everything on, and does something of its own after every second access.
class random_io_test::busy_processor final : public processor {
 public:
  busy_processor(random_io_test& owner, processor& cpu) : owner_(owner), cpu_(cpu) {}

  unsigned id() const override { return cpu_.id(); }
  unsigned count() const override { return cpu_.count(); }
  time_ps now() override { return cpu_.now(); }
  void read(address_t address, void* data, unsigned size) override {
    cpu_.read(address, data, size);
    more();
  }
  void write(address_t address, const void* data, unsigned size) override {
    cpu_.write(address, data, size);
    more();
  }
  void modify(address_t address, unsigned size) override { cpu_.modify(address, size); }
  void fetch(address_t address, unsigned size) override { cpu_.fetch(address, size); }
  std::uint64_t read_modify_write(atomic_operation operation, address_t address, unsigned size,
                                  std::uint64_t operand, std::uint64_t expected) override {
    return cpu_.read_modify_write(operation, address, size, operand, expected);
  }
  void fence() override { cpu_.fence(); }
  void compute(std::uint64_t cycles) override { cpu_.compute(cycles); }
  void sleep_until(time_ps when) override { cpu_.sleep_until(when); }
  ticket issue_read(address_t address, unsigned size) override { return cpu_.issue_read(address, size); }
  void wait(ticket t, void* data) override { cpu_.wait(t, data); }
  void prefetch(address_t address) override { cpu_.prefetch(address); }
  void begin_synchronisation() override { cpu_.begin_synchronisation(); }
  void end_synchronisation() override { cpu_.end_synchronisation(); }
  void wait_for_interrupt() override { cpu_.wait_for_interrupt(); }

 private:
  void more() {
    if (++accesses_ % 2 == 0) owner_.step(cpu_);
  }

  random_io_test& owner_;
  processor& cpu_;
  std::uint64_t accesses_ = 0;
};

random_io_test::random_io_test(const workload_parameters& parameters, const devices& at)
    : p_(with_size(parameters)), inner_(make_random_test(p_)), at_(at) {
  for (unsigned i = 0; i < p_.processors; ++i)
    players_.push_back({{}, {}, {}, random_generator(p_.seed + 77, i)});
}

std::size_t random_io_test::add_word(memory_image& memory, address_t address, unsigned writer) {
  const std::size_t index = words_.size();
  words_.push_back({address, writer});
  const std::uint64_t first = value(index, 0);
  memory.write(address, &first, bytes_of_word);
  return index;
}

void random_io_test::prepare(memory_image& memory) {
  inner_->prepare(memory);
  const std::size_t sector_words = at_.sector / bytes_of_word;
  const auto allocate = [&](std::size_t count) { return memory.allocate(count * bytes_of_word, p_.line); };
  const address_t mixed = allocate(mixed_words);
  for (std::size_t i = 0; i < mixed_words; ++i) {
    const unsigned writer = i % 2 != 0 ? device : static_cast<unsigned>(i / 2 % p_.processors);
    const std::size_t index = add_word(memory, mixed + i * bytes_of_word, writer);
    if (writer == device) {
      scattered_.push_back(index);
    } else {
      players_[writer].own.push_back(index);
    }
  }
  block_ = words_.size();
  const address_t block = allocate(block_words);
  for (std::size_t i = 0; i < block_words; ++i) add_word(memory, block + i * bytes_of_word, device);
  sector_block_ = words_.size();
  const address_t sector = allocate(sector_words);
  for (std::size_t i = 0; i < sector_words; ++i) add_word(memory, sector + i * bytes_of_word, device);
  for (player& one : players_) one.seen.assign(words_.size(), 0);
  if (at_.dma) dma_ = mover{disk_driver(*at_.dma), allocate(block_words)};
  if (at_.disk) disk_ = mover{disk_driver(*at_.disk), allocate(sector_words)};
  snapshot_ = allocate(1);
}

void random_io_test::run(processor& cpu) {
  busy_processor busy(*this, cpu);
  inner_->run(busy);
  cpu.fence();
  player& me = players_[cpu.id()];
  for (const std::size_t i : me.unfenced) words_[i].performed = words_[i].issued;
  me.unfenced.clear();
  if (cpu.id() != 0) return;
  for (std::optional<mover>* m : {&dma_, &disk_}) {
    while (*m && failure_.empty() && (*m)->what != mover::job::idle) {
      if (!poll(cpu, **m)) cpu.sleep_until(cpu.now() + 1'000'000);
    }
  }
}

verdict random_io_test::check(memory_image& memory) {
  if (!failure_.empty()) return {false, failure_};
  for (std::size_t i = 0; i < words_.size(); ++i) {
    std::uint64_t found = 0;
    memory.read(words_[i].address, &found, bytes_of_word);
    if (found != value(i, words_[i].issued)) {
      return {false, "at the end word " + std::to_string(i) + " holds number " + std::to_string(found >> 16) +
                         ", the last one written was " + std::to_string(words_[i].issued)};
    }
  }
  verdict v = inner_->check(memory);
  v.results.push_back({"copies", static_cast<double>(copies_)});
  v.results.push_back({"sectors", static_cast<double>(sectors_)});
  return v;
}

void random_io_test::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

void random_io_test::step(processor& cpu) {
  player& me = players_[cpu.id()];
  const unsigned choice = static_cast<unsigned>(me.random.below(16));
  const address_t somewhere = words_[me.random.below(words_.size())].address;
  if (choice < 5 && !me.own.empty()) {
    write(cpu, me);
  } else if (choice == 13) {
    cpu.fetch(somewhere, 4);
  } else if (choice == 14) {
    cpu.prefetch(somewhere);
  } else if (choice == 15) {
    cpu.modify(words_[me.random.below(mixed_words)].address, 4);
  } else {
    read(cpu, me);
  }
  if (cpu.id() == 0) drive(cpu, me);
}

void random_io_test::write(processor& cpu, player& me) {
  const std::size_t index = me.own[me.random.below(me.own.size())];
  word& w = words_[index];
  if (w.issued == w.performed) me.unfenced.push_back(index);
  const std::uint64_t next = value(index, ++w.issued);
  cpu.write(w.address, &next, bytes_of_word);
  if (me.unfenced.size() < 6) return;
  cpu.fence();
  for (const std::size_t i : me.unfenced) words_[i].performed = words_[i].issued;
  me.unfenced.clear();
}

void random_io_test::read(processor& cpu, player& me) {
  const std::size_t first = me.random.below(words_.size());
  const std::size_t second = me.random.below(words_.size());
  const auto lowest = [&](std::size_t i) {
    const word& w = words_[i];
    return w.writer == cpu.id() ? w.issued : std::max(w.performed, me.seen[i]);
  };
  const std::uint64_t low_first = lowest(first);
  const std::uint64_t low_second = lowest(second);
  const processor::ticket a = cpu.issue_read(words_[first].address, bytes_of_word);
  const processor::ticket b = cpu.issue_read(words_[second].address, bytes_of_word);
  std::uint64_t found_first = 0;
  std::uint64_t found_second = 0;
  cpu.wait(a, &found_first);
  cpu.wait(b, &found_second);
  judge(cpu, first, found_first, low_first);
  judge(cpu, second, found_second, low_second);
}

void random_io_test::judge(processor& cpu, std::size_t index, std::uint64_t found, std::uint64_t lowest) {
  const std::uint64_t sequence = found >> 16;
  if ((found & 0xffffu) != index || sequence < lowest || sequence > words_[index].issued) {
    fail("cpu " + std::to_string(cpu.id()) + " read number " + std::to_string(sequence) + " of word " +
         std::to_string(found & 0xffffu) + " in word " + std::to_string(index) + ", not " +
         std::to_string(lowest) + " ... " + std::to_string(words_[index].issued) + ", at " +
         std::to_string(cpu.now()) + " ps");
  }
  std::uint64_t& seen = players_[cpu.id()].seen[index];
  seen = std::max(seen, sequence);
}

// --- devices: processor 0 only

void random_io_test::drive(processor& cpu, player& me) {
  if (me.random.below(poll_one_in) != 0) return;
  if (dma_ && (dma_->what == mover::job::idle || poll(cpu, *dma_))) drive_dma(cpu, me);
  if (disk_ && (disk_->what == mover::job::idle || poll(cpu, *disk_))) drive_disk(cpu);
}

bool random_io_test::poll(processor& cpu, mover& m) {
  const synchronisation_scope scope(cpu);
  const auto status = m.registers.status(cpu);
  if ((status & io_status::interrupting) == 0) return false;
  m.registers.acknowledge(cpu, status);
  if ((status & io_status::any_error) != 0) fail("a device reports status " + std::to_string(status));
  ended(cpu, m);
  return m.what == mover::job::idle;
}

// Gives words [first, first + count) their next numbers, in the source from which a device will take them.
void random_io_test::begin(processor& cpu, mover& m, std::size_t first, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t next = value(first + i, ++words_[first + i].issued);
    cpu.write(m.source + i * bytes_of_word, &next, bytes_of_word);
  }
  m.first = first;
  m.count = count;
}

void random_io_test::drive_dma(processor& cpu, player& me) {
  mover& m = *dma_;
  const unsigned choice = static_cast<unsigned>(me.random.below(4));
  ++copies_;
  if (choice == 0) {
    m.what = mover::job::snapshot;
    m.first = 2 * me.random.below(mixed_words / 2);
    m.lowest = words_[m.first].performed;
    m.registers.start(cpu, io_command::copy, words_[m.first].address, bytes_of_word, snapshot_);
    return;
  }
  m.what = mover::job::store;
  if (choice == 1) {
    const std::size_t offset = me.random.below(block_words);
    begin(cpu, m, block_ + offset, 1 + me.random.below(block_words - offset));
  } else {
    begin(cpu, m, scattered_[me.random.below(scattered_.size())], 1);
  }
  m.registers.start(cpu, io_command::copy, m.source, m.count * bytes_of_word, words_[m.first].address);
}

void random_io_test::drive_disk(processor& cpu) {
  mover& m = *disk_;
  m.what = mover::job::to_disk;
  begin(cpu, m, sector_block_, at_.sector / bytes_of_word);
  m.registers.start(cpu, io_command::write, sectors_ % 4, 1, m.source);
}

void random_io_test::ended(processor& cpu, mover& m) {
  if (m.what == mover::job::to_disk) {
    m.what = mover::job::store;
    m.registers.start(cpu, io_command::read, sectors_ % 4, 1, words_[m.first].address);
    ++sectors_;
    return;
  }
  if (m.what == mover::job::store) {
    for (std::size_t i = m.first; i < m.first + m.count; ++i) words_[i].performed = words_[i].issued;
  } else {
    const auto found = cpu.load<std::uint64_t>(snapshot_);
    judge(cpu, m.first, found, m.lowest);
  }
  m.what = mover::job::idle;
}

}  // namespace mimd::tb
