/* SPDX-License-Identifier: MIT */
/*
 * WeirRow: one row of a log, created when a widget needs it. It is immutable. Its texts are read from
 * the log and parsed on first use. For one thread at a time.
 */
#pragma once

#include "weir-log.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ROW (weir_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirRow, weir_row, WEIR, ROW, GObject)

/* The row of that number, which must be there. It keeps a reference of the log. */
WeirRow *weir_row_new (WeirLog *log, guint64 number);

WeirLog *weir_row_get_log (WeirRow *self);
guint64 weir_row_get_number (WeirRow *self);
WeirRowKind weir_row_get_kind (WeirRow *self);
/* Wall clock, microseconds since 1970. */
gint64 weir_row_get_time_us (WeirRow *self);
/* Its bytes as received. */
guint64 weir_row_get_size (WeirRow *self);
/* Of a finding its code, otherwise 0. */
WeirFindingCode weir_row_get_finding (WeirRow *self);

/* Event: its type, "message" if it has none; finding: its name ("unknown-field"); mark:
 * "connection", or the note's name; otherwise the kind's. Never NULL; lives as long as the row. */
const char *weir_row_get_type_name (WeirRow *self);

/* Event: the last event ID at this event, "" if there is none; otherwise NULL. */
const char *weir_row_get_id (WeirRow *self);
/* Whether this very row set it. */
gboolean weir_row_has_id (WeirRow *self);

/* The beginning of its text on one line of at most 512 bytes: UTF-8 without control characters,
 * each line feed shown as U+21B5. */
const char *weir_row_get_preview (WeirRow *self);

/* Event: its data; comment: its text; retry: the milliseconds; finding: the sentence; mark: its
 * sentence. UTF-8, may hold NUL. Empty where the bytes are not kept. (transfer none) */
GBytes *weir_row_get_data (WeirRow *self);

/* Its bytes as received; empty for a mark, or if they are not kept. (transfer none) */
GBytes *weir_row_get_raw (WeirRow *self);

/* Mark: the connection that it is about, or NULL. (transfer none) */
WeirConnectionInfo *weir_row_get_connection (WeirRow *self);

G_END_DECLS
