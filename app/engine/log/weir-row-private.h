/* SPDX-License-Identifier: MIT */
/* Reading a row's bytes again. */
#pragma once

#include "weir-row.h"

G_BEGIN_DECLS

/* A reader for rows: no limits, memory from the heap. (transfer full) */
WeirReader *weir_row_reader_new (void);

/* Reads a row's bytes, and gives the item that it was made of. Its spans are valid until the reader is
 * used again. Returns: FALSE if there is no such item in them. */
gboolean weir_row_parse (
    WeirReader *reader, const WeirRowInfo *info, const guint8 *bytes, gsize length, WeirItem *item);

/* Appends at most limit bytes of text to line as weir_row_get_preview() shows them. */
void weir_row_append_preview (GString *line, const char *text, gsize length, gsize limit);

/* The last event ID that the row's own bytes set. */
char *weir_row_dup_own_id (WeirRow *self);

G_END_DECLS
