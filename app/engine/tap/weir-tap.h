/* SPDX-License-Identifier: MIT */
/*
 * WeirTap: a reverse proxy on loopback that shows another program's event streams. It sends every
 * request to the upstream and every response back without delay, byte for byte, and gives each
 * event stream to its own sink. A refused response, or one of JSON, is a stream without
 * bytes whose end describes it.
 *
 * A response is not changed. In a request, Host names the upstream, and Accept-Encoding keeps only
 * codings that the tap can decode. If the upstream's address has a path, it is put before a request's path
 * that does not begin with it. Once the upstream accepts another protocol (status 101), the
 * tap forwards both directions without parsing them.
 *
 * Requests of web pages from other origins are refused with 403, unless their origin is allowed.
 */
#pragma once

#include "http/weir-request.h"
#include "stream/weir-sink.h"

G_BEGIN_DECLS

#define WEIR_TAP_ERROR (weir_tap_error_quark ())
GQuark weir_tap_error_quark (void);

typedef enum
{
  WEIR_TAP_ERROR_ADDRESS, /* the address to listen at is invalid or not on loopback */
} WeirTapError;

/* Makes the sink of a stream; number counts the streams from 1. Called in the I/O thread.
 * Returns: (transfer full): NULL if this stream is not shown. */
typedef WeirSink *(*WeirTapFunc) (guint number, gpointer user_data);

/*
 * Signals, in the main context of the thread that made it:
 *   "stream-ended" (guint number, WeirConnectionInfo *info)
 */
#define WEIR_TYPE_TAP (weir_tap_get_type ())
G_DECLARE_FINAL_TYPE (WeirTap, weir_tap, WEIR, TAP, GObject)

typedef struct
{
  /* "127.0.0.1:8090", "localhost:8090", "8090"; port 0: any free port. */
  const char *address;
  /* Its URL, certificates and limits are used, but not its headers and credentials. */
  WeirRequest *upstream;
  /* Origins whose web pages may use the tap; "*" means all; NULL: none. */
  const char *const *cors;
  guint head_timeout_ms; /* how long a client may take for a request's head; 0: 10,000 */
  guint body_timeout_ms; /* how long it may send nothing of a request's body; 0: 60,000 */
  /* Called, and destroyed, in the I/O thread. */
  WeirTapFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} WeirTapOptions;

/* Listens. Returns NULL with an error of WEIR_TAP_ERROR or G_IO_ERROR: one sentence for the user. */
WeirTap *weir_tap_new (const WeirTapOptions *options, GError **error);

/* "http://127.0.0.1:8090": the other program needs this address instead of the upstream's. */
const char *weir_tap_get_address (WeirTap *self);

/* Closes every connection and stops listening; so does the last unref. */
void weir_tap_stop (WeirTap *self);

G_END_DECLS
