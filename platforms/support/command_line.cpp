#include "platforms/support/command_line.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "infrastructure/atomic_file.h"
#include "infrastructure/nearest_name.h"
#include "infrastructure/statistics_report.h"
#include "platforms/support/option_table.h"

namespace mimd {

namespace fs = std::filesystem;

namespace {

void register_run_parameters(const platform_description& platform, command_line& line) {
  parameter_set& p = platform.parameters;
  std::vector<std::string> names{""};
  for (const workload_name& w : platform.workloads) names.push_back(w.name);
  p.add_choice("run.workload", line.workload, names, "workload that runs (--workload)");
  p.add("run.trace", line.traces, any, "trace files that are replayed instead (--trace)");
  p.add("run.program", line.program, any, "RISC-V program that runs instead (--program)");
  p.add_choice("run.timing", line.timing, {{"lt", timing_mode::loose}, {"at", timing_mode::approximate}},
               "loosely or approximately timed (--timing)");
  p.add("run.seed", line.seed, any, "seed of everything random (--seed)");
  p.add("run.max_time", line.max_time, at_least(duration{1}),
        "simulated time at which the run is stopped (--max-time)");
  p.add("run.check_coherence", line.check_coherence, any,
        "watch every access for a violation (--check-coherence)");
}

void apply_preset(const platform_description& platform, const std::string& name) {
  std::vector<std::string> names;
  for (const preset& p : platform.presets) {
    if (p.name == name) return platform.parameters.load_ini_text(p.ini, "preset " + name);
    names.push_back(p.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw usage_error(
      "--preset: no preset " + in_quotes(name) +
      (nearest.empty() ? ", " + platform.name + " has none" : ", did you mean '" + nearest + "'?"));
}

// defaults < --preset < --config in order < --set in order < the options that name one parameter.
void apply_parameters(const given_options& given, const platform_description& platform) {
  parameter_set& p = platform.parameters;
  if (given.has("preset")) apply_preset(platform, given.one("preset"));
  for (const std::string& file : given.all("config")) p.load_ini(file);
  for (const std::string& assignment : given.all("set")) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw usage_error("--set: " + in_quotes(assignment) + " is not NAME=VALUE");
    }
    p.set(assignment.substr(0, equals), assignment.substr(equals + 1), "--set");
  }
  const std::pair<const char*, const char*> named[] = {{"workload", "run.workload"},
                                                       {"program", "run.program"},
                                                       {"timing", "run.timing"},
                                                       {"seed", "run.seed"},
                                                       {"max-time", "run.max_time"}};
  for (const auto& [option, parameter] : named) {
    if (given.has(option)) p.set(parameter, given.one(option), std::string("--") + option);
  }
  if (given.has("trace")) p.set("run.trace", list_text(given.all("trace")), "--trace");
  if (given.has("check-coherence")) p.set("run.check_coherence", "true", "--check-coherence");
}

void choose_what_runs(const platform_description& platform, command_line& line) {
  const parameter_set& p = platform.parameters;
  const std::pair<const char*, bool> sources[] = {{"run.workload", !line.workload.empty()},
                                                  {"run.trace", !line.traces.empty()},
                                                  {"run.program", !line.program.empty()}};
  const char* first = nullptr;
  for (const auto& [name, given] : sources) {
    if (given && first != nullptr) throw p.error(name, std::string("cannot be combined with ") + first);
    if (given) first = name;
  }
  if (!line.traces.empty() && !platform.runs_traces)
    throw p.error("run.trace", "but " + platform.name + " replays no traces");
  if (!line.program.empty() && !platform.runs_programs)
    throw p.error("run.program", "but " + platform.name + " runs no programs");
  if (line.timing == timing_mode::loose && !platform.has_loose_timing)
    throw p.error("run.timing", "but " + platform.name + " has no loosely timed form");
  if (line.check_coherence && !platform.is_coherent)
    throw p.error("run.check_coherence", "but " + platform.name + " has no caches");
  if (first == nullptr) line.workload = platform.default_workload;
}

void read_window(const std::string& text, command_line& line) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw usage_error("--trace-window: " + in_quotes(text) + " is not FROM:TO");
  try {
    if (colon != 0) line.trace_from = parse_duration(text.substr(0, colon)).ps;
    if (colon + 1 != text.size()) line.trace_to = parse_duration(text.substr(colon + 1)).ps;
  } catch (const unit_error& e) {
    throw usage_error(std::string("--trace-window: ") + e.what());
  }
  if (line.trace_from >= line.trace_to) throw usage_error("--trace-window: " + in_quotes(text) + " is empty");
}

void read_outputs(const given_options& given, command_line& line) {
  line.stats = given.all("stats");
  if (given.has("vcd")) line.vcd = given.one("vcd");
  if (given.has("transactions")) line.transactions = given.one("transactions");
  if (given.has("trace-scope")) line.trace_scope = given.one("trace-scope");
  if (given.has("trace-window")) read_window(given.one("trace-window"), line);
  for (const char* option : {"trace-scope", "trace-window"}) {
    if (given.has(option) && line.vcd.empty() && line.transactions.empty()) {
      throw usage_error(std::string("--") + option + " does nothing without --vcd or --transactions");
    }
  }
  if (given.has("progress") && given.has("no-progress"))
    throw usage_error("--progress and --no-progress exclude each other");
  if (given.has("progress")) line.progress = true;
  if (given.has("no-progress")) line.progress = false;
  line.quiet = given.has("quiet");
}

void require_readable(const std::string& path, const std::string& option) {
  std::error_code error;
  // A recorded program is a folder with an index (docs/trace-format.md).
  if (option == "--trace" && fs::exists(fs::path(path) / "index", error)) return;
  const bool folder = fs::is_directory(path, error);
  if (!fs::exists(path, error)) throw usage_error(option + ": there is no file " + in_quotes(path));
  // A pipe would lose what is read here; it is opened once, by its reader.
  if (folder || (fs::is_regular_file(path, error) && !std::ifstream(path))) {
    throw usage_error(option + ": " + in_quotes(path) + (folder ? " is a folder" : " cannot be read"));
  }
}

void require_outputs(const given_options& given, const command_line& line) {
  const auto place_of = [](const std::string& path) {
    std::error_code error;
    return fs::weakly_canonical(fs::absolute(path, error), error);
  };
  // What is read must not be overwritten, and no file has two writers.
  std::vector<std::pair<fs::path, std::string>> taken;
  for (const std::string& path : given.all("config")) taken.emplace_back(place_of(path), "--config");
  for (const std::string& path : line.traces) taken.emplace_back(place_of(path), "--trace");
  if (!line.program.empty()) taken.emplace_back(place_of(line.program), "--program");

  const auto output = [&](const std::string& path, const std::string& option,
                          void (*require)(const std::string&)) {
    try {
      require(path);
    } catch (const file_error& e) {
      throw file_error(option + ": " + e.what());
    }
    const fs::path place = place_of(path);
    std::error_code error;
    if (fs::exists(place, error) && !fs::is_regular_file(place, error)) return;  // /dev/null, a pipe
    for (const auto& [other, owner] : taken) {
      if (other == place)
        throw usage_error(option + ": " + in_quotes(path) + " is also the file of " + owner);
    }
    taken.emplace_back(place, option);
  };
  for (const std::string& path : line.stats) output(path, "--stats", require_statistics_path);
  if (!line.vcd.empty()) {
    output(line.vcd, "--vcd", require_writable);
    output(fs::path(line.vcd).replace_extension(".gtkw").string(), "--vcd", require_writable);
  }
  if (!line.transactions.empty()) output(line.transactions, "--transactions", require_writable);
}

void print_help(const platform_description& platform, std::ostream& out) {
  out << platform.name << ": " << platform.meaning << "\n\nusage: " << platform.name << " [OPTION...]\n";
  print_options(out);
  out << "\nValues take units: 32KiB, 2GHz, 10ns, 6.4GB/s. Parameters: defaults, then --preset, --config, "
         "--set.\n"
         "Exit status: 0 good, 1 wrong result, 2 usage or input, 3 stopped, 130 interrupted.\n";
}

void print_table(const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      out << row[i] << std::string(widths[i] - row[i].size() + 2, ' ');
    out << row.back() << '\n';
  }
}

