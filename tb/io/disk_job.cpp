#include "tb/io/disk_job.h"

#include <algorithm>
#include <stdexcept>

#include "infrastructure/random.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t key_bytes = 8;
constexpr std::uint64_t blocks_of_a_file = 8;  // at most: so many are in flight one after the other
constexpr std::uint64_t longest_run = 32;      // keys, sorted by insertion
constexpr time_ps look_interval = 20'000'000;  // between two looks of a processor that waits for the disk

workload_parameters checked_job(const workload_parameters& parameters) {
  return checked(parameters, describe_disk_sort(), {1, std::uint64_t{1} << 32, 2});
}

std::unique_ptr<workload> refuse_without_disk(const workload_parameters&) {
  throw std::invalid_argument("workload: disk-sort needs a machine with a disk");
}

}  // namespace

workload_description describe_disk_sort() {
  return {"disk-sort",
          "sort files from disk to disk, transfers overlapped with work",
          {},
          16384,
          "keys of 8 bytes in a file",
          refuse_without_disk};
}

disk_job::disk_job(const workload_parameters& parameters, address_t registers, storage& contents)
    : p_(checked_job(parameters)), contents_(contents), driver_(registers) {
  const std::uint64_t keys_of_a_sector = contents.sector_size() / key_bytes;
  run_length_ = std::min(longest_run, keys_of_a_sector);
  file_sectors_ = (p_.size + keys_of_a_sector - 1) / keys_of_a_sector;
  block_sectors_ = (file_sectors_ + blocks_of_a_file - 1) / blocks_of_a_file;
  blocks_ = (file_sectors_ + block_sectors_ - 1) / block_sectors_;
}

void disk_job::prepare(memory_image& memory) {
  if (p_.iterations > contents_.sectors() / file_sectors_) {
    throw std::runtime_error("disk: " + std::to_string(contents_.sectors()) + " sectors are too few for " +
                             std::to_string(p_.iterations) + " files of " + std::to_string(file_sectors_));
  }
  const std::uint64_t bytes = file_sectors_ * contents_.sector_size();
  source_ = memory.allocate(bytes, p_.line);
  target_ = memory.allocate(bytes, p_.line);
  blocks_read_ = allocate_lines(memory, 1, p_.line);
  blocks_merged_ = allocate_lines(memory, p_.processors, p_.line);
  barrier_.emplace(memory, p_.processors, p_.line);
  files_.assign(p_.iterations, std::vector<std::uint64_t>(p_.size));
  random_generator random(p_.seed);
  for (std::uint64_t f = 0; f < p_.iterations; ++f) {
    for (std::uint64_t& key : files_[f]) key = random.next();
    contents_.write(f * bytes, files_[f].data(), p_.size * key_bytes);
  }
}

void disk_job::run(processor& cpu) {
  progress at{0, source_, target_, run_length_, 0, 0};
  for (; at.file < p_.iterations; ++at.file) {
    at.source = source_;
    at.target = target_;
    at.width = run_length_;
    read_and_sort_runs(cpu, at);
    merge_levels(cpu, at);
    merge_and_write(cpu, at);
  }
}

verdict disk_job::check(memory_image&) {
  if (disk_errors_ != 0) {
    return {false, "disk: a command failed, status bits " + std::to_string(disk_errors_)};
  }
  for (std::uint64_t f = 0; f < p_.iterations; ++f) {
    std::vector<std::uint64_t> expected = files_[f];
    std::sort(expected.begin(), expected.end());
    std::vector<std::uint64_t> found(p_.size);
    contents_.read(f * file_sectors_ * contents_.sector_size(), found.data(), p_.size * key_bytes);
    verdict v = compare(found, expected, "file " + std::to_string(f) + " on disk");
    if (!v.correct) return v;
  }
  return {true, std::to_string(p_.iterations) + " files of " + std::to_string(p_.size) +
                    " keys on disk equal the sequential result"};
}

disk_job::block disk_job::block_at(std::uint64_t index) const {
  const std::uint64_t keys_of_a_sector = contents_.sector_size() / key_bytes;
  const std::uint64_t first = index * block_sectors_;
  const std::uint64_t last = std::min(first + block_sectors_, file_sectors_);
  return {{first * keys_of_a_sector, std::min(last * keys_of_a_sector, p_.size)}, first, last - first};
}

void disk_job::start(processor& cpu, std::uint64_t command, std::uint64_t file, const block& b,
                     address_t base) const {
  driver_.start(cpu, command, file * file_sectors_ + b.sector, b.sectors, base + b.keys.begin * key_bytes);
}

void disk_job::finish(processor& cpu) {
  disk_errors_ |= driver_.finish(cpu);
}

void disk_job::wait_for(processor& cpu, address_t word, std::uint64_t value) const {
  const synchronisation_scope scope(cpu);
  while (cpu.load<std::uint64_t>(word) < value) cpu.sleep_until(cpu.now() + look_interval);
}

