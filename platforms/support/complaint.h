// What a model says about its parameters, told to the user at the place that set them.
#ifndef MIMD_PLATFORMS_SUPPORT_COMPLAINT_H
#define MIMD_PLATFORMS_SUPPORT_COMPLAINT_H

#include <stdexcept>
#include <string>
#include <vector>

#include "infrastructure/parameters.h"

namespace mimd {

// Nothing if `text` (of a model's check()) is empty. A complaint that begins with a parameter's name is
// thrown as set.error() of that parameter; one that begins with a cache ("l2: ...") as the error of the first
// of its parameters that somebody set, else of its size; any other as one of `otherwise`.
void complain(const parameter_set& set, const std::string& text, const std::string& otherwise);

// Whether somebody has set it, and not only a preset.
bool is_users_choice(const parameter_set& set, const std::string& name);

// These parameters ("l2.": all that begin so) have no effect, because `reason` ("l2.size is 0"): one that has
// another value than its default is an error, unless a preset gave it (who changed the preset meant to).
void refuse_without_effect(const parameter_set& set, const std::vector<std::string>& names,
                           const std::string& reason);

// What `make` throws as std::invalid_argument becomes an error of the parameter that it is about: the one of
// these that it begins with; else the first that somebody set, else the first.
template <class Make>
void complain_about(const parameter_set& set, const std::vector<const char*>& names, const Make& make) {
  try {
    make();
  } catch (const std::invalid_argument& e) {
    for (const char* name : names) {
      if (std::string(e.what()).rfind(std::string(name) + ':', 0) == 0) complain(set, e.what(), name);
    }
    for (const char* name : names) {
      if (set.origin(name) != "default") throw set.error(name, e.what());
    }
    throw set.error(names.front(), e.what());
  }
}

}  // namespace mimd

#endif
