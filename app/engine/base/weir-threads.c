/* SPDX-License-Identifier: MIT */
#include "weir-threads.h"

#include <sys/resource.h>

/* Two thirds less of a processor that both want. */
#define NICE 5

static gboolean gives_way;

void
weir_threads_give_way (void)
{
  gives_way = TRUE;
}

void
weir_threads_begin (void)
{
  /* With Linux, and against POSIX, this is the calling thread's alone. */
#ifdef __linux__
  if (gives_way)
    setpriority (PRIO_PROCESS, 0, NICE);
#endif
}
