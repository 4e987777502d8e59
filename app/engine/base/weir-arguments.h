/* SPDX-License-Identifier: MIT */
/* What the command-line programs do with their arguments alike, so that they say alike what is wrong. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* g_option_context_parse(), with a word on where the options are listed where one is not known. From
 * then on what g_print() cannot write, as the help, ends the program with a sentence and status 1. */
gboolean weir_arguments_parse (GOptionContext *context, int *argc, char ***argv, GError **error);

/* text as a whole number from least to most; option is its name, for the sentence. NULL as text
 * leaves *number alone. */
gboolean weir_arguments_read_number (const char *option,
                                     const char *text,
                                     gint64 least,
                                     gint64 most,
                                     gint64 *number,
                                     GError **error);

/* value, or, with "@FILE", what the file holds; NULL with a sentence that names option. (transfer
 * full) */
GBytes *weir_arguments_load (const char *option, const char *value, GError **error);
/* The same of text on one line, as a secret is: the line's end in the file is dropped. (transfer full) */
char *weir_arguments_load_line (const char *option, const char *value, GError **error);

G_END_DECLS
