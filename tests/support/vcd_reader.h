// A strict reader of Value Change Dumps for tests: what is not well formed throws.
#ifndef MIMD_TESTS_SUPPORT_VCD_READER_H
#define MIMD_TESTS_SUPPORT_VCD_READER_H

#include <cstdint>
#include <map>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/scratch_files.h"

namespace mimd::test {

struct vcd_change {
  std::uint64_t time;
  std::string name;   // dotted
  std::string value;  // a word, or a number in binary
  friend bool operator==(const vcd_change& a, const vcd_change& b) {
    return a.time == b.time && a.name == b.name && a.value == b.value;
  }
  friend std::ostream& operator<<(std::ostream& out, const vcd_change& c) {
    return out << c.time << ' ' << c.name << '=' << c.value;
  }
};

struct vcd_contents {
  std::map<std::string, std::string> types;  // dotted name -> "string", "wire 8", ...
  std::vector<vcd_change> first_values;
  std::vector<vcd_change> changes;
  std::uint64_t last_time = 0;

  std::vector<vcd_change> changes_of(const std::string& name) const {
    std::vector<vcd_change> found;
    for (const vcd_change& change : changes) {
      if (change.name == name) found.push_back(change);
    }
    return found;
  }
};

inline vcd_contents read_vcd(const std::string& file) {
  std::istringstream in(text_of(file));
  const auto next = [&in] {
    std::string token;
    if (!(in >> token)) throw std::runtime_error("VCD ends early");
    return token;
  };
  const auto expect = [&next](const std::string& wanted) {
    const std::string token = next();
    if (token != wanted) throw std::runtime_error("VCD has " + token + " where " + wanted + " belongs");
  };

  vcd_contents result;
  std::map<std::string, std::string> name_of;  // by code
  std::vector<std::string> scopes;
  for (std::string token = next(); token != "$enddefinitions"; token = next()) {
    if (token == "$scope") {
      expect("module");
      scopes.push_back(next());
      expect("$end");
    } else if (token == "$upscope") {
      if (scopes.empty()) throw std::runtime_error("VCD closes a scope too many");
      scopes.pop_back();
      expect("$end");
    } else if (token == "$var") {
      const std::string type = next();
      const std::string width = next();
      const std::string code = next();
      std::string name;
      for (const std::string& scope : scopes) name += scope + '.';
      name += next();
      if (width != "1") expect("[" + std::to_string(std::stoi(width) - 1) + ":0]");
      expect("$end");
      if (!name_of.emplace(code, name).second) throw std::runtime_error("VCD uses a code twice: " + code);
      result.types[name] = type == "string" ? type : type + ' ' + width;
    } else if (token == "$timescale") {
      expect("1ps");
      expect("$end");
    } else if (token == "$version" || token == "$comment") {
      while (next() != "$end") {
      }
    } else {
      throw std::runtime_error("VCD header has " + token);
    }
  }
  expect("$end");
  if (!scopes.empty()) throw std::runtime_error("VCD leaves a scope open");

  bool timed = false;
  bool first = false;
  for (std::string token; in >> token;) {
    if (token[0] == '#') {
      const std::uint64_t time = std::stoull(token.substr(1));
      if (timed && time <= result.last_time) throw std::runtime_error("VCD time does not go up: " + token);
      result.last_time = time;
      timed = true;
    } else if (token == "$dumpvars") {
      first = true;
    } else if (token == "$end") {
      first = false;
    } else {
      if (!timed) throw std::runtime_error("VCD value before the first time");
      const bool scalar = token[0] == '0' || token[0] == '1';
      const std::string value = scalar ? token.substr(0, 1) : token.substr(1);
      const std::string name = name_of.at(scalar ? token.substr(1) : next());
      const std::string& type = result.types.at(name);
      const char wanted = type == "string" ? 's' : type == "wire 1" ? token[0] : 'b';
      if (token[0] != wanted || value.empty()) throw std::runtime_error("VCD value " + token + " of " + name);
      (first ? result.first_values : result.changes).push_back({result.last_time, name, value});
    }
  }
  return result;
}

}  // namespace mimd::test

#endif
