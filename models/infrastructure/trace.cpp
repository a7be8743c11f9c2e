#include "infrastructure/trace.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "infrastructure/glob.h"
#include "infrastructure/gtkw_writer.h"
#include "infrastructure/nearest_name.h"
#include "infrastructure/trace_reorder.h"
#include "infrastructure/vcd_writer.h"

namespace mimd {

namespace {

// The .gtkw shows so many changes of the busiest signal: about what a window can hold as readable words.
constexpr std::uint32_t changes_in_view = 20;

void check_name(std::string_view name) {
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
  bool sound = printable && name.find_first_of("{}\"") == std::string_view::npos && !name.empty();
  sound = sound && name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos;
  if (!sound || name.find('.') == std::string_view::npos) {
    throw std::invalid_argument("bad name of a traced signal: " + in_quotes(name));
  }
}

}  // namespace

trace_signal::trace_signal(trace_signal&& other) noexcept {
  *this = std::move(other);
}

trace_signal& trace_signal::operator=(trace_signal&& other) noexcept {
  if (this == &other) return *this;
  if (recorder_ != nullptr) recorder_->replace(*this, nullptr);
  recorder_ = std::exchange(other.recorder_, nullptr);
  index_ = other.index_;
  if (recorder_ != nullptr) recorder_->replace(*this, this);
  return *this;
}

trace_signal::~trace_signal() {
  if (recorder_ != nullptr) recorder_->replace(*this, nullptr);
}

class trace_recorder::implementation {
 public:
  explicit implementation(trace_options options);

  std::optional<std::uint32_t> declare(std::string_view name, const trace_kind& kind, std::uint64_t initial);
  void start();
  bool started() const { return vcd_.has_value(); }

  void change(std::uint32_t index, time_ps at, std::uint64_t value) {
    if (!pending_.push(at, {value, index})) ++late_;
    if (pending_.full()) drain(false);
  }

  // Says whether the window is still open.
  bool advance(time_ps now) {
    pending_.advance(now);
    if (clock_.due() && vcd_.has_value()) {
      drain(false);
      vcd_->flush();
    }
    return now <= options_.to;
  }

  void finish(time_ps end);

  time_ps now() const { return pending_.now(); }
  std::uint64_t late() const { return late_; }

 private:
  struct pending_change {
    std::uint64_t value;
    std::uint32_t index;
  };

  struct variable {
    std::uint64_t value;
    std::uint64_t written;
    std::uint64_t mask;
    const std::vector<std::string>* words;  // null: a number
    vcd_writer::variable text;
    vcd_writer::variable number;
    std::uint32_t changes;  // written so far, counted up to changes_in_view
    bool touched;           // in the group of changes of one time
  };

  void drain(bool everything);
  void apply(time_ps at, const pending_change& what);
  void write_group();
  void write_first_values(time_ps at);
  void write_value(variable& what);
  void write_save_file() const;

  trace_options options_;
  glob_list scope_;
  std::vector<std::string> outside_scope_;
  std::vector<gtkw_signal> signals_;
  std::set<std::string, std::less<>> names_;
  std::vector<variable> variables_;

  trace_reorder<pending_change> pending_;
  trace_flush_clock clock_;
  std::optional<vcd_writer> vcd_;
  std::uint64_t late_ = 0;

