/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedSite: what the sample server answers to whom: its paths, and who may read them.
 */
#pragma once

#include "weir-feed-connection-private.h"

G_BEGIN_DECLS

typedef struct WeirFeedSite WeirFeedSite;

/* NULL and WEIR_FEED_ERROR_INVALID_OPTION where an option makes no sense. */
WeirFeedSite *weir_feed_site_new (const WeirFeedOptions *options, GError **error);
void weir_feed_site_free (WeirFeedSite *self);

void weir_feed_site_answer (WeirFeedSite *self,
                            WeirFeedConnection *connection,
                            const WeirHttpHead *request,
                            const char *body,
                            gsize length);

/* Lets each replay send n events more. FALSE: there is none that goes by steps. */
gboolean weir_feed_site_step (WeirFeedSite *self, guint n);
/* How many that were, ever. */
guint64 weir_feed_site_get_n_steps (WeirFeedSite *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFeedSite, weir_feed_site_free)

G_END_DECLS
