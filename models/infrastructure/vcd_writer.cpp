#include "infrastructure/vcd_writer.h"

#include <algorithm>
#include <cstring>

namespace mimd {

namespace {

// Identifier codes count in the printable characters, least significant first.
constexpr std::uint32_t first_character = '!';
constexpr std::uint32_t characters = '~' - '!' + 1;

}  // namespace

vcd_writer::variable vcd_writer::add(std::string_view dotted_name, unsigned width) {
  const auto number = static_cast<variable>(tails_.size());
  tail code{{' '}, 1};
  std::uint32_t rest = number;
  do {
    code.characters[code.size++] = static_cast<char>(first_character + rest % characters);
    rest /= characters;
  } while (rest != 0);
  code.characters[code.size++] = '\n';
  declarations_.push_back({std::string(dotted_name), width});
  tails_.push_back(code);
  return number;
}

void vcd_writer::begin(std::string_view comment) {
  std::vector<std::string_view> names;
  names.reserve(declarations_.size());
  for (const declaration& declared : declarations_) names.push_back(declared.name);
  const std::vector<trace_scope> tree = scopes_of(names);

  output_.write("$version mimd $end\n$comment ");
  output_.write(comment);
  output_.write(" $end\n$timescale 1ps $end\n");
  write_scope(tree, 0);
  output_.write("$enddefinitions $end\n");
}

void vcd_writer::write_scope(const std::vector<trace_scope>& tree, std::size_t scope) {
  for (const std::size_t number : tree[scope].variables) {
    const declaration& declared = declarations_[number];
    std::string line = "$var ";
    if (declared.width == 0) {
      line += "string 1";
    } else {
      line += "wire " + std::to_string(declared.width);
    }
    const tail& code = tails_[number];
    line.append(code.characters.data(), code.size - 1U);
    line += ' ';
    line += last_component(declared.name);
    if (declared.width > 1) line += " [" + std::to_string(declared.width - 1) + ":0]";
    line += " $end\n";
    output_.write(line);
  }
  for (const std::size_t inner : tree[scope].scopes) {
    output_.write("$scope module " + tree[inner].name + " $end\n");
    write_scope(tree, inner);
    output_.write("$upscope $end\n");
  }
}

char* vcd_writer::put_tail(char* to, variable which) const {
  const tail& code = tails_[which];
  std::memcpy(to, code.characters.data(), code.characters.size());
  return to + code.size;
}

void vcd_writer::time(time_ps at) {
  char* to = output_.reserve(24);
  *to++ = '#';
  to = format_decimal(to, at);
  *to++ = '\n';
  output_.commit(to);
}

void vcd_writer::text(variable which, std::string_view value) {
  char* to = output_.reserve(value.size() + 16);
  *to++ = 's';
  to = std::copy(value.begin(), value.end(), to);
  output_.commit(put_tail(to, which));
}

void vcd_writer::integer(variable which, std::uint64_t value) {
  char* to = output_.reserve(80);
  if (declarations_[which].width == 1) {
    const tail& code = tails_[which];
    *to++ = (value & 1) != 0 ? '1' : '0';
    std::memcpy(to, code.characters.data() + 1, code.characters.size() - 1);
    output_.commit(to + code.size - 1);
  } else {
    *to++ = 'b';
    to = format_binary(to, value);
    output_.commit(put_tail(to, which));
  }
}

}  // namespace mimd
