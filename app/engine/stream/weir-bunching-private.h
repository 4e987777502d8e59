/* SPDX-License-Identifier: MIT */
/*
 * WeirBunching detects that something holds events back, such as a proxy that buffers or a compressor
 * that does not flush: many events arrive in few reads, each time after a silence.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 last_us;    /* the last read, monotonic */
  gint64 silence_us; /* before the present burst */
  gint64 burst_us;   /* when it began */
  guint burst_reads; /* reads, events and bytes in it */
  guint burst_events;
  gsize burst_bytes;
  guint n_bunches; /* bursts in a row that were a bunch */
  gboolean reported;
} WeirBunching;

/* The latest bunch, as evidence. */
typedef struct
{
  gint64 silence_us;
  guint reads;
  guint events;
  gsize bytes;
} WeirBunch;

/* A connection begins. Its first burst does not count, because it may be a replay. */
void weir_bunching_reset (WeirBunching *self);

typedef struct
{
  gint64 time_us; /* monotonic */
  guint n_events; /* that it completed */
  gsize n_bytes;
} WeirBunchingRead;

/* Takes a read. Returns: TRUE once per connection, after the third bunch in a row, which *bunch
 * becomes. */
gboolean weir_bunching_read (WeirBunching *self, const WeirBunchingRead *read, WeirBunch *bunch);

G_END_DECLS
