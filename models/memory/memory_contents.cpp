#include "memory/memory_contents.h"

#include <new>
#include <stdexcept>
#include <string>

namespace mimd {

memory_contents::memory_contents(std::uint64_t size) : size_(size) {
  if (size > largest)
    throw std::invalid_argument("memory.size: " + std::to_string(size) + " bytes are more than 2^48");
  tables_.resize((size + table_span - 1) / table_span);
}

std::uint8_t* memory_contents::touch(std::uint64_t address) {
  std::unique_ptr<table>& t = tables_[address / table_span];
  if (!t) t = std::make_unique<table>();
  host_block& p = t->pages[address / page_size % pages_in_table];
  constexpr std::size_t host_page = 4096;
  std::size_t room = page_size + host_page;
  p.block.reset(static_cast<std::uint8_t*>(std::calloc(room, 1)));  // what is not touched of it costs nothing
  if (!p.block) throw std::bad_alloc();
  void* first = p.block.get();
  p.bytes = static_cast<std::uint8_t*>(std::align(host_page, page_size, first, room));
  return p.bytes + address % page_size;
}

}  // namespace mimd
