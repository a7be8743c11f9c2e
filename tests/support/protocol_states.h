// A state of a protocol's table by its name.
#ifndef MIMD_TESTS_SUPPORT_PROTOCOL_STATES_H
#define MIMD_TESTS_SUPPORT_PROTOCOL_STATES_H

#include <stdexcept>
#include <string>

#include "directory/directory_protocol.h"

namespace mimd::test {

template <class Infos>
directory_state state_named(const Infos& infos, const std::string& name) {
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (infos[i].name == name) return static_cast<directory_state>(i);
  }
  throw std::invalid_argument("no state " + name);
}

}  // namespace mimd::test

#endif
