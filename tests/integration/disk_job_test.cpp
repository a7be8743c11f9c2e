// The workload disk-sort on simple processors (no caches, every access waits), a flat memory and the real
// disk.
#include "tb/io/disk_job.h"

#include <gtest/gtest.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "io/disk.h"

using namespace mimd;
using namespace mimd::tb;

namespace {

constexpr address_t device_base = 0x40000000;

// Memory from address 0 on, device registers at device_base; 10 ns an access.
class test_bus : public sc_core::sc_module, public memory_image {
 public:
  tlm_utils::multi_passthrough_target_socket<test_bus> target{"target"};
  tlm_utils::simple_initiator_socket<test_bus> device{"device"};
  std::vector<unsigned char> bytes;
  bool no_memory_for_disk = false;

  test_bus(const sc_core::sc_module_name& name, std::size_t size) : sc_module(name), bytes(size) {
    target.register_b_transport(this, &test_bus::b_transport);
  }
  void read(address_t address, void* data, std::uint64_t size) override {
    std::memcpy(data, bytes.data() + address, size);
  }
  void write(address_t address, const void* data, std::uint64_t size) override {
    std::memcpy(bytes.data() + address, data, size);
  }
  std::uint64_t size() const override { return bytes.size(); }

 private:
  void b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (payload.get_address() >= device_base) {
      device->b_transport(payload, delay);
      return;
    }
    delay += sc_core::sc_time(10, sc_core::SC_NS);
    if (no_memory_for_disk && payload.get_data_length() > 8) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    if (payload.is_read()) read(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
    if (payload.is_write()) write(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

class test_processor : public sc_core::sc_module, public processor {
 public:
  tlm_utils::simple_initiator_socket<test_processor> socket{"socket"};
  const sc_core::sc_signal<bool>* line = nullptr;
  time_ps slept_for_disk = 0;

  test_processor(const sc_core::sc_module_name& name, unsigned id, unsigned count, workload& job)
      : sc_module(name), id_(id), count_(count), job_(job) {
    SC_HAS_PROCESS(test_processor);
    SC_THREAD(run);
  }
  bool finished() const { return finished_; }

  unsigned id() const override { return id_; }
  unsigned count() const override { return count_; }
  time_ps now() override { return now_ps(); }
  void read(address_t address, void* data, unsigned size) override {
    transport(tlm::TLM_READ_COMMAND, address, static_cast<unsigned char*>(data), size);
  }
  void write(address_t address, const void* data, unsigned size) override {
    unsigned char copy[8];
    std::memcpy(copy, data, size);
    transport(tlm::TLM_WRITE_COMMAND, address, copy, size);
  }
  std::uint64_t read_modify_write(atomic_operation operation, address_t address, unsigned size,
                                  std::uint64_t operand, std::uint64_t) override {
    EXPECT_EQ(operation, atomic_operation::add);
    std::uint64_t old = 0;
    sc_core::wait(1, sc_core::SC_NS);
    transport_now(tlm::TLM_READ_COMMAND, address, reinterpret_cast<unsigned char*>(&old), size);
    std::uint64_t sum = old + operand;
    transport_now(tlm::TLM_WRITE_COMMAND, address, reinterpret_cast<unsigned char*>(&sum), size);
    return old;
  }
  void fence() override {}
  void compute(std::uint64_t cycles) override { sleep_until(now() + cycles * 1000); }
  void sleep_until(time_ps when) override {
    if (when > now()) sc_core::wait(to_sc_time(when - now()));
  }
  void begin_synchronisation() override {}
  void end_synchronisation() override {}
  void wait_for_interrupt() override {
    const time_ps from = now();
    if (!line->read()) sc_core::wait(line->posedge_event());
    slept_for_disk += now() - from;
  }
  void modify(address_t, unsigned) override { FAIL(); }
  void fetch(address_t, unsigned) override { FAIL(); }
  ticket issue_read(address_t, unsigned) override { throw std::logic_error("not used"); }
  void wait(ticket, void*) override { FAIL(); }
  void prefetch(address_t) override { FAIL(); }

 private:
  sc_core::sc_time transport_now(tlm::tlm_command command, address_t address, unsigned char* data,
                                 unsigned size) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(size);
    payload.set_streaming_width(size);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    EXPECT_TRUE(payload.is_response_ok()) << std::hex << address;
    return delay;
  }
  void transport(tlm::tlm_command command, address_t address, unsigned char* data, unsigned size) {
    sc_core::wait(transport_now(command, address, data, size));
  }
  void run() {
    job_.run(*this);
    finished_ = true;
  }

  unsigned id_;
  unsigned count_;
  workload& job_;
  bool finished_ = false;
};

disk_parameters fast_disk() {
  disk_parameters p;
  p.mechanics.cylinders = 20;
  p.mechanics.rotation = duration{100'000'000};
  p.mechanics.seek_base = duration{50'000'000};
  p.mechanics.seek_per_root = duration{1'000'000};
  p.mechanics.head_switch = duration{10'000'000};
  p.controller.device.register_base = device_base;
  return p;
}

// Returns the verdict; checks that all processors came to their end.
verdict sort_on(workload_parameters parameters, timing_mode timing,
                const std::function<void(disk<>&, test_bus&)>& before = {}) {
  disk<> device("disk", fast_disk(), timing);
  test_bus bus("bus", std::size_t{1} << 20);
  sc_core::sc_signal<bool> line("line");
  disk_job job(parameters, device_base, device.contents());
  bus.device.bind(device.registers);
  device.memory.bind(bus.target);
  device.interrupt.bind(line);
  std::vector<std::unique_ptr<test_processor>> processors;
  for (unsigned i = 0; i < parameters.processors; ++i) {
    processors.push_back(std::make_unique<test_processor>(("cpu_" + std::to_string(i)).c_str(), i,
                                                          parameters.processors, job));
    processors.back()->socket.bind(bus.target);
    processors.back()->line = &line;
  }
  job.prepare(bus);
  if (before) before(device, bus);
  sc_core::sc_start();
  for (const auto& p : processors) EXPECT_TRUE(p->finished()) << p->id() << " is still waiting";
  EXPECT_GT(processors[0]->slept_for_disk, 0U);
  EXPECT_GT(device.count().interrupts, 0U);
  return job.check(bus);
}

workload_parameters sized(std::uint64_t size, unsigned processors, std::uint64_t iterations = 2) {
  workload_parameters p;
  p.size = size;
  p.processors = processors;
  p.iterations = iterations;
  return p;
}

}  // namespace

TEST(disk_job, sorts_on_one_processor) {
  const verdict v = sort_on(sized(2000, 1), timing_mode::loose);
  EXPECT_TRUE(v.correct) << v.text;
}

TEST(disk_job, sorts_on_three_processors_in_at) {
  const verdict v = sort_on(sized(3001, 3), timing_mode::approximate);
  EXPECT_TRUE(v.correct) << v.text;
}

TEST(disk_job, sorts_with_more_processors_than_runs) {
  const verdict v = sort_on(sized(65, 8, 3), timing_mode::loose);
  EXPECT_TRUE(v.correct) << v.text;
}

TEST(disk_job, sorts_one_key) {
  const verdict v = sort_on(sized(1, 2), timing_mode::loose);
  EXPECT_TRUE(v.correct) << v.text;
}

TEST(disk_job, a_bad_sector_is_a_wrong_verdict_and_no_hang) {
  const verdict v = sort_on(sized(1000, 2), timing_mode::loose,
                            [](disk<>& device, test_bus&) { device.contents().mark_bad(3); });
  EXPECT_FALSE(v.correct);
  EXPECT_NE(v.text.find("2048"), std::string::npos) << v.text;
}

TEST(disk_job, memory_that_refuses_dma_is_a_wrong_verdict_and_no_hang) {
  const verdict v = sort_on(sized(1000, 2), timing_mode::approximate,
                            [](disk<>&, test_bus& bus) { bus.no_memory_for_disk = true; });
  EXPECT_FALSE(v.correct);
}

TEST(disk_job, a_changed_input_is_noticed) {
  const verdict v = sort_on(sized(1000, 2), timing_mode::loose, [](disk<>& device, test_bus&) {
    const std::uint64_t key = 1;
    device.contents().write(512, &key, sizeof key);
  });
  EXPECT_FALSE(v.correct);
}

TEST(disk_job, too_small_a_disk_and_wrong_parameters_are_one_line) {
  storage small(512, 4);
  test_bus bus("bus", std::size_t{1} << 20);
  disk_job job(sized(1000, 1), device_base, small);
  EXPECT_THROW(job.prepare(bus), std::runtime_error);
  workload_parameters p = sized(1000, 1);
  p.variant = "fast";
  EXPECT_THROW(disk_job(p, device_base, small), std::invalid_argument);
  EXPECT_THROW(describe_disk_sort().make(sized(1000, 1)), std::invalid_argument);
}
