// A link with delay between two network namespaces, where the kernel has no netem: frames read from one tap are written to
// the other one so much later. A frame that finds its queue full, or the tap unwilling, is dropped, as a wire's would be.
//   delay NAMESPACE_A DEVICE_A NAMESPACE_B DEVICE_B DELAY_MICROS
// Ends up in namespace A, so that it ends with it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_BYTES = 2048, QUEUE_FRAMES = 8192, BATCH_FRAMES = 64 };

struct frame {
  int64_t due_nanos;
  uint16_t bytes;
  char data[FRAME_BYTES];
};

struct direction {
  int from, to;
  uint32_t head, tail;  // frames head..tail-1 wait; both only grow
  struct frame *queue;
};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void enter(const char *namespace) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || setns(file, CLONE_NEWNET) < 0) die(path);
  close(file);
}

static int open_tap(const char *namespace, const char *device) {
  enter(namespace);
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tap < 0) die("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  if (ioctl(tap, TUNSETIFF, &request) < 0) die(device);
  return tap;
}

static void take(struct direction *way, int64_t delay_nanos) {
  for (int i = 0; i < BATCH_FRAMES; i++) {
    char surplus[FRAME_BYTES];
    int full = way->tail - way->head == QUEUE_FRAMES;
    struct frame *frame = &way->queue[way->tail % QUEUE_FRAMES];
    ssize_t bytes = read(way->from, full ? surplus : frame->data, FRAME_BYTES);
    if (bytes < 0) {
      if (errno == EAGAIN || errno == EINTR || errno == EIO) return;
      die("read");
    }
    if (!full) {
      frame->bytes = bytes;
      frame->due_nanos = now_nanos() + delay_nanos;
      way->tail++;
    }
  }
}

static void give(struct direction *way, int64_t now) {
  while (way->head != way->tail && way->queue[way->head % QUEUE_FRAMES].due_nanos <= now) {
    struct frame *frame = &way->queue[way->head++ % QUEUE_FRAMES];
    if (write(way->to, frame->data, frame->bytes) < 0 && errno == EBADF) die("write");
  }
}

static int64_t next_due(const struct direction *way, int64_t otherwise) {
  if (way->head == way->tail) return otherwise;
  int64_t due = way->queue[way->head % QUEUE_FRAMES].due_nanos;
  return due < otherwise ? due : otherwise;
}

int main(int count, char **words) {
  if (count != 6) {
    fprintf(stderr, "usage: delay NAMESPACE_A DEVICE_A NAMESPACE_B DEVICE_B DELAY_MICROS\n");
    return 2;
  }
  int b = open_tap(words[3], words[4]), a = open_tap(words[1], words[2]);
  int64_t delay_nanos = atoll(words[5]) * 1000;
  struct direction ways[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++) {
    ways[i].queue = calloc(QUEUE_FRAMES, sizeof(struct frame));
    if (!ways[i].queue) die("calloc");
  }
  while (1) {
    int64_t now = now_nanos(), due = next_due(&ways[1], next_due(&ways[0], now + 1000000000LL));
    int64_t wait = due > now ? due - now : 0;
    struct timespec patience = {wait / 1000000000LL, wait % 1000000000LL};
    struct pollfd taps[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
    if (ppoll(taps, 2, &patience, NULL) < 0 && errno != EINTR) die("ppoll");
    for (int i = 0; i < 2; i++) {
      if (taps[i].revents & POLLIN) take(&ways[i], delay_nanos);
      give(&ways[i], now_nanos());
    }
  }
}
