// How a parameter_set is read from INI text and written as INI, table, JSON and Markdown.
#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "infrastructure/nearest_name.h"
#include "infrastructure/parameters.h"

namespace mimd {

namespace {

constexpr std::size_t largest_ini = std::size_t{1} << 24;

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_comment(std::string_view text) {
  return !text.empty() && (text.front() == '#' || text.front() == ';');
}

std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (is_space(text[i - 1]) && is_comment(text.substr(i))) return trimmed(text.substr(0, i));
  }
  return text;
}

int hexadecimal_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// The text behind an opening quote, up to its closing one; rest is what follows that. An escape or the
// closing quote that is missing is told by a null pointer in rest.
std::string unquoted(std::string_view text, std::string_view& rest) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      rest = text.substr(i + 1);
      return value;
    }
    if (text[i] != '\\') {
      value += text[i];
      continue;
    }
    const char c = ++i < text.size() ? text[i] : '\0';
    if (c == '"' || c == '\\') {
      value += c;
    } else if (c == 'n' || c == 'r' || c == 't') {
      value += c == 'n' ? '\n' : c == 'r' ? '\r' : '\t';
    } else if (c == 'x' && i + 2 < text.size() && hexadecimal_digit(text[i + 1]) >= 0 &&
               hexadecimal_digit(text[i + 2]) >= 0) {
      value += static_cast<char>(16 * hexadecimal_digit(text[i + 1]) + hexadecimal_digit(text[i + 2]));
      i += 2;
    } else {
      break;
    }
  }
  rest = std::string_view();
  return value;
}

std::string ini_value(const std::string& value) {
  const auto special = [](char c) {
    return c == '#' || c == ';' || c == '"' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  };
  const bool plain =
      std::none_of(value.begin(), value.end(), special) && trimmed(value).size() == value.size();
  if (plain) return value.empty() ? "" : " " + value;
  static constexpr char hexadecimal[] = "0123456789abcdef";
  std::string text = " \"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (special(c) && c != '#' && c != ';') {
      const auto byte = static_cast<unsigned char>(c);
      text += {'\\', 'x', hexadecimal[byte >> 4], hexadecimal[byte & 15]};
    } else {
      text += c;
    }
  }
  return text + "\"";
}

// Invalid UTF-8 (a file name may be any bytes) is replaced, not thrown at the user.
std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

std::string markdown_cell(std::string text) {
  for (std::size_t i = 0; (i = text.find('|', i)) != std::string::npos; i += 2) text.insert(i, "\\");
  return text;
}

}  // namespace

void parameter_set::load_ini(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(largest_ini + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad() || (file.gcount() == 0 && !file.eof())) {
    throw parameter_error(in_quotes(path) + ": cannot be read");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > largest_ini)
    throw parameter_error(in_quotes(path) + ": is larger than 16MiB, not a configuration");
  load_ini_text(text, path);
}

void parameter_set::load_ini_text(std::string_view text, const std::string& origin) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  std::map<std::string, std::size_t> seen;
  std::string section;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
    rest = trimmed(rest);
    if (rest.empty() || is_comment(rest)) continue;
    const std::string place = origin + ":" + std::to_string(line);
    const std::string whole(rest);

    if (rest.front() == '[') {
      rest = without_comment(rest);
      if (rest.back() != ']' || trimmed(rest.substr(1, rest.size() - 2)).empty()) {
        throw parameter_error(place + ": " + in_quotes(whole) + " is not a section, [name]");
      }
      section = trimmed(rest.substr(1, rest.size() - 2));
      continue;
    }
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos || trimmed(rest.substr(0, equals)).empty()) {
      throw parameter_error(place + ": " + in_quotes(whole) +
                            " is neither 'name = value' nor [section] nor # comment");
    }
    const std::string name =
        (section.empty() ? "" : section + ".") + std::string(trimmed(rest.substr(0, equals)));
    rest = trimmed(rest.substr(equals + 1));
    std::string value;
    if (!rest.empty() && rest.front() == '"') {
      value = unquoted(rest.substr(1), rest);
      if (rest.data() == nullptr || (!trimmed(rest).empty() && !is_comment(trimmed(rest)))) {
        throw parameter_error(place + ": " + name + ": " + in_quotes(whole) + " has a bad quoted value");
      }
    } else {
      value = is_comment(rest) ? "" : without_comment(rest);
    }
    if (const auto [first, is_new] = seen.emplace(name, line); !is_new) {
      throw parameter_error(place + ": " + name + ": is already set in line " +
                            std::to_string(first->second));
    }
    set(name, value, place);
  }
}

void parameter_set::dump(std::ostream& out) const {
  std::string section;
  for (const entry& e : entries_) {
    const std::size_t dot = e.about.name.find('.');
    if (section != e.about.name.substr(0, dot)) {
      out << (section.empty() ? "" : "\n");
      section = e.about.name.substr(0, dot);
      out << '[' << section << "]\n";
    }
    out << "# " << e.about.meaning << " (" << e.about.allowed << "; default "
        << (e.about.default_text.empty() ? "\"\"" : in_quotes(e.about.default_text)) << ")\n"
        << e.about.name.substr(dot + 1) << " =" << ini_value(e.print()) << '\n';
  }
}

void parameter_set::list(std::ostream& out) const {
  std::vector<std::vector<std::string>> rows{{"name", "type", "unit", "default", "allowed", "meaning"}};
  for (const entry& e : entries_) {
    const auto shown = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
    rows.push_back({e.about.name, e.about.type, shown(e.about.unit), shown(e.about.default_text),
                    e.about.allowed, e.about.meaning});
  }
  std::vector<std::size_t> widths(6, 0);
  for (const auto& row : rows) {
    // A long list of words goes its own way instead of pushing everybody's meaning off the screen.
    for (std::size_t i = 0; i < 5; ++i)
      widths[i] = std::max(widths[i], std::min(row[i].size(), std::size_t{36}));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < 5; ++i) out << padded(row[i], widths[i]) << "  ";
    out << row[5] << '\n';
  }
}

void parameter_set::list_json(std::ostream& out) const {
  out << "[";
  const char* separator = "\n";
  for (const entry& e : entries_) {
    out << separator << "  {\"name\": " << json_string(e.about.name)
        << ", \"type\": " << json_string(e.about.type) << ", \"unit\": " << json_string(e.about.unit)
        << ", \"default\": " << json_string(e.about.default_text) << ", \"value\": " << json_string(e.print())
        << ", \"allowed\": " << json_string(e.about.allowed)
        << ", \"meaning\": " << json_string(e.about.meaning) << "}";
    separator = ",\n";
  }
  out << "\n]\n";
}

void parameter_set::list_markdown(std::ostream& out) const {
  out << "| parameter | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n";
  for (const entry& e : entries_) {
    out << "| `" << e.about.name << "` | " << e.about.type << " | "
        << (e.about.default_text.empty() ? "" : "`" + markdown_cell(e.about.default_text) + "`") << " | "
        << markdown_cell(e.about.allowed) << " | " << markdown_cell(e.about.meaning) << " |\n";
  }
}

void parameter_set::write_json(std::ostream& out, const std::string& indent) const {
  out << "{";
  const char* separator = "\n";
  for (const entry& e : entries_) {
    out << separator << indent << "  " << json_string(e.about.name) << ": "
        << (e.about.quoted_in_json ? json_string(e.print()) : e.print());
    separator = ",\n";
  }
  out << "\n" << indent << "}";
}

}  // namespace mimd
