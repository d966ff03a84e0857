// SPDX-License-Identifier: Apache-2.0
// enter PROCS FILE PROGRAM...: joins the cgroup of this cgroup.procs, appends to FILE a line with its CPU time so far in ns, and calls
// exec. The cgroup's CPU time plus this number is the whole CPU time of the process and its children.
#include "common.h"

#include <fcntl.h>

int main(int argc, char** argv) {
  struct timespec used;
  if (argc < 4) return 98;
  const int procs = open(argv[1], O_WRONLY | O_CLOEXEC);
  FILE* file = fopen(argv[2], "ae");
  if (procs < 0 || file == NULL) fail(argv[1]);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  if (write(procs, "0", 1) != 1) fail("joining the cgroup");
  fprintf(file, "%lld\n", (long long)used.tv_sec * 1000000000 + used.tv_nsec);
  fclose(file);
  execvp(argv[3], argv + 3);
  fail(argv[3]);
}
