// Latency against bandwidth, as Intel Memory Latency Checker measures it (--loaded_latency): processor 0
// follows a chain of pointers while all others stream through buffers of their own, as many lines at a time
// as cpu.outstanding allows; the longer they pause, the less they load the machine. One phase for each of
// MLC's inject delays, of equal length on all processors, with a warm-up that is not measured.
//
// A pause of that many processor cycles follows each `burst` of lines, and a line takes `line_cycles`. That
// makes one processor like one core in what MLC has published: in FD.io's CSIT reports (two Xeon 8180 with 28
// cores at 2.5 GHz) four lines of each of the 55 loading cores take delay + 17 ... 21 cycles for all delays
// from 300 to 3500, if the chaser's own lines are taken off the bandwidth.
//
// Variants: reads; 2reads-1write, where every second line read is then written, so that a line goes back to
// memory for each two that come; buffers on the processors' own nodes, or -all-nodes page by page in turn.
// Bandwidth counts all lines of all processors, a written one twice. Every word read is checked, and what the
// writes left in memory. The buffers (workload.size lines each) must be larger than the caches, or it is they
// that are measured; by default they are twice as large, and 8192 lines at least.
#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "tb/workloads/pointer_chain.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

constexpr std::array<std::uint64_t, 19> delays = {0,   2,    8,    15,   50,   100,  200,  300,  400,  500,
                                                  700, 1000, 1300, 1700, 2500, 3500, 5000, 9000, 20000};
constexpr std::uint64_t burst = 4;
constexpr std::uint64_t line_cycles = 4;
constexpr std::uint64_t window =
    64;  // lines between asking and looking: the most that cpu.outstanding can be
constexpr time_ps warm_up = 10'000'000;
constexpr time_ps measured = 50'000'000;
constexpr std::uint64_t measured_pauses = 16;  // at least
constexpr std::uint64_t enough_bursts = 4;

// Lines per picosecond, from the times at which bursts begin. Where a processor begins several of them in a
// phase, the time between the first and the last counts, not the fraction at the edges.
class rate_meter {
 public:
  void burst_begins(time_ps now, std::uint64_t lines) {
    if (bursts_++ == 0) {
      first_ = now;
      lines_at_first_ = lines;
    }
    last_ = now;
    lines_at_last_ = lines;
  }
  double rate(std::uint64_t lines_measured, time_ps length) const {
    if (bursts_ < enough_bursts) return static_cast<double>(lines_measured) / static_cast<double>(length);
    return static_cast<double>(lines_at_last_ - lines_at_first_) / static_cast<double>(last_ - first_);
  }

 private:
  std::uint64_t bursts_ = 0;
  time_ps first_ = 0;
  time_ps last_ = 0;
  std::uint64_t lines_at_first_ = 0;
  std::uint64_t lines_at_last_ = 0;
};

// One processor's buffer: a word in each line, read round and round; every second one counts its readings if
// it is written.
class stream_buffer {
 public:
  stream_buffer(address_t first, const workload_parameters& p, unsigned owner, bool written)
      : first_(first),
        lines_(p.size),
        line_(p.line),
        offset_(random_generator(p.seed, owner).below(p.size)),
        salt_(p.seed),
        written_(written),
        window_(std::min(window, p.size)) {}

  void write(memory_image& memory) const {
    for (std::uint64_t i = 0; i < lines_; ++i) {
      const std::uint64_t word = original(i);
      memory.write(first_ + i * line_, &word, sizeof word);
    }
  }

  std::uint64_t issued() const { return issued_; }
  std::uint64_t moved() const { return issued_ + writes_; }

  void read_next(processor& cpu) {
    if (issued_ - retired_ == window_) retire(cpu);
    tickets_[issued_ % window] = cpu.issue_read(first_ + place(issued_) * line_, 8);
    ++issued_;
  }
  void wait_for_all(processor& cpu) {
    while (retired_ < issued_) retire(cpu);
  }

