/* SPDX-License-Identifier: MIT */
/*
 * WeirTapExchange: one request that went through the tap, and its response. It changes
 * neither. It makes a sink for an event stream, for a refused response and for JSON. Other responses
 * are not examined. It belongs to the I/O thread.
 */
#pragma once

#include "http/weir-http-head.h"
#include "http/weir-request.h"
#include "stream/weir-sink.h"

G_BEGIN_DECLS

/* Shared by all exchanges of a tap. */
typedef struct
{
  WeirRequest *upstream;
  GStrv cors; /* origins whose pages may use the tap, "*" for all; NULL: none */
  guint head_timeout_ms;
  guint body_timeout_ms;
  WeirSink *(*func) (guint number, gpointer user_data); /* WeirTapFunc of weir-tap.h */
  gpointer user_data;
  guint n_streams;
  /* A stream that was shown has ended. */
  void (*ended) (gpointer tap_data, guint number, WeirConnectionInfo *info);
  gpointer tap_data;
} WeirTapViewer;

typedef struct WeirTapExchange WeirTapExchange;

/* request is the head as it is sent to the upstream, url its address there. */
WeirTapExchange *
weir_tap_exchange_new (WeirTapViewer *viewer, const WeirHttpHead *request, const char *url);
/* Ends an exchange that has not ended as cancelled. */
void weir_tap_exchange_free (WeirTapExchange *self);

/* The request's method, for the framing of the response. */
const char *weir_tap_exchange_get_method (WeirTapExchange *self);

/* The next bytes of the request's body, without chunks. */
void weir_tap_exchange_take_body (WeirTapExchange *self, const char *bytes, gsize length);

void weir_tap_exchange_answered (WeirTapExchange *self, const WeirHttpHead *answer);
/* The next bytes of the response's body, without chunks. */
void weir_tap_exchange_read (WeirTapExchange *self, const char *bytes, gsize length);
/* The response is complete, or nothing more of it will arrive; evidence is a sentence. */
void weir_tap_exchange_ended (WeirTapExchange *self, WeirEndReason reason, const char *evidence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTapExchange, weir_tap_exchange_free)

G_END_DECLS
