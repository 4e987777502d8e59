/* SPDX-License-Identifier: MIT */
/*
 * weir-log-key: identifies a row of a stream. Unlike the number of a row, a key stays valid when a
 * recording is indexed again or loses other parts. Any thread.
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

/* Returns: FALSE if there is no such row, or if it is no longer known. */
gboolean weir_log_get_key (WeirLog *self, guint64 row, WeirLogKey *key);

/* Returns: the row of that key, or WEIR_NO_ROW if there is none, or none yet. Takes a binary search. */
guint64 weir_log_find_key (WeirLog *self, const WeirLogKey *key);

G_END_DECLS
