// How fast traces are read. The bar: 25 M records/s of plain lackey text.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "tb/traces/open_trace.h"
#include "tests/benchmarks/plain_main.h"

namespace {

using mimd::tb::trace_record;

// A file like a program's trace: two instructions, one reference of data, in turn.
class trace_file {
 public:
  explicit trace_file(bool lackey)
      : path_(std::filesystem::temp_directory_path() /
              ("mimd-trace-" + std::to_string(::getpid()) + (lackey ? ".lackey" : ".compact"))) {
    constexpr unsigned records = 3'000'000;
    std::ofstream out(path_);
    char text[64];
    for (unsigned i = 0; i < records; ++i) {
      const bool data = i % 3 == 2;
      const char* const operation = lackey ? (data ? " S " : "I  ") : (data ? "S " : "I ");
      const std::uint64_t address = data ? 0x1ffefff000u + i * 8 % 4096 : 0x04001000u + i * 4 % 65536;
      std::snprintf(text, sizeof text, "%s%08jx%c%u\n", operation, static_cast<std::uintmax_t>(address),
                    lackey ? ',' : ' ', 1 + i % 8);
      out << text;
    }
  }
  ~trace_file() { std::filesystem::remove(path_); }
  trace_file(const trace_file&) = delete;
  trace_file& operator=(const trace_file&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void read_all(benchmark::State& state, const std::string& path) {
  constexpr std::size_t batch = 1024;
  const auto records = std::make_unique<trace_record[]>(batch);
  std::int64_t total = 0;
  for (auto _ : state) {
    const auto stream = mimd::tb::open_stream(path);
    for (std::size_t count = stream->read(records.get(), batch); count != 0;
         count = stream->read(records.get(), batch)) {
      benchmark::DoNotOptimize(records[0].address);
      total += static_cast<std::int64_t>(count);
    }
  }
  state.SetItemsProcessed(total);
}

void lackey_plain(benchmark::State& state) {
  const trace_file file(true);
  read_all(state, file.path());
}

void compact_plain(benchmark::State& state) {
  const trace_file file(false);
  read_all(state, file.path());
}

BENCHMARK(lackey_plain)->Unit(benchmark::kMillisecond);
BENCHMARK(compact_plain)->Unit(benchmark::kMillisecond);

}  // namespace
