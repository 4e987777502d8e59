/* SPDX-License-Identifier: MIT */
/*
 * WeirReplay: a recording, or a file that holds an event stream, read again from its beginning, step
 * by step as it came. For one thread at a time; it blocks on the disk.
 */
#pragma once

#include "stream/weir-sink.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_REPLAY_BEGAN = 1, /* a connection; text: its address */
  WEIR_REPLAY_OPENED,    /* it was answered; text: how */
  WEIR_REPLAY_BYTES,     /* a read, or a part of one */
  WEIR_REPLAY_NOTE,      /* number: a WeirNoteKind */
  WEIR_REPLAY_ENDED,     /* text: why */
} WeirReplayKind;

typedef struct
{
  WeirReplayKind kind;
  gint64 time_us; /* wall clock when it came; 0: not known */
  guint number;   /* of the connection, or the note's kind */
  const char *text;
  const guint8 *bytes; /* until the next step */
  gsize length;        /* at most 64 KiB */
} WeirReplayStep;

typedef struct _WeirReplay WeirReplay;

/* NULL with a sentence where path cannot be read as one. */
WeirReplay *weir_replay_new (const char *path, GError **error);
void weir_replay_free (WeirReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirReplay, weir_replay_free)

/* The next step; FALSE at the end, or, with an error, where a file cannot be read. */
gboolean weir_replay_next (WeirReplay *self, WeirReplayStep *step, GError **error);
/* When it was recorded, from its first to its last step; 0: not known. It reads none of the bytes. */
void weir_replay_get_span (WeirReplay *self, gint64 *begin_us, gint64 *end_us);
/* Whether the bytes are an event stream's, or there are none; FALSE with a sentence. It reads as far
 * as it must, and goes back to the beginning. */
gboolean weir_replay_check (WeirReplay *self, GError **error);
/* From the beginning again. */
void weir_replay_rewind (WeirReplay *self);

/* Gives sink all the rest as the I/O thread would, as fast as it takes it, parsed under options (NULL:
 * the default limits, skipping what is over). FALSE with an error where a file cannot be read, or a
 * limit stopped it. */
gboolean weir_replay_to_sink (WeirReplay *self,
                              WeirSink *sink,
                              const WeirParserOptions *options,
                              GError **error);

G_END_DECLS
