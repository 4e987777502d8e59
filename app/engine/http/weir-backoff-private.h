/* SPDX-License-Identifier: MIT */
/* WeirBackoff: how long to wait before the next connection. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint retry_ms; /* the reconnection time */
  guint cap_ms;
  guint n_failures;      /* in a row */
  gint64 retry_after_ms; /* from a Retry-After header; -1: not sent */
} WeirBackoff;

/* The delay in milliseconds: the reconnection time, doubled with each failure after the first, up to cap_ms.
 * From the second failure on, random (0 to 1) shortens it by up to a quarter, so that clients do not
 * reconnect at the same moment. It is not shorter than retry_after_ms. */
gint64 weir_backoff_get_delay (const WeirBackoff *self, double random);

/* A Retry-After value, seconds or an HTTP date, as milliseconds from now_us (wall clock), never
 * more than a day; -1: not valid. RFC 9110, 10.2.3. */
gint64 weir_backoff_parse_retry_after (const char *value, gint64 now_us);

G_END_DECLS
