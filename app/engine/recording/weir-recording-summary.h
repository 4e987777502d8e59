/* SPDX-License-Identifier: MIT */
/*
 * WeirRecordingSummary: what a list of recordings shows of one, read without its events.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *url;           /* of its last connection, masked, valid UTF-8; NULL: unknown */
  gint64 begin_us;     /* wall clock, microseconds since 1970; 0: unknown */
  gint64 end_us;       /* of the last mark, or when a file was last written */
  guint64 n_bytes;     /* of all of its files */
  gboolean is_written; /* a program is recording to it */
} WeirRecordingSummary;

/* Reads the summary of the recording at path. It blocks on the disk, and reads at most 128 KiB.
 * Returns: FALSE with error set if path is no recording. */
gboolean weir_recording_summary_load (WeirRecordingSummary *self, const char *path, GError **error);
void weir_recording_summary_clear (WeirRecordingSummary *self);

/* Parses all of the recording at path, and blocks meanwhile.
 * Returns: how many events it has, or -1 with error set. */
gint64 weir_recording_count_events (const char *path, GCancellable *cancellable, GError **error);

/* Deletes the files of the recording at path, and its folder if nothing else is in it.
 * Returns: FALSE with error set if it could not be deleted, or if a program is recording to it. */
gboolean weir_recording_delete (const char *path, GError **error);

G_END_DECLS
