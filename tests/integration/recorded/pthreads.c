/* Four threads, a mutex, a barrier, a relaxed counter and a spin loop on a flag; every count is known. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static long shared;
static atomic_long counter;
static atomic_int flag;
static volatile int data[4][256];

static void* work(void* p) {
  const long id = (long)p;
  for (int i = 0; i < 256; ++i) data[id][i] = i;
  pthread_barrier_wait(&barrier);
  for (int i = 0; i < 10; ++i) {
    pthread_mutex_lock(&mutex);
    ++shared;
    pthread_mutex_unlock(&mutex);
    atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed);
  }
  if (id == 0) {
    atomic_store(&flag, 1);
  } else {
    while (!atomic_load(&flag)) {
    }
  }
  pthread_barrier_wait(&barrier);
  return NULL;
}

int main(int count, char** arguments) {
  pthread_t threads[4];
  pthread_barrier_init(&barrier, NULL, 4);
  for (long i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  printf("%ld %ld %s\n", shared, (long)counter, count > 1 ? arguments[1] : "");
  return 3;
}
