// A producer and a consumer with a condition variable, a reader-writer lock, a semaphore, a spin lock of
// their own and a thread that leaves by pthread_exit; the program ends by exit() while another thread still
// waits.
#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable filled;
std::queue<int> queue;
std::shared_mutex table_mutex;
int table[16];
std::atomic_flag own_lock = ATOMIC_FLAG_INIT;
long in_own_lock;
sem_t done;
alignas(64) char from[192];
alignas(64) char to[192];

void own_section() {
  while (own_lock.test_and_set(std::memory_order_acquire)) {
  }
  ++in_own_lock;
  own_lock.clear(std::memory_order_release);
}

void produce() {
  for (int i = 0; i < 100; ++i) {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      queue.push(i);
    }
    filled.notify_one();
    const std::unique_lock<std::shared_mutex> writing(table_mutex);
    table[i % 16] = 1;
    own_section();
  }
}

void consume(long* total) {
  for (int i = 0; i < 100; ++i) {
    std::unique_lock<std::mutex> lock(mutex);
    filled.wait(lock, [] { return !queue.empty(); });
    *total += queue.front();
    queue.pop();
    const std::shared_lock<std::shared_mutex> reading(table_mutex);
    std::memcpy(to, from, sizeof to);
    own_section();
  }
  sem_post(&done);
}

void* leave(void*) {
  pthread_exit(nullptr);
}

void wait_for_ever() {
  std::mutex m;
  std::condition_variable never;
  std::unique_lock<std::mutex> lock(m);
  for (;;) never.wait(lock);
}

}  // namespace

int main() {
  sem_init(&done, 0, 0);
  long total = 0;
  std::thread consumer(consume, &total);
  std::thread producer(produce);
  sem_wait(&done);
  producer.join();
  consumer.join();
  pthread_t leaver;
  pthread_create(&leaver, nullptr, leave, nullptr);
  pthread_join(leaver, nullptr);
  std::thread(wait_for_ever).detach();
  std::printf("%ld %ld\n", total, in_own_lock);
  std::exit(0);
}
