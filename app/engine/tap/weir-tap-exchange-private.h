/* SPDX-License-Identifier: MIT */
/*
 * WeirTapExchange: one request that went through the tap, and its answer as it comes. It looks on,
 * and touches nothing: only where the answer is an event stream does it make a sink. It lives in
 * the I/O thread.
 */
#pragma once

#include "http/weir-http-head.h"
#include "http/weir-request.h"
#include "weir-tap.h"

G_BEGIN_DECLS

/* What all exchanges of a tap share; the tap's own. */
typedef struct
{
  WeirRequest *upstream;
  WeirTapFunc func;
  gpointer user_data;
  guint n_streams;
  /* A stream that was shown has ended. */
  void (*ended) (gpointer tap_data, guint number, WeirConnectionInfo *info);
  gpointer tap_data;
} WeirTapViewer;

typedef struct WeirTapExchange WeirTapExchange;

/* request is as it is sent on; url what it asks the upstream for. */
WeirTapExchange *
weir_tap_exchange_new (WeirTapViewer *viewer, const WeirHttpHead *request, const char *url);
/* One that was not ended yet ends as cut. */
void weir_tap_exchange_free (WeirTapExchange *self);

/* The request's method, for the framing of the answer. */
const char *weir_tap_exchange_get_method (WeirTapExchange *self);

void weir_tap_exchange_answered (WeirTapExchange *self, const WeirHttpHead *answer);
/* The answer's next bytes, without chunks. */
void weir_tap_exchange_read (WeirTapExchange *self, const char *bytes, gsize length);
/* The answer is complete, or is all there will be of it; evidence is one sentence. */
void weir_tap_exchange_ended (WeirTapExchange *self, WeirEndReason reason, const char *evidence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTapExchange, weir_tap_exchange_free)

G_END_DECLS
