/* SPDX-License-Identifier: MIT */
/*
 * WeirRepeats: tells events that a server sends again after a reconnect from new ones. It remembers the
 * last events of a kind in their order; what a new connection begins with is a repeat for as long as it
 * is the end of what was remembered, in the same order. One thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_REPEATS_RECENT 1024

typedef struct
{
  guint64 hashes[WEIR_REPEATS_RECENT]; /* a ring */
  guint64 n;                           /* remembered, from the beginning on */
  guint64 expected;                    /* which one would be repeated next; n: none */
  gboolean judging;                    /* nothing has come since the reconnect */
} WeirRepeats;

/* Another connection goes on. */
void weir_repeats_reconnected (WeirRepeats *self);

/* Whether the next event may be a repeat; where not, it need not be asked about, only remembered. */
gboolean weir_repeats_is_judging (const WeirRepeats *self);

/* An event came; hash stands for all that it says, 0: for nothing, since it has no ID. TRUE: it came
 * before the reconnect as well. */
gboolean weir_repeats_see (WeirRepeats *self, guint64 hash);

G_END_DECLS
