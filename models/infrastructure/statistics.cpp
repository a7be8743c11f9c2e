#include "infrastructure/statistics.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "infrastructure/nearest_name.h"

namespace mimd {

void histogram::clear() {
  std::fill(buckets_.begin(), buckets_.end(), 0);
  count_ = 0;
  sum_ = 0;
  min_ = ~std::uint64_t{0};
  max_ = 0;
}

double histogram::mean() const {
  return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t histogram::middle_of(std::size_t bucket) {
  if (bucket < (std::size_t{2} << sub_bits)) return bucket;
  const std::size_t shift = (bucket >> sub_bits) - 1;
  const std::uint64_t mantissa = bucket - (shift << sub_bits);
  return (mantissa << shift) + (std::uint64_t{1} << (shift - 1));
}

std::uint64_t histogram::counted(std::uint64_t low, std::uint64_t high) const {
  std::uint64_t sum = 0;
  for (std::uint64_t v = low; v <= high; ++v) sum += buckets_[bucket_of(v)];
  return sum;
}

std::uint64_t histogram::percentile(double p) const {
  if (count_ == 0) return 0;
  const double exact = std::ceil(p / 100.0 * static_cast<double>(count_));
  // The double nearest to a count near 2^64 may be above it.
  const std::uint64_t rank = exact <= 1                             ? 1
                             : exact >= static_cast<double>(count_) ? count_
                                                                    : static_cast<std::uint64_t>(exact);
  if (rank == count_) return max_;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    below += buckets_[i];
    if (below >= rank) return std::clamp(middle_of(i), min_, max_);
  }
  return max_;
}

double time_average::mean(time_ps now) const {
  if (now == start_) return static_cast<double>(value_);
  const wide_sum area = area_ + static_cast<wide_sum>(value_) * (now - since_);
  return static_cast<double>(area) / static_cast<double>(now - start_);
}

void statistics::add(const std::string& name, const std::uint64_t& counter, const std::string& meaning) {
  insert({name, meaning, &counter});
}

void statistics::add(const std::string& name, std::function<std::uint64_t()> counter,
                     const std::string& meaning) {
  insert({name, meaning, std::move(counter)});
}

void statistics::add_real(const std::string& name, std::function<double()> value,
                          const std::string& meaning) {
  insert({name, meaning, std::move(value)});
}

void statistics::add(const std::string& name, const histogram& values, const std::string& unit,
                     const std::string& meaning) {
  const histogram* h = &values;
  const std::string in = unit.empty() ? "" : " in " + unit;
  const auto mean = [h] { return h->count() == 0 ? std::nan("") : h->mean(); };
  const auto p50 = [](const histogram& x) { return x.percentile(50); };
  const auto p99 = [](const histogram& x) { return x.percentile(99); };
  const auto largest = [](const histogram& x) { return x.max(); };
  insert({name + ".count", meaning + ": how many", reader([h] { return h->count(); })});
  insert({name + (unit.empty() ? ".mean" : ".mean_" + unit), meaning + ": mean" + in, real_reader(mean)});
  insert({name + ".p50", meaning + ": median" + in, histogram_reader{h, p50}});
  insert({name + ".p99", meaning + ": 99th percentile" + in, histogram_reader{h, p99}});
  insert({name + ".max", meaning + ": largest" + in, histogram_reader{h, largest}});
}

void statistics::add_counts(const std::string& name, const histogram& values, const std::string& meaning) {
  constexpr std::uint64_t single = 16;
  constexpr std::uint64_t largest = 64;
  const histogram* h = &values;
  const auto range = [&](const std::string& last, std::uint64_t from, std::uint64_t to) {
    insert({name + "." + last, meaning, reader([h, from, to] { return h->counted(from, to); })});
  };
  for (std::uint64_t v = 0; v <= single; ++v) range(std::to_string(v), v, v);
  for (std::uint64_t low = single; low < largest; low *= 2) {
    range(std::to_string(low + 1) + "_" + std::to_string(2 * low), low + 1, 2 * low);
  }
  insert({name + "." + std::to_string(largest + 1) + "_up", meaning,
          reader([h] { return h->count() - h->counted(0, largest); })});
}

void statistics::insert(entry e) {
  bool word = false;  // inside a word: a dot may follow
  for (const char c : e.name) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!letter && (c != '.' || !word))
      throw std::invalid_argument("statistic " + in_quotes(e.name) + ": bad name");
    word = letter;
  }
  if (!word) throw std::invalid_argument("statistic " + in_quotes(e.name) + ": bad name");
  if (!names_.insert(e.name).second) throw std::invalid_argument("statistic " + e.name + " is added twice");
  entries_.push_back(std::move(e));
}

