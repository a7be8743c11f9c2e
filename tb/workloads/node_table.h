// A matrix of times by node, as results of a workload and as a table in the shape that Intel Memory Latency
// Checker prints.
#ifndef MIMD_TB_WORKLOADS_NODE_TABLE_H
#define MIMD_TB_WORKLOADS_NODE_TABLE_H

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tb/workload.h"

namespace mimd::tb {

// The processors of each node that has memory, by node, ascending.
std::vector<std::vector<unsigned>> processors_by_node(const memory_image& memory, unsigned processors);

class node_table {
 public:
  explicit node_table(std::size_t nodes) : cells_(nodes, std::vector<std::optional<double>>(nodes)) {}

  void set(std::size_t row, std::size_t column, double ns) { cells_[row][column] = ns; }

  // "NAME.ROW.COLUMN_ns" for all that are set.
  void add_results(verdict& to, const std::string& name) const;
  // `columns` over the columns, `rows` over the rows' numbers; rows without any figure are left out.
  std::string text(const std::string& rows, const std::string& columns) const;

 private:
  std::vector<std::vector<std::optional<double>>> cells_;
};

}  // namespace mimd::tb

#endif
