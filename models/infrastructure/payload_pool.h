// A free list of generic payloads with the memory manager that nb_transport requires. Extensions attached by
// an initiator stay attached; auto extensions are cleared when the last reference is released.
#ifndef MIMD_INFRASTRUCTURE_PAYLOAD_POOL_H
#define MIMD_INFRASTRUCTURE_PAYLOAD_POOL_H

#include <memory>
#include <tlm>

#include "infrastructure/free_list.h"

namespace mimd {

class payload_pool : public tlm::tlm_mm_interface {
 public:
  // Acquired once for the caller, who releases it.
  tlm::tlm_generic_payload& allocate() {
    tlm::tlm_generic_payload& payload =
        payloads_.take([this] { return std::make_unique<tlm::tlm_generic_payload>(this); });
    payload.acquire();
    return payload;
  }
  void free(tlm::tlm_generic_payload* payload) override {
    payload->reset();
    payloads_.give_back(*payload);
  }

 private:
  free_list<tlm::tlm_generic_payload> payloads_;
};

}  // namespace mimd

#endif
