/* SPDX-License-Identifier: MIT */
/*
 * weir-alert-watch: has one stream watched for what a person wants to be told of it, and tells it: as a
 * notification of the desktop and a mark of the stream, or, while the person looks at that very stream,
 * as a toast.
 */
#pragma once

#include "shell/weir-main-window.h"
#include "streams/weir-stream-item.h"

G_BEGIN_DECLS

typedef struct _WeirAlertWatch WeirAlertWatch;

/* application must live as long; item is kept by reference. What came to the item before does not count,
 * unless it is live: then it was opened just now. */
WeirAlertWatch *weir_alert_watch_new (GApplication *application, WeirStreamItem *item);
/* Takes back what it told. */
void weir_alert_watch_free (WeirAlertWatch *self);

/* Called a few times a second. window: where the person looks at the stream; NULL: the person does not.
 * FALSE: nobody wants to be told anything of it, until the item says "notify::alert-filter". */
gboolean weir_alert_watch_tick (WeirAlertWatch *self, gint64 now_us, WeirMainWindow *window);

G_END_DECLS
