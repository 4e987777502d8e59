/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-feed-site-private.h"
#include "weir-feed.h"

#include "app/engine/base/weir-threads.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* One more replaces the one that has waited longest for a request, or waits in the kernel's queue. */
#define MAX_CONNECTIONS 512
/* When accept() fails, as it does without free descriptors, it is tried again after this time. */
#define ACCEPT_AGAIN_MS 200

#define DEFAULT_HEAD_MS 10000
#define DEFAULT_BODY_MS 60000

struct _WeirFeed
{
  GObject parent;

  WeirFeedSite *site;
  char *host;
  guint16 port;
  char *address;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GSocket *listener;

  WeirFeedTimeouts timeouts;

  /* For the thread only: */
  GSource *accepting;
  GSource *pause; /* before accept() is tried again */
  GHashTable *connections;
};

G_DEFINE_FINAL_TYPE (WeirFeed, weir_feed, G_TYPE_OBJECT)

/* --- In the thread ------------------------------------------------------------------ */

static gboolean on_connection (GSocket *listener, GIOCondition condition, gpointer user_data);

static void
accept_connections (WeirFeed *self)
{
  if (self->accepting != NULL)
    return;
  self->accepting = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->accepting, G_SOURCE_FUNC (on_connection), self, NULL);
  g_source_attach (self->accepting, self->context);
}

static void
stop_accepting (WeirFeed *self)
{
  if (self->accepting == NULL)
    return;
  g_source_destroy (self->accepting);
  g_clear_pointer (&self->accepting, g_source_unref);
}

static void
wake_all (WeirFeed *self)
{
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    weir_feed_connection_wake (connection);
}

static void
on_answer (gpointer user_data, WeirFeedConnection *connection, const WeirFeedRequest *request)
{
  WeirFeed *self = user_data;
  const guint64 n_steps = weir_feed_site_get_n_steps (self->site);

  weir_feed_site_answer (self->site, connection, request);
  if (weir_feed_site_get_n_steps (self->site) != n_steps)
    wake_all (self);
}

static void
on_closed (gpointer user_data, WeirFeedConnection *connection)
{
  WeirFeed *self = user_data;

  if (self->pause == NULL)
    accept_connections (self);
  g_hash_table_remove (self->connections, connection);
}

static const WeirFeedConnectionFuncs funcs = { on_answer, on_closed };

static gboolean
on_pause_over (gpointer user_data)
{
  WeirFeed *self = user_data;

  g_clear_pointer (&self->pause, g_source_unref);
  accept_connections (self);
  return G_SOURCE_REMOVE;
}

/* The listener stays readable while accept() fails, so watching it would use a whole processor. */
static void
pause_accepting (WeirFeed *self)
{
  stop_accepting (self);
  if (self->pause != NULL)
    return;
  self->pause = g_timeout_source_new (ACCEPT_AGAIN_MS);
  g_source_set_callback (self->pause, on_pause_over, self, NULL);
  g_source_attach (self->pause, self->context);
}

/* Closes the connection that has waited longest for a request. Returns FALSE if none waits. */
static gboolean
make_room (WeirFeed *self)
{
  WeirFeedConnection *oldest = NULL;
  gint64 since_us = G_MAXINT64;
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    if (weir_feed_connection_get_waiting_since (connection) < since_us)
      {
        oldest = connection;
        since_us = weir_feed_connection_get_waiting_since (connection);
      }
  if (oldest != NULL)
    weir_feed_connection_close (oldest);
  return oldest != NULL;
}

static gboolean
on_connection (GSocket *listener, GIOCondition condition, gpointer user_data)
{
  WeirFeed *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;

  if (g_hash_table_size (self->connections) >= MAX_CONNECTIONS && !make_room (self))
    {
      stop_accepting (self);
      return G_SOURCE_CONTINUE;
    }
  socket = g_socket_accept (listener, NULL, &error);
  if (socket != NULL)
    g_hash_table_add (self->connections,
                      weir_feed_connection_new (socket, &self->timeouts, &funcs, self));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    pause_accepting (self);
  return G_SOURCE_CONTINUE;
}

static void
close_all (WeirFeed *self)
{
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    {
      g_hash_table_iter_steal (&iter);
      weir_feed_connection_close (connection);
      weir_feed_connection_unref (connection);
    }
}

