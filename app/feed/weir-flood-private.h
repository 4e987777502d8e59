/* SPDX-License-Identifier: MIT */
/*
 * The flood's fast way: one block of events, framed for the wire, of which each write changes only
 * the digits of the ids. A client is measured against it, so it must not be what is slow.
 */
#pragma once

#include "weir-feed.h"
#include "weir-scenario-private.h"

G_BEGIN_DECLS

#define WEIR_FLOOD_EVENT_BYTES 260

typedef struct WeirFlood WeirFlood;

WeirFlood *weir_flood_new (WeirFeedFraming framing);
void weir_flood_free (WeirFlood *self);

/* The bytes of the events from first up to last at most, framed; they live until the next call. */
const char *
weir_flood_next (WeirFlood *self, guint64 first, guint64 last, gsize *length, guint *n_events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFlood, weir_flood_free)

G_END_DECLS
