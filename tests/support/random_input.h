// Command lines and INI files made at random from pieces that are right, nearly right and wrong. Whatever
// comes, the machine runs or refuses: a status of the documented ones, one line for a refusal, never a
// signal.
#ifndef MIMD_TESTS_SUPPORT_RANDOM_INPUT_H
#define MIMD_TESTS_SUPPORT_RANDOM_INPUT_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "tests/support/named_program.h"

namespace mimd::test {

// The executables that it is made for.
inline const std::vector<std::string>& machines() {
  static const std::vector<std::string> all{"mimd-uma",   "mimd-numa", "mimd-coma",
                                            "mimd-norma", "mimd-mpp",  "mimd-noc"};
  return all;
}

// "mimd-uma" as "uma", for the name of a test.
inline std::string word_of_machine(const testing::TestParamInfo<std::string>& machine) {
  return machine.param.substr(std::string("mimd-").size());
}

class random_input {
 public:
  explicit random_input(const std::string& machine)
      : machine_(machine),
        parameters_(nlohmann::json::parse(run_named(machine, {"--list-parameters=json"}).output)) {
    std::istringstream lines(run_named(machine, {"--list-workloads"}).output);
    for (std::string line; std::getline(lines, line);) workloads_.push_back(line.substr(0, line.find(' ')));
    workloads_.emplace_back("wrong");
  }

  // Runs case `number` and says what is wrong with what came of it, or "".
  void expect_sound(std::uint64_t number) {
    random_generator random(number, 77);
    const scratch_directory scratch;
    std::vector<std::string> words{"--max-time", "2us"};
    if (machine_ != "mimd-noc") words.insert(words.end(), {"--set", "workload.size=64"});
    for (std::uint64_t i = random.below(5); i > 0; --i) add_option(words, random, scratch);
    std::string ini;
    if (random.below(2) == 0) {
      ini = random_ini(random);
      std::ofstream(scratch.file("random.ini"), std::ios::binary) << ini;
      words.insert(words.end(), {"--config", scratch.file("random.ini")});
    }
    const program_run run = run_named(machine_, words);
    EXPECT_EQ(complaint(run), "") << "case " << number << ": " << in_one_line(words) << "\n"
                                  << ini << "\n"
                                  << run;
  }

 private:
  std::string complaint(const program_run& run) const {
    if (run.status == 2) return complaint_about(run, {}, machine_);
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

  const nlohmann::json& parameter(random_generator& random) const {
    return parameters_[random.below(parameters_.size())];
  }

  // NAME and value, one of the other's kind usually.
  std::pair<std::string, std::string> setting(random_generator& random) const {
    const nlohmann::json& p = parameter(random);
    std::string name = p.at("name").get<std::string>();
    std::string text = random.below(3) == 0 ? value(random) : fitting(p, random);
    if (random.below(8) == 0) name.erase(random.below(name.size()), 1);
    if (random.below(16) == 0) name += static_cast<char>(1 + random.below(255));
    return {name, text};
  }

  static std::string fitting(const nlohmann::json& p, random_generator& random) {
    const std::string type = p.at("type").get<std::string>();
    if (type == "choice") {
      const std::string allowed = p.at("allowed").get<std::string>();
      std::vector<std::string> choices;
      for (std::size_t from = 0; from < allowed.size();) {
        const std::size_t to = std::min(allowed.find(" | ", from), allowed.size());
        choices.push_back(allowed.substr(from, to - from));
        from = to + 3;
      }
      return any_of(random, choices);
    }
    using texts = std::vector<std::string>;
    if (type == "boolean") return any_of<std::string>(random, {"true", "false"});
    if (type == "time") return any_of(random, texts{"0ps", "1ps", "7ps", "1ns", "10ns", "33ns", "1us"});
    if (type == "size") return any_of(random, texts{"0B", "16B", "64B", "256B", "1536B", "4KiB", "1MiB"});
    if (type == "frequency") return any_of(random, texts{"1MHz", "100MHz", "333MHz", "1GHz", "10GHz"});
    if (type == "real") return any_of(random, texts{"0", "0.001", "0.25", "0.9", "1", "2"});
    return any_of(random, texts{"0", "1", "2", "3", "4", "8", "9", "16", "64"});
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
    if (random.below(10) == 0) return parameter(random).at("default").dump();
    std::string text = any_of(random, choices);
    if (random.below(10) == 0) text += static_cast<char>(1 + random.below(255));
    return text;
  }

  void add_option(std::vector<std::string>& words, random_generator& random,
                  const scratch_directory& scratch) const {
    switch (random.below(12)) {
      case 0:
        words.insert(words.end(), {"--workload", any_of(random, workloads_)});
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
      default: {
        const auto [name, text] = setting(random);
        words.insert(words.end(), {"--set", name + "=" + text});
      }
    }
  }

  std::string random_ini(random_generator& random) const {
    std::string text;
    for (std::uint64_t i = random.below(5); i > 0; --i) {
      const auto [full, its_value] = setting(random);
      const std::size_t dot = full.find('.');
      const std::string key = dot == std::string::npos ? full : full.substr(dot + 1);
      text += '[' + full.substr(0, dot) + "]\n" + key + " = " + its_value + '\n';
    }
    for (std::uint64_t i = random.below(4) == 0 ? 2 : 0; i > 0 && !text.empty(); --i) {
      text[random.below(text.size())] = static_cast<char>(random.next());
    }
    return text;
  }

  std::string machine_;
  nlohmann::json parameters_;
  std::vector<std::string> workloads_;
};

}  // namespace mimd::test

#endif
