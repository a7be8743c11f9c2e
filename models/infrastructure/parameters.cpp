#include "infrastructure/parameters.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "infrastructure/nearest_name.h"

namespace mimd {

std::string list_text(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    if (!text.empty()) text += ',';
    for (const char c : item) {
      if (c == ',' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

namespace {

// What a type is called and how it is read and written.
template <class T>
struct kind;

template <>
struct kind<std::uint64_t> {
  static constexpr const char *type = "integer", *unit = "";
  static std::uint64_t parse(std::string_view text) { return parse_integer(text); }
  static std::string print(std::uint64_t x) { return std::to_string(x); }
};
template <>
struct kind<unsigned> {
  static constexpr const char *type = "integer", *unit = "";
  static unsigned parse(std::string_view text) {
    const std::uint64_t x = parse_integer(text);
    if (x > std::numeric_limits<unsigned>::max())
      throw unit_error(in_quotes(text) + " does not fit in 32 bits");
    return static_cast<unsigned>(x);
  }
  static std::string print(unsigned x) { return std::to_string(x); }
};
template <>
struct kind<double> {
  static constexpr const char *type = "real", *unit = "";
  static double parse(std::string_view text) { return parse_real(text); }
  static std::string print(double x) { return to_string(x); }
};
template <>
struct kind<bool> {
  static constexpr const char *type = "boolean", *unit = "";
  static bool parse(std::string_view text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
    if (text == "false" || text == "no" || text == "off" || text == "0") return false;
    throw unit_error(in_quotes(text) + " is neither true nor false");
  }
  static std::string print(bool x) { return x ? "true" : "false"; }
};
template <>
struct kind<std::string> {
  static constexpr const char *type = "text", *unit = "";
  static std::string parse(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) throw unit_error(in_quotes(text) + " holds a zero byte");
    return std::string(text);
  }
  static std::string print(const std::string& x) { return x; }
};
template <>
struct kind<std::vector<std::string>> {
  static constexpr const char *type = "list", *unit = "";
  static std::vector<std::string> parse(std::string_view text) {
    std::vector<std::string> items;
    if (text.empty()) return items;
    if (text.find('\0') != std::string_view::npos) throw unit_error(in_quotes(text) + " holds a zero byte");
    items.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && (i + 1 == text.size() || (text[i + 1] != ',' && text[i + 1] != '\\'))) {
        throw unit_error(in_quotes(text) + " has a backslash that is not \\, or \\\\");
      }
      if (text[i] == '\\') {
        items.back() += text[++i];
      } else if (text[i] == ',') {
        items.emplace_back();
      } else {
        items.back() += text[i];
      }
    }
    for (const std::string& item : items) {
      if (item.empty()) throw unit_error(in_quotes(text) + " has an empty item");
    }
    return items;
  }
  static std::string print(const std::vector<std::string>& items) { return list_text(items); }
};
template <>
struct kind<byte_count> {
  static constexpr const char *type = "size", *unit = "B";
  static byte_count parse(std::string_view text) { return parse_byte_count(text); }
  static std::string print(byte_count x) { return to_string(x); }
};
template <>
struct kind<frequency> {
  static constexpr const char *type = "frequency", *unit = "Hz";
  static frequency parse(std::string_view text) { return parse_frequency(text); }
  static std::string print(frequency x) { return to_string(x); }
};
template <>
struct kind<duration> {
  static constexpr const char *type = "time", *unit = "s";
  static duration parse(std::string_view text) { return parse_duration(text); }
  static std::string print(duration x) { return to_string(x); }
};
template <>
struct kind<data_rate> {
  static constexpr const char *type = "rate", *unit = "B/s";
  static data_rate parse(std::string_view text) { return parse_data_rate(text); }
  static std::string print(data_rate x) { return to_string(x); }
};

template <class T>
constexpr bool is_ordered = !std::is_same_v<T, bool> && !std::is_same_v<T, std::string> &&
                            !std::is_same_v<T, std::vector<std::string>>;

template <class T>
constexpr bool is_whole =
    std::is_same_v<T, std::uint64_t> || std::is_same_v<T, unsigned> || std::is_same_v<T, byte_count>;

std::uint64_t whole(std::uint64_t x) {
  return x;
}
std::uint64_t whole(byte_count x) {
  return x.value;
}

template <class T>
std::string allowed_text(const range<T>& allowed) {
  std::string text;
  if constexpr (std::is_same_v<T, bool>) {
    return "true or false";
  } else if constexpr (is_ordered<T>) {
    if (allowed.low && allowed.high) {
      text = kind<T>::print(*allowed.low) + " to " + kind<T>::print(*allowed.high);
    } else if (allowed.low) {
      text = "at least " + kind<T>::print(*allowed.low);
    } else if (allowed.high) {
      text = "at most " + kind<T>::print(*allowed.high);
    }
    if (allowed.is_power_of_two) text = text.empty() ? "a power of two" : "a power of two, " + text;
  }
  return text.empty() ? "any" : text;
}

template <class T>
bool fits(const range<T>& allowed, const T& value) {
  if constexpr (is_ordered<T>) {
    if ((allowed.low && value < *allowed.low) || (allowed.high && *allowed.high < value)) return false;
  }
  if constexpr (is_whole<T>) {
    if (!allowed.is_power_of_two) return true;
    const std::uint64_t x = whole(value);
    return x == 0 ? allowed.low && whole(*allowed.low) == 0 : (x & (x - 1)) == 0;
  }
  return true;
}

bool is_valid_name(const std::string& name) {
  std::size_t words = 1;
  char before = '.';
  for (const char c : name) {
    if (c == '.' && before == '.') return false;
    if (c == '.') ++words;
    if (c != '.' && c != '_' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
    before = c;
  }
  return words >= 2 && before != '.';
}

}  // namespace

template <class T>
void parameter_set::add(std::string name, T& variable, const std::common_type_t<range<T>>& allowed,
                        std::string meaning) {
  if (allowed.is_power_of_two && !is_whole<T>) {
    throw std::logic_error("parameter " + name + ": only whole numbers can be powers of two");
  }
  if (!fits(allowed, variable)) {
    throw std::logic_error("parameter " + name + ": the default " + kind<T>::print(variable) + " is not " +
                           allowed_text(allowed));
  }
  entry e;
  e.about = {std::move(name),       kind<T>::type,      kind<T>::unit,           kind<T>::print(variable),
             allowed_text(allowed), std::move(meaning), !std::is_arithmetic_v<T>};
  e.assign = [&variable, allowed](std::string_view text) {
    T value = kind<T>::parse(text);
    if (!fits(allowed, value)) throw unit_error(in_quotes(text) + " is not allowed");
    variable = std::move(value);
  };
  e.print = [&variable] { return kind<T>::print(variable); };
  insert(std::move(e));
}

template void parameter_set::add(std::string, std::uint64_t&, const range<std::uint64_t>&, std::string);
template void parameter_set::add(std::string, unsigned&, const range<unsigned>&, std::string);
template void parameter_set::add(std::string, double&, const range<double>&, std::string);
template void parameter_set::add(std::string, bool&, const range<bool>&, std::string);
template void parameter_set::add(std::string, std::string&, const range<std::string>&, std::string);
template void parameter_set::add(std::string, std::vector<std::string>&,
                                 const range<std::vector<std::string>>&, std::string);
template void parameter_set::add(std::string, byte_count&, const range<byte_count>&, std::string);
template void parameter_set::add(std::string, frequency&, const range<frequency>&, std::string);
template void parameter_set::add(std::string, duration&, const range<duration>&, std::string);
template void parameter_set::add(std::string, data_rate&, const range<data_rate>&, std::string);

void parameter_set::add_choice(std::string name, std::string& variable, std::vector<std::string> words,
                               std::string meaning) {
  const auto load = [&variable, words] {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), variable) - words.begin());
  };
  const auto store = [&variable, words](std::size_t i) { variable = words[i]; };
  insert_choice(std::move(name), words, std::move(meaning), store, load);
}

