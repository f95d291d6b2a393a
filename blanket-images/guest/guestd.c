// guestd: the workload inside Supercloud's small guest. It lets a test see from outside what a move does to a machine:
// connections that must stay open, packets that must not be lost, and records on disk that must survive.
//
// TCP port 7000 takes one command per line (README.md lists them); UDP port 7001 returns each datagram as it came.
// One process accepts and echoes, one writes records, one changes memory, and each client has a process of its own: a client
// that waits (for a disk that hangs, for an address that does not answer) holds up nobody else.
#define _GNU_SOURCE
#include "dirtier.h"

#include <arpa/inet.h>
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_PORT = 7000, ECHO_PORT = 7001, MAX_CLIENTS = 64, LINE_BYTES = 1024 };
enum { RING_BYTES = 16 << 20, SECTOR_BYTES = 512, MAX_RECORD_BYTES = 64 << 10, DEFAULT_RECORD_BYTES = 4096 };
enum { DEFAULT_INTERVAL_MICROS = 5000, MAX_INTERVAL_MICROS = 60 * 1000 * 1000, PAUSE_MICROS = 2000 };
enum { MAX_FETCH_BYTES = 64 << 10, FETCH_READ_SECONDS = 30, ADDRESS_POLL_MILLIS = 50, REAP_POLL_MILLIS = 1000 };
static const char RECORDS_PATH[] = "/data/records", INTERFACE[] = "eth0", MAGIC[8] = "SCRECORD";

// What the processes share.
static struct {
  atomic_ullong records;   // newest record that fdatasync has acknowledged; records are numbered from 1
  atomic_ullong errors;    // failed writes since the start; a failed record is tried again
  atomic_uint record_bytes;  // 0 until the first record
  atomic_uint interval_micros;
  atomic_bool writing;
  atomic_bool busy;        // the writer is inside a write
  atomic_uint verifying;   // how many clients read the records back; the writer waits for them
} *shared;

static char boot_id[37];

// ---- CRC-32 (IEEE 802.3, as zlib and java.util.zip.CRC32 have it) ----

static uint32_t crc_table[256];

static void make_crc_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0);
    crc_table[i] = value;
  }
}

static uint32_t crc32(const void *data, size_t length) {
  const uint8_t *bytes = data;
  uint32_t crc = ~0u;
  for (size_t i = 0; i < length; i++) crc = crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 0xFF];
  return ~crc;
}

// ---- Records: record n lies in slot (n - 1) mod slots of a ring file, so the newest slots - 1 are always whole ----

struct record_header {
  char magic[8];
  uint64_t number;
  uint32_t bytes;
  char boot_id[36];
};

// The one valid content of record `number`, written under boot `boot`: header, words that follow from the number, CRC.
static void fill_record(uint8_t *record, uint32_t bytes, uint64_t number, const char *boot) {
  struct record_header header = {.number = number, .bytes = bytes};
  memcpy(header.magic, MAGIC, sizeof MAGIC);
  memcpy(header.boot_id, boot, sizeof header.boot_id);
  memcpy(record, &header, sizeof header);
  uint64_t state = number;
  for (size_t at = sizeof header; at + 8 <= bytes; at += 8) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    memcpy(record + at, &state, 8);
  }
  uint32_t crc = crc32(record, bytes - 4);
  memcpy(record + bytes - 4, &crc, 4);
}

static off_t slot_offset(uint64_t number, uint32_t bytes) {
  return (off_t)((number - 1) % (RING_BYTES / bytes)) * bytes;
}

static bool has_header(const struct record_header *header) {
  return memcmp(header->magic, MAGIC, sizeof MAGIC) == 0 && header->number > 0 && header->bytes >= SECTOR_BYTES
      && header->bytes <= MAX_RECORD_BYTES && header->bytes % SECTOR_BYTES == 0;
}

enum found { SOUND, LOST, CORRUPT };

// Reads record `number` from the disk itself, past the page cache, and compares all of it.
static enum found check_record(int direct, uint64_t number, uint32_t bytes) {
  static uint8_t actual[MAX_RECORD_BYTES] __attribute__((aligned(4096)));
  static uint8_t expected[MAX_RECORD_BYTES];
  ssize_t got = pread(direct, actual, bytes, slot_offset(number, bytes));
  if (got < 0) return CORRUPT;
  struct record_header header;
  memcpy(&header, actual, sizeof header);
  if (got != (ssize_t)bytes || !has_header(&header) || header.number != number) return LOST;
  fill_record(expected, bytes, number, header.boot_id);
  return memcmp(actual, expected, bytes) == 0 ? SOUND : CORRUPT;
}

