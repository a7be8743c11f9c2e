// Parameters: dotted names bound to plain variables of the caller (the config structs of the models).
//
// One declaration gives the option, its default (the variable's value when it is declared), its range, its
// help and its line in a dump. A model never sees this class: it gets its plain struct.
//
//   parameter_set parameters;
//   parameters.add("l1.size", config.l1.size, at_least(byte_count{64}).power_of_two(), "capacity of a
//   first-level cache"); parameters.add_choice("bus.arbitration", config.arbitration, {{"fcfs",
//   arbitration::fcfs}, ...}, "who goes next");
//
// Types: uint64_t, unsigned, double, bool, std::string, byte_count, frequency, duration, data_rate, and
// std::vector<std::string> (a list "a,b"; \, and \\ stand for the characters in an item). A parameter's
// variable must outlive the set. Names are lower-case words of letters, digits and '_' joined by dots, at
// least two words.
//
// INI text: "[l1]" and "size = 32KiB" set l1.size. A line or the rest of a line (after a space) that starts
// with # or ; is a comment. A value in double quotes may hold anything, with \" \\ \n \r \t and \xNN. LF or
// CRLF. Setting a parameter twice in one file is an error.
//
// Errors: a declaration that contradicts itself is std::logic_error; everything a user can do is
// parameter_error, one line that names the origin ("--set", "machine.ini:12"), the parameter, the value and
// what is allowed.
#ifndef MIMD_INFRASTRUCTURE_PARAMETERS_H
#define MIMD_INFRASTRUCTURE_PARAMETERS_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "infrastructure/units.h"

namespace mimd {

struct parameter_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a parameter may be. Bounds are inclusive. power_of_two is for whole numbers and byte counts; it allows
// 0 only if the lower bound is an explicit 0.
template <class T>
struct range {
  std::optional<T> low;
  std::optional<T> high;
  bool is_power_of_two = false;
};

// Bounds as written, before they know the parameter's type: at_least(1) fits unsigned, uint64_t and double.
template <class L>
struct bounds {
  std::optional<L> low;
  std::optional<L> high;
  bool is_power_of_two = false;

  bounds power_of_two() const { return {low, high, true}; }
  template <class T>
  operator range<T>() const {
    static_assert(std::is_same_v<T, L> || (std::is_arithmetic_v<T> && std::is_arithmetic_v<L>),
                  "the bounds of a quantity are quantities: at_least(byte_count{64})");
    range<T> result;
    if (low) result.low = static_cast<T>(*low);
    if (high) result.high = static_cast<T>(*high);
    result.is_power_of_two = is_power_of_two;
    return result;
  }
};

template <class L>
bounds<L> at_least(L low) {
  return {low, {}, false};
}
template <class A, class B>
bounds<std::common_type_t<A, B>> between(A low, B high) {
  return {low, high, false};
}
struct any_value {
  template <class T>
  operator range<T>() const {
    return {};
  }
};
inline constexpr any_value any{};

std::string list_text(const std::vector<std::string>& items);  // as a list parameter is written: "a,b"

class parameter_set {
 public:
  parameter_set() = default;
  parameter_set(const parameter_set&) = delete;
  parameter_set& operator=(const parameter_set&) = delete;

  template <class T>
  void add(std::string name, T& variable, const std::common_type_t<range<T>>& allowed, std::string meaning);

  // One word of a list. The word "" (shown as "") is a word like another.
  void add_choice(std::string name, std::string& variable, std::vector<std::string> words,
                  std::string meaning);

  template <class Enum>
  void add_choice(std::string name, Enum& variable, std::vector<std::pair<std::string, Enum>> words,
                  std::string meaning);

  void set(std::string_view name, std::string_view text, const std::string& origin);
  void load_ini(const std::string& path);
  void load_ini_text(std::string_view text,
                     const std::string& origin);  // origin: "preset smp" -> "preset smp:3"

  bool contains(std::string_view name) const;
  std::string text(std::string_view name) const;    // the present value, as set() would take it
  std::string origin(std::string_view name) const;  // who set it last; "default" if nobody did
  bool is_default(std::string_view name) const;     // its value is the default, whoever set it

  // For rules that tie parameters together: "machine.ini:12: l1.size: '100B' <why>". To be thrown by the
  // caller.
  parameter_error error(std::string_view name, const std::string& why) const;

  // All in order of declaration.
  void dump(std::ostream& out) const;           // INI; dump, load, dump gives the same bytes
  void list(std::ostream& out) const;           // a table for people
  void list_json(std::ostream& out) const;      // an array of objects
  void list_markdown(std::ostream& out) const;  // a table for the documentation
  void write_json(std::ostream& out,
                  const std::string& indent) const;  // {"l1.size": "32KiB", "cpu.count": 4, ...}

  struct description {
    std::string name, type, unit, default_text, allowed, meaning;
    bool quoted_in_json;  // false for numbers and booleans
  };
  std::size_t size() const { return entries_.size(); }
  const description& at(std::size_t i) const { return entries_[i].about; }

 private:
  struct entry {
    description about;
    std::function<void(std::string_view)> assign;  // throws std::invalid_argument, "'x' is not ..."
    std::function<std::string()> print;
    std::string origin = "default";
  };

  void insert(entry e);
  void insert_choice(std::string name, std::vector<std::string> words, std::string meaning,
                     std::function<void(std::size_t)> store, std::function<std::size_t()> load);
  std::size_t index_of(std::string_view name, const std::string& prefix = {}) const;
  std::vector<std::string> names() const;

  std::vector<entry> entries_;
};

template <class Enum>
void parameter_set::add_choice(std::string name, Enum& variable,
                               std::vector<std::pair<std::string, Enum>> words, std::string meaning) {
  std::vector<std::string> spelled;
  for (const auto& [word, value] : words) spelled.push_back(word);
  const auto load = [&variable, words] {
    std::size_t i = 0;
    while (i < words.size() && words[i].second != variable) ++i;
    return i;
  };
  insert_choice(
      std::move(name), std::move(spelled), std::move(meaning),
      [&variable, words](std::size_t i) { variable = words[i].second; }, load);
}

}  // namespace mimd

#endif
