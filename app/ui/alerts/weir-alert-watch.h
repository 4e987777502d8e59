/* SPDX-License-Identifier: MIT */
/*
 * weir-alert-watch: watches one stream for its alerts and reports them: as a desktop notification
 * and a bell in the sidebar, or as a toast while the stream is visible.
 */
#pragma once

#include "shell/weir-main-window.h"
#include "streams/weir-stream-item.h"

G_BEGIN_DECLS

typedef struct _WeirAlertWatch WeirAlertWatch;

/* application must outlive the watch; item is referenced. Earlier events of the item count
 * only if it is live, because it was just opened then. */
WeirAlertWatch *weir_alert_watch_new (GApplication *application, WeirStreamItem *item);
/* Withdraws its notifications. */
void weir_alert_watch_free (WeirAlertWatch *self);

/* To be called a few times per second. window is the window that shows the stream, or NULL.
 * Returns: FALSE if the stream has no alert, until the item emits "notify::alert-filter". */
gboolean weir_alert_watch_tick (WeirAlertWatch *self, gint64 now_us, WeirMainWindow *window);

G_END_DECLS
