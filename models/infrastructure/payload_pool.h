// A free list of generic payloads with the memory manager that nb_transport requires. Extensions attached by
// an initiator stay attached; auto extensions are cleared when the last reference is released.
#ifndef MIMD_INFRASTRUCTURE_PAYLOAD_POOL_H
#define MIMD_INFRASTRUCTURE_PAYLOAD_POOL_H

#include <memory>
#include <tlm>
#include <vector>

namespace mimd {

class payload_pool : public tlm::tlm_mm_interface {
 public:
  // Acquired once for the caller, who releases it.
  tlm::tlm_generic_payload& allocate() {
    if (free_.empty()) {
      all_.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
      free_.push_back(all_.back().get());
    }
    tlm::tlm_generic_payload& payload = *free_.back();
    free_.pop_back();
    payload.acquire();
    return payload;
  }
  void free(tlm::tlm_generic_payload* payload) override {
    payload->reset();
    free_.push_back(payload);
  }

 private:
  std::vector<std::unique_ptr<tlm::tlm_generic_payload>> all_;
  std::vector<tlm::tlm_generic_payload*> free_;
};

}  // namespace mimd

#endif
