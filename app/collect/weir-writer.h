/* SPDX-License-Identifier: MIT */
/*
 * WeirWriter: appends the records of all streams to a target, in a thread of its own. It holds a bounded
 * number of bytes; weir_writer_push() waits while it is full, which keeps the stream from being read. A
 * target that cannot be reached or is full is tried again until the writer is finished.
 */
#pragma once

#include "weir-target.h"

G_BEGIN_DECLS

/* How many bytes of records wait for the target, at most, apart from the batch that is being appended. */
#define WEIR_WRITER_MAX_BYTES ((gsize) 8 << 20)
/* A batch. */
#define WEIR_WRITER_BATCH_RECORDS 500
#define WEIR_WRITER_BATCH_BYTES ((gsize) 1 << 20)

typedef struct _WeirWriter WeirWriter;

/* Called in the writer's thread. */
typedef struct
{
  /* The newest records of stream, the newest first; none in an empty key. */
  void (*resumed) (const char *stream, GPtrArray *records, gpointer user_data);
  /* Nothing more of stream is appended; the sentence says why. */
  void (*stopped) (const char *stream, const char *sentence, gpointer user_data);
  /* Something that people should know: the target is unreachable, full, or back. */
  void (*reported) (const char *sentence, gpointer user_data);
} WeirWriterCallbacks;

/* Counters since the start. */
typedef struct
{
  guint64 n_stored, n_bytes; /* records acknowledged, and the bytes of their data */
  guint64 n_waiting;         /* records accepted, but not acknowledged */
  guint64 n_failures;        /* failed attempts to use the target */
  guint64 n_dead;            /* records written to the dead letter file */
} WeirWriterCounts;

/* Takes target. dead_letter is a file that is open for appending, or -1. */
WeirWriter *weir_writer_new (WeirTarget *target,
                             int dead_letter,
                             const WeirWriterCallbacks *callbacks,
                             gpointer user_data);

/* Reads the newest records of a stream, and calls resumed or stopped. Call it once before the first push.
 * stream is interned. */
void weir_writer_resume (WeirWriter *self, const char *stream);

/* Takes record. Waits while too many bytes wait.
 * Returns: FALSE if its stream was stopped or the writer is finishing; the record is freed then. */
gboolean weir_writer_push (WeirWriter *self, WeirCollectRecord *record);

void weir_writer_get_counts (WeirWriter *self, WeirWriterCounts *counts);

/* Lets waiting pushes fail, appends what waits for at most timeout_us, and ends the thread.
 * Returns: FALSE if records remain, which are lost to this process; the next one asks the server for them
 * again. */
gboolean weir_writer_finish (WeirWriter *self, gint64 timeout_us);
void weir_writer_free (WeirWriter *self);

G_END_DECLS
