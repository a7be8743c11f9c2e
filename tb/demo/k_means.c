/* k-means clustering with OpenMP: the real program whose trace scripts/run records and replays.
 *
 * Each thread assigns its share of the points to the nearest centre and sums them up in accumulators of its
 * own. The accumulators of all threads lie in one array: neighbours share cache lines, unless PADDED keeps
 * them apart. Prints the centres, times 1000, so that both forms can be seen to compute the same.
 */
#include <omp.h>
#include <stdio.h>

enum { points = 2048, centres = 3, rounds = 6, threads = 4 };

/* 12 bytes: the sums of one thread, 36, and those of its neighbours meet in one line */
struct sum {
  float x, y;
  int count;
#ifdef PADDED
  char apart[116];
#endif
};

static float x[points], y[points];
static struct sum sums[threads][centres];

static int nearest(float px, float py, const float* cx, const float* cy) {
  int best = 0;
  float least = 1e30f;
  for (int c = 0; c < centres; ++c) {
    const float dx = px - cx[c], dy = py - cy[c];
    const float distance = dx * dx + dy * dy;
    if (distance < least) {
      least = distance;
      best = c;
    }
  }
  return best;
}

int main(void) {
  unsigned seed = 1;
  for (int i = 0; i < points; ++i) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (float)(seed >> 24) + (float)(i % centres) * 300;
    seed = seed * 1664525u + 1013904223u;
    y[i] = (float)(seed >> 24);
  }
  float cx[centres] = {0, 100, 200}, cy[centres] = {0, 100, 0};
#pragma omp parallel num_threads(threads)
  for (int round = 0; round < rounds; ++round) {
    struct sum* mine = sums[omp_get_thread_num()];
    for (int c = 0; c < centres; ++c) mine[c] = (struct sum){0};
#pragma omp for schedule(static)
    for (int i = 0; i < points; ++i) {
      struct sum* s = &mine[nearest(x[i], y[i], cx, cy)];
      s->x += x[i];
      s->y += y[i];
      ++s->count;
    }
#pragma omp single
    for (int c = 0; c < centres; ++c) {
      struct sum all = {0};
      for (int t = 0; t < threads; ++t) {
        all.x += sums[t][c].x;
        all.y += sums[t][c].y;
        all.count += sums[t][c].count;
      }
      if (all.count > 0) {
        cx[c] = all.x / (float)all.count;
        cy[c] = all.y / (float)all.count;
      }
    }
  }
  for (int c = 0; c < centres; ++c)
    printf("(%.0f, %.0f)%s", 1000 * cx[c], 1000 * cy[c], c + 1 < centres ? " " : "\n");
  return 0;
}
