/* SPDX-License-Identifier: MIT */
/* WeirCollectOptions: the command line and the configuration file of weir-collect. */
#pragma once

#include "app/engine/http/weir-request.h"
#include "weir-target.h"

G_BEGIN_DECLS

/* A stream to collect. */
typedef struct
{
  char *name;
  WeirRequest *request;
  char
      *settings; /* all keys of its group as text, to notice a change when the file is read again */
} WeirCollectStream;

void weir_collect_stream_free (WeirCollectStream *self);

typedef struct
{
  WeirTargetAddress to;
  GPtrArray *streams; /* WeirCollectStream */
  char *config;       /* path; NULL: none */
  char *dead_letter;  /* path; NULL: none */
  char *metrics;      /* HOST:PORT; NULL: none */
  gboolean verify;
  gboolean is_done; /* --help or --version was printed */
} WeirCollectOptions;

/* Returns: FALSE with error set, a sentence for people, if an option is invalid. */
gboolean
weir_collect_options_parse (WeirCollectOptions *self, int argc, char **argv, GError **error);
void weir_collect_options_clear (WeirCollectOptions *self);

/* Reads the streams of the configuration file again.
 * Returns: (transfer full): NULL with error set if it is invalid. */
GPtrArray *weir_collect_options_read_streams (const char *path, GError **error);

G_END_DECLS