void require_format(const given_options& given, const std::string& option,
                    const std::vector<std::string>& formats) {
  if (!given.has(option)) return;
  const std::string& format = given.one(option);
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return;
  throw usage_error("--" + option + ": no format " + in_quotes(format) + ", did you mean '" +
                    nearest_name(format, formats) + "'?");
}

bool print_lists(const given_options& given, const platform_description& platform, std::ostream& out) {
  if (given.has("list-parameters")) {
    const std::string& format = given.one("list-parameters");
    if (format == "json") {
      platform.parameters.list_json(out);
    } else if (format == "markdown") {
      platform.parameters.list_markdown(out);
    } else {
      platform.parameters.list(out);
    }
  }
  if (given.has("list-workloads")) {
    std::vector<std::vector<std::string>> rows;
    for (const workload_name& w : platform.workloads) rows.push_back({w.name, w.meaning});
    print_table(rows, out);
  }
  if (given.has("list-presets")) {
    std::vector<std::vector<std::string>> rows;
    for (const preset& p : platform.presets) rows.push_back({p.name, p.meaning, p.source});
    print_table(rows, out);
  }
  return given.has("list-parameters") || given.has("list-workloads") || given.has("list-presets");
}

void dump_config(const platform_description& platform, const std::string& path, std::ostream& out) {
  if (path == "-") return platform.parameters.dump(out);
  try {
    atomic_file file(path);
    platform.parameters.dump(file.stream());
    file.commit();
  } catch (const file_error& e) {
    throw file_error(std::string("--dump-config: ") + e.what());
  }
}

}  // namespace

