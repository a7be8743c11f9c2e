// The save file that lets GTKWave open a VCD with groups, words in colour, and a sensible piece of time in
// view.
//
// Beside x.vcd stand x.gtkw and, for each table of words, a translate filter `x.<signal>.filter` with one
// line a word: the number, and `?colour?word`, which GTKWave draws as the word on a coloured box. Filters
// apply to numbers only (in GTKWave 3.3 never to strings), so the .gtkw shows a word signal by its numeric
// twin, under the word signal's name. All names in the files are relative: they may be moved together.
// `gtkwave x.gtkw` or `gtkwave x.vcd x.gtkw`.
//
// Not done: GTKWave keeps at most 128 filters; word signals of further tables are shown as uncoloured
// strings. Errors: std::runtime_error for a file that cannot be written.
#ifndef MIMD_INFRASTRUCTURE_GTKW_WRITER_H
#define MIMD_INFRASTRUCTURE_GTKW_WRITER_H

#include <string>
#include <string_view>
#include <vector>

#include "infrastructure/time.h"
#include "infrastructure/trace.h"

namespace mimd {

struct gtkw_signal {
  std::string name;
  trace_kind kind;
};

// What is in view at first: nothing said (span 0) leaves it to GTKWave.
struct gtkw_view {
  time_ps from = 0;
  time_ps span = 0;
};

// The name of a word signal's numeric twin.
std::string code_name(std::string_view signal_name);

void write_gtkw(const std::string& vcd_file, const std::vector<gtkw_signal>& signals, const gtkw_view& view);

// The colour (an X11 name) of a word, the index-th of its table: dark enough for white text. Coherence states
// have colours of their own, words for doing nothing are grey; others take turns.
const char* colour_of_word(std::string_view word, std::size_t index);

}  // namespace mimd

#endif
