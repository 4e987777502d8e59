/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-body-private.h"

/* So much is handed on at once; more would not stay in the processor's cache. */
#define FULL_BYTES (64 * 1024)

void
weir_body_open (WeirBody *self, GInputStream *stream)
{
  self->stream = stream;
  self->bytes = g_malloc (WEIR_BODY_BYTES);
}

void
weir_body_close (WeirBody *self, GCancellable *cancellable)
{
  if (!self->stream)
    return;
  g_input_stream_close (self->stream, cancellable, NULL);
  g_clear_object (&self->stream);
}

void
weir_body_clear (WeirBody *self)
{
  g_clear_object (&self->stream);
  g_clear_error (&self->error);
  g_clear_pointer (&self->bytes, g_free);
}

gsize
weir_body_fill (WeirBody *self, gsize filled, gboolean *more)
{
  GPollableInputStream *pollable;

  *more = FALSE;
  if (!G_IS_POLLABLE_INPUT_STREAM (self->stream))
    return filled;
  pollable = G_POLLABLE_INPUT_STREAM (self->stream);
  if (!g_pollable_input_stream_can_poll (pollable))
    return filled;

  while (filled < FULL_BYTES)
    {
      gssize n = g_pollable_input_stream_read_nonblocking (
          pollable, self->bytes + filled, WEIR_BODY_BYTES - filled, NULL, &self->error);

      if (g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_clear_error (&self->error);
          return filled;
        }
      if (n <= 0)
        {
          self->ended = TRUE;
          return filled;
        }
      filled += (gsize) n;
    }
  *more = TRUE;
  return filled;
}
