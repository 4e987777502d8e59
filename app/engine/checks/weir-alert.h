/* SPDX-License-Identifier: MIT */
/*
 * WeirAlert: what a person wants to be told of a stream: that rows came which a filter matches, and
 * that no event came for a while. It belongs to the main thread; the rows are looked at in a thread of
 * all alerts, a stretch at a time, each row once.
 *
 * An event that a server sends again after a reconnect, with its ID, type and data as before, does not
 * match anew.
 */
#pragma once

#include "filter/weir-filter.h"

G_BEGIN_DECLS

typedef struct _WeirAlert WeirAlert;

/* filter: what to look for, kept by reference; NULL: nothing. Unless it names a kind of rows itself,
 * only events match. silence_us: without an event for so many microseconds, the stream is silent; 0: it
 * never is. Nothing is looked at before weir_alert_set_log(). */
WeirAlert *weir_alert_new (WeirFilter *filter, gint64 silence_us);
void weir_alert_free (WeirAlert *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirAlert, weir_alert_free)

/* Looks at log from the row first on, and forgets what it has found in another one; nothing happens
 * where it is the same log already. NULL: at none. log is kept by reference. */
void weir_alert_set_log (WeirAlert *self, WeirLog *log, guint64 first);
WeirLog *weir_alert_get_log (WeirAlert *self);

/* Takes in what was found, and has what came since looked at. now_us: any clock that never goes back,
 * in microseconds. live: a connection is there, or on its way; otherwise nobody is silent. */
void weir_alert_tick (WeirAlert *self, gint64 now_us, gboolean live);

/* How many rows were found since this was asked last; *first: the first of them, or WEIR_NO_ROW. */
guint64 weir_alert_take_matches (WeirAlert *self, guint64 *first);

/* Whether there has been no event for as long as was said, since the last one, or since the stream was
 * live and watched. */
gboolean weir_alert_is_silent (const WeirAlert *self);

/* FALSE where the filter names kinds of rows: what it finds may be no events. */
gboolean weir_alert_is_of_events (const WeirAlert *self);

/* Whether all rows that the log had at the last tick were looked at and taken in. */
gboolean weir_alert_is_up_to_date (const WeirAlert *self);

G_END_DECLS
