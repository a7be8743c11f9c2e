#include "memory/node_distances.h"

#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "infrastructure/nearest_name.h"

namespace mimd {

namespace {

constexpr unsigned farthest = 254;

class distance_reader {
 public:
  explicit distance_reader(std::string name) : name_(std::move(name)) {}

  std::vector<std::vector<std::uint8_t>> read(std::istream& text) {
    for (std::string line; std::getline(text, line);) {
      ++line_;
      read_row(line.substr(0, line.find('#')));
    }
    if (text.bad()) throw std::runtime_error(name_ + ": cannot be read");
    if (rows_.empty()) fail("there are no distances");
    if (rows_.size() < rows_[0].size()) {
      fail("there are " + std::to_string(rows_.size()) + " lines of " + std::to_string(rows_[0].size()) +
           " distances: one line for each node is needed");
    }
    return std::move(rows_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(name_ + ":" + std::to_string(line_) + ": " + what);
  }

  void read_row(const std::string& text) {
    std::istringstream words(text);
    std::vector<std::uint8_t> row;
    for (std::string word; words >> word;) row.push_back(distance(word, row.size()));
    if (row.empty()) return;
    if (row.size() > most_memory_nodes) fail("more than " + std::to_string(most_memory_nodes) + " nodes");
    if (!rows_.empty() && row.size() != rows_[0].size()) {
      fail(std::to_string(row.size()) + " distances, but the first line has " +
           std::to_string(rows_[0].size()));
    }
    if (rows_.size() == row.size()) fail("one line too many for " + std::to_string(row.size()) + " nodes");
    rows_.push_back(std::move(row));
  }

  std::uint8_t distance(const std::string& word, std::size_t column) const {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || value < node_distances::local ||
        value > farthest) {
      fail(in_quotes(word) + " is no distance: a number, " + std::to_string(node_distances::local) + " ... " +
           std::to_string(farthest));
    }
    if (column == rows_.size() && value != node_distances::local) {
      fail("node " + std::to_string(column) + " is " + std::to_string(value) + " from itself, not " +
           std::to_string(node_distances::local));
    }
    return static_cast<std::uint8_t>(value);
  }

  std::string name_;
  std::size_t line_ = 0;
  std::vector<std::vector<std::uint8_t>> rows_;
};

}  // namespace

node_distances::node_distances(unsigned nodes, unsigned remote) : nodes_(nodes) {
  if (nodes < 1 || nodes > most_memory_nodes) {
    throw std::invalid_argument("nodes must be 1 ... " + std::to_string(most_memory_nodes));
  }
  if (remote < local || remote > farthest) {
    throw std::invalid_argument("a distance must be " + std::to_string(local) + " ... " +
                                std::to_string(farthest));
  }
  distances_.assign(std::size_t{nodes} * nodes, static_cast<std::uint8_t>(remote));
  for (std::size_t n = 0; n < nodes; ++n) distances_[n * nodes + n] = local;
}

node_distances node_distances::read(std::istream& text, const std::string& name) {
  const auto rows = distance_reader(name).read(text);
  node_distances result(static_cast<unsigned>(rows.size()));
  result.distances_.clear();
  for (const auto& row : rows) result.distances_.insert(result.distances_.end(), row.begin(), row.end());
  return result;
}

node_distances node_distances::read_file(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path + ": the distances cannot be read");
  return read(in, path);
}

}  // namespace mimd
