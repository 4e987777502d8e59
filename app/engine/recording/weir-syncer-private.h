/* SPDX-License-Identifier: MIT */
/*
 * WeirSyncer: syncs files to the disk once per second, in a thread of its own, so that a power failure loses
 * about a second and the writer does not wait. Its functions can be called from any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WeirSyncer WeirSyncer;

/* failed is called with an errno for each file that could not be synced, in any thread. */
WeirSyncer *weir_syncer_new (void (*failed) (gpointer user_data, int error), gpointer user_data);

/* The file or folder of fd was written. It keeps a duplicate of fd. If too many wait, it syncs this one at
 * once. */
void weir_syncer_add (WeirSyncer *self, int fd);

/* A name in the folder at path was made or changed. */
void weir_syncer_add_folder (WeirSyncer *self, const char *path);

/* Closes the files that were deleted: they need no sync, and take space while they are open. */
void weir_syncer_drop_deleted (WeirSyncer *self);

/* Blocks until everything that was added is synced. */
void weir_syncer_wait (WeirSyncer *self);

/* Syncs once more, and ends the thread. */
void weir_syncer_free (WeirSyncer *self);

G_END_DECLS
