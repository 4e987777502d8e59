/* SPDX-License-Identifier: MIT */
/*
 * WeirSyncer: syncs a file to the disk once per second, in a thread of its own, so that a power cut loses
 * at most a second and the writer does not wait.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WeirSyncer WeirSyncer;

WeirSyncer *weir_syncer_new (void);

/* The file of fd was written; fd may be closed at once. If another file is added within the second, the
 * first one is not synced: a file that is held open keeps its space on a full disk after it is deleted.
 * For one thread. */
void weir_syncer_add (WeirSyncer *self, int fd);

/* Syncs once more, and ends the thread. */
void weir_syncer_free (WeirSyncer *self);

G_END_DECLS
