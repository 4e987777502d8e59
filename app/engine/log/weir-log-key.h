/* SPDX-License-Identifier: MIT */
/*
 * weir-log-key: where a row stands in its stream, in words that stay true when a recording is indexed
 * anew, or loses other parts; a row's number does not. Any thread.
 */
#pragma once

#include "weir-log.h"

G_BEGIN_DECLS

typedef struct
{
  guint connection; /* its number in the log or recording, from 1; 0: before all of them */
  guint64 offset;   /* bytes of the connection until the row is complete */
  WeirRowKind kind; /* never WEIR_ROW_GONE */
  guint nth;        /* of the rows of one kind that are complete there, from 0 */
} WeirLogKey;

/* In the order of connection, offset, kind and nth: -1, 0 or 1. */
int weir_log_key_compare (const WeirLogKey *a, const WeirLogKey *b);

/* FALSE where there is no such row, or nothing is known of it any more. */
gboolean weir_log_get_key (WeirLog *self, guint64 row, WeirLogKey *key);

/* The row of that key, found by halving; WEIR_NO_ROW where there is none, or none yet. */
guint64 weir_log_find_key (WeirLog *self, const WeirLogKey *key);

G_END_DECLS
