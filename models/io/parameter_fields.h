// One list of fields for two users: the check of a parameter struct when a model is built, and its
// declaration as options (infrastructure/parameters.h). A model writes a template that visits (name, field,
// allowed, meaning).
#ifndef MIMD_IO_PARAMETER_FIELDS_H
#define MIMD_IO_PARAMETER_FIELDS_H

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "infrastructure/parameters.h"

namespace mimd {

// Throws std::invalid_argument, one line that names model and parameter.
class field_checker {
 public:
  explicit field_checker(std::string model) : model_(std::move(model)) {}

  template <class T>
  void operator()(const std::string& name, const T& value, const std::common_type_t<range<T>>& allowed,
                  const std::string&) const {
    if (allowed.low && number(value) < number(*allowed.low)) {
      fail(name, text(value), "must be at least " + text(*allowed.low));
    }
    if (allowed.high && number(*allowed.high) < number(value)) {
      fail(name, text(value), "must be at most " + text(*allowed.high));
    }
    if (allowed.is_power_of_two && (number(value) & (number(value) - 1)) != 0) {
      fail(name, text(value), "must be a power of two");
    }
  }
  [[noreturn]] void fail(const std::string& name, const std::string& value, const std::string& why) const {
    throw std::invalid_argument(model_ + ": " + name + " is " + value + ", " + why);
  }

 private:
  template <class T>
  static std::uint64_t number(const T& value) {
    if constexpr (std::is_integral_v<T>) {
      return value;
    } else {
      return magnitude(value);
    }
  }
  template <class T>
  static std::string text(const T& value) {
    using std::to_string;
    return to_string(value);
  }

  std::string model_;
};

class field_declarer {
 public:
  field_declarer(parameter_set& parameters, const std::string& prefix)
      : parameters_(parameters), prefix_(prefix) {}

  template <class T>
  void operator()(const std::string& name, T& value, const std::common_type_t<range<T>>& allowed,
                  const std::string& meaning) const {
    parameters_.add(prefix_ + "." + name, value, allowed, meaning);
  }

 private:
  parameter_set& parameters_;
  std::string prefix_;
};

}  // namespace mimd

#endif
