/* SPDX-License-Identifier: MIT */
/*
 * weir-export-dialog: asks for rows and format, exports them and shows the progress. If it is
 * closed during the export, no file remains.
 *
 * Signal: "exported" (char *sentence) after the file is complete.
 */
#pragma once

#include <adwaita.h>

#include "app/engine/filter/weir-view.h"

G_BEGIN_DECLS

#define WEIR_TYPE_EXPORT_DIALOG (weir_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirExportDialog, weir_export_dialog, WEIR, EXPORT_DIALOG, AdwWindow)

/* selected contains the numbers of the selected rows and is copied. name is the suggested
 * file name without extension. */
GtkWidget *weir_export_dialog_new (GtkWindow *parent,
                                   WeirView *view,
                                   const WeirRows *selected,
                                   const char *name);

G_END_DECLS
