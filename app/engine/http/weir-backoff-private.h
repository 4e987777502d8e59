/* SPDX-License-Identifier: MIT */
/* WeirBackoff: how long to wait before the next connection. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The delay in milliseconds after so many failures in a row; 0 failures: the reconnection time. It doubles
 * with each failure, up to cap_ms. From the second failure on, random (0 to 1) shortens it by up to a
 * quarter, so that clients do not reconnect at the same moment. It is not shorter than Retry-After (-1:
 * not sent). */
gint64 weir_backoff_get_delay (
    guint retry_ms, guint cap_ms, guint failures, gint64 retry_after_ms, double random);

/* A Retry-After value, seconds or an HTTP date, as milliseconds from now_us (wall clock), never
 * more than a day; -1: not valid. RFC 9110, 10.2.3. */
gint64 weir_backoff_parse_retry_after (const char *value, gint64 now_us);

G_END_DECLS
