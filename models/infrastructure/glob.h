// Globs on dotted names: `*` is any text (dots too), `?` one character, everything else itself.
#ifndef MIMD_INFRASTRUCTURE_GLOB_H
#define MIMD_INFRASTRUCTURE_GLOB_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimd {

bool glob_match(std::string_view glob, std::string_view text);

// A comma-separated list of globs. A name is selected by a glob that matches it or one of its parents:
// `uma.bus` selects `uma.bus.master`. An empty list, and an empty glob in it, throw std::invalid_argument.
class glob_list {
 public:
  explicit glob_list(std::string_view list);

  bool selects(std::string_view dotted_name);

  // The first glob that has selected nothing so far.
  std::optional<std::string> unused() const;

 private:
  struct glob {
    std::string text;
    bool used;
  };
  std::vector<glob> globs_;
};

}  // namespace mimd

#endif
