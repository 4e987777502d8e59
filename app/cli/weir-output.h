/* SPDX-License-Identifier: MIT */
/*
 * WeirOutput: a large buffer in front of a file descriptor, and functions that append text to it. It
 * allocates nothing for an event.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_OUTPUT_BYTES (256 * 1024)

typedef struct
{
  int fd;
  gsize length;
  int error; /* errno of a failed write; later output is dropped */
  char bytes[WEIR_OUTPUT_BYTES];
} WeirOutput;

/* Blocks until all is written. A slow reader thereby slows down the stream. */
void weir_output_flush (WeirOutput *self);

/* Appends bytes unchanged. */
void weir_output_bytes (WeirOutput *self, const char *bytes, gsize length);
void weir_output_string (WeirOutput *self, const char *text);
void weir_output_number (WeirOutput *self, guint64 number);

/* Appends a dash and text as a line for a terminal, and flushes. */
void weir_output_message (WeirOutput *self, const char *text);

/* Appends text, UTF-8, as the contents of a JSON string. Control characters, including C1 and
 * bidirectional ones, are escaped, so that a terminal can show it. */
void weir_output_json (WeirOutput *self, const char *text, gsize length);

/* Appends any bytes for a terminal: unprintable ones as "\x1b" or "\u202e". Tabs stay. Line feeds
 * stay too, each followed by indent unless that is NULL. */
void weir_output_safe (WeirOutput *self, const char *text, gsize length, const char *indent);

G_END_DECLS