  std::string wrong(memory_image& memory) const {
    if (!wrong_.empty()) return wrong_;
    for (std::uint64_t n = retired_; n < retired_ + lines_; ++n) {
      std::uint64_t found = 0;
      memory.read(first_ + place(n) * line_, &found, sizeof found);
      if (found != expected(n)) {
        return "memory at " + std::to_string(first_ + place(n) * line_) + " holds " + std::to_string(found) +
               ", not " + std::to_string(expected(n));
      }
    }
    return {};
  }

 private:
  std::uint64_t place(std::uint64_t n) const { return (offset_ + n) % lines_; }
  std::uint64_t original(std::uint64_t place) const {
    return (first_ + place * line_ + salt_) * 0x9e3779b97f4a7c15u;
  }
  bool is_written(std::uint64_t place) const { return written_ && place % 2 == 1; }
  // What the n-th reading finds.
  std::uint64_t expected(std::uint64_t n) const {
    return original(place(n)) + (is_written(place(n)) ? n / lines_ : 0);
  }

  void retire(processor& cpu) {
    std::uint64_t found = 0;
    cpu.wait(tickets_[retired_ % window], &found);
    const std::uint64_t right = expected(retired_);
    const address_t address = first_ + place(retired_) * line_;
    if (found != right && wrong_.empty()) {
      wrong_ = "cpu " + std::to_string(cpu.id()) + " read " + std::to_string(found) + " at " +
               std::to_string(address) + ", not " + std::to_string(right);
    }
    if (is_written(place(retired_))) {
      cpu.store<std::uint64_t>(address, right + 1);
      ++writes_;
    }
    ++retired_;
  }

  address_t first_;
  std::uint64_t lines_;
  std::uint64_t line_;
  std::uint64_t offset_;  // where it begins: not all in the same bank
  std::uint64_t salt_;
  bool written_;
  std::uint64_t window_;
  std::array<processor::ticket, window> tickets_{};
  std::uint64_t issued_ = 0;
  std::uint64_t retired_ = 0;
  std::uint64_t writes_ = 0;
  std::string wrong_;
};

class loaded_latency final : public workload {
 public:
  explicit loaded_latency(const workload_parameters& parameters)
      : p_(parameters),
        writes_(p_.variant.compare(0, 6, "2reads") == 0),
        all_nodes_(p_.variant.find("-all-nodes") != std::string::npos),
        phases_(p_.iterations) {}

  void prepare(memory_image& memory) override {
    chain_.emplace(allocate(memory, 0), p_.size, p_.line, random_generator(p_.seed));
    chain_->write(memory);
    for (unsigned i = 1; i < p_.processors; ++i) {
      buffers_.emplace_back(allocate(memory, i), p_, i, writes_);
      buffers_.back().write(memory);
    }
  }

  void run(processor& cpu) override {
    constexpr std::uint64_t sample = 1024;
    const time_ps before = cpu.now();
    cpu.compute(sample);
    const time_ps cycle = (cpu.now() - before) / sample;
    if (cycle == 0) throw std::runtime_error("loaded-latency needs a machine in which time passes");

    random_generator random(p_.seed, cpu.id());
    time_ps begin = cpu.now() + warm_up;
    for (std::size_t i = 0; i < phases_.size(); ++i) {
      const time_ps pause = delays[i] * cycle;
      const time_ps from = begin + std::max(warm_up, pause);
      const time_ps to = from + std::max(measured, measured_pauses * pause);
      if (cpu.id() == 0) {
        cpu.sleep_until(begin);
        chase(cpu, phases_[i], from, to);
      } else {
        cpu.sleep_until(begin + random.below(pause + 1));  // nobody keeps step
        load(cpu, i, from, to);
      }
      begin = to + warm_up;
    }
  }

