/* SPDX-License-Identifier: MIT */
/*
 * weir-row-text: the text of a row for screen readers and the clipboard.
 */
#pragma once

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

/* The time of its log's first row; 0: unknown. */
gint64 weir_row_text_get_start_us (WeirRow *row);
/* The time since another row of the same log arrived, in microseconds; -1 if unknown. */
gint64 weir_row_text_get_gap_us (WeirRow *row, guint64 since);

/* The row's data as a string, valid UTF-8, up to its first NUL. (transfer full) */
char *weir_row_text_get_data (WeirRow *row);

/* One sentence with all that the row shows, for a screen reader. gap: the shown time since the row above,
 * "" if unknown; note: of its bookmark, NULL: none. (transfer full) */
char *weir_row_text_describe (WeirRow *row, const char *gap, const char *note);

/* The row as one line of JSON, as weir-tail prints it, without the line's end. (transfer full) */
char *weir_row_text_to_ndjson (WeirRow *row);

G_END_DECLS
