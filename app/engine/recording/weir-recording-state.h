/* SPDX-License-Identifier: MIT */
/* The options and the state of a recording. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Zero in a field means its default. */
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

G_END_DECLS
