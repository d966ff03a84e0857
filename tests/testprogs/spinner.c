// SPDX-License-Identifier: Apache-2.0
// spinner SHARED_FD GO_FD: prints "ready", waits for a byte, then keeps its CPU busy until shared memory says stop. Reads its own CPU clock
// on request only: the read updates the kernel's total, so it must come after the reading that it is compared with.
#include "common.h"

#include <sys/mman.h>

#include "spinner.h"

static uint64_t own_cpu_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  struct spinner_page* page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, (int)number(argv[1]), 0);
  if (page == MAP_FAILED) fail("mmap");
  puts("ready");
  fflush(stdout);
  char byte;
  if (read((int)number(argv[2]), &byte, 1) != 1) return 97;
  uint64_t answered = 0;
  uint64_t last = now_ns();
  for (;;) {
    const uint64_t now = now_ns();
    if (now - last > BURN_GAP_NS) __atomic_fetch_add(&page->away_ns, now - last, __ATOMIC_RELEASE);
    last = now;
    const uint64_t asked = __atomic_load_n(&page->asked, __ATOMIC_ACQUIRE);
    if (asked == SPINNER_STOP) return 0;
    if (asked == answered) continue;
    page->before_ns = now_ns();
    page->own_ns = own_cpu_ns();
    page->after_ns = now_ns();
    answered = asked;
    __atomic_store_n(&page->answered, answered, __ATOMIC_RELEASE);
  }
}
