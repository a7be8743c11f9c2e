// What a watcher found: how often, and the first few in words.
#ifndef MIMD_TB_TLM_FINDING_LOG_H
#define MIMD_TB_TLM_FINDING_LOG_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mimd::tb {

class finding_log {
 public:
  void add(std::string line) {
    if (lines_.size() < kept) lines_.push_back(std::move(line));
    ++count_;
  }
  std::uint64_t count() const { return count_; }
  const std::vector<std::string>& lines() const { return lines_; }
  std::string text() const {  // one line a finding, for a test's message
    std::string all;
    for (const std::string& line : lines_) all += line + '\n';
    if (count_ > lines_.size()) all += "... " + std::to_string(count_) + " in all\n";
    return all;
  }

 private:
  static constexpr std::size_t kept = 20;
  std::uint64_t count_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace mimd::tb

#endif