std::optional<statistics::number> statistics::read(const entry& e) {
  if (const auto* counter = std::get_if<const std::uint64_t*>(&e.source)) return **counter;
  if (const auto* function = std::get_if<reader>(&e.source)) return (*function)();
  if (const auto* part = std::get_if<histogram_reader>(&e.source)) {
    if (part->values->count() == 0) return std::nullopt;
    return part->get(*part->values);
  }
  const double value = std::get<real_reader>(e.source)();
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<const statistics::entry*> statistics::sorted() const {
  std::vector<const entry*> result;
  result.reserve(entries_.size());
  for (const entry& e : entries_) result.push_back(&e);
  std::sort(result.begin(), result.end(),
            [](const entry* a, const entry* b) { return natural_less(a->name, b->name); });
  return result;
}

std::vector<statistics::sample> statistics::read() const {
  std::vector<sample> result;
  result.reserve(entries_.size());
  for (const entry* e : sorted()) {
    if (const auto value = read(*e)) result.push_back({e->name, *value});
  }
  return result;
}

statistics::number statistics::value(std::string_view name) const {
  for (const entry& e : entries_) {
    if (e.name != name) continue;
    if (const auto value = read(e)) return *value;
    throw std::invalid_argument("statistic " + e.name + " has no value");
  }
  throw std::invalid_argument("no statistic " + in_quotes(name) + ", did you mean '" +
                              nearest_name(name, {names_.begin(), names_.end()}) + "'?");
}

std::uint64_t statistics::count(std::string_view name) const {
  const number x = value(name);
  if (const auto* whole = std::get_if<std::uint64_t>(&x)) return *whole;
  throw std::invalid_argument("statistic " + in_quotes(name) + " is not a counter");
}

void statistics::list(std::ostream& out) const {
  const std::vector<const entry*> all = sorted();
  std::size_t width = 4;
  for (const entry* e : all) width = std::max(width, e->name.size());
  const auto row = [&](const std::string& name, const char* type, const std::string& meaning) {
    out << name << std::string(width - name.size() + 2, ' ') << type << meaning << '\n';
  };
  row("name", "type     ", "meaning");
  for (const entry* e : all) row(e->name, is_real(*e) ? "real     " : "integer  ", e->meaning);
}

void statistics::list_json(std::ostream& out) const {
  out << "[";
  const char* separator = "\n";
  for (const entry* e : sorted()) {
    out << separator << "  {\"name\": " << nlohmann::json(e->name) << ", \"type\": \""
        << (is_real(*e) ? "real" : "integer") << "\", \"meaning\": " << nlohmann::json(e->meaning) << "}";
    separator = ",\n";
  }
  out << "\n]\n";
}

bool natural_less(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  int zeros = 0;  // the first difference in leading zeros decides between otherwise equal names
  while (i < a.size() && j < b.size()) {
    if (!digit(a[i]) || !digit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
      continue;
    }
    const std::size_t run_a = i, run_b = j;
    while (i < a.size() && a[i] == '0') ++i;
    while (j < b.size() && b[j] == '0') ++j;
    const std::size_t first_a = i, first_b = j;
    while (i < a.size() && digit(a[i])) ++i;
    while (j < b.size() && digit(b[j])) ++j;
    if (i - first_a != j - first_b) return i - first_a < j - first_b;
    if (const int order = a.substr(first_a, i - first_a).compare(b.substr(first_b, j - first_b));
        order != 0) {
      return order < 0;
    }
    if (zeros == 0 && first_a - run_a != first_b - run_b) zeros = first_a - run_a < first_b - run_b ? -1 : 1;
  }
  if (i == a.size() && j == b.size()) return zeros < 0;
  return i == a.size();
}

}  // namespace mimd
