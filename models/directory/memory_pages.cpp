#include "directory/memory_pages.h"

#include <new>
#include <stdexcept>
#include <string>

namespace mimd {
namespace {

unsigned bits_of(std::uint64_t power, const char* what) {
  if (power == 0 || (power & (power - 1)) != 0) {
    throw std::invalid_argument(std::string(what) + " must be a power of two");
  }
  return static_cast<unsigned>(__builtin_ctzll(power));
}

}  // namespace

memory_pages::memory_pages(const memory_pages_parameters& parameters, placement place, placed then)
    : size_(parameters.size),
      page_bits_(bits_of(parameters.page, "placement.page")),
      line_bits_(bits_of(parameters.line, "l1.line")),
      entries_(parameters.entries),
      formats_(parameters.formats),
      place_(std::move(place)),
      then_(std::move(then)),
      frames_(parameters.formats.size()),
      free_frames_(parameters.formats.size()) {
  if (parameters.page < parameters.line) {
    throw std::invalid_argument("placement.page must not be below the line size");
  }
  if (size_ == 0 || size_ > (std::uint64_t{1} << 48)) {
    throw std::invalid_argument("memory.size must be 1 byte to 256 TiB");
  }
  tables_.resize(((size_ - 1) >> page_bits_ >> (2 * level_bits)) + 1);
}

memory_page* memory_pages::find(address_t address) const {
  const std::uint64_t number = address >> page_bits_;
  const auto& upper = tables_[number >> (2 * level_bits)];
  if (!upper) return nullptr;
  const auto& lower = (*upper)[(number >> level_bits) & (level_size - 1)];
  return lower ? (*lower)[number & (level_size - 1)].get() : nullptr;
}

void memory_pages::move(memory_page& page, unsigned node) {
  const address_t first = frames_[page.home][page.frame >> page_bits_];
  leave_frame(page);
  take_frame(page, first, node);
}

memory_page& memory_pages::replicate(memory_page& page, address_t first, unsigned node) {
  if (!page.replicas) page.replicas = std::make_unique<std::unique_ptr<memory_page>[]>(formats_.size());
  page.replicas[node] = std::make_unique<memory_page>();
  memory_page& replica = *page.replicas[node];
  take_frame(replica, first, node);
  if (entries_) open_entries(replica, first);
  return replica;
}

void memory_pages::drop_replicas(memory_page& page) {
  for (std::size_t node = 0; page.replicas && node < formats_.size(); ++node) {
    if (page.replicas[node]) leave_frame(*page.replicas[node]);
  }
  page.replicas.reset();
}

void memory_pages::remove(address_t first) {
  const std::uint64_t number = first >> page_bits_;
  auto& page = (*(*tables_[number >> (2 * level_bits)])[(number >> level_bits) &
                                                        (level_size - 1)])[number & (level_size - 1)];
  leave_frame(*page);
  page.reset();
  removes_ = true;
}

// A frame that another page has left holds that one's bytes: it is for pages whose bytes come along.
void memory_pages::take_frame(memory_page& page, address_t first, unsigned node) {
  page.home = static_cast<std::uint16_t>(node);
  std::vector<std::size_t>& left = free_frames_.at(node);
  std::size_t frame = frames_[node].size();
  if (left.empty()) {
    frames_[node].push_back(first);
  } else {
    frame = left.back();
    left.pop_back();
    frames_[node][frame] = first;
  }
  page.frame = frame << page_bits_;
}

void memory_pages::open_entries(memory_page& page, address_t first) {
  sharer_format& format = *formats_[page.home];
  const unsigned lines = 1u << (page_bits_ - line_bits_);
  page.words = static_cast<std::uint16_t>(memory_page::state_words + format.words());
  page.entries = std::make_unique<sharer_word[]>(std::size_t{lines} * page.words);
  for (unsigned i = 0; i < lines; ++i) {
    const directory_entry e = page.entry(i);
    new (e.state) home_line;
    format.open(e.sharers, (first >> line_bits_) + i);
  }
}

memory_page& memory_pages::create(std::uint64_t number, unsigned toucher) {
  auto page = std::make_unique<memory_page>();
  const address_t first = number << page_bits_;
  const unsigned node = place_(first, toucher);
  if (removes_) {
    take_frame(*page, first, node);
  } else {  // frames that pages have left are for others that move
    page->home = static_cast<std::uint16_t>(node);
    page->frame = frames_.at(node).size() << page_bits_;
    frames_[node].push_back(first);
  }
  if (entries_) open_entries(*page, first);
  auto& upper = tables_[number >> (2 * level_bits)];
  if (!upper) upper = std::make_unique<upper_table>();
  auto& lower = (*upper)[(number >> level_bits) & (level_size - 1)];
  if (!lower) lower = std::make_unique<lower_table>();
  auto& place = (*lower)[number & (level_size - 1)];
  place = std::move(page);
  memory_page& created = *place;
  then_(first, created);
  return created;
}

}  // namespace mimd
