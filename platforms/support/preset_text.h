// A preset as its file of platforms/presets/ says it: an INI whose first two lines are comments,
//
//   # what the machine is
//   # Source: where its numbers were published
//
// The build makes <machine>_presets() of the files of platforms/presets/<machine>/, in order of their names.
#ifndef MIMD_PLATFORMS_SUPPORT_PRESET_TEXT_H
#define MIMD_PLATFORMS_SUPPORT_PRESET_TEXT_H

#include <string>

#include "platforms/support/command_line.h"

namespace mimd {

// Throws std::logic_error if the first two lines are something else.
preset preset_of(const std::string& name, const std::string& text);

}  // namespace mimd

#endif
