/* SPDX-License-Identifier: MIT */
/*
 * RawServer: a server on a loopback port of the kernel's choice that sends exactly the bytes that
 * a test wants, and breaks exactly where it wants. Each connection is handled in a thread of its
 * own by the test's handler.
 */
#pragma once

#include <gio/gio.h>

typedef struct RawServer RawServer;

/* The n-th connection, from 1; head is the request's head and, where it announced one, body. The
 * socket is closed behind the handler, unless raw_reset() did it. */
typedef void (*RawHandler) (int fd, guint n, const char *request, gpointer data);

RawServer *raw_server_new (RawHandler handler, gpointer data);
void raw_server_free (RawServer *self);

/* "http://127.0.0.1:PORT" */
const char *raw_server_get_address (RawServer *self);
guint raw_server_get_n_connections (RawServer *self);

/* For handlers. */
void raw_send (int fd, const char *text);
void raw_send_bytes (int fd, const void *bytes, gsize length);
/* The head of a good stream, without length: the connection's end is the body's. */
void raw_send_head (int fd);
/* The same with chunked framing, and one chunk of it. */
void raw_send_chunked_head (int fd);
void raw_send_chunk (int fd, const char *text);
/* Waits until the client has closed, so that the connection stays open for as long as it wants. */
void raw_wait_for_close (int fd);
/* Closes with a TCP reset. */
void raw_reset (int fd);
