/* SPDX-License-Identifier: MIT */
/* WeirDelivery: gives a sink the steps of a replay as the I/O thread would have, all of a step or event by
 * event. */
#pragma once

#include "weir-replay.h"

G_BEGIN_DECLS

typedef struct
{
  WeirSink *sink; /* lent */
  WeirParser parser;
  WeirConnectionInfo *info; /* of the connection that is open, or NULL */
  gboolean opened;          /* and it was said to be */
  gint64 time_us;           /* of the last step whose time is known */
  gboolean enough;          /* the sink wants no more */
  WeirStatus status;        /* of the parser: WEIR_ITEM where it was not asked for all */
  WeirFindingCode found;    /* the last finding, which says which limit was reached */
} WeirDelivery;

/* options: NULL: the default limits, skipping what is over. */
void weir_delivery_init (WeirDelivery *self, WeirSink *sink, const WeirParserOptions *options);
void weir_delivery_clear (WeirDelivery *self);

/* A step; of a read its bytes alone, whose items are then to be given. */
void weir_delivery_take (WeirDelivery *self, const WeirReplayStep *step);
/* All items that the bytes so far make. */
void weir_delivery_give_items (WeirDelivery *self);
/* The items up to the next event. FALSE: there is no event in what is left. */
gboolean weir_delivery_give_event (WeirDelivery *self);
/* Ends the connection that is open, if there is one; told: the sentence that says how, or NULL. */
void weir_delivery_end (WeirDelivery *self, gint64 time_us, const char *told);

G_END_DECLS
