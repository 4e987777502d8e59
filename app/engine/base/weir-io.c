/* SPDX-License-Identifier: MIT */
#include "weir-io-private.h"

#include "weir-read-ahead-private.h"
#include "weir-threads.h"

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

      weir_read_ahead_install ();
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
