// The options of all machines, as Boost.Program_options sees them, and the words of one command line.
#ifndef MIMD_PLATFORMS_SUPPORT_OPTION_TABLE_H
#define MIMD_PLATFORMS_SUPPORT_OPTION_TABLE_H

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace mimd {

// Each option that was given, with its values in order; a switch has none.
class given_options {
 public:
  // Throws usage_error for an unknown option, a missing or superfluous value, a stray word, a repeated
  // option.
  given_options(int argc, const char* const* argv);

  bool has(const std::string& option) const { return values_.count(option) != 0; }
  const std::vector<std::string>& all(const std::string& option) const;  // empty if not given
  const std::string& one(const std::string& option) const { return all(option).front(); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

void print_options(std::ostream& out);  // grouped, for --help

}  // namespace mimd

#endif
