#define _GNU_SOURCE
#include "dirtier.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, PAGES_PER_MIB = 256, BUFFER_PAGES = DIRTIER_BUFFER_MIB * PAGES_PER_MIB };
enum { TICK_NANOS = 10 * 1000 * 1000, TICKS_PER_SECOND = 100, IDLE_TICKS = 5 };

static struct {
  atomic_uint mib_per_second;
  atomic_ullong pages;
} *shared;

static void *memory(size_t bytes, int how) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, how | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) return memory;
  perror("guestd: no memory to change");
  exit(1);
}

static void wait_ticks(struct timespec *due, int ticks) {
  struct timespec now;
  due->tv_nsec += (long)TICK_NANOS * ticks;
  due->tv_sec += due->tv_nsec / 1000000000;
  due->tv_nsec %= 1000000000;
  clock_gettime(CLOCK_MONOTONIC, &now);
  // What was missed while the machine stood still is not made up for: that would be a burst.
  if (now.tv_sec > due->tv_sec || (now.tv_sec == due->tv_sec && now.tv_nsec > due->tv_nsec + 10L * TICK_NANOS)) *due = now;
  else clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL);
}

static void run_dirtier(void) {
  volatile uint8_t *buffer = memory((size_t)BUFFER_PAGES * PAGE_BYTES, MAP_PRIVATE);
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  for (unsigned next = 0;;) {
    unsigned pages = shared->mib_per_second * PAGES_PER_MIB / TICKS_PER_SECOND;
    for (unsigned i = 0; i < pages; i++, next = (next + 1) % BUFFER_PAGES)
      ++*(volatile uint64_t *)(buffer + (size_t)next * PAGE_BYTES);
    shared->pages += pages;
    wait_ticks(&due, pages ? 1 : IDLE_TICKS);
  }
}

void prepare_dirtier(void) {
  shared = memory(sizeof *shared, MAP_SHARED);
  pid_t child = fork();
  if (child == 0) run_dirtier();
  if (child < 0) perror("guestd: no process to change memory");
}

void set_dirt(unsigned mib_per_second) { shared->mib_per_second = mib_per_second; }

unsigned long long dirtied_pages(void) { return shared->pages; }
