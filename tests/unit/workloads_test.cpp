// Every workload on the functional machine: right on any number of processors and any size, under SC and TSO,
// refusing nonsense, and its check sees a store that the memory lost.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tb/functional_machine.h"
#include "tb/workload.h"

namespace mimd::tb {
namespace {

constexpr unsigned processor_counts[] = {1, 2, 3, 7, 16};

const workload_description& described(const std::string& name) {
  for (const workload_description& one : shared_memory_workloads()) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no workload " + name);
}

// The smallest, an odd one that no processor count divides, and one of several lines a processor.
std::vector<std::uint64_t> small_sizes(const std::string& name) {
  if (name == "fft") return {2, 64, 512};
  if (name == "matmul" || name == "lu" || name == "stencil") return {1, 7, 33};
  if (name == "n-body") return {1, 13, 45};
  return {1, 61, 700};
}

struct outcome {
  verdict result;
  std::uint64_t changing_stores;
  std::uint64_t accesses;
};

outcome run(const workload_description& description, const workload_parameters& parameters,
            const functional_parameters& machine_parameters) {
  functional_machine machine(machine_parameters);
  const auto program = description.make(parameters);
  program->prepare(machine.memory());
  machine.run([&](processor& cpu) { program->run(cpu); });
  return {program->check(machine.memory()), machine.changing_stores(), machine.accesses()};
}

std::vector<std::string> variants_of(const workload_description& description) {
  return description.variants.empty() ? std::vector<std::string>{""} : description.variants;
}

void expect_correct(const std::string& name, unsigned store_buffer) {
  const workload_description& description = described(name);
  for (const std::string& variant : variants_of(description)) {
    for (const unsigned processors : processor_counts) {
      for (const std::uint64_t size : small_sizes(name)) {
        workload_parameters parameters;
        parameters.size = size;
        parameters.variant = variant;
        parameters.seed = size + processors;
        parameters.processors = processors;
        if (name == "loaded-latency") parameters.iterations = 1;  // of its delays
        functional_parameters machine;
        machine.processors = processors;
        machine.seed = size * 31 + processors;
        machine.store_buffer = store_buffer;
        const outcome end = run(description, parameters, machine);
        EXPECT_TRUE(end.result.correct)
            << name << ' ' << variant << " size " << size << " on " << processors << ": " << end.result.text;
        EXPECT_FALSE(end.result.text.empty());
      }
    }
  }
}

class every_workload : public testing::TestWithParam<std::string> {};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const workload_description& one : shared_memory_workloads()) all.push_back(one.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(shared_memory, every_workload, testing::ValuesIn(names()), [](const auto& instance) {
  std::string name = instance.param;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

TEST_P(every_workload, is_correct_when_sequentially_consistent) {
  expect_correct(GetParam(), 0);
}

TEST_P(every_workload, is_correct_with_store_buffers) {
  expect_correct(GetParam(), 8);
}

TEST_P(every_workload, is_correct_with_other_line_sizes_and_iterations) {
  const workload_description& description = described(GetParam());
  for (const std::uint64_t line : {8u, 32u, 256u}) {
    for (const std::string& variant : variants_of(description)) {
      workload_parameters parameters;
      parameters.size = small_sizes(GetParam()).back();
      parameters.iterations = 3;
      parameters.variant = variant;
      parameters.processors = 5;
      parameters.line = line;
      functional_parameters machine;
      machine.processors = 5;
      const outcome end = run(description, parameters, machine);
      EXPECT_TRUE(end.result.correct) << variant << " line " << line << ": " << end.result.text;
    }
  }
}

// Their length is that of a machine's nodes, and this one has a single node.
bool measures_pairs_of_nodes(const std::string& name) {
  return name == "latency-matrix" || name == "core-to-core";
}

TEST_P(every_workload, default_run_on_four_processors_has_a_useful_length) {
  workload_parameters parameters;
  parameters.processors = 4;
  functional_parameters machine;
  machine.processors = 4;
  const outcome end = run(described(GetParam()), parameters, machine);
  EXPECT_TRUE(end.result.correct) << end.result.text;
  EXPECT_GE(end.accesses, measures_pairs_of_nodes(GetParam()) ? 300u : 300'000u);
  EXPECT_LE(end.accesses, 3'000'000u);
}

TEST_P(every_workload, same_seed_gives_the_same_run) {
  workload_parameters parameters;
  parameters.size = small_sizes(GetParam()).back();
  parameters.processors = 3;
  functional_parameters machine;
  machine.processors = 3;
  const outcome first = run(described(GetParam()), parameters, machine);
  const outcome second = run(described(GetParam()), parameters, machine);
  EXPECT_EQ(first.accesses, second.accesses);
  EXPECT_EQ(first.changing_stores, second.changing_stores);
  EXPECT_EQ(first.result.text, second.result.text);
}

TEST_P(every_workload, check_sees_a_lost_store) {
  const workload_description& description = described(GetParam());
  for (const std::string& variant : variants_of(description)) {
    workload_parameters parameters;
    parameters.size = small_sizes(GetParam()).back();
    parameters.iterations = 1;  // a second pass over the same input could repair the loss
    parameters.variant = variant;
    parameters.processors = 4;
    functional_parameters machine;
    machine.processors = 4;
    machine.access_limit = 5'000'000;
    const outcome whole = run(description, parameters, machine);
    ASSERT_TRUE(whole.result.correct) << whole.result.text;
    constexpr std::uint64_t samples = 24;
    std::uint64_t unseen = 0;
    std::string examples;
    for (std::uint64_t i = 0; i < samples; ++i) {
      const std::uint64_t lost = whole.changing_stores * i / samples;
      if (whole.changing_stores == 0) break;
      machine.lost_store = lost;
      bool detected = false;
      try {
        detected = !run(description, parameters, machine).result.correct;
      } catch (const std::runtime_error&) {
        detected = true;  // the program lost its way: a deadlock or a wild address
      }
      if (!detected) {
        ++unseen;
        examples += ' ' + std::to_string(lost);
      }
    }
    // The random tester overwrites some values before anybody reads them.
    EXPECT_LE(unseen, GetParam() == "random-test" ? samples / 3 : 0)
        << variant << " of " << whole.changing_stores << " stores:" << examples;
  }
}

TEST_P(every_workload, refuses_nonsense_with_one_line) {
  const workload_description& description = described(GetParam());
  const auto message = [&](const workload_parameters& parameters) -> std::string {
    try {
      description.make(parameters);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "accepted";
  };
  workload_parameters wrong_variant;
  wrong_variant.variant = "nonsense";
  EXPECT_NE(message(wrong_variant).find("workload.variant"), std::string::npos) << message(wrong_variant);
  workload_parameters too_large;
  too_large.size = ~std::uint64_t{0};
  EXPECT_NE(message(too_large).find("workload.size"), std::string::npos) << message(too_large);
  workload_parameters odd_line;
  odd_line.line = 48;
  EXPECT_NE(message(odd_line).find("line"), std::string::npos) << message(odd_line);
  EXPECT_EQ(message(too_large).find('\n'), std::string::npos);
}

TEST_P(every_workload, says_so_when_the_memory_is_too_small) {
  workload_parameters parameters;
  parameters.processors = 2;
  functional_parameters machine;
  machine.processors = 2;
  machine.memory_size = 4096;
  try {
    functional_machine small(machine);
    described(GetParam()).make(parameters)->prepare(small.memory());
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("memory.size"), std::string::npos) << error.what();
  }
}

TEST(workloads, have_distinct_names_and_the_promised_set) {
  const std::vector<std::string> all = names();
  const std::set<std::string> distinct(all.begin(), all.end());
  EXPECT_EQ(distinct.size(), all.size());
  for (const char* name : {"stream", "pointer-chase", "matmul", "fft", "lu", "stencil", "radix-sort",
                           "n-body", "histogram", "producer-consumer", "lock-contention", "false-sharing",
                           "bfs", "random-test", "latency-matrix", "core-to-core", "loaded-latency"}) {
    EXPECT_EQ(distinct.count(name), 1u) << name;
  }
}

}  // namespace
}  // namespace mimd::tb
