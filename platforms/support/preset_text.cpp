#include "platforms/support/preset_text.h"

#include <sstream>
#include <stdexcept>

namespace mimd {

namespace {

std::string rest_of(std::istream& lines, const std::string& beginning, const std::string& preset_name) {
  std::string line;
  std::getline(lines, line);
  if (line.compare(0, beginning.size(), beginning) != 0) {
    throw std::logic_error("preset " + preset_name + " must begin with '# ' and '# Source: '");
  }
  return line.substr(beginning.size());
}

}  // namespace

preset preset_of(const std::string& name, const std::string& text) {
  std::istringstream lines(text);
  const std::string meaning = rest_of(lines, "# ", name);
  const std::string source = rest_of(lines, "# Source: ", name);
  return {name, meaning, source, text};
}

}  // namespace mimd
