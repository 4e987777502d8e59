/* SPDX-License-Identifier: MIT */
/* A second parser, slow and plain, from the standard's text; and a way to write items down. */
#pragma once

#include <glib.h>

#include "weir-parser.h"

/* Writes one item as a line of text: everything it says, in order, escaped. */
void reference_write_item (GString *log, const WeirItem *item);

/* All items of a whole stream, and the status they end with, written down. */
char *
reference_parse (const char *bytes, gsize length, const WeirParserOptions *options, gboolean flush);

/* Fails, and shows the stream and the first line that differs, unless got is expected. */
void reference_assert_same (const char *bytes, gsize length, const char *got, const char *expected);
