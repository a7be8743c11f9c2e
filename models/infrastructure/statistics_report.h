// The statistics of one run as a file: JSON, CSV (section,name,value) or text, by its extension.
//
// {"mimd": {version, platform, seed, timing}, "parameters": {...}, "statistics": {flat names -> numbers},
//  "host": {seconds, events, peak_rss_bytes}}: "statistics" holds simulated facts only and is the same, byte
//  for byte,
// for the same parameters and seed. Counters are integers; reals are the shortest decimal that reads back,
// always with a point or an exponent. Files are written whole or not at all (atomic_file.h).
#ifndef MIMD_INFRASTRUCTURE_STATISTICS_REPORT_H
#define MIMD_INFRASTRUCTURE_STATISTICS_REPORT_H

#include <cstdint>
#include <iosfwd>
#include <string>

#include "infrastructure/parameters.h"
#include "infrastructure/statistics.h"

namespace mimd {

struct run_identity {
  std::string version;
  std::string platform;
  std::uint64_t seed = 1;
  std::string timing;
};

struct host_figures {
  double seconds = 0;
  std::uint64_t events = 0;
  std::uint64_t peak_rss_bytes = 0;
};

struct statistics_report {
  run_identity identity;
  const parameter_set& parameters;
  const statistics& results;
  host_figures host;

  void write_json(std::ostream& out) const;
  void write_csv(std::ostream& out) const;
  void write_text(std::ostream& out) const;
  void write_file(const std::string& path) const;  // file_error
};

// Throws file_error unless path ends in .json, .csv or .txt and could be written.
void require_statistics_path(const std::string& path);

std::string to_string(const statistics::number& x);

}  // namespace mimd

#endif