std::optional<int> parse_command_line(int argc, const char* const* argv, const platform_description& platform,
                                      command_line& line, std::ostream& out) {
  const given_options given(argc, argv);
  if (given.has("help")) {
    print_help(platform, out);
    return exit_status::good;
  }
  if (given.has("version")) {
    out << platform.name << ' ' << version() << '\n';
    return exit_status::good;
  }
  require_format(given, "list-parameters", {"text", "json", "markdown"});
  require_format(given, "list-statistics", {"text", "json"});

  register_run_parameters(platform, line);
  apply_parameters(given, platform);
  read_outputs(given, line);
  choose_what_runs(platform, line);
  if (platform.check) platform.check(line);

  bool answered = print_lists(given, platform, out);
  if (given.has("dump-config")) {
    dump_config(platform, given.one("dump-config"), out);
    answered = true;
  }
  if (given.has("list-statistics")) {
    const bool json = given.one("list-statistics") == "json";
    platform.with_statistics(line, [&](const statistics& s) { json ? s.list_json(out) : s.list(out); });
    answered = true;
  }
  if (answered) return exit_status::good;

  if (line.workload.empty() && line.traces.empty() && line.program.empty()) {
    throw usage_error("nothing to run: give --workload NAME (see --list-workloads)" +
                      std::string(platform.runs_traces ? ", --trace FILE..." : "") +
                      (platform.runs_programs ? ", --program FILE.elf" : ""));
  }
  for (const std::string& file : line.traces) require_readable(file, "--trace");
  if (!line.program.empty()) require_readable(line.program, "--program");
  require_outputs(given, line);
  return std::nullopt;
}

const char* version() {
  return MIMD_VERSION;
}

const char* to_string(timing_mode timing) {
  return timing == timing_mode::loose ? "lt" : "at";
}

}  // namespace mimd
