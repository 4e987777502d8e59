/* SPDX-License-Identifier: MIT */
/*
 * WeirJoinedReplay: the bytes of a recording as the body of one connection, for a server that sends it.
 * A client that parses them gets the recording's events and no others: what is unfinished at the end of
 * a connection or before missing bytes is left out, so that the next bytes do not complete it. For one
 * thread at a time; it blocks on the disk.
 */
#pragma once

#include "weir-replay.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 time_us;      /* wall clock of the read that brought the last of them; 0: unknown */
  const guint8 *bytes; /* until the next call */
  gsize length;
} WeirJoinedBytes;

typedef struct _WeirJoinedReplay WeirJoinedReplay;

/* Returns: NULL with error set if path cannot be read as a recording or a file. */
WeirJoinedReplay *weir_joined_replay_new (const char *path, GError **error);
/* Only the bytes of the connection of that number, read by read as they were recorded. */
WeirJoinedReplay *
weir_joined_replay_new_for_connection (const char *path, guint connection, GError **error);
void weir_joined_replay_free (WeirJoinedReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirJoinedReplay, weir_joined_replay_free)

/* When the connection of the last bytes began, in microseconds since 1970; 0: unknown. */
gint64 weir_joined_replay_get_began_us (WeirJoinedReplay *self);

/* Gives the next whole events and comments; at the end, what is unfinished as well.
 * Returns: FALSE after the end, or if a file cannot be read. */
gboolean weir_joined_replay_next (WeirJoinedReplay *self, WeirJoinedBytes *bytes);

G_END_DECLS