  time_ps group_time_ = 0;
  std::vector<std::uint32_t> group_;
  time_ps last_written_ = 0;
  bool first_values_written_ = false;
  gtkw_view view_;
};

trace_recorder::implementation::implementation(trace_options options)
    : options_(std::move(options)), scope_(options_.scope) {
  if (options_.from > options_.to) {
    throw std::invalid_argument("the trace window ends at " + std::to_string(options_.to) +
                                " ps, before it begins at " + std::to_string(options_.from) + " ps");
  }
}

std::optional<std::uint32_t> trace_recorder::implementation::declare(std::string_view name,
                                                                     const trace_kind& kind,
                                                                     std::uint64_t initial) {
  if (started()) throw std::logic_error("traced signal declared after start: " + in_quotes(name));
  check_name(name);
  if (!names_.emplace(name).second || (kind.is_words() && !names_.insert(code_name(name)).second)) {
    throw std::invalid_argument("traced signal declared twice: " + in_quotes(name));
  }
  if (!scope_.selects(name)) {
    outside_scope_.emplace_back(name);
    return std::nullopt;
  }
  variable created{};
  created.mask = kind.is_words() || kind.width() == 64 ? never : (std::uint64_t{1} << kind.width()) - 1;
  created.words = kind.is_words() ? &kind.table() : nullptr;
  created.value = initial & created.mask;
  variables_.push_back(created);
  signals_.push_back({std::string(name), kind});
  return static_cast<std::uint32_t>(variables_.size() - 1);
}

void trace_recorder::implementation::start() {
  if (started()) throw std::logic_error("tracing started twice");
  if (const auto unused = scope_.unused(); unused && !names_.empty()) {
    std::string message = "trace scope " + in_quotes(*unused) + " matches no signal";
    for (const gtkw_signal& signal : signals_) outside_scope_.push_back(signal.name);
    const std::string nearest = nearest_name(*unused, outside_scope_);
    if (!nearest.empty()) message += " (nearest: " + nearest + ")";
    throw std::invalid_argument(message);
  }
  vcd_.emplace(options_.file);
  for (std::size_t index = 0; index < signals_.size(); ++index) {
    variable& declared = variables_[index];
    const gtkw_signal& signal = signals_[index];
    if (declared.words != nullptr) {
      declared.text = vcd_->add_text(signal.name);
      declared.number = vcd_->add_integer(code_name(signal.name), signal.kind.width());
    } else {
      declared.number = vcd_->add_integer(signal.name, signal.kind.width());
    }
  }
  vcd_->begin(
      "a variable X of words has its number in X_code, which the .gtkw beside this file shows in colour");
  vcd_->flush();
  view_.from = options_.from;
  write_save_file();
}

// A VCD that is a device or a pipe has no place beside it.
void trace_recorder::implementation::write_save_file() const {
  if (std::filesystem::is_regular_file(options_.file)) write_gtkw(options_.file, signals_, view_);
}

void trace_recorder::implementation::drain(bool everything) {
  if (!started()) return;
  pending_.drain([this](time_ps at, const pending_change& what) { apply(at, what); }, everything);
  write_group();  // complete: what is still to come is later
}

void trace_recorder::implementation::apply(time_ps at, const pending_change& what) {
  if (at > options_.to) return;
  if (at != group_time_) {
    write_group();
    group_time_ = at;
  }
  // The first values include the changes at the very beginning of the window.
  if (!first_values_written_ && at > options_.from) write_first_values(options_.from);
  variable& changed = variables_[what.index];
  changed.value = what.value & changed.mask;
  if (!changed.touched) {
    changed.touched = true;
    group_.push_back(what.index);
  }
}

void trace_recorder::implementation::write_group() {
  bool time_written = false;
  for (const std::uint32_t index : group_) {
    variable& changed = variables_[index];
    changed.touched = false;
    if (!first_values_written_ || changed.value == changed.written) continue;
    if (!time_written) {
      vcd_->time(group_time_);
      last_written_ = group_time_;
      time_written = true;
    }
    write_value(changed);
    if (changed.changes < changes_in_view && ++changed.changes == changes_in_view && view_.span == 0) {
      view_.span = group_time_ - options_.from;
    }
  }
  group_.clear();
}

void trace_recorder::implementation::write_first_values(time_ps at) {
  vcd_->time(at);
  vcd_->begin_values();
  for (variable& declared : variables_) write_value(declared);
  vcd_->end_values();
  last_written_ = at;
  first_values_written_ = true;
}

void trace_recorder::implementation::write_value(variable& what) {
  what.written = what.value;
  if (what.words == nullptr) {
    vcd_->integer(what.number, what.value);
    return;
  }
  const std::uint64_t words = what.words->size();
  if (what.value < words) {
    vcd_->text(what.text, (*what.words)[what.value]);
  } else {
    vcd_->text(what.text, "undefined_" + std::to_string(what.value));
  }
  vcd_->integer(what.number, std::min(what.value, words));
}

void trace_recorder::implementation::finish(time_ps end) {
  drain(true);
  end = std::min(end, options_.to);
  if (!first_values_written_) write_first_values(std::min(options_.from, end));
  if (end > last_written_) {
    vcd_->time(end);
    last_written_ = end;
  }
  if (view_.span == 0) view_.span = last_written_ - std::min(last_written_, options_.from);
  vcd_->close();
  write_save_file();
}

trace_recorder::trace_recorder(trace_options options)
    : implementation_(std::make_unique<implementation>(std::move(options))) {}

trace_recorder::~trace_recorder() {
  try {
    if (implementation_->started()) finish(implementation_->now());
  } catch (const std::exception&) {
    // finish() is the way to hear of it
  }
  detach();
}

bool trace_recorder::declare(trace_signal& signal, std::string_view name, const trace_kind& kind,
                             std::uint64_t initial) {
  if (signal.recorder_ != nullptr)
    throw std::logic_error("one traced signal declared as two: " + in_quotes(name));
  const auto index = implementation_->declare(name, kind, initial);
  if (!index) return false;
  signal.recorder_ = this;
  signal.index_ = *index;
  attached_.push_back(&signal);
  return true;
}

void trace_recorder::start() {
  implementation_->start();
}

void trace_recorder::advance(time_ps now) {
  if (!implementation_->advance(now)) detach();
}

void trace_recorder::finish(time_ps end) {
  if (finished_) return;
  finished_ = true;
  detach();
  implementation_->finish(end);
}

void trace_recorder::change(const trace_signal& signal, time_ps at, std::uint64_t value) {
  implementation_->change(signal.index_, at, value);
}

std::uint64_t trace_recorder::late_changes() const {
  return implementation_->late();
}

void trace_recorder::replace(const trace_signal& old, trace_signal* now) noexcept {
  attached_[old.index_] = now;
}

void trace_recorder::detach() noexcept {
  for (trace_signal* signal : attached_) {
    if (signal != nullptr) signal->recorder_ = nullptr;
  }
  attached_.clear();
}

}  // namespace mimd