// Finds the newest whole record of earlier boots. The one behind it may be torn: it was never acknowledged.
static void resume_records(void) {
  int file = open(RECORDS_PATH, O_RDONLY | O_CLOEXEC | O_DIRECT);
  static uint8_t buffer[MAX_RECORD_BYTES] __attribute__((aligned(4096)));
  struct record_header header;
  if (file >= 0 && pread(file, buffer, SECTOR_BYTES, 0) == SECTOR_BYTES) {
    memcpy(&header, buffer, sizeof header);
    uint32_t bytes = has_header(&header) ? header.bytes : 0;
    uint64_t newest = 0;
    uint32_t step = bytes ? MAX_RECORD_BYTES / bytes * bytes : 0;
    for (off_t at = 0; bytes && at < RING_BYTES; at += step) {
      ssize_t got = pread(file, buffer, step, at);
      for (ssize_t in = 0; in + SECTOR_BYTES <= got; in += bytes) {
        memcpy(&header, buffer + in, sizeof header);
        if (has_header(&header) && header.bytes == bytes && header.number > newest) newest = header.number;
      }
      if (got < (ssize_t)step) break;
    }
    while (newest > 0 && check_record(file, newest, bytes) != SOUND) newest--;
    shared->record_bytes = bytes;
    shared->records = newest;
  }
  if (file >= 0) close(file);
  printf("guestd: resumed at record %llu\n", (unsigned long long)shared->records);
}

static bool write_record(int file) {
  static uint8_t record[MAX_RECORD_BYTES];
  uint32_t bytes = shared->record_bytes;
  uint64_t number = shared->records + 1;
  fill_record(record, bytes, number, boot_id);
  if (pwrite(file, record, bytes, slot_offset(number, bytes)) != (ssize_t)bytes || fdatasync(file) != 0) return false;
  shared->records = number;
  return true;
}

static void run_writer(void) {
  int file = -1;
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  for (;;) {
    shared->busy = true;
    bool written = shared->writing && shared->verifying == 0;
    if (written && file < 0) file = open(RECORDS_PATH, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (written && !write_record(file)) {
      shared->errors++;
      written = false;
    }
    shared->busy = false;
    if (!written) {
      usleep(PAUSE_MICROS);
      clock_gettime(CLOCK_MONOTONIC, &due);
      continue;
    }
    uint64_t nanos = due.tv_nsec + shared->interval_micros * 1000ull;
    due.tv_sec += nanos / 1000000000;
    due.tv_nsec = nanos % 1000000000;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > due.tv_sec || (now.tv_sec == due.tv_sec && now.tv_nsec > due.tv_nsec)) due = now;
    else clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
  }
}

// ---- Commands ----

static bool answer(int client, const char *format, ...) {
  char line[LINE_BYTES + MAX_FETCH_BYTES];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  for (int sent = 0; sent < length;) {
    ssize_t count = send(client, line + sent, length - sent, MSG_NOSIGNAL);
    if (count < 0) return false;
    sent += count;
  }
  return true;
}

static void read_file_line(const char *path, char *line, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file < 0 ? 0 : read(file, line, size - 1);
  line[got > 0 ? got : 0] = 0;
  line[strcspn(line, " \n")] = 0;
  if (file >= 0) close(file);
}

static bool write_start(int client, const char *arguments) {
  unsigned bytes = shared->record_bytes ? shared->record_bytes : DEFAULT_RECORD_BYTES;
  unsigned micros = DEFAULT_INTERVAL_MICROS;
  sscanf(arguments, "%u %u", &bytes, &micros);
  if (bytes < SECTOR_BYTES || bytes > MAX_RECORD_BYTES || bytes % SECTOR_BYTES != 0 || micros > MAX_INTERVAL_MICROS)
    return answer(client, "ERROR use record bytes that are a multiple of %d up to %d, and micros up to %d",
        SECTOR_BYTES, MAX_RECORD_BYTES, MAX_INTERVAL_MICROS);
  if (shared->records > 0 && bytes != shared->record_bytes)
    return answer(client, "ERROR the records on this disk have %u bytes", shared->record_bytes);
  shared->record_bytes = bytes;
  shared->interval_micros = micros;
  shared->writing = true;
  return answer(client, "OK");
}

