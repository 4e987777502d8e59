/* SPDX-License-Identifier: MIT */
/*
 * WeirFlood writes the scenario flood quickly: it keeps one block of framed events, and changes only the digits
 * of their IDs for each write. Clients are measured with it, so it must be faster than any of them.
 */
#pragma once

#include "weir-feed-options.h"
#include "weir-scenario-private.h"

G_BEGIN_DECLS

#define WEIR_FLOOD_EVENT_BYTES 260

typedef struct WeirFlood WeirFlood;

WeirFlood *weir_flood_new (WeirFeedFraming framing);
void weir_flood_free (WeirFlood *self);

/* The framed bytes of events from first on, up to last at most. Valid until the next call. */
const char *
weir_flood_next (WeirFlood *self, guint64 first, guint64 last, gsize *length, guint *n_events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFlood, weir_flood_free)

G_END_DECLS