void parameter_set::insert_choice(std::string name, std::vector<std::string> words, std::string meaning,
                                  std::function<void(std::size_t)> store, std::function<std::size_t()> load) {
  if (load() >= words.size())
    throw std::logic_error("parameter " + name + ": the default is none of its words");
  std::string allowed;
  for (const std::string& word : words) {
    allowed += (allowed.empty() ? "" : " | ") + (word.empty() ? std::string("\"\"") : word);
  }
  entry e;
  e.about = {std::move(name), "choice", "", words[load()], allowed, std::move(meaning), true};
  e.assign = [words, store](std::string_view text) {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) {
      throw unit_error(in_quotes(text) + " is no such word, did you mean '" + nearest_name(text, words) +
                       "'?");
    }
    store(static_cast<std::size_t>(found - words.begin()));
  };
  e.print = [words, load] { return words.at(load()); };
  insert(std::move(e));
}

void parameter_set::insert(entry e) {
  if (!is_valid_name(e.about.name))
    throw std::logic_error("parameter " + in_quotes(e.about.name) + ": bad name");
  if (contains(e.about.name)) throw std::logic_error("parameter " + e.about.name + " is declared twice");
  entries_.push_back(std::move(e));
}

bool parameter_set::contains(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const entry& e) { return e.about.name == name; });
}

std::vector<std::string> parameter_set::names() const {
  std::vector<std::string> result;
  for (const entry& e : entries_) result.push_back(e.about.name);
  return result;
}

std::size_t parameter_set::index_of(std::string_view name, const std::string& prefix) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].about.name == name) return i;
  }
  const std::string nearest = nearest_name(name, names());
  throw parameter_error(prefix + "no parameter " + in_quotes(name) +
                        (nearest.empty() ? std::string() : ", did you mean '" + nearest + "'?"));
}

void parameter_set::set(std::string_view name, std::string_view text, const std::string& origin) {
  entry& target = entries_[index_of(name, origin + ": ")];
  try {
    target.assign(text);
  } catch (const std::invalid_argument& e) {
    const std::string allowed =
        target.about.allowed == "any" ? "" : " (allowed: " + target.about.allowed + ")";
    throw parameter_error(origin + ": " + target.about.name + ": " + e.what() + allowed);
  }
  target.origin = origin;
}

std::string parameter_set::text(std::string_view name) const {
  return entries_[index_of(name)].print();
}

std::string parameter_set::origin(std::string_view name) const {
  return entries_[index_of(name)].origin;
}

bool parameter_set::is_default(std::string_view name) const {
  const entry& e = entries_[index_of(name)];
  return e.print() == e.about.default_text;
}

parameter_error parameter_set::error(std::string_view name, const std::string& why) const {
  const entry& e = entries_[index_of(name)];
  return parameter_error(e.origin + ": " + e.about.name + ": " + in_quotes(e.print()) + " " + why);
}

}  // namespace mimd
