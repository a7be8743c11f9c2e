// Who waits for whom.
#include "message_passing/message_engine.h"

namespace mimd::message_passing {

namespace {

std::string rank_text(std::uint32_t rank) {
  return rank == any_source ? "any rank" : "rank " + std::to_string(rank);
}

std::string tag_text(std::uint32_t tag) {
  if (tag == any_tag) return "any tag";
  if ((tag & collective_tag) != 0) return "in a collective operation";
  return "tag " + std::to_string(tag);
}

}  // namespace

void rank_queues::waiting(std::uint32_t rank, const std::function<void(const std::string&)>& tell) const {
  const std::string own = "rank " + std::to_string(rank);
  for (const posted_receive* w = posted.first(); w != nullptr; w = w->next)
    tell(own + " waits for a message from " + rank_text(w->source) + ", " + tag_text(w->tag));
  for (const message* m = unexpected.first(); m != nullptr; m = m->next)
    tell((m->sender_waits
              ? "rank " + std::to_string(m->sender) + " waits for " + own + " to receive its message of "
              : own + " never receives the message from rank " + std::to_string(m->sender) + " of ") +
         std::to_string(m->size) + " bytes, " + tag_text(m->tag));
}

std::uint64_t message_engine::unreceived() const {
  std::uint64_t count = 0;
  for (const processor& p : ranks_)
    for (const message* m = p.unexpected.first(); m != nullptr; m = m->next) ++count;
  return count;
}

std::string message_engine::waiting(std::uint32_t most) const {
  std::string text;
  std::uint64_t more = 0;
  std::uint32_t told = 0;
  const auto tell = [&](const std::string& what) {
    if (told++ >= most) {
      ++more;
      return;
    }
    text += (text.empty() ? "" : "; ") + what;
  };
  for (std::uint32_t r = 0; r < ranks_.size(); ++r) {
    const processor& p = ranks_[r];
    p.waiting(r, tell);
    if (!p.finished && p.posted.empty() && program_ != nullptr) {
      const std::string other = program_->waiting(r);
      if (!other.empty()) tell("rank " + std::to_string(r) + ' ' + other);
    }
  }
  if (more != 0) text += "; and " + std::to_string(more) + " more";
  return text;
}

}  // namespace mimd::message_passing
