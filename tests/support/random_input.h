// Command lines and INI files made at random from pieces that are right, nearly right and wrong. Whatever
// comes, the machine runs or refuses: a status of the documented ones, one line for a refusal, never a
// signal.
#ifndef MIMD_TESTS_SUPPORT_RANDOM_INPUT_H
#define MIMD_TESTS_SUPPORT_RANDOM_INPUT_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "tests/support/refused_run.h"

namespace mimd::test {

class random_input {
 public:
  random_input() : parameters_(nlohmann::json::parse(run_mimd_uma({"--list-parameters=json"}).output)) {}

  // Runs case `number` and says what is wrong with what came of it, or "".
  void expect_sound(std::uint64_t number) {
    random_generator random(number, 77);
    const scratch_directory scratch;
    std::vector<std::string> words{"--no-progress", "--max-time", "2us", "--set", "workload.size=64"};
    for (std::uint64_t i = random.below(5); i > 0; --i) add_option(words, random, scratch);
    std::string ini;
    if (random.below(2) == 0) {
      ini = random_ini(random);
      std::ofstream(scratch.file("random.ini"), std::ios::binary) << ini;
      words.insert(words.end(), {"--config", scratch.file("random.ini")});
    }
    const program_run run = run_mimd_uma(words);
    const std::string trouble = complaint(run);
    EXPECT_EQ(trouble, "") << "case " << number << ": " << in_one_line(words) << "\n" << ini << "\n" << run;
  }

 private:
  static std::string complaint(const program_run& run) {
    if (run.status == 2) return complaint_about(run, {});
    if (run.timed_out) return "it takes too long";
    if (run.signal != 0) return "a signal ended it";
    if (run.status != 0 && run.status != 1 && run.status != 3) return "the status is none of the documented";
    if (run.status != 0 && run.error_lines() != 1) return "the status is not explained in one line";
    return "";
  }

  template <typename T>
  static const T& any_of(random_generator& random, const std::vector<T>& choices) {
    return choices[random.below(choices.size())];
  }

  std::string name(random_generator& random) const {
    std::string text = parameters_[random.below(parameters_.size())].at("name").get<std::string>();
    if (random.below(8) == 0) text.erase(random.below(text.size()), 1);
    if (random.below(16) == 0) text += static_cast<char>(1 + random.below(255));
    return text;
  }

  std::string value(random_generator& random) const {
    static const std::vector<std::string> choices{"0",
                                                  "1",
                                                  "2",
                                                  "3",
                                                  "7",
                                                  "16",
                                                  "64",
                                                  "100",
                                                  "4096",
                                                  "-1",
                                                  "18446744073709551615",
                                                  "1e9",
                                                  "0.5",
                                                  "4KiB",
                                                  "64KiB",
                                                  "1MiB",
                                                  "1TiB",
                                                  "1GHz",
                                                  "1kHz",
                                                  "1THz",
                                                  "0ns",
                                                  "10ns",
                                                  "15ns",
                                                  "1us",
                                                  "1s",
                                                  "0B/s",
                                                  "1GB/s",
                                                  "true",
                                                  "false",
                                                  "yes",
                                                  "lru",
                                                  "srrip",
                                                  "tree-plru",
                                                  "fifo",
                                                  "random",
                                                  "mesi",
                                                  "vi",
                                                  "dragon",
                                                  "back",
                                                  "through",
                                                  "tso",
                                                  "fcfs",
                                                  "fixed-priority",
                                                  "",
                                                  "\"",
                                                  "nan",
                                                  "inf",
                                                  "1 GHz",
                                                  "0x40",
                                                  "exponential",
                                                  "free",
                                                  "never"};
    if (random.below(10) == 0) return parameters_[random.below(parameters_.size())].at("default").dump();
    std::string text = any_of(random, choices);
    if (random.below(10) == 0) text += static_cast<char>(1 + random.below(255));
    return text;
  }

  void add_option(std::vector<std::string>& words, random_generator& random,
                  const scratch_directory& scratch) const {
    static const std::vector<std::string> workloads{
        "bfs",       "false-sharing", "fft",     "histogram",         "lu",         "lock-contention",
        "matmul",    "n-body",        "stream",  "producer-consumer", "radix-sort", "random-test",
        "synthetic", "disk-sort",     "stencil", "pointer-chase",     "wrong"};
    switch (random.below(12)) {
      case 0:
        words.insert(words.end(), {"--workload", any_of(random, workloads)});
        break;
      case 1:
        words.insert(words.end(), {"--timing", any_of<std::string>(random, {"lt", "at", "it"})});
        break;
      case 2:
        words.insert(
            words.end(),
            {"--stats", scratch.file(any_of<std::string>(random, {"s.json", "s.csv", "s", "no/s.txt"}))});
        break;
      case 3:
        words.insert(words.end(),
                     {"--vcd", scratch.file(any_of<std::string>(random, {"w.vcd", "no/w.vcd", ""}))});
        break;
      case 4:
        words.insert(words.end(), {"--trace-window", value(random) + ":" + value(random)});
        break;
      case 5:
        words.insert(
            words.end(),
            {"--trace-scope", any_of<std::string>(random, {"*", "uma.bus.*", "[", "-*", "?", ",", "x"})});
        break;
      case 6:
        words.push_back(any_of<std::string>(
            random, {"--check-coherence", "--list-statistics", "--list-presets", "--quiet",
                     "--list-workloads", "--progress", "--version", "-v", "x"}));
        break;
      case 7:
        words.insert(words.end(), {"--seed", value(random)});
        break;
      default:
        words.insert(words.end(), {"--set", name(random) + "=" + value(random)});
    }
  }

  std::string random_ini(random_generator& random) const {
    std::string text;
    for (std::uint64_t i = random.below(5); i > 0; --i) {
      const std::string full = name(random);
      const std::size_t dot = full.find('.');
      const std::string key = dot == std::string::npos ? full : full.substr(dot + 1);
      text += '[' + full.substr(0, dot) + "]\n" + key + " = " + value(random) + '\n';
    }
    for (std::uint64_t i = random.below(4) == 0 ? 2 : 0; i > 0 && !text.empty(); --i) {
      text[random.below(text.size())] = static_cast<char>(random.next());
    }
    return text;
  }

  nlohmann::json parameters_;
};

}  // namespace mimd::test

#endif
