// nb_transport and DMI of the random initiator.
#include <algorithm>
#include <cstring>

#include "infrastructure/kernel_time.h"
#include "tb/tlm/random_initiator.h"

namespace mimd::tb {

void random_initiator::do_nonblocking() {
  ++counts_.nonblocking;
  while (in_flight_ >= options_.outstanding) sc_core::wait(retired_);
  random_access& access = begin(access_style::transport);
  while (request_ != nullptr) sc_core::wait(request_ended_);
  if (request_free_at_ > sc_core::sc_time_stamp()) {
    sc_core::wait(request_free_at_ - sc_core::sc_time_stamp());
  }
  ++in_flight_;
  request_ = &access;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = random_delay();
  const tlm::tlm_sync_enum status = socket->nb_transport_fw(access.payload(), phase, delay);
  if (status != tlm::TLM_ACCEPTED) {
    request_ = nullptr;
    request_free_at_ = sc_core::sc_time_stamp() + delay;
    if (status == tlm::TLM_COMPLETED) {
      ++counts_.completed_requests;
      settle(access, true);
      end(access);
    } else {
      ++counts_.updated_requests;
      if (phase == tlm::BEGIN_RESP) {
        settle(access, true);
        if (response_ == nullptr) {
          answer_later(access, delay);
        } else {
          mismatch("BEGIN_RESP while an earlier response is open");
          end(access);
        }
      }
    }
  }
  const sc_core::sc_time gap = random_delay();
  if (gap > sc_core::SC_ZERO_TIME) sc_core::wait(gap);
}

tlm::tlm_sync_enum random_initiator::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                     sc_core::sc_time& delay) {
  random_access* access = find(payload);
  if (access == nullptr) {
    mismatch("nb_transport_bw for a transaction that is not in flight");
    return tlm::TLM_ACCEPTED;
  }
  if (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;  // an ignorable phase
  if (request_ == access) {
    request_ = nullptr;
    request_free_at_ = sc_core::sc_time_stamp() + delay;
    request_ended_.notify(sc_core::SC_ZERO_TIME);
  }
  if (phase == tlm::END_REQ) return tlm::TLM_ACCEPTED;

  settle(*access, true);
  const std::uint64_t how = random_.below(3);
  if (how == 0 && response_ == nullptr) {
    answer_later(*access, delay);
    return tlm::TLM_ACCEPTED;
  }
  delay += random_delay();
  end(*access);
  if (how == 1) return tlm::TLM_COMPLETED;
  phase = tlm::END_RESP;
  return tlm::TLM_UPDATED;
}

void random_initiator::end(random_access& access) {
  --in_flight_;
  access.payload().release();
}

// The response ends at now + delay + some more; END_RESP is sent then, or early with an annotation.
void random_initiator::answer_later(random_access& access, const sc_core::sc_time& delay) {
  const sc_core::sc_time until_end = delay + random_delay();
  response_ = &access;
  response_end_at_ = sc_core::sc_time_stamp() + until_end;
  response_due_.notify(random_.below(2) == 0 ? sc_core::SC_ZERO_TIME : until_end);
}

void random_initiator::end_response() {
  random_access& access = *response_;
  response_ = nullptr;
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay = response_end_at_ - sc_core::sc_time_stamp();
  socket->nb_transport_fw(access.payload(), phase, delay);
  end(access);
}

void random_initiator::do_direct() {
  random_access& access = begin(access_style::plain);
  tlm::tlm_generic_payload& payload = access.payload();
  bool used = false;
  if (!regions_.empty() && random_.below(2) == 0) {
    used = use_region(access, regions_[random_.below(regions_.size())]);
  }
  if (!used) {
    tlm::tlm_dmi region;
    if (socket->get_direct_mem_ptr(payload, region)) {
      ++counts_.direct_granted;
      if (!use_region(access, region)) mismatch("DMI region granted that does not serve the request");
      if (regions_.size() < 8) regions_.push_back(region);
    } else {
      ++counts_.direct_refused;
    }
  }
  payload.release();
}

bool random_initiator::use_region(random_access& access, const tlm::tlm_dmi& region) {
  tlm::tlm_generic_payload& payload = access.payload();
  const std::uint64_t address = payload.get_address();
  if (address < region.get_start_address() || address > region.get_end_address()) return false;
  if (payload.is_read() ? !region.is_read_allowed() : !region.is_write_allowed()) return false;
  const std::uint64_t after = region.get_end_address() - address;  // bytes behind the first
  if (after < payload.get_data_length()) access.shorten(static_cast<unsigned>(after) + 1);
  unsigned char* host = region.get_dmi_ptr() + (address - region.get_start_address());
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), host, payload.get_data_length());
  } else {
    std::memcpy(host, payload.get_data_ptr(), payload.get_data_length());
  }
  settle(access, false);
  return true;
}

void random_initiator::invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) {
  const auto gone = [&](const tlm::tlm_dmi& region) {
    return region.get_start_address() <= end && start <= region.get_end_address();
  };
  regions_.erase(std::remove_if(regions_.begin(), regions_.end(), gone), regions_.end());
}

}  // namespace mimd::tb
