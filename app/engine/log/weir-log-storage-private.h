/* SPDX-License-Identifier: MIT */
/*
 * WeirLogStorage: where a log finds bytes that left its memory, and who keeps what the log is given.
 * recording/ implements it: one storage writes a recording while the log grows, another reads one that
 * exists. The log owns its storage.
 */
#pragma once

#include "stream/weir-sink.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_STORED_OPENED = 1, /* the connection was answered; text: how */
  WEIR_STORED_READ,       /* a read brought the bytes from offset on */
  WEIR_STORED_NOTE,       /* note and text: what the engine noticed */
  WEIR_STORED_ENDED,      /* reason and text: why the connection ended */
} WeirStoredMarkKind;

/* Something that the bytes do not say. */
typedef struct
{
  WeirStoredMarkKind kind;
  guint64 offset; /* bytes of the connection before it */
  gint64 time_us; /* wall clock, in microseconds since 1970 */
  WeirNoteKind note;
  WeirEndReason reason;
  const char *text; /* borrowed */
} WeirStoredMark;

/* What the log's writer hands over: all below these numbers may be written, and is then to be published
 * with weir_log_publish(). */
typedef struct
{
  guint64 rows, bytes, events;
  guint64 last_event_end; /* an offset of the log; files are cut where events end */
} WeirLogReady;

typedef struct _WeirLogStorage WeirLogStorage;

typedef struct
{
  /* Any thread. Returns: FALSE if the bytes are not all stored, or cannot be read. */
  gboolean (*read) (WeirLogStorage *self, guint64 offset, gsize length, guint8 *bytes);
  /* Any thread. Returns: whether the byte at offset of the log is stored. */
  gboolean (*has_byte) (WeirLogStorage *self, guint64 offset);
  /* Any thread: closes the files that are not being read; they are opened again to be read. */
  void (*close_files) (WeirLogStorage *self);
  void (*free) (WeirLogStorage *self);

  /* The log's writer. NULL if the storage only reads. */
  void (*begin_connection) (WeirLogStorage *self, guint64 offset, const WeirConnectionInfo *info);
  /* info: the connection that mark is about; NULL: of a note or a read. */
  void (*add_mark) (WeirLogStorage *self,
                    const WeirStoredMark *mark,
                    const WeirConnectionInfo *info);
  /* Blocks while the disk is too far behind. */
  void (*hand_over) (WeirLogStorage *self, const WeirLogReady *ready);
  /* Bytes that were deleted to make room since the last call: of this recording, and of others. */
  void (*take_freed) (WeirLogStorage *self, guint64 *own, guint64 *others);
} WeirLogStorageClass;

/* The first member of each storage. */
struct _WeirLogStorage
{
  const WeirLogStorageClass *class;
};

G_END_DECLS
