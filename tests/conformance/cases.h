/* SPDX-License-Identifier: MIT */
/* The conformance cases in Markdown; README.md says how they are written. */
#ifndef WEIR_CASES_H
#define WEIR_CASES_H

#include <glib.h>

#include "weir-parser.h"

typedef struct
{
  char *path; /* "TOPIC/HEADING", the topic being the file's name */
  GBytes *stream;
  GString *items;            /* as they are written, one a line, through case_escape() */
  WeirParserOptions options; /* without the allocator */
  char *last_event_id;       /* or NULL */
  gboolean flush;
} Case;

/* Every case of the folder's files, in the order of their names. A file that is not written as the
 * README says ends the program with a sentence. Free with g_ptr_array_unref(). */
GPtrArray *cases_load (const char *folder);

/* Appends text with control characters and backslashes as \xHH. */
void case_escape (GString *to, const char *text, gsize length);

#endif