void disk_job::read_and_sort_runs(processor& cpu, progress& at) {
  if (cpu.id() == 0) start(cpu, io_command::read, at.file, block_at(0), at.source);
  for (std::uint64_t i = 0; i < blocks_; ++i) {
    ++at.blocks_read;
    if (cpu.id() == 0) {
      finish(cpu);
      if (i + 1 < blocks_) start(cpu, io_command::read, at.file, block_at(i + 1), at.source);
      const synchronisation_scope scope(cpu);
      cpu.store<std::uint64_t>(blocks_read_, at.blocks_read);
    } else {
      wait_for(cpu, blocks_read_, at.blocks_read);
    }
    const range keys = block_at(i).keys;
    const std::uint64_t granule = std::max(run_length_, elements_per_line(p_.line, key_bytes));
    const range own = share(keys.end - keys.begin, granule, cpu.id(), p_.processors);
    for (std::uint64_t k = keys.begin + own.begin; k < keys.begin + own.end; k += run_length_) {
      sort_run(cpu, at.source, {k, std::min(k + run_length_, keys.begin + own.end)});
    }
  }
  barrier_->wait(cpu);
}

void disk_job::sort_run(processor& cpu, address_t base, range keys) const {
  for (std::uint64_t i = keys.begin + 1; i < keys.end; ++i) {
    const auto key = cpu.load<std::uint64_t>(base + i * key_bytes);
    std::uint64_t hole = i;
    for (; hole > keys.begin; --hole) {
      const auto before = cpu.load<std::uint64_t>(base + (hole - 1) * key_bytes);
      if (before <= key) break;
      cpu.store<std::uint64_t>(base + hole * key_bytes, before);
    }
    if (hole != i) cpu.store<std::uint64_t>(base + hole * key_bytes, key);
  }
}

// All merges but the last, which makes the output of the file.
void disk_job::merge_levels(processor& cpu, progress& at) {
  const range own = share(p_.size, elements_per_line(p_.line, key_bytes), cpu.id(), p_.processors);
  for (; 2 * at.width < p_.size; at.width *= 2) {
    merge_share(cpu, at, own);
    std::swap(at.source, at.target);
    barrier_->wait(cpu);
  }
}

// Nobody but processor 0 waits here: the others are at most one file ahead, at its first block.
void disk_job::merge_and_write(processor& cpu, progress& at) {
  for (std::uint64_t i = 0; i < blocks_; ++i) {
    const block b = block_at(i);
    const range own =
        share(b.keys.end - b.keys.begin, elements_per_line(p_.line, key_bytes), cpu.id(), p_.processors);
    merge_share(cpu, at, {b.keys.begin + own.begin, b.keys.begin + own.end});
    ++at.blocks_merged;
    if (cpu.id() != 0) {
      const synchronisation_scope scope(cpu);
      cpu.store<std::uint64_t>(blocks_merged_ + cpu.id() * p_.line, at.blocks_merged);
      continue;
    }
    for (unsigned other = 1; other < p_.processors; ++other) {
      wait_for(cpu, blocks_merged_ + other * p_.line, at.blocks_merged);
    }
    if (i > 0) finish(cpu);
    start(cpu, io_command::write, at.file, b, at.target);
  }
  if (cpu.id() == 0) finish(cpu);
}

// Of the merge of all pairs of runs, the part that makes the keys `output` of the target.
void disk_job::merge_share(processor& cpu, const progress& at, range output) const {
  for (std::uint64_t k = output.begin; k < output.end;) {
    const std::uint64_t begin = k / (2 * at.width) * (2 * at.width);
    const std::uint64_t middle = std::min(begin + at.width, p_.size);
    const std::uint64_t end = std::min(begin + 2 * at.width, p_.size);
    std::uint64_t i = co_rank(cpu, at.source, {begin, middle}, {middle, end}, k - begin);
    std::uint64_t j = middle + (k - begin) - i;
    i += begin;
    std::uint64_t left = i < middle ? cpu.load<std::uint64_t>(at.source + i * key_bytes) : 0;
    std::uint64_t right = j < end ? cpu.load<std::uint64_t>(at.source + j * key_bytes) : 0;
    for (const std::uint64_t stop = std::min(end, output.end); k < stop; ++k) {
      if (j == end || (i < middle && left <= right)) {
        cpu.store<std::uint64_t>(at.target + k * key_bytes, left);
        if (++i < middle) left = cpu.load<std::uint64_t>(at.source + i * key_bytes);
      } else {
        cpu.store<std::uint64_t>(at.target + k * key_bytes, right);
        if (++j < end) right = cpu.load<std::uint64_t>(at.source + j * key_bytes);
      }
    }
  }
}

// How many of the first `taken` keys of the merge come from the run `first` (which wins ties).
std::uint64_t disk_job::co_rank(processor& cpu, address_t base, range first, range second,
                                std::uint64_t taken) const {
  const std::uint64_t second_length = second.end - second.begin;
  std::uint64_t low = taken > second_length ? taken - second_length : 0;
  std::uint64_t high = std::min(taken, first.end - first.begin);
  while (low < high) {
    const std::uint64_t i = low + (high - low) / 2;
    const auto left = cpu.load<std::uint64_t>(base + (first.begin + i) * key_bytes);
    const auto right = cpu.load<std::uint64_t>(base + (second.begin + taken - i - 1) * key_bytes);
    if (left <= right) {
      low = i + 1;
    } else {
      high = i;
    }
  }
  return low;
}

}  // namespace mimd::tb
