// Waves: variables that models own, recorded as value changes.
//
// A model holds a trace_signal for each variable worth seeing and calls set(time, value) whenever it changes.
// While nobody listens that is one predictable branch. The platform makes one trace_recorder, has the models
// declare their signals with dotted names during elaboration, calls start() before the simulation,
// advance(now) as the kernel's time moves, and finish(end) after it. Tracing changes no statistic, and the
// bytes written depend on nothing of the host.
//
// Times. In loosely-timed simulation a change may lie in the kernel's future and changes may come out of
// order; they leave in (time, insertion) order, everything strictly before `now` at the latest when
// advance(now) has been called often enough for a batch or half a second of host time to fill. A change
// before the last advance(now) breaks the contract: it is moved to `now` and counted in late_changes(). Of
// several changes of one signal at one time only the last is seen; a change to the value that a signal
// already has is not written.
//
// Scope. A signal outside the scope stays unattached and costs nothing. The scope is a comma-separated list
// of globs
// (`*` any text, dots too; `?` one character) on the dotted name; a glob that matches a parent scope takes
// everything below it. A glob that matches nothing is an error of start().
//
// Window. Only changes with from <= time <= to are written; the file starts at `from` with all values at
// `from`.
//
// Words. A signal `state` of words is written twice, as `state` for people and scripts (`$var string`) and as
// the number `state_code`, because GTKWave's colour filters apply to numbers only (gtkw_writer.h).
//
// Not modelled: values wider than 64 bits, unknown (x) and high-impedance (z) values, delta cycles.
// Errors: a bad scope, window, kind, name or table of words throws std::invalid_argument from the
// constructor, declare(), trace_kind or start(); a file that cannot be written std::runtime_error from
// start() or finish(). change() never throws for a value: integers are cut to their width, a value without a
// word is written as `undefined_<value>`.
#ifndef MIMD_INFRASTRUCTURE_TRACE_H
#define MIMD_INFRASTRUCTURE_TRACE_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

class trace_recorder;

// Movable, so that models may keep signals in containers; safe to outlive its recorder and to die before it.
class trace_signal {
 public:
  trace_signal() = default;
  trace_signal(trace_signal&& other) noexcept;
  trace_signal& operator=(trace_signal&& other) noexcept;
  ~trace_signal();

  inline void set(time_ps at, std::uint64_t value);
  // True while somebody listens: for values that are costly to compute.
  bool on() const { return recorder_ != nullptr; }

 private:
  friend class trace_recorder;

  trace_recorder* recorder_ = nullptr;
  std::uint32_t index_ = 0;
};

// How the values of a signal are to be read. Copies share the table of words.
class trace_kind {
 public:
  enum class radix : std::uint8_t { hexadecimal, decimal };

  static trace_kind flag();
  // width 1..64 bits
  static trace_kind integer(unsigned width, radix shown_as = radix::hexadecimal);
  // value i is shown as the i-th word, e.g. {"I", "S", "E", "M"}; words are printable, without blanks, not
  // empty. Declare many signals of one kind with copies of one trace_kind.
  static trace_kind words(std::vector<std::string> table);

  bool is_words() const { return words_ != nullptr; }
  // Of words: wide enough for one code more than there are words, which stands for an undefined value.
  unsigned width() const { return width_; }
  radix shown_as() const { return radix_; }
  const std::vector<std::string>& table() const { return *words_; }
  bool same_table(const trace_kind& other) const;

 private:
  trace_kind(unsigned width, radix shown_as) : width_(width), radix_(shown_as) {}

  unsigned width_;
  radix radix_;
  std::shared_ptr<const std::vector<std::string>> words_;
};

struct trace_options {
  std::string file;         // x.vcd; x.gtkw and filter files are written beside it
  std::string scope = "*";  // --trace-scope
  time_ps from = 0;         // --trace-window
  time_ps to = never;
};

class trace_recorder {
 public:
  explicit trace_recorder(trace_options options);
  trace_recorder(const trace_recorder&) = delete;
  trace_recorder& operator=(const trace_recorder&) = delete;
  // After start() and without finish(): closes the file as finish(last advance) would, but without complaint.
  ~trace_recorder();

  // Attaches the signal if its name is in scope, and says whether it did. `initial` is its value from time 0
  // on.
  bool declare(trace_signal& signal, std::string_view name, const trace_kind& kind,
               std::uint64_t initial = 0);

  // Ends the declarations; writes the header, the .gtkw and the filters.
  void start();

  // No change will come any more for a time before `now`. Cheap: call it as often as time moves.
  void advance(time_ps now);

  // Writes what is left and closes the file at the time `end`. Signals are detached.
  void finish(time_ps end);

  // Used by trace_signal::set.
  void change(const trace_signal& signal, time_ps at, std::uint64_t value);

  // Changes that came for a time already past (a model broke the contract): 0 in a sound machine.
  std::uint64_t late_changes() const;

 private:
  friend class trace_signal;
  void replace(const trace_signal& old, trace_signal* now) noexcept;
  void detach() noexcept;

  class implementation;
  std::unique_ptr<implementation> implementation_;
  std::vector<trace_signal*> attached_;  // by index; null for a signal that has died
  bool finished_ = false;
};

inline void trace_signal::set(time_ps at, std::uint64_t value) {
  if (recorder_ != nullptr) recorder_->change(*this, at, value);
}

}  // namespace mimd

#endif
