#include "directory/sharer_format.h"

#include <stdexcept>

#include "directory/coarse_vector_format.h"
#include "directory/full_map_format.h"
#include "directory/limited_pointer_format.h"
#include "directory/pointer_pool_format.h"

namespace mimd {

sharer_format::sharer_format(unsigned nodes, unsigned words) : nodes_(nodes), words_(words) {
  if (nodes < 1 || nodes > max_directory_nodes) {
    throw std::invalid_argument("directory: " + std::to_string(nodes) + " nodes, but 1 to " +
                                std::to_string(max_directory_nodes) + " are possible");
  }
}

void sharer_format::open(sharer_word* entry, std::uint64_t /*line*/) {
  for (unsigned i = 0; i < words_; ++i) entry[i] = 0;
}

bool sharer_format::room(const sharer_word* /*entry*/, node_id /*first*/, node_id /*second*/) const {
  return true;
}

void sharer_format::collect_all(std::vector<node_id>& nodes) const {
  for (unsigned node = 0; node < nodes_; ++node) nodes.push_back(static_cast<node_id>(node));
}

std::unique_ptr<sharer_format> make_sharer_format(const sharer_format_parameters& p) {
  using kind = sharer_format_parameters::format_kind;
  using overflow = limited_pointer_format::on_overflow;
  switch (p.kind) {
    case kind::full_map:
      return std::make_unique<full_map_format>(p.nodes);
    case kind::dir_i_b:
      return std::make_unique<limited_pointer_format>(p.nodes, p.pointers, overflow::broadcast);
    case kind::dir_i_nb:
      return std::make_unique<limited_pointer_format>(p.nodes, p.pointers, overflow::give_up_a_sharer);
    case kind::coarse_vector:
      return std::make_unique<coarse_vector_format>(p.nodes, p.pointers, p.region);
    case kind::pointer_pool:
      return std::make_unique<pointer_pool_format>(p.nodes, p.pool_size);
  }
  throw std::invalid_argument("directory.format: no such format");
}

const std::vector<std::string>& sharer_format_names() {
  static const std::vector<std::string> names{"full-map", "dir-i-b", "dir-i-nb", "coarse-vector",
                                              "pointer-pool"};
  return names;
}

}  // namespace mimd
