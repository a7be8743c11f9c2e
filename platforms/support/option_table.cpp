#include "platforms/support/option_table.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <ostream>

#include "infrastructure/nearest_name.h"
#include "platforms/support/command_line.h"

namespace mimd {

namespace po = boost::program_options;

namespace {

enum class arity { none, one, repeatable, several, format };

struct option_row {
  const char* group;
  const char* name;
  arity values;
  const char* shown;
  const char* meaning;
};

constexpr option_row table[] = {
    {"What runs", "workload", arity::one, "NAME", "a workload of --list-workloads"},
    {"What runs", "trace", arity::several, "FILE...", "recorded memory references, one stream a thread"},
    {"What runs", "program", arity::one, "FILE.elf", "a RISC-V program"},

    {"The machine", "preset", arity::one, "NAME", "start from a preset of --list-presets"},
    {"The machine", "config", arity::repeatable, "FILE",
     "then read parameters from an INI file (repeatable)"},
    {"The machine", "set", arity::repeatable, "NAME=VALUE", "then set one parameter (repeatable)"},
    {"The machine", "dump-config", arity::one, "FILE|-", "write all parameters as INI, and exit"},

    {"The run", "timing", arity::one, "lt|at", "loosely or approximately timed (default: at)"},
    {"The run", "seed", arity::one, "N", "seed of everything random (default: 1)"},
    {"The run", "max-time", arity::one, "TIME", "stop at this simulated time, with exit status 3"},
    {"The run", "check-coherence", arity::none, "", "watch every access for a violation of coherence"},

    {"Output", "stats", arity::repeatable, "FILE", "write statistics: .json, .csv or .txt (repeatable)"},
    {"Output", "vcd", arity::one, "FILE", "write waves, and a .gtkw beside them"},
    {"Output", "transactions", arity::one, "FILE", "write a log of transactions"},
    {"Output", "trace-scope", arity::one, "GLOB", "only these signals and agents (default: *)"},
    {"Output", "trace-window", arity::one, "FROM:TO", "only this simulated time, as in 10us:20us or 10us:"},
    {"Output", "progress", arity::none, "", "show progress (default: on a terminal)"},
    {"Output", "no-progress", arity::none, "", "show none"},
    {"Output", "quiet", arity::none, "", "print no results"},

    {"Information", "list-parameters", arity::format, "=json|=markdown", "all parameters, and exit"},
    {"Information", "list-workloads", arity::none, "", "all workloads, and exit"},
    {"Information", "list-statistics", arity::format, "=json", "all statistics of the machine, and exit"},
    {"Information", "list-presets", arity::none, "", "all presets, and exit"},
    {"Information", "help", arity::none, "", "this text"},
    {"Information", "version", arity::none, "", "the version"},
};

const option_row* find_row(const std::string& name) {
  for (const option_row& row : table) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

std::string nearest_option(const std::string& word) {
  std::vector<std::string> names;
  for (const option_row& row : table) names.push_back(std::string("--") + row.name);
  const std::size_t begin = std::min(word.find_first_not_of('-'), word.size());
  return nearest_name("--" + word.substr(begin), names);
}

po::options_description for_parser() {
  po::options_description options;
  for (const option_row& row : table) {
    auto* value = po::value<std::vector<std::string>>();
    if (row.values == arity::none) value->zero_tokens();
    if (row.values == arity::several) value->multitoken();
    options.add_options()(row.name, value);
  }
  return options;
}

[[noreturn]] void stray_word(const std::string& text) {
  const std::string word = text.front() == '-' ? text.substr(0, text.find('=')) : text;
  const bool like_option = word.size() > 1 && word.front() == '-';
  throw usage_error(like_option ? "unknown option " + in_quotes(word) + ", did you mean '" +
                                      nearest_option(word) + "'?"
                                : "stray word " + in_quotes(word) + " (options begin with --, see --help)");
}

}  // namespace

given_options::given_options(int argc, const char* const* argv) {
  using namespace po::command_line_style;
  std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  for (std::string& word : words) {
    // Boost would drop the word "--" and the empty word silently.
    if (word == "--" || word.empty()) throw usage_error("stray word " + in_quotes(word) + " (see --help)");
    // The format of a list is optional and stands behind "=": "--list-parameters json" has a stray word.
    const option_row* row = word.rfind("--", 0) == 0 ? find_row(word.substr(2)) : nullptr;
    if (row != nullptr && row->values == arity::format) word += "=text";
  }
  try {
    const po::options_description options = for_parser();
    const auto parsed = po::command_line_parser(words)
                            .options(options)
                            .style(allow_long | long_allow_next | long_allow_adjacent)
                            .run();
    for (const auto& option : parsed.options) {
      if (option.string_key.empty()) stray_word(option.original_tokens.front());
      const option_row& row = *find_row(option.string_key);
      const std::vector<std::string>& values = option.value;
      const bool detached = option.original_tokens.front().find('=') == std::string::npos;
      if (row.values != arity::none && detached && values.front().rfind("--", 0) == 0) {
        throw usage_error("--" + option.string_key + " needs a value: " + row.shown);
      }
      if (row.values != arity::none && values.front().empty()) {
        throw usage_error("--" + option.string_key + " needs a value: " + row.shown);
      }
      const bool again = has(option.string_key);
      if (again && row.values != arity::repeatable && row.values != arity::several) {
        throw usage_error("--" + option.string_key + " is given twice");
      }
      auto& kept = values_[option.string_key];
      kept.insert(kept.end(), values.begin(), values.end());
    }
  } catch (const po::unknown_option& e) {
    stray_word(e.get_option_name());
  } catch (const po::error& e) {
    throw usage_error(e.what());
  }
}

const std::vector<std::string>& given_options::all(const std::string& option) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(option);
  return found == values_.end() ? none : found->second;
}

void print_options(std::ostream& out) {
  const char* group = "";
  for (const option_row& row : table) {
    if (std::string(group) != row.group) out << '\n' << (group = row.group) << ":\n";
    std::string left = std::string("  --") + row.name;
    if (row.values == arity::format) {
      left += std::string("[") + row.shown + "]";
    } else if (row.values != arity::none) {
      left += std::string(" ") + row.shown;
    }
    out << left << std::string(left.size() < 38 ? 38 - left.size() : 1, ' ') << row.meaning << '\n';
  }
}

}  // namespace mimd
