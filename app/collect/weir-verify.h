/* SPDX-License-Identifier: MIT */
/* weir-verify: reads a stream back from a target, and reports what is missing. */
#pragma once

#include "weir-target.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 n_records, n_events;
  guint64 n_holes;      /* places where sequence numbers are missing */
  guint64 n_missing;    /* sequence numbers that are missing there */
  guint64 n_gaps;       /* records of gaps */
  guint64 n_disordered; /* connections that go back */
  guint n_connections;
} WeirVerifyResult;

/* Calls report with one sentence for each hole, gap and connection out of order.
 * Returns: FALSE with error set if the target cannot be read. */
gboolean weir_verify (WeirTarget *target,
                      const char *stream,
                      void (*report) (const char *sentence),
                      WeirVerifyResult *result,
                      GError **error);

G_END_DECLS
