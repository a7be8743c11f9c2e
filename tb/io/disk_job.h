// The workload disk-sort: sorts files of 64-bit keys that lie on a disk, with input and output overlapped.
//
// For each file ("iteration"): processor 0 reads it block by block, by DMA and interrupt, while all
// processors sort short runs of the block before; the runs are merged pairwise, each processor a share of the
// output (by co-ranking); the last merge makes the output block by block, and processor 0 writes a block
// back, over the input, while the next one is merged. The files use the same memory, so that from the second
// on DMA overwrites lines that caches hold.
//
// workload.size: keys of a file; workload.iterations: files, 2 by default. Processors that wait for the disk
// look every 20 us. Errors: std::invalid_argument for parameters, std::runtime_error in prepare() when disk
// or memory is too small. An error of the disk while the program runs makes the verdict wrong, with the
// status in its text.
#ifndef MIMD_TB_IO_DISK_JOB_H
#define MIMD_TB_IO_DISK_JOB_H

#include <cstdint>
#include <optional>
#include <vector>

#include "io/storage.h"
#include "tb/io/disk_driver.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workload.h"
#include "tb/workloads/support.h"

namespace mimd::tb {

// For lists. make() throws: the workload needs a disk, which the platform gives to the constructor below.
workload_description describe_disk_sort();

class disk_job final : public workload {
 public:
  // `registers`: where processors see the controller's window, uncached; its interrupt goes to processor 0.
  disk_job(const workload_parameters& parameters, address_t registers, storage& contents);

  void prepare(memory_image& memory) override;
  void run(processor& cpu) override;
  verdict check(memory_image& memory) override;

 private:
  struct block {
    range keys;
    std::uint64_t sector;  // within its file
    std::uint64_t sectors;
  };

  // What a processor keeps in registers: where the keys are, how long the sorted runs, what it has waited
  // for.
  struct progress {
    std::uint64_t file;
    address_t source;
    address_t target;
    std::uint64_t width;
    std::uint64_t blocks_read;
    std::uint64_t blocks_merged;
  };

  block block_at(std::uint64_t index) const;
  void read_and_sort_runs(processor& cpu, progress& at);
  void merge_levels(processor& cpu, progress& at);
  void merge_and_write(processor& cpu, progress& at);
  void sort_run(processor& cpu, address_t base, range keys) const;
  void merge_share(processor& cpu, const progress& at, range output) const;
  std::uint64_t co_rank(processor& cpu, address_t base, range first, range second, std::uint64_t taken) const;
  void start(processor& cpu, std::uint64_t command, std::uint64_t file, const block& b, address_t base) const;
  void finish(processor& cpu);
  void wait_for(processor& cpu, address_t word, std::uint64_t value) const;

  workload_parameters p_;
  storage& contents_;
  disk_driver driver_;
  std::uint64_t run_length_;  // keys
  std::uint64_t file_sectors_;
  std::uint64_t block_sectors_;
  std::uint64_t blocks_;
  address_t source_ = 0;  // arrays of whole sectors
  address_t target_ = 0;
  address_t blocks_read_ = 0;
  address_t blocks_merged_ = 0;  // a line for each processor
  std::vector<std::vector<std::uint64_t>> files_;
  std::optional<central_barrier> barrier_;
  std::uint64_t disk_errors_ = 0;
};

}  // namespace mimd::tb

#endif
