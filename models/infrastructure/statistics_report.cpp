#include "infrastructure/statistics_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>
#include <vector>

#include "infrastructure/atomic_file.h"
#include "infrastructure/nearest_name.h"
#include "infrastructure/units.h"

namespace mimd {

namespace {

std::string extension_of(const std::string& path) {
  const std::size_t dot = path.find_last_of('.');
  const std::size_t slash = path.find_last_of('/');
  if (dot == std::string::npos || (slash != std::string::npos && slash > dot)) return "";
  return path.substr(dot);
}

std::string real(double x) {
  const std::string text = to_string(x);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

using rows = std::vector<std::pair<std::string, std::string>>;

rows identity_rows(const run_identity& x) {
  return {{"version", x.version},
          {"platform", x.platform},
          {"seed", std::to_string(x.seed)},
          {"timing", x.timing}};
}

rows host_rows(const host_figures& x) {
  return {{"seconds", real(x.seconds)},
          {"events", std::to_string(x.events)},
          {"peak_rss_bytes", std::to_string(x.peak_rss_bytes)}};
}

rows parameter_rows(const parameter_set& parameters) {
  rows result;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& name = parameters.at(i).name;
    result.emplace_back(name, parameters.text(name));
  }
  return result;
}

rows statistic_rows(const statistics& results) {
  rows result;
  for (const statistics::sample& s : results.read()) result.emplace_back(s.name, to_string(s.value));
  return result;
}

std::vector<std::pair<std::string, rows>> sections(const statistics_report& r) {
  return {{"mimd", identity_rows(r.identity)},
          {"parameters", parameter_rows(r.parameters)},
          {"statistics", statistic_rows(r.results)},
          {"host", host_rows(r.host)}};
}

}  // namespace

std::string to_string(const statistics::number& x) {
  if (const auto* whole = std::get_if<std::uint64_t>(&x)) return std::to_string(*whole);
  return real(std::get<double>(x));
}

void statistics_report::write_json(std::ostream& out) const {
  const nlohmann::ordered_json mimd = {{"version", identity.version},
                                       {"platform", identity.platform},
                                       {"seed", identity.seed},
                                       {"timing", identity.timing}};
  out << "{\n  \"mimd\": " << mimd << ",\n  \"parameters\": ";
  parameters.write_json(out, "  ");
  // Written by hand: integers, reals and their order as promised, and no copy of a million entries.
  out << ",\n  \"statistics\": {";
  const char* separator = "\n";
  for (const statistics::sample& s : results.read()) {
    out << separator << "    \"" << s.name << "\": " << to_string(s.value);
    separator = ",\n";
  }
  out << "\n  },\n  \"host\": {";
  separator = "";
  for (const auto& [name, value] : host_rows(host)) {
    out << separator << '"' << name << "\": " << value;
    separator = ", ";
  }
  out << "}\n}\n";
}

void statistics_report::write_csv(std::ostream& out) const {
  out << "section,name,value\n";
  for (const auto& [section, entries] : sections(*this)) {
    for (const auto& [name, value] : entries)
      out << section << ',' << name << ',' << csv_field(value) << '\n';
  }
}

void statistics_report::write_text(std::ostream& out) const {
  std::size_t width = 0;
  const auto all = sections(*this);
  for (const auto& [section, entries] : all) {
    for (const auto& [name, value] : entries) width = std::max(width, name.size());
  }
  const char* separator = "";
  for (const auto& [section, entries] : all) {
    out << separator << section << '\n';
    for (const auto& [name, value] : entries) {
      out << "  " << name << std::string(width - name.size() + 2, ' ') << value << '\n';
    }
    separator = "\n";
  }
}

void require_statistics_path(const std::string& path) {
  const std::string extension = extension_of(path);
  if (extension != ".json" && extension != ".csv" && extension != ".txt") {
    throw file_error(in_quotes(path) + ": statistics are written to .json, .csv or .txt");
  }
  require_writable(path);
}

void statistics_report::write_file(const std::string& path) const {
  require_statistics_path(path);
  const std::string extension = extension_of(path);
  atomic_file file(path);
  if (extension == ".json") {
    write_json(file.stream());
  } else if (extension == ".csv") {
    write_csv(file.stream());
  } else {
    write_text(file.stream());
  }
  file.commit();
}

}  // namespace mimd
