#include "tb/workloads/node_table.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace mimd::tb {

std::vector<std::vector<unsigned>> processors_by_node(const memory_image& memory, unsigned processors) {
  std::vector<std::vector<unsigned>> all(memory.nodes());
  for (unsigned p = 0; p < processors; ++p) all.at(memory.node_of(p)).push_back(p);
  return all;
}

void node_table::add_results(verdict& to, const std::string& name) const {
  for (std::size_t r = 0; r < cells_.size(); ++r) {
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      if (!cells_[r][c]) continue;
      to.results.emplace_back(name + '.' + std::to_string(r) + '.' + std::to_string(c) + "_ns",
                              *cells_[r][c]);
    }
  }
}

std::string node_table::text(const std::string& rows, const std::string& columns) const {
  const int margin = static_cast<int>(rows.size());
  std::ostringstream out;
  out << std::fixed << std::setprecision(1);
  out << std::string(rows.size(), ' ') << '\t' << columns << '\n' << rows;
  for (std::size_t c = 0; c < cells_.size(); ++c) out << '\t' << std::setw(6) << c;
  out << '\n';
  for (std::size_t r = 0; r < cells_.size(); ++r) {
    const auto& row = cells_[r];
    if (std::none_of(row.begin(), row.end(), [](const auto& cell) { return cell.has_value(); })) continue;
    out << std::setw(margin) << r;
    for (const std::optional<double>& cell : row) {
      out << '\t' << std::setw(6);
      if (cell) {
        out << *cell;
      } else {
        out << '-';
      }
    }
    out << '\n';
  }
  return out.str();
}

}  // namespace mimd::tb
