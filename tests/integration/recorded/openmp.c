/* A team of three and a team of two with every construct that synchronises by a call of libgomp. */
#include <omp.h>
#include <stdio.h>

static int a[600];
static int turns[6];

int main(void) {
  long sum = 0;
  int in_lock = 0;
  int in_critical = 0;
  int next_turn = 0;
  omp_lock_t lock;
  omp_init_lock(&lock);
#pragma omp parallel num_threads(3)
  {
    int copied;
#pragma omp for schedule(dynamic, 10) /* barrier 1 */
    for (int i = 0; i < 600; ++i) a[i] = i;
#pragma omp for reduction(+ : sum) /* barrier 2 */
    for (int i = 0; i < 600; ++i) sum += a[i];
#pragma omp single copyprivate(copied) /* barriers 3, 4 */
    copied = 5;
#pragma omp critical
    in_critical += copied;
#pragma omp barrier     /* barrier 5 */
#pragma omp for ordered /* barrier 6 */
    for (int i = 0; i < 6; ++i) {
#pragma omp ordered
      turns[next_turn++] = i;
    }
    omp_set_lock(&lock);
    ++in_lock;
    omp_unset_lock(&lock);
  }                                     /* barrier 7 */
#pragma omp parallel for num_threads(2) /* barrier 8 */
  for (int i = 0; i < 600; ++i) a[i] *= 2;
  printf("%ld %d %d %d %d\n", sum, in_lock, in_critical, turns[5], a[599]);
  return 0;
}
