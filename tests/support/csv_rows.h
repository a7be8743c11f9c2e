// The rows of a comma-separated file of tests/validation/data: fields in double quotes may have commas;
// lines that begin with '#' are comments, and the first other line names the columns.
#ifndef MIMD_TESTS_SUPPORT_CSV_ROWS_H
#define MIMD_TESTS_SUPPORT_CSV_ROWS_H

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace mimd::test {

inline std::vector<std::string> csv_fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

using csv_row = std::map<std::string, std::string>;  // by column

inline std::vector<csv_row> csv_rows(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<csv_row> rows;
  std::vector<std::string> columns;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = csv_fields(line);
    if (columns.empty()) {
      columns = fields;
      continue;
    }
    csv_row& row = rows.emplace_back();
    for (std::size_t i = 0; i < fields.size(); ++i) row[columns.at(i)] = fields[i];
  }
  return rows;
}

}  // namespace mimd::test

#endif