static bool write_stop(int client) {
  shared->writing = false;
  while (shared->busy) usleep(PAUSE_MICROS / 10);
  return answer(client, "OK");
}

static bool verify(int client) {
  unsigned long long lost = 0, corrupt = 0;
  shared->verifying++;
  while (shared->busy) usleep(PAUSE_MICROS / 10);
  uint64_t newest = shared->records;
  uint32_t bytes = shared->record_bytes;
  int direct = newest > 0 ? open(RECORDS_PATH, O_RDONLY | O_CLOEXEC | O_DIRECT) : -1;
  uint64_t kept = bytes ? RING_BYTES / bytes - 1 : 0;
  for (uint64_t number = newest > kept ? newest - kept + 1 : 1; number <= newest; number++) {
    enum found found = check_record(direct, number, bytes);
    lost += found == LOST;
    corrupt += found == CORRUPT;
  }
  if (direct >= 0) close(direct);
  shared->verifying--;
  return answer(client, "VERIFIED records=%llu lost=%llu corrupt=%llu", (unsigned long long)newest, lost, corrupt);
}

// Connects as an application does: with the kernel's own retries of the first packet, for about two minutes.
static bool fetch(int client, const char *arguments) {
  char ip[16];
  unsigned port, max_bytes;
  struct sockaddr_in address = {.sin_family = AF_INET};
  if (sscanf(arguments, "%15s %u %u", ip, &port, &max_bytes) != 3 || port < 1 || port > 65535 || max_bytes < 1
      || max_bytes > MAX_FETCH_BYTES || inet_pton(AF_INET, ip, &address.sin_addr) != 1)
    return answer(client, "ERROR usage: FETCH ip port bytesMax, with up to %d bytes", MAX_FETCH_BYTES);
  address.sin_port = htons(port);
  int remote = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  int failed = connect(remote, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
  clock_gettime(CLOCK_MONOTONIC, &end);
  struct timeval limit = {.tv_sec = FETCH_READ_SECONDS};
  setsockopt(remote, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  static char data[MAX_FETCH_BYTES + 1];
  unsigned length = 0;
  while (!failed && length < max_bytes && !memchr(data, '\n', length)) {
    ssize_t got = recv(remote, data + length, max_bytes - length, 0);
    if (got < 0) failed = errno;
    if (got <= 0) break;
    length += got;
  }
  close(remote);
  if (failed) return answer(client, "FAILED %s", strerror(failed));
  data[length] = 0;
  data[strcspn(data, "\r\n")] = 0;
  long millis = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
  return answer(client, "FETCHED millis=%ld %s", millis, data);
}

static bool dirty(int client, const char *arguments) {
  unsigned mib_per_second;
  if (*arguments && (sscanf(arguments, "%u", &mib_per_second) != 1 || mib_per_second > DIRTIER_MAX_MIB_PER_SECOND))
    return answer(client, "ERROR usage: DIRTY [mebibytesPerSecond], up to %d", DIRTIER_MAX_MIB_PER_SECOND);
  if (*arguments) set_dirt(mib_per_second);
  return answer(client, "dirtied=%llu", dirtied_pages());
}

// The signature of the hypervisor, as CPUID has it in leaf 0x40000000: "KVMKVMKVM", "TCGTCGTCGTCG", "XenVMMXenVMM".
static bool hypervisor(int client) {
  unsigned leaves, words[4] = {0};
  __cpuid(0x40000000, leaves, words[0], words[1], words[2]);
  (void)leaves;
  return answer(client, "%s", (const char *)words);
}

static const char *after(const char *line, const char *command) {
  size_t length = strlen(command);
  return strncmp(line, command, length) == 0 && (line[length] == 0 || line[length] == ' ') ? line + length : NULL;
}

static bool obey(int client, const char *line) {
  const char *rest;
  if ((rest = after(line, "PING"))) return answer(client, "PONG%s", rest);
  if (after(line, "BOOTID")) return answer(client, "%s", boot_id);
  if (after(line, "HYPERVISOR")) return hypervisor(client);
  if (after(line, "UPTIME")) {
    char seconds[32];
    read_file_line("/proc/uptime", seconds, sizeof seconds);
    return answer(client, "%s", seconds);
  }
  if ((rest = after(line, "WRITE START"))) return write_start(client, rest);
  if (after(line, "WRITE STOP")) return write_stop(client);
  if (after(line, "STATUS"))
    return answer(client, "records=%llu errors=%llu", (unsigned long long)shared->records,
        (unsigned long long)shared->errors);
  if (after(line, "VERIFY")) return verify(client);
  if ((rest = after(line, "FETCH"))) return fetch(client, rest);
  if ((rest = after(line, "DIRTY"))) return dirty(client, rest);
  return answer(client, "ERROR unknown command; known: PING STREAM BOOTID HYPERVISOR UPTIME WRITE STATUS VERIFY FETCH DIRTY");
}

static void serve(int client) {
  char buffer[LINE_BYTES + 1];
  size_t held = 0;
  bool streaming = false;
  for (;;) {
    char *end = memchr(buffer, '\n', held);
    if (!end && held == LINE_BYTES) {
      answer(client, "ERROR a line has at most %d bytes", LINE_BYTES);
      return;
    }
    if (!end) {
      ssize_t got = recv(client, buffer + held, LINE_BYTES - held, 0);
      if (got <= 0) return;
      held += got;
      continue;
    }
    size_t used = end - buffer + 1;
    *end = 0;
    if (end > buffer && end[-1] == '\r') end[-1] = 0;
    bool sent = true;
    if (streaming) sent = answer(client, "%s %08x", buffer, crc32(buffer, strlen(buffer)));
    else if (after(buffer, "STREAM")) streaming = true;
    else sent = obey(client, buffer);
    if (!sent) return;
    held -= used;
    memmove(buffer, buffer + used, held);
  }
}

// ---- The process that accepts and echoes ----

static void must(bool done, const char *what) {
  if (done) return;
  printf("guestd: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int bound_socket(int type, int port) {
  int bound = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  must(bind(bound, (struct sockaddr *)&address, sizeof address) == 0, "bind");
  must(type != SOCK_STREAM || listen(bound, MAX_CLIENTS) == 0, "listen");
  return bound;
}

static void accept_client(int listener, int *clients) {
  int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC), on = 1, idle_seconds = 60;
  if (client < 0) return;
  pid_t child = *clients < MAX_CLIENTS ? fork() : -1;
  if (child == 0) {
    close(listener);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
    serve(client);
    _exit(0);
  }
  if (child > 0) ++*clients;
  else answer(client, "ERROR no room for another client");
  close(client);
}

static void echo_datagrams(int echo) {
  static char datagram[65536];
  struct sockaddr_in sender;
  for (;;) {
    socklen_t length = sizeof sender;
    ssize_t got = recvfrom(echo, datagram, sizeof datagram, 0, (struct sockaddr *)&sender, &length);
    if (got < 0) return;
    sendto(echo, datagram, got, 0, (struct sockaddr *)&sender, length);
  }
}

static bool announced(int any_socket) {
  struct ifreq request = {0};
  strcpy(request.ifr_name, INTERFACE);
  if (ioctl(any_socket, SIOCGIFADDR, &request) != 0) return false;
  struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
  printf("SUPERCLOUD-GUEST-READY %s\n", inet_ntoa(address->sin_addr));
  return true;
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  make_crc_table();
  read_file_line("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(shared != MAP_FAILED, "mmap");
  resume_records();
  pid_t writer = fork();
  must(writer >= 0, "fork");
  if (writer == 0) run_writer();
  prepare_dirtier();
  int listener = bound_socket(SOCK_STREAM, COMMAND_PORT), echo = bound_socket(SOCK_DGRAM, ECHO_PORT), clients = 0;
  for (bool ready = false;;) {
    struct pollfd watched[] = {{.fd = listener, .events = POLLIN}, {.fd = echo, .events = POLLIN}};
    poll(watched, 2, ready ? REAP_POLL_MILLIS : ADDRESS_POLL_MILLIS);
    if (!ready) ready = announced(echo);
    if (watched[1].revents) echo_datagrams(echo);
    if (watched[0].revents) accept_client(listener, &clients);
    while (waitpid(-1, NULL, WNOHANG) > 0) clients--;
  }
}
