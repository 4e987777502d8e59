/* SPDX-License-Identifier: MIT */
/*
 * WeirCheckPrinter prints the findings of a sequence check and of a schema check on standard error, one
 * line each, as soon as they are certain.
 */
#pragma once

#include "weir-output.h"
#include "app/engine/stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct _WeirCheckPrinter WeirCheckPrinter;

/* output is borrowed, and flushed before each line. sequence: "id", a valid JSON path, or NULL; schema:
 * whether the schema is checked. */
WeirCheckPrinter *
weir_check_printer_new (WeirOutput *output, const char *sequence, gboolean schema);
void weir_check_printer_free (WeirCheckPrinter *self);

/* Another connection is open. */
void weir_check_printer_begin (WeirCheckPrinter *self);
void weir_check_printer_take (WeirCheckPrinter *self, const WeirItem *event);
/* The stream has ended: prints the summary. Returns: TRUE if anything was found. */
gboolean weir_check_printer_finish (WeirCheckPrinter *self);

G_END_DECLS