  verdict check(memory_image& memory) override {
    std::string wrong = chain_->wrong(memory);
    for (const stream_buffer& one : buffers_) {
      if (wrong.empty()) wrong = one.wrong(memory);
    }
    if (!wrong.empty()) return {false, wrong};
    std::uint64_t lines = hops_;
    for (const stream_buffer& one : buffers_) lines += one.issued();
    verdict result{true, std::to_string(lines) + " lines read, all as written"};
    result.report = std::string("Measuring Loaded Latencies for the system\nUsing ") +
                    (writes_ ? "2:1 Read-Write" : "Read-only") + " traffic type" +
                    (all_nodes_ ? ", buffers on all nodes" : "") +
                    "\nInject\tLatency\tBandwidth\nDelay\t(ns)\tMB/sec\n==========================\n";
    for (std::size_t i = 0; i < phases_.size(); ++i) {
      const phase& now = phases_[i];
      const double ns = static_cast<double>(now.spent) * 1e-3 / static_cast<double>(now.loads);
      const double chaser = static_cast<double>(now.loads) / static_cast<double>(now.spent);
      // Lines per picosecond; MB are of 1,000,000 bytes.
      const double megabytes = (chaser + now.others) * static_cast<double>(p_.line) * 1e6;
      const std::string delay = std::to_string(delays[i]);
      result.results.emplace_back("latency." + delay + "_ns", ns);
      result.results.emplace_back("bandwidth." + delay + "_MBps", megabytes);
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), " %05u\t%6.2f\t%9.1f\n", static_cast<unsigned>(delays[i]), ns,
                    megabytes);
      result.report += text.data();
    }
    return result;
  }

 private:
  struct phase {
    std::uint64_t loads = 0;  // of the chaser
    time_ps spent = 0;        // by it
    double others = 0;        // lines per picosecond
  };

  address_t allocate(memory_image& memory, unsigned processor) {
    const std::uint64_t bytes = p_.size * p_.line;
    const address_t first = memory.allocate_on(memory.node_of(processor), bytes);
    if (!all_nodes_) return first;
    unsigned node = memory.node_of(processor);
    for (std::uint64_t at = 0; at < bytes; at += memory.page()) {
      memory.place(first + at, memory.page(), node);
      node = (node + 1) % memory.nodes();
    }
    return first;
  }

  void chase(processor& cpu, phase& result, time_ps from, time_ps to) {
    while (cpu.now() < to || result.loads == 0) {
      const time_ps before = cpu.now();
      chain_->follow(cpu, hops_++);
      if (before < from) continue;
      ++result.loads;
      result.spent += cpu.now() - before;
    }
  }

  void load(processor& cpu, std::size_t i, time_ps from, time_ps to) {
    stream_buffer& buffer = buffers_[cpu.id() - 1];
    rate_meter meter;
    std::uint64_t lines_before = buffer.moved();
    while (cpu.now() < to) {
      if (cpu.now() < from) {
        lines_before = buffer.moved();
      } else {
        meter.burst_begins(cpu.now(), buffer.moved());
      }
      for (std::uint64_t line = 0; line < burst && cpu.now() < to; ++line) {
        buffer.read_next(cpu);
        cpu.compute(line_cycles - 1);  // the first is the access itself
      }
      if (delays[i] != 0) cpu.compute(delays[i]);
    }
    phases_[i].others += meter.rate(buffer.moved() - lines_before, to - from);
    buffer.wait_for_all(cpu);
  }

  workload_parameters p_;
  bool writes_;
  bool all_nodes_;
  std::vector<phase> phases_;
  std::optional<pointer_chain> chain_;
  std::uint64_t hops_ = 0;
  std::vector<stream_buffer> buffers_;  // of processors 1 ...
};

}  // namespace

workload_description describe_loaded_latency() {
  return {"loaded-latency",
          "memory latency against bandwidth: one processor follows pointers, the others stream, ever less",
          {"reads", "2reads-1write", "reads-all-nodes", "2reads-1write-all-nodes"},
          8192,
          "lines of a buffer",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            workload_parameters sized = p;
            if (p.size == 0) {
              sized.size = std::max(describe_loaded_latency().default_size, 2 * p.cache / p.line);
            }
            return std::make_unique<loaded_latency>(
                checked(sized, describe_loaded_latency(), {1, 1u << 24, delays.size(), delays.size()}));
          }};
}

}  // namespace mimd::tb
