// What tracing costs: a change that nobody listens to, and a change that is written, at 10 and at 10,000
// signals.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>

#include "infrastructure/trace.h"
#include "infrastructure/transaction_log.h"
#include "tests/benchmarks/plain_main.h"

namespace {

using mimd::time_ps;
using mimd::trace_kind;
using mimd::trace_options;
using mimd::trace_recorder;
using mimd::trace_signal;

std::string scratch_file(const char* name) {
  return (std::filesystem::temp_directory_path() / name).string();
}

void change_while_off(benchmark::State& state) {
  std::deque<trace_signal> signals(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  time_ps now = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(signals[next]);
    ++now;
    signals[next].set(now, now);
    if (++next == signals.size()) next = 0;
  }
}
BENCHMARK(change_while_off)->Arg(10)->Arg(10000);

void changes_while_on(benchmark::State& state, const trace_kind& kind, time_ps ahead) {
  trace_options options;
  options.file = scratch_file("mimd_trace_benchmark.vcd");
  std::deque<trace_signal> signals(static_cast<std::size_t>(state.range(0)));
  {
    trace_recorder recorder(options);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      recorder.declare(signals[i], "m.u" + std::to_string(i / 10) + ".s" + std::to_string(i), kind);
    }
    recorder.start();
    std::size_t next = 0;
    time_ps now = 0;
    std::uint64_t value = 1;
    for (auto _ : state) {
      now += 500;
      recorder.advance(now);
      signals[next].set(now + now * 2654435761U % (ahead + 1), value);  // every change is one
      if (++next == signals.size()) {
        next = 0;
        value = (value + 1) % 4;
      }
    }
    recorder.finish(now);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(std::filesystem::file_size(options.file)));
  std::filesystem::remove(options.file);
}

void word_in_order(benchmark::State& state) {
  changes_while_on(state, trace_kind::words({"I", "S", "E", "M"}), 0);
}
BENCHMARK(word_in_order)->Arg(10)->Arg(10000);

void word_out_of_order(benchmark::State& state) {
  changes_while_on(state, trace_kind::words({"I", "S", "E", "M"}), 1000000);
}
BENCHMARK(word_out_of_order)->Arg(10)->Arg(10000);

void integer_in_order(benchmark::State& state) {
  changes_while_on(state, trace_kind::integer(64), 0);
}
BENCHMARK(integer_in_order)->Arg(10)->Arg(10000);

void transaction(benchmark::State& state) {
  const std::string file = scratch_file("mimd_trace_benchmark.jsonl");
  {
    mimd::transaction_log log(file);
    time_ps now = 0;
    for (auto _ : state) {
      now += 500;
      log.advance(now);
      log.record({now, 0, now, now + 45000, "BusRd", "cpu_0.l1", now * 64, 64, "from_memory"});
    }
    log.finish();
  }
  std::filesystem::remove(file);
}
BENCHMARK(transaction);

}  // namespace
