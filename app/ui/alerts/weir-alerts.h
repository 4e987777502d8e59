/* SPDX-License-Identifier: MIT */
/*
 * weir-alerts: has all streams watched for what a person wants to be told of them.
 */
#pragma once

#include <gtk/gtk.h>

#include "streams/weir-stream-list.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ALERTS (weir_alerts_get_type ())
G_DECLARE_FINAL_TYPE (WeirAlerts, weir_alerts, WEIR, ALERTS, GObject)

/* application must live as long, and gets the action "show-alert" (stream's uuid, row's number), which
 * goes to a stream, and to a row of it unless that is WEIR_NO_ROW. streams is kept by reference. */
WeirAlerts *weir_alerts_new (GtkApplication *application, WeirStreamList *streams);

G_END_DECLS
