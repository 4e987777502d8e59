/* SPDX-License-Identifier: MIT */
/*
 * WeirOutput: one large buffer in front of a file descriptor, and the few ways in which text is
 * put there. Nothing is allocated for an event.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_OUTPUT_BYTES (256 * 1024)

typedef struct
{
  int fd;
  gsize length;
  int error; /* errno of a write that failed; what comes after is dropped */
  char bytes[WEIR_OUTPUT_BYTES];
} WeirOutput;

/* Blocks until all is written; that is what slows down a stream whose reader dawdles. */
void weir_output_flush (WeirOutput *self);

/* As it is. */
void weir_output_bytes (WeirOutput *self, const char *bytes, gsize length);
void weir_output_string (WeirOutput *self, const char *text);
void weir_output_number (WeirOutput *self, guint64 number);

/* text on a line of its own, for a terminal, behind a dash; and all of it is written. */
void weir_output_message (WeirOutput *self, const char *text);

/* text, UTF-8, as the inside of a JSON string. Controls, C1 and bidirectional ones too, are
 * escaped, so that a terminal may see it. */
void weir_output_json (WeirOutput *self, const char *text, gsize length);

/* text, any bytes, for a terminal: what is not printable is shown as "\x1b" or "\u202e". Tabs
 * stay, and line feeds too where indent is NULL; otherwise each is followed by indent. */
void weir_output_safe (WeirOutput *self, const char *text, gsize length, const char *indent);

G_END_DECLS
