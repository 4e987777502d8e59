/* SPDX-License-Identifier: MIT */
/* How each format of an export is written, row by row. */
#pragma once

#include "weir-export.h"

G_BEGIN_DECLS

/* What an export knows of a row. */
typedef struct
{
  guint64 number;
  WeirRowInfo info;
  WeirSpan type;
  WeirSpan id;   /* event: the last event ID as of here */
  WeirSpan text; /* event: its data; else what the row says */
  guint64 retry_ms;
  const WeirLogMark *mark; /* mark, or NULL */
} WeirExportRow;

/* Appends to out; state is the export's own, zero at first. */
typedef struct
{
  GString *out;
  char *id;          /* sse: the last event ID that the reader of the file has */
  gboolean in_entry; /* har */
  gboolean has_entries;
  gboolean has_messages;
  gint64 entry_us;
  gint64 latest_us;
} WeirExportWriter;

typedef struct
{
  void (*begin) (WeirExportWriter *self);
  void (*row) (WeirExportWriter *self, const WeirExportRow *row);
  void (*end) (WeirExportWriter *self);
} WeirExportFormatClass;

const WeirExportFormatClass *weir_export_format_class (WeirExportFormat format);

G_END_DECLS
