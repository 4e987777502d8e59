/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-dialog: asks for a new stream, or changes one. A curl command that is pasted into
 * the address fills in the rest. What is asked for is checked by the engine when it is accepted.
 *
 * Signal: "accepted" (WeirStreamConfig *): it is lent.
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
