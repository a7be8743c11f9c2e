// What a processor tells its cache about an access beyond the generic payload. Ignorable: a target that does
// not know it serves the access all the same.
#ifndef MIMD_CPU_ACCESS_EXTENSION_H
#define MIMD_CPU_ACCESS_EXTENSION_H

#include <tlm>

#include "cpu/polling.h"

namespace mimd {

struct access_extension : tlm::tlm_extension<access_extension> {
  bool synchronisation = false;  // counted apart from ordinary accesses
  bool modify = false;           // with TLM_READ_COMMAND: a read that dirties its line (lackey's M)
  // Of a read that is repeated (polling.h): who wants to be told, and, if it has hit and a cache will tell,
  // by whom.
  line_watcher* watcher = nullptr;
  polled_line* watched = nullptr;

  tlm::tlm_extension_base* clone() const override { return new access_extension(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const access_extension&>(other);
  }
};

}  // namespace mimd

#endif
