/* SPDX-License-Identifier: MIT */
/*
 * weir-export-dialog: asks which rows of a stream go into a file, and in which format, writes them,
 * and shows how far it is. Closed while it writes, it leaves nothing behind.
 *
 * Signal: "exported" (char *sentence), when the file is there.
 */
#pragma once

#include <adwaita.h>

#include "app/engine/filter/weir-view.h"

G_BEGIN_DECLS

#define WEIR_TYPE_EXPORT_DIALOG (weir_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirExportDialog, weir_export_dialog, WEIR, EXPORT_DIALOG, AdwWindow)

/* selected holds the numbers of the rows that are selected, and is copied; name is what the file is
 * called at first, without an ending. */
GtkWidget *weir_export_dialog_new (GtkWindow *parent,
                                   WeirView *view,
                                   const WeirRows *selected,
                                   const char *name);

G_END_DECLS
