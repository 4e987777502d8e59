/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "weir-hangup-private.h"

#include "base/weir-io-private.h"

#include <glib-unix.h>
#include <poll.h>

/* What came before the end has to find its way through TLS and HTTP/2 first. */
#define GRACE_MS 200

struct _WeirHangup
{
  GSocket *socket;
  GSource *source; /* of the socket first, of the time of grace then */
  const guint64 *n_bytes;
  guint64 n_bytes_before;
  GSourceOnceFunc function;
  gpointer data;
};

static gboolean
on_grace_over (gpointer data)
{
  WeirHangup *self = data;

  if (*self->n_bytes != self->n_bytes_before)
    {
      self->n_bytes_before = *self->n_bytes;
      return G_SOURCE_CONTINUE;
    }
  weir_io_clear_source (&self->source);
  self->function (self->data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_closed (int fd, GIOCondition condition, gpointer data)
{
  WeirHangup *self = data;

  weir_io_clear_source (&self->source);
  self->n_bytes_before = *self->n_bytes;
  self->source = weir_io_timeout (GRACE_MS, on_grace_over, self);
  return G_SOURCE_REMOVE;
}

WeirHangup *
weir_hangup_new (GSocket *socket, const guint64 *n_bytes, GSourceOnceFunc function, gpointer data)
{
  WeirHangup *self = g_new0 (WeirHangup, 1);

  self->socket = g_object_ref (socket);
  self->n_bytes = n_bytes;
  self->function = function;
  self->data = data;
  /* GLib hands the events to poll() as they are, also this one, for which it has no name. */
  self->source = g_unix_fd_source_new (g_socket_get_fd (socket), (GIOCondition) POLLRDHUP);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_closed), self, NULL);
  g_source_attach (self->source, weir_io_get_context ());
  return self;
}

void
weir_hangup_free (WeirHangup *self)
{
  weir_io_clear_source (&self->source);
  g_object_unref (self->socket);
  g_free (self);
}
