/* SPDX-License-Identifier: MIT */
/* weir-arguments: parses the arguments of the command-line programs, so that all report errors alike. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Like g_option_context_parse(), but the error of an unknown option says where the options are listed. From
 * then on, output of g_print() that cannot be written, such as --help, ends the program with status 1. */
gboolean weir_arguments_parse (GOptionContext *context, int *argc, char ***argv, GError **error);

/* An option whose value is a whole number from least to most. */
typedef struct
{
  const char *option; /* "--port" */
  gint64 least, most;
} WeirNumberOption;

/* Reads the value of an option. If text is NULL, *number stays. */
gboolean weir_arguments_read_number (const WeirNumberOption *option,
                                     const char *text,
                                     gint64 *number,
                                     GError **error);

/* Returns value, or with "@FILE" the contents of the file. The error names option. (transfer full) */
GBytes *weir_arguments_load (const char *option, const char *value, GError **error);
/* The same for a text of one line, such as a secret: the line end in the file is dropped. (transfer full) */
char *weir_arguments_load_line (const char *option, const char *value, GError **error);

G_END_DECLS
