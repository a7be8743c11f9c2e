// A general memory-to-memory DMA engine: the command `copy` of io_registers.h.
//
// Bytes go in ascending order through a buffer of one burst, read then written; so an overlapping copy is
// right towards lower addresses only. Source and destination may have any alignment and length. Parameters
// and the common parts: io_device.h.
//
// Not modelled: several channels, scatter-gather, reads that overlap with
// writes.
#ifndef MIMD_IO_DMA_ENGINE_H
#define MIMD_IO_DMA_ENGINE_H

#include <vector>

#include "io/io_device.h"
#include "io/io_sockets.h"

namespace mimd {

class dma_controller : public io_device {
 public:
  std::uint64_t bytes_copied() const { return bytes_copied_; }
  void register_statistics(statistics& all, const std::string& prefix) const override;

 protected:
  dma_controller(const sc_core::sc_module_name& name, const io_device_parameters& parameters,
                 timing_mode timing);

 private:
  std::uint64_t execute(const request& command) override;
  std::vector<std::string> activity_words() const override;

  std::vector<unsigned char> buffer_;
  std::uint64_t bytes_copied_ = 0;
};

template <unsigned BUSWIDTH = 32>
using dma_engine = with_sockets<dma_controller, BUSWIDTH>;

}  // namespace mimd

#endif
