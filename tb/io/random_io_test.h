// The random tester with input and output: random-test on all processors, while a DMA engine and a disk write
// into lines that the processors use.
//
// Between its own accesses every processor also writes words of its own, reads words of all others and words
// that only devices write, fetches instructions from these lines, prefetches them and marks them modified.
// Processor 0 drives the devices by polling: single words copied into lines shared with processors, blocks,
// snapshots of words that other processors are writing, and sectors written to the disk and read back.
// Every word holds a rising sequence number and its own index, with the bounds of random_test.cpp: a read
// returns no number below one seen or known to be performed when it was issued, and none above the last one
// issued. A device's words are performed once processor 0 has seen the device's status `done`; a snapshot
// lies between the number performed at its start and the number issued at its end. Finally memory holds the
// last numbers. Errors: as random-test.
#ifndef MIMD_TB_IO_RANDOM_IO_TEST_H
#define MIMD_TB_IO_RANDOM_IO_TEST_H

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "tb/io/disk_driver.h"
#include "tb/workload.h"

namespace mimd::tb {

class random_io_test final : public workload {
 public:
  struct devices {  // register windows; none: that device is not there
    std::optional<address_t> dma;
    std::optional<address_t> disk;
    unsigned sector = 512;  // bytes
  };

  random_io_test(const workload_parameters& parameters, const devices& at);

  void prepare(memory_image& memory) override;
  void run(processor& cpu) override;
  verdict check(memory_image& memory) override;

 private:
  class busy_processor;

  struct word {
    address_t address;
    unsigned writer;  // a processor, or `device`
    std::uint64_t issued = 0;
    std::uint64_t performed = 0;
  };
  struct player {
    std::vector<std::uint64_t> seen;    // of every word
    std::vector<std::size_t> own;       // words it writes
    std::vector<std::size_t> unfenced;  // of them, written since its last fence
    random_generator random;
  };
  // One device and what it is doing.
  struct mover {
    enum class job { idle, store, snapshot, to_disk };
    disk_driver registers;
    address_t source;  // as many words as it may move at once
    job what = job::idle;
    std::size_t first = 0;  // word
    std::size_t count = 0;
    std::uint64_t lowest = 0;  // snapshot
  };
  static constexpr unsigned device = ~0u;

  std::size_t add_word(memory_image& memory, address_t address, unsigned writer);
  std::uint64_t value(std::size_t index, std::uint64_t sequence) const { return sequence << 16 | index; }
  void step(processor& cpu);
  void write(processor& cpu, player& me);
  void read(processor& cpu, player& me);
  void judge(processor& cpu, std::size_t index, std::uint64_t found, std::uint64_t lowest);
  void drive(processor& cpu, player& me);
  void drive_dma(processor& cpu, player& me);
  void drive_disk(processor& cpu);
  void begin(processor& cpu, mover& m, std::size_t first, std::size_t count);
  void ended(processor& cpu, mover& m);
  bool poll(processor& cpu, mover& m);  // true: the device has nothing left to do
  void fail(const std::string& what);

  workload_parameters p_;
  std::unique_ptr<workload> inner_;
  devices at_;
  std::vector<player> players_;
  std::vector<word> words_;
  std::vector<std::size_t> scattered_;  // a device's words among processors' words
  std::size_t block_ = 0;               // first of the words that only devices write
  std::size_t sector_block_ = 0;
  address_t snapshot_ = 0;
  std::optional<mover> dma_;
  std::optional<mover> disk_;
  std::uint64_t copies_ = 0;
  std::uint64_t sectors_ = 0;
  std::string failure_;
};

}  // namespace mimd::tb

#endif
