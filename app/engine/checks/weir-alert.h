/* SPDX-License-Identifier: MIT */
/*
 * WeirAlert: reports that rows arrived which match a filter, or that no event arrived for a while. It
 * belongs to the main thread. One thread for all alerts checks the rows, each row once.
 *
 * An event that a server sends again after a reconnect, with the same ID, type and data, does not match
 * again.
 */
#pragma once

#include "filter/weir-filter.h"

G_BEGIN_DECLS

typedef struct _WeirAlert WeirAlert;

/* filter is referenced; NULL: no rows match. Unless it names a kind of rows, only events match.
 * silence_us: microseconds without an event until the stream is silent; 0: never. Nothing is
 * checked before weir_alert_set_log(). */
WeirAlert *weir_alert_new (WeirFilter *filter, gint64 silence_us);
void weir_alert_free (WeirAlert *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirAlert, weir_alert_free)

/* Checks log, which is referenced, from row first on, and forgets what was found in another log. Does
 * nothing if it is the same log. NULL: checks none. */
void weir_alert_set_log (WeirAlert *self, WeirLog *log, guint64 first);
WeirLog *weir_alert_get_log (WeirAlert *self);

/* Takes what was found, and starts to check the rows that arrived since. now_us: a monotonic clock, in
 * microseconds. live: the stream is connected or connecting; otherwise it is not silent. */
void weir_alert_tick (WeirAlert *self, gint64 now_us, gboolean live);

/* Returns: how many rows matched since the last call. Sets first to the first of them, or
 * WEIR_NO_ROW. */
guint64 weir_alert_take_matches (WeirAlert *self, guint64 *first);

/* Whether silence_us passed since the last event, or since the stream became live. */
gboolean weir_alert_is_silent (const WeirAlert *self);

/* Returns: FALSE if the filter names kinds of rows, so that matches need not be events. */
gboolean weir_alert_is_of_events (const WeirAlert *self);

/* Whether all rows that the log had at the last tick were checked and taken. */
gboolean weir_alert_is_up_to_date (const WeirAlert *self);

G_END_DECLS
