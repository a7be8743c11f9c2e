// Gives an I/O controller its two TLM-2.0 base-protocol sockets, of any BUSWIDTH (32 by default).
//
//   registers   target: the register window (io_registers.h)
//   memory      initiator: the data path
#ifndef MIMD_IO_IO_SOCKETS_H
#define MIMD_IO_IO_SOCKETS_H

#include <systemc>
#include <tlm>
#include <utility>

namespace mimd {

template <class Controller, unsigned BUSWIDTH = 32>
class with_sockets : public Controller {
 public:
  tlm::tlm_target_socket<BUSWIDTH> registers{"registers"};
  tlm::tlm_initiator_socket<BUSWIDTH> memory{"memory"};

  template <class... Arguments>
  explicit with_sockets(const sc_core::sc_module_name& name, Arguments&&... arguments)
      : Controller(name, std::forward<Arguments>(arguments)...) {
    registers.bind(this->register_port());
    memory.bind(this->mover().port());
  }

 private:
  void end_of_elaboration() override {
    this->register_port().set_backward(registers.get_base_port().operator->());
    this->mover().port().set_forward(memory.get_base_port().operator->());
  }
};

}  // namespace mimd

#endif
