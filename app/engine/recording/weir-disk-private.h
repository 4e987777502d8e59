/* SPDX-License-Identifier: MIT */
/*
 * WeirDisk keeps a recording, or all recordings of a folder, within a limit of bytes. It deletes the
 * oldest files first, but never those of a recording that another program is writing, and never the
 * file that is being written. Any thread.
 */
#pragma once

#include <stdatomic.h>

#include "weir-recording-state.h"
#include "weir-segments-private.h"

G_BEGIN_DECLS

typedef struct _WeirDisk WeirDisk;

/* A recording that this program writes. The fields belong to WeirDisk. */
typedef struct
{
  WeirDisk *disk;
  char *path;
  WeirSegments *segments;
  _Atomic guint64 freed_bytes;       /* deleted of this recording */
  _Atomic guint64 freed_older_bytes; /* deleted of other recordings, to make room for this one */
  void (*deleted) (
      gpointer user_data); /* a file was deleted: its space is free once it is closed */
  gpointer user_data;
  atomic_bool marks_are_long; /* they describe deleted bytes; the recorder rewrites them */
} WeirDiskUser;

/* Whether a program, this one or another, writes the recording at path. */
gboolean weir_disk_is_written (const char *path);

/* Adds the recording at path. options->max_bytes becomes the limit of the recording alone or of its whole
 * folder; 0: the smaller of 5 GB and a tenth of the space that would be free without the recordings.
 * Nothing is measured or deleted before the first bytes are written. Returns: the present limit. */
guint64 weir_disk_join (WeirDiskUser *user,
                        const char *path,
                        WeirSegments *segments,
                        const WeirRecordingOptions *options);
void weir_disk_leave (WeirDiskUser *user);

/* n_bytes were written: makes room if the limit is exceeded. */
void weir_disk_note_written (WeirDiskUser *user, guint64 n_bytes);
/* Deletes the oldest file. Returns: FALSE if none may be deleted. Keeps errno. */
gboolean weir_disk_free_oldest (WeirDiskUser *user);
/* Writes to the end of a file of the recording, and makes room where the disk is full.
 * Returns: FALSE with errno set if it failed; the file may then end with some of the bytes. */
gboolean weir_disk_write (WeirDiskUser *user, int fd, const void *bytes, gsize length);

G_END_DECLS
