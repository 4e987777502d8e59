/* SPDX-License-Identifier: MIT */
/* WeirDelivery: gives a sink the steps of a replay as the I/O thread would, all items of a step at once or
 * event by event. */
#pragma once

#include "stream/weir-sink.h"
#include "weir-replay-step.h"

G_BEGIN_DECLS

typedef struct
{
  WeirSink *sink; /* borrowed */
  WeirReader *reader;
  WeirConnectionInfo *info; /* of the connection that is open, or NULL */
  gboolean opened;          /* the sink was given its answer */
  guint64 n_given;          /* bytes of the connection */
  guint64 n_events;         /* of the connection */
  guint64 base;             /* of them before the last gap, where the parser started again */
  gint64 time_us;           /* of the last step whose time is known */
  gboolean enough;          /* the sink needs no more items */
  WeirStatus status;        /* of the reader: WEIR_ITEM if it may have more */
  WeirFindingCode found;    /* the last finding, which says which limit was reached */
} WeirDelivery;

/* options: NULL for the default limits, skipping what is over. */
void weir_delivery_init (WeirDelivery *self, WeirSink *sink, const WeirParserOptions *options);
void weir_delivery_clear (WeirDelivery *self);

/* Takes a step; of bytes, the items are then to be given. */
void weir_delivery_take (WeirDelivery *self, const WeirReplayStep *step);
/* Gives all items that the bytes so far make. */
void weir_delivery_give_items (WeirDelivery *self);
/* Gives the items up to the next event. Returns: FALSE if there is no event in what is left. */
gboolean weir_delivery_give_event (WeirDelivery *self);
/* Ends the connection that is open, if there is one, as the recording breaks off. */
void weir_delivery_end (WeirDelivery *self);

/* The connection after a step: a changed copy of info, or a new one if the connection begins.
 * (transfer full) */
WeirConnectionInfo *weir_delivery_apply_step (const WeirReplayStep *step,
                                              const WeirConnectionInfo *info);

G_END_DECLS
