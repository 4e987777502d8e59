/* SPDX-License-Identifier: MIT */
/* WeirBackoff: how long to wait before the next connection. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The delay in milliseconds after failures connections in a row that brought nothing (0: the last
 * one was good, so the reconnection time as it is). Doubles with each, up to cap_ms; from the
 * second on up to a quarter is taken off by random (0 to 1), so that a crowd does not come back
 * all at once. What the server asked for with Retry-After (-1: nothing) is the least. */
gint64 weir_backoff_get_delay (
    guint retry_ms, guint cap_ms, guint failures, gint64 retry_after_ms, double random);

/* A Retry-After value, seconds or an HTTP date, as milliseconds from now_us (wall clock), never
 * more than a day; -1: not valid. RFC 9110, 10.2.3. */
gint64 weir_backoff_parse_retry_after (const char *value, gint64 now_us);

G_END_DECLS
