/* SPDX-License-Identifier: MIT */
/* WeirReplayStep: what a recording says happened next. */
#pragma once

#include "http/weir-connection-info.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_REPLAY_BEGAN = 1, /* a connection; text: its address */
  WEIR_REPLAY_GAP, /* bytes of the connection are missing before the next ones: what was unfinished
                            is lost, and the next bytes are to be parsed from a fresh start */
  WEIR_REPLAY_OPENED, /* it was answered; text: how */
  WEIR_REPLAY_BYTES,  /* a read, or a part of one */
  WEIR_REPLAY_NOTE,   /* number: a WeirNoteKind */
  WEIR_REPLAY_ENDED,  /* reason and text: why; all of the connection's bytes were given */
} WeirReplayKind;

typedef struct
{
  WeirReplayKind kind;
  gint64 time_us; /* wall clock when it happened; 0: unknown */
  guint number;   /* of the connection, or the note's kind */
  guint64 offset; /* BEGAN, GAP and BYTES: of the next byte in the connection's body; others: how
                           many of its bytes came before; grows within a connection, except at a GAP */
  WeirBodyFormat format;             /* BEGAN and GAP: of the bytes that follow */
  gboolean in_marks;                 /* BEGAN: the recording's marks describe the connection */
  const WeirConnectionInfo *request; /* BEGAN: what was asked, or NULL; until the next step */
  WeirEndReason reason;              /* ENDED */
  const char *text;                  /* valid UTF-8 */
  const guint8 *bytes;               /* until the next step */
  gsize length;                      /* at most 64 KiB */
} WeirReplayStep;

G_END_DECLS
