// SPDX-License-Identifier: Apache-2.0
// long_args BYTES [ARGUMENT...]: makes its arguments and its environment BYTES long each, as the kernel shows them, prints a line and
// sleeps. With 0 they stay unchanged. prctl(PR_SET_MM_MAP) needs no rights. The program does not write to the memory, so the memory costs
// the host almost nothing.
#include "common.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

// Reads addresses from /proc/self/stat: PR_SET_MM_MAP sets all addresses at once, so the unchanged ones are needed as well.
static void read_addresses(struct prctl_mm_map* map) {
  char text[4096];
  const int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  const ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
  if (got <= 0) fail("/proc/self/stat");
  text[got] = '\0';
  close(fd);
  char* rest = strrchr(text, ')') + 1;
  for (int field = 3; *rest != '\0'; field++) {
    char* end;
    while (*rest == ' ') rest++;
    const uint64_t value = strtoull(rest, &end, 10);
    if (field == 26) map->start_code = value;
    if (field == 27) map->end_code = value;
    if (field == 28) map->start_stack = value;
    if (field == 45) map->start_data = value;
    if (field == 46) map->end_data = value;
    if (field == 47) map->start_brk = value;
    rest += strcspn(rest, " ");
  }
}

static void lengthen(const char* name, size_t bytes) {
  char* room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) fail("mmap");
  memcpy(room, name, strlen(name));
  struct prctl_mm_map map = {.exe_fd = (uint32_t)-1};
  read_addresses(&map);
  map.brk = (uint64_t)sbrk(0);
  map.arg_start = map.env_start = (uint64_t)room;
  map.arg_end = map.env_end = (uint64_t)room + bytes;
  if (prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0)) fail("PR_SET_MM_MAP");
}

int main(int argc, char** argv) {
  if (argc < 2) return 98;
  if (number(argv[1]) > 0) lengthen(argv[0], number(argv[1]));
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
