/* SPDX-License-Identifier: MIT */
/*
 * WeirExport: writes rows of a log to a file, in a thread of its own. The file replaces the one of its
 * name once it is complete. Secrets in addresses and headers are masked.
 *
 * sse      an event stream that reads as the same events, comments and reconnection times
 * ndjson   one JSON object per line and row
 * csv      RFC 4180, with a line of names; no cell starts a formula
 * har      HTTP Archive 1.2: an entry for each connection, its events in "_eventSourceMessages"
 */
#pragma once

#include "log/weir-log.h"
#include "log/weir-rows.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_EXPORT_SSE,
  WEIR_EXPORT_NDJSON,
  WEIR_EXPORT_CSV,
  WEIR_EXPORT_HAR,
} WeirExportFormat;

/* Finds the format by the extension of path. Returns: FALSE if it is none of these. */
gboolean weir_export_guess_format (const char *path, WeirExportFormat *format);

#define WEIR_TYPE_EXPORT (weir_export_get_type ())
G_DECLARE_FINAL_TYPE (WeirExport, weir_export, WEIR, EXPORT, GObject)

/* rows is copied; NULL: all rows that there are now. */
WeirExport *
weir_export_new (WeirLog *log, const WeirRows *rows, WeirExportFormat format, const char *path);

/* May be called once. If it is cancelled, no file is left. */
void weir_export_run_async (WeirExport *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* Returns: FALSE with error set, which may be G_IO_ERROR_CANCELLED. */
gboolean weir_export_run_finish (WeirExport *self, GAsyncResult *result, GError **error);

/* Returns: how many of total rows are written. */
guint64 weir_export_get_progress (WeirExport *self, guint64 *total);
/* Returns: how many rows were left out because they are no longer kept. */
guint64 weir_export_get_n_gone (WeirExport *self);

G_END_DECLS
