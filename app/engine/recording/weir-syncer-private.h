/* SPDX-License-Identifier: MIT */
/*
 * WeirSyncer: once a second a thread makes what was written outlive a power cut; apart from whoever
 * writes, whom that would hold up.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WeirSyncer WeirSyncer;

WeirSyncer *weir_syncer_new (void);

/* The file behind fd was written to; fd may be closed at once. It is forgotten when another comes before
 * the second is over: a file that is held open keeps its space on a full disk, also when it is deleted.
 * One thread. */
void weir_syncer_add (WeirSyncer *self, int fd);

/* After a last round. */
void weir_syncer_free (WeirSyncer *self);

G_END_DECLS
