/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-dialog: creates or edits a stream. A pasted curl command fills in the fields. The
 * engine validates the settings when the dialog is accepted.
 *
 * Signal: "accepted" (WeirStreamConfig *, valid during the emission).
 */
#pragma once

#include <adwaita.h>

#include "weir-stream-config.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_DIALOG (weir_stream_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamDialog, weir_stream_dialog, WEIR, STREAM_DIALOG, AdwWindow)

/* config is what to change, or NULL for a new stream. */
WeirStreamDialog *weir_stream_dialog_new (GtkWindow *parent, const WeirStreamConfig *config);

G_END_DECLS
