// What an error message about a name needs: the nearest valid name, and the wrong one quoted on one line.
#ifndef MIMD_INFRASTRUCTURE_NEAREST_NAME_H
#define MIMD_INFRASTRUCTURE_NEAREST_NAME_H

#include <string>
#include <string_view>
#include <vector>

namespace mimd {

// The candidate with the fewest typing errors from word (insertion, deletion, substitution, transposition,
// case ignored; a forgotten section, "size" for "l1.size", and an abbreviation count as one); the first of
// equals; "" if there is none.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

// 'text', on one line whatever it holds: unprintable bytes as \xNN, cut after 80 characters.
std::string in_quotes(std::string_view text);

}  // namespace mimd

#endif
