/* SPDX-License-Identifier: MIT */
#include "weir-file-limit.h"

#include <sys/resource.h>

#define ENOUGH_FILES 65536

void
weir_file_limit_raise (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= ENOUGH_FILES)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, ENOUGH_FILES);
  /* If that fails, the usual number has to do. */
  setrlimit (RLIMIT_NOFILE, &limit);
}
