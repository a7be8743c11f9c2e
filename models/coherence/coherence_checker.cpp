#include "coherence/coherence_checker.h"

#include <algorithm>
#include <sstream>

namespace mimd {

namespace {
constexpr std::size_t kept_violations = 10;
constexpr std::size_t kept_transactions = 8;
constexpr unsigned nobody = ~0u;
}  // namespace

coherence_checker::coherence_checker(const snooping_protocol& protocol, std::vector<std::string> agents,
                                     unsigned line, state_reader state)
    : protocol_(protocol),
      table_(protocol),
      agents_(std::move(agents)),
      line_(line),
      state_(std::move(state)) {}

coherence_checker::line_record& coherence_checker::record_of(address_t line) {
  line_record& r = lines_[line];
  if (r.bytes.empty()) {
    r.bytes.resize(line_);
    r.known.resize(line_);
  }
  return r;
}

template <typename Body>
void coherence_checker::for_each_line(address_t address, unsigned size, Body body) {
  for (unsigned done = 0; done < size;) {
    const address_t line = (address + done) & ~static_cast<address_t>(line_ - 1);
    const auto offset = static_cast<unsigned>(address + done - line);
    const unsigned count = std::min(size - done, line_ - offset);
    body(line, offset, done, count);
    done += count;
  }
}

void coherence_checker::performed_read(unsigned agent, address_t address, const std::uint8_t* data,
                                       unsigned size, time_ps at) {
  ++accesses_;
  for_each_line(address, size, [&](address_t line, unsigned offset, unsigned done, unsigned count) {
    line_record& r = record_of(line);
    if (!r.older.empty() && is_older_value(r, agent, offset, data + done, count)) return;
    for (unsigned i = 0; i < count; ++i) {
      const std::uint8_t seen = data[done + i];
      if (!r.known[offset + i]) {
        r.known[offset + i] = true;
        r.bytes[offset + i] = seen;
      } else if (r.bytes[offset + i] != seen) {
        std::ostringstream what;
        what << agents_[agent] << " read " << unsigned{seen} << " at address 0x" << std::hex
             << line + offset + i << std::dec << ", where the last write";
        if (r.writer != nobody)
          what << " (line last written by " << agents_[r.writer] << " at " << r.written_at << " ps)";
        what << " left " << unsigned{r.bytes[offset + i]};
        violation(what.str(), line, at);
        r.bytes[offset + i] = seen;
      }
    }
  });
}

void coherence_checker::compare(
    const std::function<void(address_t, std::uint8_t* data, unsigned size)>& newest) {
  std::vector<address_t> lines;
  for (const auto& [line, record] : lines_) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  std::vector<std::uint8_t> bytes(line_);
  for (const address_t line : lines) {
    const line_record& r = record_of(line);
    newest(line, bytes.data(), line_);
    for (unsigned i = 0; i < line_; ++i) {
      if (!r.known[i] || r.bytes[i] == bytes[i]) continue;
      violation("the last write of byte " + std::to_string(i) + " is lost", line, r.written_at);
      break;
    }
  }
}

void coherence_checker::overtaken(unsigned agent, address_t line) {
  line_record& r = record_of(line);
  r.older.push_back({agent, r.bytes, r.known});
}

bool coherence_checker::is_older_value(const line_record& r, unsigned agent, unsigned offset,
                                       const std::uint8_t* data, unsigned size) {
  return std::any_of(r.older.begin(), r.older.end(), [&](const older_value& value) {
    if (value.agent != agent) return false;
    for (unsigned i = 0; i < size; ++i) {
      if (value.known[offset + i] && value.bytes[offset + i] != data[i]) return false;
    }
    return true;
  });
}

void coherence_checker::store(unsigned agent, address_t address, const std::uint8_t* data, unsigned size,
                              time_ps at) {
  for_each_line(address, size, [&](address_t line, unsigned offset, unsigned done, unsigned count) {
    line_record& r = record_of(line);
    std::copy(data + done, data + done + count, r.bytes.begin() + offset);
    std::fill(r.known.begin() + offset, r.known.begin() + offset + count, true);
    r.writer = agent;
    r.written_at = at;
  });
}

void coherence_checker::performed_write(unsigned agent, address_t address, const std::uint8_t* data,
                                        unsigned size, time_ps at) {
  ++accesses_;
  store(agent, address, data, size, at);
}

void coherence_checker::debug_written(address_t address, const std::uint8_t* data, unsigned size) {
  store(nobody, address, data, size, 0);
}

void coherence_checker::serialised(unsigned agent, address_t line, bus_operation operation,
                                   coherence_state granted, time_ps at) {
  ++transactions_;
  line_record& r = record_of(line);
  if (!r.older.empty()) {
    r.older.erase(std::remove_if(r.older.begin(), r.older.end(),
                                 [agent](const older_value& value) { return value.agent == agent; }),
                  r.older.end());
  }
  if (r.last.size() == kept_transactions) r.last.pop_front();
  r.last.push_back({agent, operation, at});
  unsigned valid = 0;
  unsigned owners = 0;
  bool exclusive = false;
  for (unsigned i = 0; i < agents_.size(); ++i) {
    const coherence_state s = i == agent ? granted : state_(i, line);
    valid += s != invalid_state;
    owners += table_.owner[s];
    exclusive |= table_.exclusive[s];
  }
  if (owners > 1 || (exclusive && valid > 1)) {
    std::ostringstream what;
    what << (owners > 1 ? "more than one owner:" : "an exclusive copy beside others:");
    for (unsigned i = 0; i < agents_.size(); ++i) {
      const coherence_state s = i == agent ? granted : state_(i, line);
      if (s != invalid_state) what << ' ' << agents_[i] << '=' << protocol_.states[s].name;
    }
    violation(what.str(), line, at);
  }
}

void coherence_checker::violation(const std::string& what, address_t line, time_ps at) {
  ++violation_count_;
  if (violations_.size() == kept_violations) return;
  std::ostringstream out;
  out << "coherence violated at " << at << " ps, line 0x" << std::hex << line << std::dec << ": " << what
      << "; last transactions:";
  for (const transaction& t : record_of(line).last) {
    out << ' ' << agents_[t.agent] << ' ' << to_string(t.operation) << " @" << t.at << ';';
  }
  violations_.push_back(out.str());
}

}  // namespace mimd
