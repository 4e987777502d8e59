/* SPDX-License-Identifier: MIT */
/*
 * WeirCheckPrinter: what is found in the numbering of a stream's events and in the shape of their JSON,
 * a line each on standard error: of the numbering as it comes, of the shape as soon as it is sure.
 */
#pragma once

#include "weir-output.h"
#include "app/engine/stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct _WeirCheckPrinter WeirCheckPrinter;

/* output is lent: what is in it is written before a line. sequence: "id" or a JSON path that is known to
 * be one, or NULL; schema: whether the shape is looked at. */
WeirCheckPrinter *
weir_check_printer_new (WeirOutput *output, const char *sequence, gboolean schema);
void weir_check_printer_free (WeirCheckPrinter *self);

/* Another connection is open. */
void weir_check_printer_begin (WeirCheckPrinter *self);
void weir_check_printer_take (WeirCheckPrinter *self, const WeirItem *event);
/* No more comes: tells the sum of it all. Returns whether anything was found. */
gboolean weir_check_printer_finish (WeirCheckPrinter *self);

G_END_DECLS
