/* SPDX-License-Identifier: MIT */
/*
 * WeirTap: a reverse proxy on loopback that shows another program's event streams. It sends every
 * request on to the upstream as it is, every answer back without delay, byte for byte, and hands
 * what is an event stream to a sink of its own.
 *
 * Two things in a request are changed, and nothing in an answer: Host names the upstream, and
 * Accept-Encoding keeps only what can be read here (gzip, deflate). Where the upstream's address
 * has a path, it is put before a request's path that does not begin with it already.
 */
#pragma once

#include "http/weir-request.h"
#include "stream/weir-sink.h"

G_BEGIN_DECLS

#define WEIR_TAP_ERROR (weir_tap_error_quark ())
GQuark weir_tap_error_quark (void);

typedef enum
{
  WEIR_TAP_ERROR_ADDRESS, /* what to listen on makes no sense, or is not on loopback */
} WeirTapError;

/* Makes the sink of a stream; number counts the streams from 1. Called in the I/O thread.
 * (transfer full); NULL: this one is not to be shown. */
typedef WeirSink *(*WeirTapFunc) (guint number, gpointer user_data);

/*
 * Signals, in the main context of the thread that made it:
 *   "stream-ended" (guint number, WeirConnectionInfo *info)
 */
#define WEIR_TYPE_TAP (weir_tap_get_type ())
G_DECLARE_FINAL_TYPE (WeirTap, weir_tap, WEIR, TAP, GObject)

/* Listens at address: "127.0.0.1:8090", "localhost:8090", "8090"; port 0: one that is free.
 * upstream's URL, certificates and limits are used, and none of its headers and credentials. NULL
 * with an error of WEIR_TAP_ERROR or G_IO_ERROR: one sentence for the user. func is called, and
 * destroyed, in the I/O thread. */
WeirTap *weir_tap_new (const char *address,
                       WeirRequest *upstream,
                       WeirTapFunc func,
                       gpointer user_data,
                       GDestroyNotify destroy,
                       GError **error);

/* "http://127.0.0.1:8090": what to give to the other program instead of the upstream's. */
const char *weir_tap_get_address (WeirTap *self);

/* Cuts every connection and listens no more; so does the last unref. */
void weir_tap_stop (WeirTap *self);

G_END_DECLS
