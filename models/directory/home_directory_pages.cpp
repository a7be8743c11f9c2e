// What a home does for pages that are replicated. A read of a line that nobody has may make the reader its
// owner, who would write it without a word: of a page that is only read, such a line counts as shared.
#include "directory/directory_fabric.h"
#include "directory/directory_protocol_rows.h"
#include "directory/home_directory.h"

namespace mimd {

void home_directory::stay_shared(home_line& state) {
  state.state = directory_rows::HS;
}

void home_directory::set_read_only(memory_page& page, bool read_only) {
  page.read_only = read_only;
  const auto lines = static_cast<unsigned>(fabric_.pages().page_bytes() / fabric_.line_bytes());
  for (unsigned i = 0; i < lines; ++i) {
    const directory_entry e = page.entry(i);
    if (read_only && e.state->state == directory_rows::HI) stay_shared(*e.state);
    const bool idle = e.state->state == directory_rows::HS && format_->empty(e.sharers);
    if (!read_only && idle) e.state->state = directory_rows::HI;
  }
}

unsigned home_directory::recall_page(memory_page& page, address_t first, bool owned_only, time_ps at) {
  const unsigned bytes = fabric_.line_bytes();
  unsigned recalled = 0;
  for (address_t line = first; line < first + fabric_.pages().page_bytes(); line += bytes) {
    const directory_entry e = page.entry(fabric_.pages().line_in_page(line));
    if (e.state->state == directory_rows::HI || (owned_only && e.state->state == directory_rows::HS))
      continue;
    ++recalled;
    run(e, home_event::recall, nullptr, line, page, fabric_.next_transaction(), begin_service(at));
  }
  return recalled;
}

}  // namespace mimd
