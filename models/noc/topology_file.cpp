#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "infrastructure/nearest_name.h"
#include "noc/topology_families.h"

namespace mimd::noc {

namespace {

struct terminal_line {
  std::uint32_t line = 0;  // 0: not there yet
  std::uint32_t injecting = 0;
  std::uint32_t ejecting = 0;
  std::uint32_t cycles = 0;
};

struct channel_line {
  std::uint32_t from;
  std::uint32_t to;
  std::uint32_t cycles;
};

class reader {
 public:
  explicit reader(const topology_parameters& p) : p_(p) {}

  topology read() {
    std::ifstream in(p_.file);
    in.peek();  // a folder opens, and only then cannot be read
    if (in.bad() || !in.is_open()) throw std::runtime_error(p_.file + ": the topology cannot be read");
    for (std::string line; std::getline(in, line);) {
      ++line_;
      read_line(line.substr(0, line.find('#')));
    }
    if (routers_ == 0) fail("no line 'routers <number>'");
    if (terminals_.empty()) fail("no line 'terminal t0 r0'");
    topology result({p_.family, {}, 1}, routers_, static_cast<std::uint32_t>(terminals_.size()));
    for (const auto& c : channels_) result.connect_routers(c.from, c.to, c.cycles);
    for (std::uint32_t t = 0; t < terminals_.size(); ++t) {
      if (terminals_[t].line == 0)
        fail("terminal t" + std::to_string(t) + " is missing, there is a t" +
             std::to_string(terminals_.size() - 1));
      result.attach_terminal(t, terminals_[t].injecting, terminals_[t].ejecting, terminals_[t].cycles);
    }
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(p_.file + ":" + std::to_string(std::max(line_, 1u)) + ": " + what);
  }

  void read_line(const std::string& text) {
    std::istringstream in(text);
    words_.clear();
    next_ = 1;
    for (std::string word; in >> word;) words_.push_back(word);
    if (words_.empty()) return;
    const auto& item = words_[0];
    if (item == "routers") {
      if (routers_ != 0) fail("the number of routers is there already");
      routers_ = number(word("the number of routers"), "", largest_);
      if (routers_ == 0) fail("a topology needs a router");
    } else if (item == "terminal") {
      read_terminal();
    } else if (item == "link" || item == "channel") {
      const auto from = router();
      const auto to = router();
      if (from == to) fail(item + " from r" + std::to_string(from) + " to itself");
      const auto taken = cycles(p_.link_cycles);
      channels_.push_back({from, to, taken});
      if (item == "link") channels_.push_back({to, from, taken});
    } else {
      fail("unknown word " + in_quotes(item) + ", the nearest is '" +
           nearest_name(item, {"routers", "terminal", "link", "channel"}) + "'");
    }
    if (next_ < words_.size()) fail("unexpected " + in_quotes(words_[next_]) + " after the " + item);
  }

  void read_terminal() {
    const auto t = number(word("a terminal"), "t", largest_ - 1);
    if (t >= terminals_.size()) terminals_.resize(t + 1);
    auto& there = terminals_[t];
    if (there.line != 0)
      fail("terminal t" + std::to_string(t) + " is there already, in line " + std::to_string(there.line));
    there.line = line_;
    there.injecting = router();
    const bool two = next_ < words_.size() && words_[next_] != "cycles";
    there.ejecting = two ? router() : there.injecting;
    there.cycles = cycles(p_.terminal_cycles);
  }

  const std::string& word(const std::string& what) {
    if (next_ >= words_.size()) fail("after '" + words_[next_ - 1] + "' there should be " + what);
    return words_[next_++];
  }

  std::uint32_t router() {
    if (routers_ == 0) fail("the line 'routers <number>' must come first");
    const auto& text = word("a router");
    const auto result = number(text, "r", largest_);
    if (result >= routers_)
      fail("no router " + in_quotes(text) + ", the last is r" + std::to_string(routers_ - 1));
    return result;
  }

  std::uint32_t cycles(std::uint32_t usual) {
    if (next_ >= words_.size()) return usual;
    const auto& text = words_[next_++];
    if (text != "cycles") fail("unknown word " + in_quotes(text) + ", the nearest is 'cycles'");
    const auto result = number(word("a number of cycles"), "", 1u << 20);
    if (result == 0) fail("a channel takes at least 1 cycle");
    return result;
  }

  std::uint32_t number(const std::string& text, const std::string& prefix, std::uint32_t most) const {
    std::uint32_t result = 0;
    const bool starts = text.compare(0, prefix.size(), prefix) == 0;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + (starts ? prefix.size() : 0), last, result);
    if (!starts || error != std::errc{} || end != last)
      fail(in_quotes(text) + " should be " +
           (prefix.empty() ? "a number" : (prefix == "r" ? "a router, as r0" : "a terminal, as t0")));
    if (result > most) fail(in_quotes(text) + " is too large, " + std::to_string(most) + " is the most");
    return result;
  }

  static constexpr std::uint32_t largest_ = 1u << 20;

  const topology_parameters& p_;
  std::uint32_t line_ = 0;
  std::vector<std::string> words_;  // of the line
  std::size_t next_ = 1;
  std::uint32_t routers_ = 0;
  std::vector<terminal_line> terminals_;
  std::vector<channel_line> channels_;
};

}  // namespace

topology read_topology(const topology_parameters& p) {
  return reader(p).read();
}

}  // namespace mimd::noc
