/* SPDX-License-Identifier: MIT */
/*
 * A recording: a stream on disk. It is a directory NAME.weir that holds, for each connection, one or
 * more .sse files: the body's bytes verbatim after content decoding, cut where an event ends; their
 * names sort in the order of the stream (connection, offset in it). Beside them `marks` says when
 * connections began and ended, and why, and when each read came; without it, the times are lost
 * and nothing else. Files are 0600 in a 0700 directory.
 */
#pragma once

#include "base/weir-recording-folder.h"
#include "log/weir-log.h"

G_BEGIN_DECLS

/* All zero means the defaults. */
typedef struct
{
  guint64 max_bytes;     /* on disk; past it the oldest files are deleted; 0: the smaller of 5 GB
                            and a tenth of what is free */
  gboolean whole_folder; /* max_bytes is of all recordings in the folder, and their oldest files go
                            first; those of a recording that another program writes stay */
  guint64 segment_bytes; /* at which a file is cut; 0: 64 MiB, or a sixteenth of max_bytes */
} WeirRecordingOptions;

typedef struct
{
  gboolean recording;        /* it is being written */
  guint64 disk_bytes;        /* on disk */
  guint64 freed_bytes;       /* deleted since, oldest first, for max_bytes or a full disk */
  guint64 freed_older_bytes; /* of that folder's other recordings, with whole_folder */
  guint64 memory_bytes;      /* of the log in memory, its index included */
  char *path;                /* the directory or file, or NULL */
  char *problem;             /* one sentence: why it is not written any more; or NULL */
  int error;                 /* errno of problem; 0: none */
  char *notice;              /* one sentence: that the stream waits for the disk now; or NULL */
} WeirRecordingState;

void weir_recording_state_clear (WeirRecordingState *state);

/* Records log, which must be empty still, to a new directory path. A row is published once its bytes
 * are written. FALSE with a sentence for the user where the directory cannot be made, or is there. */
gboolean weir_log_record (WeirLog *log,
                          const char *path,
                          const WeirRecordingOptions *options,
                          GError **error);

/* The same, to a new directory in folder that is named after url and the time. Returns its path
 * (transfer full); NULL with a sentence for the user. */
char *weir_log_record_in (WeirLog *log,
                          const char *folder,
                          const char *url,
                          const WeirRecordingOptions *options,
                          GError **error);

/* In the writer's thread: blocks until all that was handed over is written and published. Nothing where
 * log is not recorded. */
void weir_log_wait_written (WeirLog *log);

/* A log of a recording, or of any file that holds an event stream, read in the background and left
 * untouched; one that is being written is read as far as it was when it was opened. */
WeirLog *weir_log_open (const char *path, GError **error);
/* How far weir_log_open() has come: bytes of *total. Equal at the end. */
guint64 weir_log_get_indexed (WeirLog *log, guint64 *total);
/* Blocks until it is done. */
void weir_log_wait_indexed (WeirLog *log);

/* Where the log's bytes are; clear it with weir_recording_state_clear(). */
void weir_log_get_recording_state (WeirLog *log, WeirRecordingState *state);

G_END_DECLS
