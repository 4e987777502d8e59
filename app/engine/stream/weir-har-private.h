/* SPDX-License-Identifier: MIT */
/* WeirHar: the event streams in an HTTP Archive (HAR 1.2), as browsers and Weir export them. */
#pragma once

#include "http/weir-connection-info.h"

G_BEGIN_DECLS

/* A message that was recorded instead of the bytes. */
typedef struct
{
  gsize end;      /* of its bytes in the body */
  gint64 time_us; /* wall clock; 0: unknown */
} WeirHarMessage;

/* One response that is an event stream, or records. */
typedef struct
{
  WeirConnectionInfo *info; /* its request and head; numbered from 1 */
  gint64 answered_us;       /* wall clock, of the response; 0: unknown */
  GBytes *body;
  GArray *messages; /* of WeirHarMessage, if body was made of them; or NULL */
} WeirHarEntry;

/* Whether the file at path begins like an archive. */
gboolean weir_har_is (const char *path);

/* The event streams of the archive at path, in its order. Sets *evidence to a sentence if some have no
 * body.
 * Returns: (transfer full) (element-type WeirHarEntry): NULL with an error of one sentence if it cannot
 * be read or has no event stream. */
GPtrArray *weir_har_load (const char *path, char **evidence);

G_END_DECLS
