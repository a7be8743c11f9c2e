// A random initiator of the TLM-2.0 base protocol that knows what it must read.
//
// Mixes b_transport, nb_transport (up to `outstanding` at once, every legal way to end a request and a
// response), transport_dbg and DMI over its ranges, with the accesses of random_access.h. Accesses of one
// initiator that are in flight at the same time never overlap, and a writable range belongs to one initiator,
// so that the reference is exact to the byte. When all is done it reads every byte of every range once more
// through transport_dbg.
//
// Deterministic in its seed. A finding is a wrong byte, a response that is not OK, a debug transport that
// moves fewer bytes than asked, or an answer to a question not asked. Times are picoseconds.
#ifndef MIMD_TB_TLM_RANDOM_INITIATOR_H
#define MIMD_TB_TLM_RANDOM_INITIATOR_H

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "infrastructure/random.h"
#include "infrastructure/time.h"
#include "tb/tlm/finding_log.h"
#include "tb/tlm/random_access.h"
#include "tb/tlm/reference_memory.h"

namespace mimd::tb {

struct random_initiator_options {
  std::uint64_t seed = 1;
  std::uint64_t transactions = 1000;  // of all kinds together
  std::vector<random_range> ranges;   // at least one, none empty
  // How often each kind is chosen, relative to the others; not all zero.
  unsigned blocking = 4, nonblocking = 4, debug = 1, direct = 1;
  unsigned outstanding = 4;                      // nb_transport transactions in flight, at least 1
  unsigned max_length = random_access::longest;  // bytes, 1 to random_access::longest
  time_ps max_delay = 5000;                      // annotated delays, gaps, response acceptance
  time_ps quantum = 0;                           // above 0: b_transport runs ahead by up to this much
  bool sloppy = true;                            // see random_access.h
};

class random_initiator : public sc_core::sc_module,
                         private tlm::tlm_bw_transport_if<>,
                         private tlm::tlm_mm_interface {
 public:
  tlm::tlm_initiator_socket<32> socket;

  struct counts {
    std::uint64_t blocking = 0, nonblocking = 0, debug = 0, direct_granted = 0, direct_refused = 0;
    std::uint64_t completed_requests = 0,
                  updated_requests = 0;  // answers on the return path of nb_transport_fw
  };

  SC_HAS_PROCESS(random_initiator);
  // Throws std::invalid_argument with one line when the options make no sense.
  random_initiator(const sc_core::sc_module_name& module_name, random_initiator_options options);

  // Bytes that memory holds before the start; they must lie in one of the ranges.
  void expect(address_t address, const unsigned char* data, std::uint64_t size);

  bool done() const { return done_; }  // false after the simulation ended: a transaction got stuck
  const finding_log& mismatches() const { return mismatches_; }
  const counts& counted() const { return counts_; }

 private:
  enum class kind { blocking, nonblocking, debug, direct };

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) override;
  void free(tlm::tlm_generic_payload* payload) override;

  void run();
  void do_blocking();
  void do_nonblocking();
  void do_debug();
  void do_direct();
  void end_response();
  void final_check();

  kind choose_kind();
  random_access& begin(access_style style);
  random_access* find(const tlm::tlm_generic_payload& payload);
  void settle(random_access& access, bool transport);
  void end(random_access& access);
  void answer_later(random_access& access, const sc_core::sc_time& delay);
  bool use_region(random_access& access, const tlm::tlm_dmi& region);
  void synchronise();
  sc_core::sc_time random_delay();
  void mismatch(const std::string& what);

  const random_initiator_options options_;
  random_generator random_;
  std::vector<reference_memory> memories_;
  std::vector<std::unique_ptr<random_access>> accesses_;
  std::vector<tlm::tlm_dmi> regions_;
  finding_log mismatches_;
  counts counts_;
  bool done_ = false;

  sc_core::sc_time local_;             // how far b_transport has run ahead
  random_access* request_ = nullptr;   // BEGIN_REQ sent, not ended
  sc_core::sc_time request_free_at_;   // when the last request ended
  random_access* response_ = nullptr;  // BEGIN_RESP received, END_RESP not sent
  sc_core::sc_time response_end_at_;
  unsigned in_flight_ = 0;  // nb_transport only
  sc_core::sc_event request_ended_, retired_, response_due_;
};

}  // namespace mimd::tb

#endif
