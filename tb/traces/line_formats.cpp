#include "tb/traces/line_formats.h"

namespace mimd::tb {

namespace {

constexpr std::uint64_t most_threads = 65535;

void skip_0x(const char*& p) {
  if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) p += 2;
}

}  // namespace

line dinero_format::parse(const char*& p, trace_record& out) {
  trace_record::kind what = trace_record::kind::load;
  switch (*p) {
    case '0':
    case 'r':
    case 'm':
      break;
    case '1':
    case 'w':
      what = trace_record::kind::store;
      break;
    case '2':
    case 'i':
      what = trace_record::kind::fetch;
      break;
    default:
      return wrong("not a Dinero line 'LABEL HEXADDRESS [SIZE]' with label 0, 1, 2, r, w, i or m");
  }
  ++p;
  if (*p != ' ' && *p != '\t') return wrong("no blank after the Dinero label");
  while (*p == ' ' || *p == '\t') ++p;
  std::uint64_t address = 0;
  std::uint64_t size = 4;
  skip_0x(p);
  if (!scan::hexadecimal(p, address)) return wrong("not a hexadecimal address of 1 to 16 digits");
  while (*p == ' ' || *p == '\t') ++p;
  if (*p != '\n') {
    skip_0x(p);
    if (!scan::hexadecimal(p, size)) return wrong("not a size in bytes");
    while (*p == ' ' || *p == '\t') ++p;
  }
  if (!scan::character(p, '\n')) return wrong("more than a label, an address and a size");
  return reference(out, what, address, size);
}

line thread_format::parse(const char*& p, trace_record& out) {
  const char operation = *p;
  ++records_;
  if (operation == 'F' && p[1] == '\n') {
    p += 2;
    out = {};
    out.what = trace_record::kind::fence;
    return line::record;
  }
  if (operation == 'G' && p[1] == '\n') {
    p += 2;
    out = {};
    out.what = trace_record::kind::start;
    return line::record;
  }
  if (operation == '\n' || p[1] != ' ') return wrong("not a line of a thread trace");
  p += 2;
  switch (operation) {
    case 'I':
      return reference(p, out, trace_record::kind::fetch, ' ');
    case 'L':
      return reference(p, out, trace_record::kind::load, ' ');
    case 'S':
      return reference(p, out, trace_record::kind::store, ' ');
    case 'M':
      return reference(p, out, trace_record::kind::modify, ' ');
    case 'A':
      return atomic_reference(p, out, trace_record::kind::atomic_update);
    case 'R':
      return atomic_reference(p, out, trace_record::kind::atomic_load);
    case 'W':
      return reference(p, out, trace_record::kind::atomic_store, ' ');
    case 'K':
      return address_and_sequence(p, out, trace_record::kind::lock);
    case 'U':
      return address_only(p, out, trace_record::kind::unlock);
    case 'B':
      return barrier(p, out);
    case 'P':
      return address_only(p, out, trace_record::kind::post);
    case 'V':
      return address_and_sequence(p, out, trace_record::kind::wait);
    case 'C':
      return thread_number(p, out, trace_record::kind::create);
    case 'J':
      return thread_number(p, out, trace_record::kind::join);
    case 'E':
      return last(p);
    default:
      return wrong("not a line of a thread trace");
  }
}

line thread_format::address_only(const char*& p, trace_record& out, trace_record::kind what) {
  out = {};
  out.what = what;
  if (!scan::hexadecimal(p, out.address)) return wrong("not a hexadecimal address of 1 to 16 digits");
  if (!scan::character(p, '\n')) return wrong("more than an address");
  return line::record;
}

line thread_format::address_and_sequence(const char*& p, trace_record& out, trace_record::kind what) {
  out = {};
  out.what = what;
  if (!scan::hexadecimal(p, out.address)) return wrong("not a hexadecimal address of 1 to 16 digits");
  if (!scan::character(p, ' ') || !scan::decimal(p, out.sequence))
    return wrong("no number after the address");
  if (out.sequence == 0 && what == trace_record::kind::lock) return wrong("acquisitions are counted from 1");
  if (!scan::character(p, '\n')) return wrong("more than an address and a number");
  return line::record;
}

line thread_format::atomic_reference(const char*& p, trace_record& out, trace_record::kind what) {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint64_t after = 0;
  if (!scan::hexadecimal(p, address)) return wrong("not a hexadecimal address of 1 to 16 digits");
  if (!scan::character(p, ' ') || !scan::decimal(p, size)) return wrong("no size after the address");
  if (*p == ' ' && !scan::decimal(++p, after)) return wrong("not a number of updates");
  if (!scan::character(p, '\n')) return wrong("more than an address, a size and a number");
  const line result = reference(out, what, address, size);
  out.sequence = after;
  return result;
}

line thread_format::thread_number(const char*& p, trace_record& out, trace_record::kind what) {
  out = {};
  out.what = what;
  if (!scan::decimal(p, out.address) || out.address > most_threads) return wrong("not a thread number");
  if (!scan::character(p, '\n')) return wrong("more than a thread number");
  return line::record;
}

line thread_format::barrier(const char*& p, trace_record& out) {
  out = {};
  out.what = trace_record::kind::barrier;
  std::uint64_t participants = 0;
  if (!scan::hexadecimal(p, out.address)) return wrong("not a hexadecimal address of 1 to 16 digits");
  if (!scan::character(p, ' ') || !scan::decimal(p, out.sequence))
    return wrong("no number after the address");
  if (out.sequence == 0) return wrong("the uses of a barrier are counted from 1");
  if (!scan::character(p, ' ') || !scan::decimal(p, participants)) return wrong("no number of participants");
  if (participants == 0 || participants > most_threads)
    return wrong("not a number of participants (1 to 65535)");
  if (!scan::character(p, '\n')) return wrong("more than an address and two numbers");
  out.participants = static_cast<std::uint16_t>(participants);
  return line::record;
}

line thread_format::last(const char*& p) {
  std::uint64_t records = 0;
  if (!scan::decimal(p, records) || !scan::character(p, '\n')) return wrong("not a number of records");
  if (records != records_ - 1) return wrong("the end line counts other records than there are before it");
  return line::end;
}

}  // namespace mimd::tb