static gpointer
serve (gpointer user_data)
{
  WeirFeed *self = user_data;

  weir_threads_begin ();
  g_main_context_push_thread_default (self->context);
  self->connections =
      g_hash_table_new_full (NULL, NULL, (GDestroyNotify) weir_feed_connection_unref, NULL);
  accept_connections (self);
  g_main_loop_run (self->loop);
  close_all (self);
  stop_accepting (self);
  if (self->pause != NULL)
    {
      g_source_destroy (self->pause);
      g_clear_pointer (&self->pause, g_source_unref);
    }
  g_clear_pointer (&self->connections, g_hash_table_unref);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- In other threads ---------------------------------------------------------------- */

static void
weir_feed_finalize (GObject *object)
{
  WeirFeed *self = WEIR_FEED (object);

  weir_feed_stop (self);
  g_clear_pointer (&self->site, weir_feed_site_free);
  g_free (self->host);
  g_free (self->address);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (weir_feed_parent_class)->finalize (object);
}

static void
weir_feed_class_init (WeirFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_feed_finalize;
}

static void
weir_feed_init (WeirFeed *self)
{
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
}

WeirFeed *
weir_feed_new (const WeirFeedOptions *options, GError **error)
{
  static const WeirFeedOptions defaults;
  WeirFeedSite *site;
  WeirFeed *self;

  if (options == NULL)
    options = &defaults;
  site = weir_feed_site_new (options, error);
  if (site == NULL)
    return NULL;
  self = g_object_new (WEIR_TYPE_FEED, NULL);
  self->site = site;
  self->host = g_strdup (options->host ? options->host : "127.0.0.1");
  self->port = options->port;
  self->timeouts.head_us = (options->head_timeout_ms ? options->head_timeout_ms : DEFAULT_HEAD_MS)
                           * G_GINT64_CONSTANT (1000);
  self->timeouts.body_us = (options->body_timeout_ms ? options->body_timeout_ms : DEFAULT_BODY_MS)
                           * G_GINT64_CONSTANT (1000);
  return self;
}

/* Resolves a name to its first address. */
static GInetAddress *
resolve (const char *host, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autoptr (GResolver) resolver = NULL;
  g_autolist (GInetAddress) addresses = NULL;

  if (address != NULL)
    return g_steal_pointer (&address);
  resolver = g_resolver_get_default ();
  addresses = g_resolver_lookup_by_name (resolver, host, NULL, error);
  return addresses ? g_object_ref (addresses->data) : NULL;
}

static GSocket *
open_listener (GInetAddress *address, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new (address, port);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, 128);
  if (!g_socket_bind (socket, where, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

gboolean
weir_feed_start (WeirFeed *self, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GInetAddress) address = NULL;
  g_autoptr (GSocketAddress) bound = NULL;

  g_return_val_if_fail (WEIR_IS_FEED (self), FALSE);
  g_return_val_if_fail (self->address == NULL, FALSE);

  address = resolve (self->host, &problem);
  if (address != NULL)
    self->listener = open_listener (address, self->port, &problem);
  if (self->listener != NULL)
    bound = g_socket_get_local_address (self->listener, &problem);
  if (bound == NULL)
    {
      /* Translators: host, port, and the system's reason. */
      g_set_error (error, problem->domain, problem->code,
                   _ ("Could not listen on port %2$u of %1$s: %3$s."), self->host, self->port,
                   g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
                       ? _ ("another program uses this port; choose another, or 0 for a free one")
                       : problem->message);
      return FALSE;
    }
  self->address =
      g_strdup_printf (strchr (self->host, ':') ? "http://[%s]:%u" : "http://%s:%u", self->host,
                       g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  self->thread = g_thread_new ("weir-feed", serve, self);
  return TRUE;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
weir_feed_stop (WeirFeed *self)
{
  g_autoptr (GSource) source = NULL;

  g_return_if_fail (WEIR_IS_FEED (self));
  if (self->thread == NULL)
    return;
  /* From a source, because the loop may not run yet. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (g_steal_pointer (&self->thread));
  g_socket_close (self->listener, NULL);
  g_clear_object (&self->listener);
}

typedef struct
{
  WeirFeed *feed;
  guint n;
} Steps;

static gboolean
take_steps (gpointer user_data)
{
  Steps *steps = user_data;

  if (weir_feed_site_step (steps->feed->site, steps->n))
    wake_all (steps->feed);
  return G_SOURCE_REMOVE;
}

void
weir_feed_step (WeirFeed *self, guint n)
{
  g_autoptr (GSource) source = NULL;
  Steps steps = { self, n };

  g_return_if_fail (WEIR_IS_FEED (self));
  /* No reference: weir_feed_stop() ends the loop, and its sources with it. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, take_steps, g_memdup2 (&steps, sizeof steps), g_free);
  g_source_attach (source, self->context);
}

const char *
weir_feed_get_address (WeirFeed *self)
{
  g_return_val_if_fail (WEIR_IS_FEED (self), NULL);
  return self->address;
}
