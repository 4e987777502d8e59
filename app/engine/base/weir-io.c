/* SPDX-License-Identifier: MIT */
#include "weir-io-private.h"

#include "weir-threads.h"

#include <gio/gio.h>
#include <string.h>

/* --- Read-ahead: a buffer below libsoup -------------------------------------- */

/* libsoup's chunk reader makes two small reads from the socket for each HTTP chunk. Every TCP connection of
 * the program gets this buffer. */

/* Between large reads there is one small one, for the size of a chunk. Reading far ahead then would copy bytes
 * that the large read gets without a copy. So the buffer grows only after many small reads. */
#define LEAST_BYTES 256
#define MOST_BYTES (32 * 1024)

#define WEIR_TYPE_READ_AHEAD (weir_read_ahead_get_type ())
G_DECLARE_FINAL_TYPE (WeirReadAhead, weir_read_ahead, WEIR, READ_AHEAD, GInputStream)

struct _WeirReadAhead
{
  GInputStream parent_instance;

  GInputStream *base;
  guint8 *buffer; /* NULL while it is empty, to save memory for quiet streams */
  gsize begin;
  gsize end;
  gsize reach; /* how much the next read asks for */
};

static void weir_read_ahead_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirReadAhead,
                               weir_read_ahead,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      weir_read_ahead_pollable_init))

typedef gssize (*ReadFunc) (
    GInputStream *base, void *bytes, gsize count, GCancellable *cancellable, GError **error);

static gssize
take (WeirReadAhead *self, void *bytes, gsize count)
{
  const gsize n = MIN (count, self->end - self->begin);

  memcpy (bytes, self->buffer + self->begin, n);
  self->begin += n;
  if (self->begin == self->end)
    {
      g_clear_pointer (&self->buffer, g_free);
      self->begin = self->end = 0;
    }
  return (gssize) n;
}

static gssize
read_ahead (WeirReadAhead *self,
            ReadFunc read,
            void *bytes,
            gsize count,
            GCancellable *cancellable,
            GError **error)
{
  gssize n;

  if (self->buffer != NULL)
    return take (self, bytes, count);
  if (count >= self->reach)
    {
      self->reach = LEAST_BYTES;
      return read (self->base, bytes, count, cancellable, error);
    }

  self->buffer = g_malloc (self->reach);
  n = read (self->base, self->buffer, self->reach, cancellable, error);
  if (n <= 0)
    {
      g_clear_pointer (&self->buffer, g_free);
      return n;
    }
  self->end = (gsize) n;
  if (self->end == self->reach)
    self->reach = MIN (self->reach * 2, MOST_BYTES);
  return take (self, bytes, count);
}

static gssize
weir_read_ahead_read (
    GInputStream *stream, void *bytes, gsize count, GCancellable *cancellable, GError **error)
{
  return read_ahead (WEIR_READ_AHEAD (stream), g_input_stream_read, bytes, count, cancellable,
                     error);
}

static gssize
read_nonblocking (
    GInputStream *base, void *bytes, gsize count, GCancellable *cancellable, GError **error)
{
  return g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (base), bytes, count,
                                                   cancellable, error);
}

static gssize
weir_read_ahead_read_nonblocking (GPollableInputStream *stream,
                                  void *bytes,
                                  gsize count,
                                  GError **error)
{
  return read_ahead (WEIR_READ_AHEAD (stream), read_nonblocking, bytes, count, NULL, error);
}

static gboolean
weir_read_ahead_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (
      G_POLLABLE_INPUT_STREAM (WEIR_READ_AHEAD (stream)->base));
}

static gboolean
weir_read_ahead_is_readable (GPollableInputStream *stream)
{
  WeirReadAhead *self = WEIR_READ_AHEAD (stream);

  return self->buffer != NULL
         || g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (self->base));
}

static GSource *
weir_read_ahead_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  WeirReadAhead *self = WEIR_READ_AHEAD (stream);
  g_autoptr (GSource) ready =
      self->buffer != NULL
          ? g_timeout_source_new (0)
          : g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->base), NULL);

  return g_pollable_source_new_full (stream, ready, cancellable);
}

static void
weir_read_ahead_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = weir_read_ahead_can_poll;
  iface->is_readable = weir_read_ahead_is_readable;
  iface->create_source = weir_read_ahead_create_source;
  iface->read_nonblocking = weir_read_ahead_read_nonblocking;
}

static void
weir_read_ahead_finalize (GObject *object)
{
  WeirReadAhead *self = WEIR_READ_AHEAD (object);

  g_clear_object (&self->base);
  g_clear_pointer (&self->buffer, g_free);
  G_OBJECT_CLASS (weir_read_ahead_parent_class)->finalize (object);
}

static void
weir_read_ahead_class_init (WeirReadAheadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_read_ahead_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = weir_read_ahead_read;
}

static void
weir_read_ahead_init (WeirReadAhead *self)
{
  self->reach = LEAST_BYTES;
}

/* --- Connections ------------------------------------------------------------------------------ */

/* Both are set before the first connection, and only read afterwards. */
static GInputStream *(*get_socket_input_stream) (GIOStream *stream);
static GQuark read_ahead_quark;

static GInputStream *
get_input_stream (GIOStream *stream)
{
  WeirReadAhead *input = g_object_get_qdata (G_OBJECT (stream), read_ahead_quark);

  if (input == NULL)
    {
      input = g_object_new (WEIR_TYPE_READ_AHEAD, NULL);
      input->base = g_object_ref (get_socket_input_stream (stream));
      g_object_set_qdata_full (G_OBJECT (stream), read_ahead_quark, input, g_object_unref);
    }
  return G_INPUT_STREAM (input);
}

static void
read_ahead_install (void)
{
  /* Replaces a method of GTcpConnection. A subclass is impossible, because registering a second class for TCP
   * with GSocketConnection's factory frees the entry of the first one (GLib 2.74). The class is never
   * unreferenced, and there are no connections yet. */
  GIOStreamClass *klass = g_type_class_ref (G_TYPE_TCP_CONNECTION);

  read_ahead_quark = g_quark_from_static_string ("weir-read-ahead");
  get_socket_input_stream = klass->get_input_stream;
  klass->get_input_stream = get_input_stream;
}

/* --- The I/O thread ---------------------------------------------------------- */

static gpointer
run (gpointer data)
{
  GMainContext *context = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);

  weir_threads_begin ();
  g_main_context_push_thread_default (context);
  g_main_loop_run (loop);
  return NULL;
}

GMainContext *
weir_io_get_context (void)
{
  static GMainContext *context = NULL;

  if (g_once_init_enter (&context))
    {
      GMainContext *fresh = g_main_context_new ();

      read_ahead_install ();
      g_thread_unref (g_thread_new ("weir-io", run, fresh));
      g_once_init_leave (&context, fresh);
    }
  return context;
}

void
weir_io_post (GMainContext *context, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, data, destroy);
  g_source_attach (source, context);
  g_source_unref (source);
}

GSource *
weir_io_timeout (gint64 delay_ms, GSourceFunc function, gpointer data)
{
  GSource *source = g_timeout_source_new ((guint) CLAMP (delay_ms, 0, G_MAXINT32));

  g_source_set_callback (source, function, data, NULL);
  g_source_attach (source, weir_io_get_context ());
  return source;
}

void
weir_io_clear_source (GSource **source)
{
  if (*source)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}
