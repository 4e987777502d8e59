/* SPDX-License-Identifier: MIT */
#include "weir-threads.h"

#include <sys/resource.h>

/* A third of a processor that the main thread needs as well. */
#define NICE 5

static gboolean has_low_priority;

void
weir_threads_set_low_priority (void)
{
  has_low_priority = TRUE;
}

void
weir_threads_begin (void)
{
  /* On Linux, unlike POSIX, this applies to the calling thread only. */
#ifdef __linux__
  if (has_low_priority)
    setpriority (PRIO_PROCESS, 0, NICE);
#endif
}
