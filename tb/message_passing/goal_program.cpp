#include "tb/message_passing/goal_program.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "infrastructure/nearest_name.h"
#include "tb/traffic/text_fields.h"

namespace mimd::tb {

using message_passing::operation;
using message_passing::progress;

namespace {

constexpr std::uint64_t most_ranks = 1u << 24;
constexpr std::uint64_t largest_tag = message_passing::collective_tag - 1;
constexpr std::uint64_t largest_amount = std::uint64_t{1} << 53;
constexpr time_ps ps_of_ns = 1000;
constexpr std::uint64_t most_operations = (1u << 31) - 1;

// What the labels of a rank stand for. Those that are a letter and a number, as generators write them (l1, l2
// ...), are found without hashing.
class goal_labels {
 public:
  void clear() {
    ++rank_;
    others_.clear();
  }
  bool add(std::string_view label, std::uint32_t operation) {
    if (find(label) != nullptr) return false;
    const std::size_t number = number_of(label);
    const bool sparse = number > 2 * (added_++ + 64);
    if (!sparse && number >= numbered_.size()) numbered_.resize(number + 1);
    if (sparse || numbered_[number].rank == rank_)
      return others_.emplace(std::string(label), operation).second;
    numbered_[number] = {rank_, label.front(), operation};
    return true;
  }
  const std::uint32_t* find(std::string_view label) {
    const std::size_t number = number_of(label);
    if (number < numbered_.size() && numbered_[number].rank == rank_ &&
        numbered_[number].letter == label.front())
      return &numbered_[number].operation;
    if (others_.empty()) return nullptr;
    key_.assign(label);
    const auto found = others_.find(key_);
    return found == others_.end() ? nullptr : &found->second;
  }

 private:
  struct entry {
    std::uint32_t rank = 0;
    char letter = 0;
    std::uint32_t operation = 0;
  };
  static constexpr std::size_t none = ~std::size_t{0};

  static std::size_t number_of(std::string_view label) {
    if (label.size() < 2 || label.size() > 9 || label[1] == '0') return none;
    std::size_t number = 0;
    for (const char c : label.substr(1)) {
      if (c < '0' || c > '9') return none;
      number = 10 * number + static_cast<std::size_t>(c - '0');
    }
    return number;
  }

  std::uint32_t rank_ = 0;
  std::size_t added_ = 0;
  std::vector<entry> numbered_;
  std::unordered_map<std::string, std::uint32_t> others_;
  std::string key_;
};

}  // namespace

class goal_program::reader {
 public:
  reader(goal_program& program, const std::string& path) : p_(program), lines_(path) {}

  void read() {
    while (lines_.next()) {
      const std::string_view word = lines_.word("statement");
      if (is_comment(word)) continue;
      if (word == "num_ranks") {
        begin_program();
      } else if (word == "rank") {
        begin_rank();
      } else if (word == "}") {
        if (!inside_) lines_.fail("'}' ends no rank");
        inside_ = false;
      } else if (inside_) {
        statement(word);
        continue;
      } else {
        lines_.fail("expected 'num_ranks' or 'rank' instead of " + in_quotes(word));
      }
      end_line();
    }
    if (ranks_ == 0) throw std::runtime_error(lines_.path() + ": there is no 'num_ranks'");
    if (inside_) throw std::runtime_error(lines_.path() + ": the last rank is not ended by '}'");
    link();
  }

 private:
  static bool is_comment(std::string_view word) { return word.substr(0, 2) == "//"; }

  void end_line() {
    if (lines_.more() && !is_comment(lines_.word("statement"))) lines_.fail("superfluous words");
  }

  void begin_program() {
    if (ranks_ != 0) lines_.fail("'num_ranks' stands here a second time");
    ranks_ = static_cast<std::uint32_t>(lines_.number("number of ranks", 1, most_ranks));
    range_.assign(ranks_, {0, 0});
    seen_.assign(ranks_, false);
  }

  void begin_rank() {
    if (ranks_ == 0) lines_.fail("'num_ranks' must come first");
    if (inside_) lines_.fail("the rank before is not ended by '}'");
    rank_ = static_cast<std::uint32_t>(lines_.number("rank", 0, ranks_ - 1));
    if (seen_[rank_]) lines_.fail("rank " + std::to_string(rank_) + " stands here a second time");
    seen_[rank_] = true;
    if (lines_.word("'{'") != "{") lines_.fail("expected '{' after the rank");
    inside_ = true;
    labels_.clear();
    range_[rank_] = {size(), size()};
  }

  void statement(std::string_view word) {
    if (word.back() == ':') {
      word.remove_suffix(1);
      if (!labels_.add(word, size()))
        lines_.fail("label " + in_quotes(word) + " stands here a second time in the rank");
      word = lines_.word("operation");
    }
    if (word == "send" || word == "recv" || word == "calc") return add_operation(word);
    const std::string_view relation = lines_.word("'requires'");
    if (relation != "requires" && relation != "irequires") {
      lines_.fail("expected an operation (send, recv, calc) or 'requires' or 'irequires' instead of " +
                  in_quotes(word) + ' ' + std::string(relation));
    }
    const std::uint32_t later = labelled(word);
    const std::uint32_t earlier = labelled(lines_.word("label"));
    if (earlier == later) lines_.fail("an operation cannot require itself");
    dependencies_.push_back({earlier, later, relation == "irequires"});
    ++p_.operations_[later].waits_for;
    end_line();
  }

