/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedSite: the paths of the sample server, who may read them, and the answers.
 */
#pragma once

#include "weir-feed-connection-private.h"

G_BEGIN_DECLS

typedef struct WeirFeedSite WeirFeedSite;

/* Returns NULL and WEIR_FEED_ERROR_INVALID_OPTION if an option is invalid. */
WeirFeedSite *weir_feed_site_new (const WeirFeedOptions *options, GError **error);
void weir_feed_site_free (WeirFeedSite *self);

void weir_feed_site_answer (WeirFeedSite *self,
                            WeirFeedConnection *connection,
                            const WeirFeedRequest *request);

/* Lets each replay by steps send n more events. Returns FALSE if the site does not replay by steps. */
gboolean weir_feed_site_step (WeirFeedSite *self, guint n);
/* How many steps there were since the start. */
guint64 weir_feed_site_get_n_steps (WeirFeedSite *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFeedSite, weir_feed_site_free)

G_END_DECLS
