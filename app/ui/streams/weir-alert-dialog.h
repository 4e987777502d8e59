/* SPDX-License-Identifier: MIT */
/*
 * weir-alert-dialog: the alert of one stream.
 *
 * Signal "accepted" (const char *filter, guint silence_s): the choice, as in WeirStreamConfig. The filter
 * is valid, or NULL.
 */
#pragma once

#include <adwaita.h>

#include "weir-stream-config.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ALERT_DIALOG (weir_alert_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirAlertDialog, weir_alert_dialog, WEIR, ALERT_DIALOG, AdwWindow)

/* The initial values are those of config. */
WeirAlertDialog *weir_alert_dialog_new (GtkWindow *parent, const WeirStreamConfig *config);

G_END_DECLS