  void add_operation(std::string_view word) {
    if (size() == most_operations) lines_.fail("there are too many operations");
    goal_operation o;
    std::string_view amount = lines_.word(word == "calc" ? "time" : "size");
    if (word != "calc" && amount.back() == 'b') amount.remove_suffix(1);
    o.amount = lines_.parse(amount, word == "calc" ? "time" : "size", 0, largest_amount);
    if (word == "calc") {
      o.amount *= ps_of_ns;
    } else {
      const bool sends = word == "send";
      o.what = sends ? operation::kind::send : operation::kind::receive;
      if (lines_.word(sends ? "'to'" : "'from'") != (sends ? "to" : "from"))
        lines_.fail(sends ? "expected 'to' after the size" : "expected 'from' after the size");
      const std::string_view peer = lines_.word("rank");
      o.peer = !sends && peer == "-1" ? message_passing::any_source
                                      : static_cast<std::uint32_t>(lines_.parse(peer, "rank", 0, ranks_ - 1));
    }
    while (lines_.more()) {
      const std::string_view option = lines_.word("option");
      if (is_comment(option)) break;
      const std::string_view value = lines_.word(option == "tag" ? "tag" : "number");
      if (option == "tag" && o.what != operation::kind::compute) {
        o.tag = value == "-1" && o.what == operation::kind::receive
                    ? message_passing::any_tag
                    : static_cast<std::uint32_t>(lines_.parse(value, "tag", 0, largest_tag));
      } else if (option == "cpu" || option == "nic") {
        if (lines_.parse(value, "number", 0, 255) != 0)
          lines_.fail("a rank has one cpu and one nic, 0, but this is " + std::string(option) + ' ' +
                      std::string(value));
      } else {
        lines_.fail("expected 'tag', 'cpu' or 'nic' instead of " + in_quotes(option));
      }
    }
    p_.operations_.push_back(o);
    range_[rank_].second = size();
  }

  std::uint32_t labelled(std::string_view label) {
    const std::uint32_t* const found = labels_.find(label);
    if (found == nullptr) lines_.fail("there is no operation " + in_quotes(label) + " before this line");
    return *found;
  }

  // Operations in the order of ranks, dependants beside each other.
  void link() {
    std::vector<std::uint32_t> place(size());
    std::vector<goal_operation> sorted;
    sorted.reserve(size());
    p_.first_.push_back(0);
    for (std::uint32_t r = 0; r < ranks_; ++r) {
      for (std::uint32_t i = range_[r].first; i < range_[r].second; ++i) {
        place[i] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(p_.operations_[i]);
      }
      p_.first_.push_back(static_cast<std::uint32_t>(sorted.size()));
      p_.left_.push_back(p_.first_[r + 1] - p_.first_[r]);
    }
    p_.operations_ = std::move(sorted);
    p_.first_dependant_.assign(size() + 1, 0);
    for (const dependency& d : dependencies_) ++p_.first_dependant_[place[d.earlier] + 1];
    for (std::uint32_t i = 0; i < size(); ++i) p_.first_dependant_[i + 1] += p_.first_dependant_[i];
    p_.dependants_.resize(dependencies_.size());
    std::vector<std::uint32_t> next(p_.first_dependant_.begin(), p_.first_dependant_.end() - 1);
    for (const dependency& d : dependencies_)
      p_.dependants_[next[place[d.earlier]]++] = 2 * place[d.later] + (d.on_begin ? 1 : 0);
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(p_.operations_.size()); }

  goal_program& p_;
  text_lines lines_;
  std::uint32_t ranks_ = 0;
  std::uint32_t rank_ = 0;
  bool inside_ = false;
  std::vector<bool> seen_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> range_;
  goal_labels labels_;
  std::vector<dependency> dependencies_;
};

goal_program::goal_program(const std::string& path) {
  reader(*this, path).read();
}

void goal_program::begin(std::uint32_t rank) {
  if (left_[rank] == 0) return engine_->finish(rank);
  for (std::uint32_t i = first_[rank]; i < first_[rank + 1]; ++i)
    if (operations_[i].waits_for == 0) free_.push_back(i);
  post_free(rank);
}

void goal_program::progressed(std::uint32_t rank, std::uint32_t cookie, progress p) {
  if (p != progress::done) release(cookie, true);
  bool last = false;
  if (p != progress::started) {
    release(cookie, false);
    last = --left_[rank] == 0;
  }
  post_free(rank);
  if (last) engine_->finish(rank);
}

void goal_program::release(std::uint32_t o, bool on_begin) {
  for (std::uint32_t i = first_dependant_[o]; i < first_dependant_[o + 1]; ++i) {
    if (((dependants_[i] & 1) != 0) != on_begin) continue;
    const std::uint32_t later = dependants_[i] / 2;
    if (--operations_[later].waits_for == 0) free_.push_back(later);
  }
}

void goal_program::post_free(std::uint32_t rank) {
  if (free_.empty()) return;
  std::vector<std::uint32_t> now;
  now.swap(free_);  // posting may come back here
  const auto turn = [this](std::uint32_t i) {
    return operations_[i].what == operation::kind::send      ? 0
           : operations_[i].what == operation::kind::receive ? 1
                                                             : 2;
  };
  if (now.size() > 1)
    std::stable_sort(now.begin(), now.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return turn(a) < turn(b); });
  for (const std::uint32_t i : now) {
    const goal_operation& g = operations_[i];
    operation o;
    o.what = g.what;
    o.peer = g.peer;
    o.tag = g.tag;
    o.cookie = i;
    o.amount = g.amount;
    engine_->post(rank, o);
  }
  now.clear();
  if (free_.empty()) free_.swap(now);  // keeps its memory
}

std::string goal_program::waiting(std::uint32_t rank) const {
  return "has " + std::to_string(left_[rank]) + " operations left, some of which require each other";
}

}  // namespace mimd::tb
