// BENCHMARK_MAIN() for benchmarks that simulate nothing: SystemC, which the models bring, has a main() of its
// own.
#ifndef MIMD_TESTS_BENCHMARKS_PLAIN_MAIN_H
#define MIMD_TESTS_BENCHMARKS_PLAIN_MAIN_H

#include <benchmark/benchmark.h>

#include <systemc>

int sc_main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

#endif
