// Statistics: what a machine measured, under flat dotted names that start with the module path.
//
// histogram      a distribution of whole numbers (picoseconds, cycles, bytes). Log-linear buckets, 64 an
// octave:
//                exact below 128, percentiles within 0.8 % above; count, sum, minimum, maximum and mean are
//                exact. add() is a few instructions and never allocates; a histogram is 30 KiB.
// time_average   the time-weighted mean of a whole number that changes at known times (queue length, busy
// servers). statistics     the registry. It holds references and functions, reads them when it is asked, and
// owns nothing: what
//                it names must outlive it. Counters are integers and stay integers. A real value that is not
//                finite and the mean and percentiles of an empty histogram do not exist: they are absent, not
//                zero.
//
// Names are words of letters, digits, '_', '-' joined by dots. Errors: std::invalid_argument for a duplicate
// or bad name.
#ifndef MIMD_INFRASTRUCTURE_STATISTICS_H
#define MIMD_INFRASTRUCTURE_STATISTICS_H

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

__extension__ typedef unsigned __int128 wide_sum;

class histogram {
 public:
  histogram() : buckets_(bucket_of(~std::uint64_t{0}) + 1, 0) {}

  void add(std::uint64_t value, std::uint64_t times = 1) {
    buckets_[bucket_of(value)] += times;
    count_ += times;
    sum_ += static_cast<wide_sum>(value) * times;
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
  }
  void clear();  // as constructed: the end of a warm-up

  std::uint64_t count() const { return count_; }
  wide_sum sum() const { return sum_; }
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const { return max_; }
  double mean() const;                       // 0 if empty
  std::uint64_t percentile(double p) const;  // nearest rank, 0 <= p <= 100; 0 if empty
  std::uint64_t counted(std::uint64_t low, std::uint64_t high) const;  // values low ... high, high < 128

 private:
  static constexpr unsigned sub_bits = 6;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < (std::uint64_t{1} << sub_bits)) return static_cast<std::size_t>(value);
    const unsigned shift = 63u - static_cast<unsigned>(__builtin_clzll(value)) - sub_bits;
    return (std::size_t{shift} << sub_bits) + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t middle_of(std::size_t bucket);

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  wide_sum sum_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  std::uint64_t max_ = 0;
};

class time_average {
 public:
  explicit time_average(time_ps start = 0, std::uint64_t value = 0)
      : start_(start), since_(start), value_(value), max_(value) {}

  void set(time_ps now, std::uint64_t value) {  // now never goes back
    area_ += static_cast<wide_sum>(value_) * (now - since_);
    since_ = now;
    value_ = value;
    if (value > max_) max_ = value;
  }
  void restart(time_ps now) { *this = time_average(now, value_); }  // the end of a warm-up

  std::uint64_t value() const { return value_; }
  std::uint64_t max() const { return max_; }
  double mean(time_ps now)
      const;  // from the start to now, which is not before the last set(); value() if now is the start

 private:
  time_ps start_;
  time_ps since_;
  std::uint64_t value_;
  std::uint64_t max_;
  wide_sum area_ = 0;
};

class statistics {
 public:
  using number = std::variant<std::uint64_t, double>;
  struct sample {
    std::string_view name;
    number value;
  };

  statistics() = default;
  statistics(const statistics&) = delete;
  statistics& operator=(const statistics&) = delete;

  void add(const std::string& name, const std::uint64_t& counter, const std::string& meaning);
  void add(const std::string& name, std::function<std::uint64_t()> counter, const std::string& meaning);
  void add_real(const std::string& name, std::function<double()> value, const std::string& meaning);
  // Gives name.count, name.mean (name.mean_<unit> if a unit is given), name.p50, name.p99 and name.max.
  void add(const std::string& name, const histogram& values, const std::string& unit,
           const std::string& meaning);
  // How many of the values are 0, 1, ... 16, 17 ... 32, 33 ... 64 and larger: name.0 ... name.17_32 ...
  // name.65_up. meaning: of one value, "writes that sent so many invalidations".
  void add_counts(const std::string& name, const histogram& values, const std::string& meaning);
  // A temporary cannot be watched.
  void add(const std::string& name, const std::uint64_t&& counter, const std::string& meaning) = delete;

  // In natural order of names: cpu_2 before cpu_10. Absent values are left out.
  std::vector<sample> read() const;
  number value(
      std::string_view name) const;  // std::invalid_argument with the nearest name if unknown or absent
  std::uint64_t count(std::string_view name) const;  // the same for a counter

  std::size_t size() const { return entries_.size(); }
  void list(std::ostream& out) const;       // name, kind, meaning: a table
  void list_json(std::ostream& out) const;  // an array of objects

 private:
  using reader = std::function<std::uint64_t()>;
  using real_reader = std::function<double()>;
  struct histogram_reader {  // absent while the histogram is empty
    const histogram* values;
    std::uint64_t (*get)(const histogram&);
  };
  struct entry {
    std::string name;
    std::string meaning;
    // A plain counter costs a pointer, not a std::function: machines have hundreds of thousands.
    std::variant<const std::uint64_t*, reader, real_reader, histogram_reader> source;
  };

  void insert(entry e);
  static std::optional<number> read(const entry& e);
  static bool is_real(const entry& e) { return std::holds_alternative<real_reader>(e.source); }
  std::vector<const entry*> sorted() const;

  std::vector<entry> entries_;
  std::set<std::string, std::less<>> names_;
};

// Runs of digits compare as numbers, everything else as bytes; "" first. A strict total order.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace mimd

#endif
