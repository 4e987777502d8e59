/* SPDX-License-Identifier: MIT */
/*
 * weir-alerts: watches all streams for their alerts.
 */
#pragma once

#include <gtk/gtk.h>

#include "streams/weir-stream-list.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ALERTS (weir_alerts_get_type ())
G_DECLARE_FINAL_TYPE (WeirAlerts, weir_alerts, WEIR, ALERTS, GObject)

/* application must outlive the object. It gets the action "show-alert" (uuid of the stream,
 * row number), which selects the stream and the row, unless that is WEIR_NO_ROW. streams is
 * referenced. */
WeirAlerts *weir_alerts_new (GtkApplication *application, WeirStreamList *streams);

G_END_DECLS
