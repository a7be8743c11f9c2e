// One run of an executable as a shell would make it, without a shell: words as they are, a signal at a chosen
// moment, a limit on time. What it wrote, how it ended, what it cost.
#ifndef MIMD_TESTS_SUPPORT_PROGRAM_RUN_H
#define MIMD_TESTS_SUPPORT_PROGRAM_RUN_H

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/scratch_files.h"

namespace mimd::test {

// AddressSanitizer does not know the stacks of SystemC's threads, and says so in three lines when an
// exception leaves one (sanitizers issue 189). They are not the program's.
inline std::string without_sanitizer_notes(const std::string& text) {
  std::istringstream lines(text);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    const auto has = [&line](const char* words) { return line.find(words) != std::string::npos; };
    if (has("ASan is ignoring requested __asan_handle_no_return") ||
        has("False positive error reports may follow") || has("github.com/google/sanitizers/issues/189")) {
      continue;
    }
    kept += line + (lines.eof() ? "" : "\n");
  }
  return kept;
}

struct program_run {
  int status = -1;         // exit status; -1 if a signal ended it
  int signal = 0;          // that signal
  bool timed_out = false;  // it was killed for taking too long
  std::string output;
  std::string errors;
  std::uint64_t peak_bytes = 0;

  std::size_t error_lines() const {
    return static_cast<std::size_t>(std::count(errors.begin(), errors.end(), '\n'));
  }
};

inline std::ostream& operator<<(std::ostream& out, const program_run& run) {
  return out << (run.timed_out ? "timed out, " : "") << "status " << run.status << ", signal " << run.signal
             << ", errors: \"" << run.errors << "\", output: \"" << run.output.substr(0, 200) << '"';
}

struct interruption_plan {
  int signal = SIGINT;
  std::chrono::microseconds after{0};
};

inline std::string in_one_line(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

inline program_run run_program(const std::string& program, const std::vector<std::string>& words,
                               const std::optional<interruption_plan>& plan = std::nullopt,
                               std::chrono::seconds limit = std::chrono::seconds(60)) {
  using clock = std::chrono::steady_clock;
  const scratch_directory scratch;
  const std::string output = scratch.file("output");
  const std::string errors = scratch.file("errors");
  std::vector<char*> arguments{const_cast<char*>(program.c_str())};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  // Opened here: the signal may come before the child has done anything.
  const int streams[] = {open("/dev/null", O_RDONLY), open(output.c_str(), O_WRONLY | O_CREAT, 0600),
                         open(errors.c_str(), O_WRONLY | O_CREAT, 0600)};
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    for (int i = 0; i < 3; ++i) {
      if (streams[i] < 0 || dup2(streams[i], i) < 0) _exit(126);
      close(streams[i]);
    }
    // A shell's background jobs inherit an ignored SIGINT: one that comes early would be lost.
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    execv(program.c_str(), arguments.data());
    _exit(127);
  }
  for (const int stream : streams) close(stream);

  program_run result;
  const auto start = clock::now();
  if (plan) {
    std::this_thread::sleep_for(plan->after);
    kill(child, plan->signal);
  }
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, WNOHANG, &usage) == 0) {
    if (clock::now() - start > limit) {
      result.timed_out = true;
      kill(child, SIGKILL);
      wait4(child, &status, 0, &usage);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.output = text_of(output);
  result.errors = without_sanitizer_notes(text_of(errors));
  result.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  return result;
}

inline program_run run_mimd_uma(const std::vector<std::string>& words) {
  return run_program(std::string(MIMD_BINARY_DIR) + "/mimd-uma", words);
}

}  // namespace mimd::test

#endif
