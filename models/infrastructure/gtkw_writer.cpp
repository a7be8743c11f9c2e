#include "infrastructure/gtkw_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <ostream>
#include <set>

#include "infrastructure/atomic_file.h"
#include "infrastructure/trace_output.h"
#include "infrastructure/trace_scopes.h"

namespace mimd {

namespace {

// GTKWave's trace flags (analyzer.h).
constexpr unsigned flag_hexadecimal = 0x2;
constexpr unsigned flag_decimal = 0x4;
constexpr unsigned flag_binary = 0x8;
constexpr unsigned flag_right_justified = 0x20;
constexpr unsigned flag_blank = 0x200;
constexpr unsigned flag_ascii = 0x800;
constexpr unsigned flag_collapsed = 0x1000;
constexpr unsigned flag_filter = 0x2000;
constexpr unsigned flag_closed = 0x400000;
constexpr unsigned flag_group_begin = 0x800000;
constexpr unsigned flag_group_end = 0x1000000;

// GTKWave's trace colours.
constexpr int colour_of_flags = 2;     // orange
constexpr int colour_of_integers = 4;  // green
constexpr int colour_of_words = 0;     // the default

constexpr std::size_t most_filters = 127;
// Groups beyond so many signals are folded: a window shows some 40 lines.
constexpr std::size_t signals_unfolded = 48;
// GTKWave's zoom is -log2 of the time in 200 pixels; the view is 1000 pixels wide.
constexpr double frames_in_view = 5;

struct word_colour {
  std::string_view word;
  const char* colour;
};

constexpr std::array known_words = {
    word_colour{"I", "gray25"},
    word_colour{"Invalid", "gray25"},
    word_colour{"idle", "gray25"},
    word_colour{"none", "gray25"},
    word_colour{"-", "gray25"},
    word_colour{"S", "DarkGreen"},
    word_colour{"Shared", "DarkGreen"},
    word_colour{"Sc", "DarkGreen"},
    word_colour{"V", "DarkGreen"},
    word_colour{"Valid", "DarkGreen"},
    word_colour{"UO", "DarkGreen"},
    word_colour{"compute", "DarkGreen"},
    word_colour{"E", "DodgerBlue4"},
    word_colour{"Exclusive", "DodgerBlue4"},
    word_colour{"VE", "DodgerBlue4"},
    word_colour{"R", "DodgerBlue4"},
    word_colour{"load", "DodgerBlue4"},
    word_colour{"read", "DodgerBlue4"},
    word_colour{"BusRd", "DodgerBlue4"},
    word_colour{"IoRd", "DodgerBlue4"},
    word_colour{"DevRd", "DodgerBlue4"},
    word_colour{"M", "firebrick4"},
    word_colour{"Modified", "firebrick4"},
    word_colour{"D", "firebrick4"},
    word_colour{"Dirty", "firebrick4"},
    word_colour{"OE", "firebrick4"},
    word_colour{"store", "firebrick4"},
    word_colour{"write", "firebrick4"},
    word_colour{"BusRdX", "firebrick4"},
    word_colour{"IoWr", "firebrick4"},
    word_colour{"DevWr", "firebrick4"},
    word_colour{"O", "DarkOrange4"},
    word_colour{"Owned", "DarkOrange4"},
    word_colour{"ON", "DarkOrange4"},
    word_colour{"Sm", "DarkOrange4"},
    word_colour{"BusWB", "DarkOrange4"},
    word_colour{"BusWT", "DarkOrange4"},
    word_colour{"fence", "DarkOrange4"},
    word_colour{"stall", "DarkOrange4"},
    word_colour{"poll", "DarkOrange4"},
    word_colour{"F", "DarkCyan"},
    word_colour{"Forward", "DarkCyan"},
    word_colour{"BusUpd", "DarkCyan"},
    word_colour{"BusUpdM", "DarkCyan"},
    word_colour{"atomic", "DarkMagenta"},
    word_colour{"BusUpgr", "DarkMagenta"},
};

constexpr std::array palette = {"DodgerBlue4", "firebrick4", "DarkGreen", "DarkMagenta",
                                "DarkOrange4", "DarkCyan",   "DeepPink4", "SlateBlue4",
                                "SeaGreen4",   "maroon4",    "sienna4",   "SteelBlue4"};

struct filter_table {
  trace_kind kind;
  std::string file;  // without directory
};

std::string stem_of(const std::string& vcd_file) {
  const std::size_t end = vcd_file.size();
  return end > 4 && vcd_file.compare(end - 4, 4, ".vcd") == 0 ? vcd_file.substr(0, end - 4) : vcd_file;
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 16> digits{};
  const char* end = format_hexadecimal(digits.data(), value);
  return std::string(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

std::string flags_line(unsigned flags) {
  return '@' + hexadecimal(flags) + '\n';
}

// GTKWave cuts labels at dots, as it does names.
std::string label_of(std::string_view name) {
  std::string label(name);
  std::replace(label.begin(), label.end(), '.', ' ');
  return label;
}

class save_file {
 public:
  save_file(const std::string& vcd_file, const std::vector<gtkw_signal>& signals);
  void write_filters() const;
  void write(const gtkw_view& view);

 private:
  std::size_t filter_of(const trace_kind& kind) const;
  void add_scope(const std::vector<trace_scope>& tree, std::size_t scope, std::string_view path,
                 std::optional<std::size_t> group);
  void add_signal(const gtkw_signal& signal, std::size_t label_from);

  const std::vector<gtkw_signal>& signals_;
  std::string vcd_;
  std::string stem_;
  std::vector<filter_table> filters_;
  std::size_t shown_ = 0;
  bool folded_ = false;
  std::string text_;
};

save_file::save_file(const std::string& vcd_file, const std::vector<gtkw_signal>& signals)
    : signals_(signals), vcd_(base_name(vcd_file)), stem_(stem_of(vcd_file)) {
  std::set<std::string> taken;
  for (const gtkw_signal& signal : signals) {
    if (!signal.kind.is_words() || filters_.size() == most_filters) continue;
    if (filter_of(signal.kind) != filters_.size()) continue;
    const std::string name = base_name(stem_) + '.' + std::string(last_component(signal.name));
    std::string file = name + ".filter";
    for (int number = 2; !taken.insert(file).second; ++number)
      file = name + '_' + std::to_string(number) + ".filter";
    filters_.push_back({signal.kind, file});
  }
}

// filters_.size() if the table has no filter
std::size_t save_file::filter_of(const trace_kind& kind) const {
  const auto found = std::find_if(filters_.begin(), filters_.end(),
                                  [&](const filter_table& filter) { return filter.kind.same_table(kind); });
  return static_cast<std::size_t>(found - filters_.begin());
}

void save_file::write_filters() const {
  const std::string directory = stem_.substr(0, stem_.rfind('/') + 1);
  for (const filter_table& filter : filters_) {
    atomic_file file(directory + filter.file);
    const std::vector<std::string>& words = filter.kind.table();
    const std::size_t digits = (filter.kind.width() + 3) / 4;
    const auto write = [&](std::size_t code, const char* colour, const std::string& word) {
      std::string line = hexadecimal(code);
      line.insert(0, digits - line.size(), '0');
      file.stream() << line << " ?" << colour << '?' << word << '\n';
    };
    for (std::size_t index = 0; index < words.size(); ++index) {
      write(index, colour_of_word(words[index], index), words[index]);
    }
    write(words.size(), "red", "undefined");
    file.commit();
  }
}

void save_file::add_signal(const gtkw_signal& signal, std::size_t label_from) {
  ++shown_;
  const trace_kind& kind = signal.kind;
  const std::string label = "+{" + label_of(std::string_view(signal.name).substr(label_from)) + "} ";
  const std::string range = kind.width() > 1 ? '[' + std::to_string(kind.width() - 1) + ":0]" : "";
  unsigned flags = flag_right_justified | (folded_ ? flag_collapsed : 0);
  int colour = colour_of_words;
  std::string name = signal.name;
  std::string filter;
  if (kind.is_words()) {
    const std::size_t number = filter_of(kind);
    if (number == filters_.size()) {
      flags |= flag_ascii;
    } else {
      flags |= flag_hexadecimal | flag_filter;
      name = code_name(signal.name) + range;
      filter = '^' + std::to_string(number + 1) + ' ' + filters_[number].file + '\n';
    }
  } else if (kind.width() == 1) {
    flags |= flag_binary;
    colour = colour_of_flags;
  } else {
    flags |= kind.shown_as() == trace_kind::radix::decimal ? flag_decimal : flag_hexadecimal;
    colour = colour_of_integers;
    name += range;
  }
  text_ += flags_line(flags) + filter + "[color] " + std::to_string(colour) + '\n' + label + name + '\n';
}

// The outermost scope with signals is a group, and everything inside it belongs to it under a longer label: a
// CPU's group has `operation` and `l1.state`. The machine itself, the single scope at the top, is no group.
void save_file::add_scope(const std::vector<trace_scope>& tree, std::size_t scope, std::string_view path,
                          std::optional<std::size_t> group) {
  const trace_scope& here = tree[scope];
  const bool machine =
      path.empty() || (path.find('.') == std::string_view::npos && tree[0].scopes.size() == 1);
  const bool opens = !group && !machine && !here.variables.empty();
  const std::size_t label_from = opens ? path.size() + 1 : group.value_or(0);
  const std::size_t before = text_.size();
  if (opens) folded_ = shown_ >= signals_unfolded;
  for (const std::size_t number : here.variables) add_signal(signals_[number], label_from);
  for (const std::size_t inner : here.scopes) {
    const std::string inner_path =
        path.empty() ? tree[inner].name : std::string(path) + '.' + tree[inner].name;
    add_scope(tree, inner, inner_path, opens ? label_from : group);
  }
  if (opens) {
    const std::string name = '-' + std::string(path) + '\n';
    text_.insert(before, flags_line(flag_group_begin | flag_blank | (folded_ ? flag_closed : 0)) + name);
    text_ += flags_line(flag_group_end | flag_blank | (folded_ ? flag_closed | flag_collapsed : 0)) + name;
    folded_ = false;
  }
}

void save_file::write(const gtkw_view& view) {
  std::vector<std::string_view> names;
  names.reserve(signals_.size());
  for (const gtkw_signal& signal : signals_) names.push_back(signal.name);

  text_ = "[*]\n[*] mimd\n[*]\n";
  text_ += "[dumpfile] \"" + vcd_ + "\"\n";
  text_ += "[savefile] \"" + base_name(stem_) + ".gtkw\"\n";
  if (view.span != 0) {
    std::array<char, 32> zoom{};
    std::snprintf(zoom.data(), zoom.size(), "%.6f",
                  -std::log2(static_cast<double>(view.span) / frames_in_view));
    text_ += "[timestart] " + std::to_string(view.from) + "\n*" + zoom.data() + " -1\n";
  }
  text_ += "[size] 1400 900\n[pos] -1 -1\n[sst_expanded] 0\n[signals_width] 200\n";
  add_scope(scopes_of(names), 0, "", std::nullopt);
  text_ += "[pattern_trace] 1\n[pattern_trace] 0\n";

  atomic_file file(stem_ + ".gtkw");
  file.stream() << text_;
  file.commit();
}

}  // namespace

std::string code_name(std::string_view signal_name) {
  return std::string(signal_name) + "_code";
}

const char* colour_of_word(std::string_view word, std::size_t index) {
  const auto known = std::find_if(known_words.begin(), known_words.end(),
                                  [&](const word_colour& w) { return w.word == word; });
  return known != known_words.end() ? known->colour : palette[index % palette.size()];
}

void write_gtkw(const std::string& vcd_file, const std::vector<gtkw_signal>& signals, const gtkw_view& view) {
  save_file file(vcd_file, signals);
  file.write_filters();
  file.write(view);
}

}  // namespace mimd
