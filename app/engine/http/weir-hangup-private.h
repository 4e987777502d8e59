/* SPDX-License-Identifier: MIT */
/*
 * WeirHangup: tells when a server has closed its side of a connection and nothing of it is left to
 * read. libsoup 3.2 does not notice that of HTTP/2, and lets the streams of it wait for ever.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _WeirHangup WeirHangup;

/* Calls function once, in the I/O thread, when socket was closed by the peer and *n_bytes, which
 * the caller counts up as it reads, has stood still since. n_bytes is lent until it is freed. */
WeirHangup *
weir_hangup_new (GSocket *socket, const guint64 *n_bytes, GSourceOnceFunc function, gpointer data);

void weir_hangup_free (WeirHangup *self);

G_END_DECLS
