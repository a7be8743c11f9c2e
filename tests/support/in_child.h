// Runs a part of a test in a process of its own, where SystemC may elaborate once more, and brings back what
// it found.
#ifndef MIMD_TESTS_SUPPORT_IN_CHILD_H
#define MIMD_TESTS_SUPPORT_IN_CHILD_H

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace mimd::test {

// What `body` returns. Its exceptions, a death of the process and processor time beyond the limit are
// {"error": text}.
inline nlohmann::json in_child(const std::function<nlohmann::json()>& body, unsigned limit_seconds = 60) {
  int ends[2];
  std::fflush(nullptr);
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    close(ends[0]);
    const rlimit limit{limit_seconds, limit_seconds + 1};
    setrlimit(RLIMIT_CPU, &limit);
    nlohmann::json found;
    try {
      found = body();
    } catch (const std::exception& e) {
      found = {{"error", e.what()}};
    }
    const std::string text = found.dump();
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = write(ends[1], text.data() + done, text.size() - done);
      if (n <= 0) _exit(1);
      done += static_cast<std::size_t>(n);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return {{"error", "no end in sight"}};
  if (text.empty()) {
    return {{"error", WIFSIGNALED(status) ? "killed by signal " + std::to_string(WTERMSIG(status))
                                          : "exit status " + std::to_string(WEXITSTATUS(status))}};
  }
  return nlohmann::json::parse(text);
}

}  // namespace mimd::test

#endif
