/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tap.h"

#include "base/weir-io-private.h"
#include "base/weir-secrets.h"
#include "weir-tap-link-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How long to wait after a connection could not be accepted. */
#define ACCEPT_PAUSE_MS 200

/* A client that does not complete a head, or sends nothing of a body, is closed after this time. */
#define HEAD_TIMEOUT_MS 10000
#define BODY_TIMEOUT_MS 60000

/* Belongs to the I/O thread. The tap and each link hold a reference. */
typedef struct
{
  grefcount refs;
  GSocketListener *listener;
  GCancellable *cancellable;
  WeirTapUpstream upstream;
  WeirTapViewer viewer;
  GDestroyNotify destroy;
  GHashTable *links;
  GWeakRef tap;
  GMainContext *main_context;
} Server;

struct _WeirTap
{
  GObject parent_instance;

  Server *server;
  char *address;
  gboolean stopped;
};

enum
{
  STREAM_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirTap, weir_tap, G_TYPE_OBJECT)
G_DEFINE_QUARK (weir - tap - error - quark, weir_tap_error)

/* --- In the I/O thread ---------------------------------------------------------------------- */

static Server *
hold_server (Server *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void
release_server (gpointer data)
{
  Server *self = data;

  if (!g_ref_count_dec (&self->refs))
    return;
  if (self->destroy != NULL)
    self->destroy (self->viewer.user_data);
  g_clear_object (&self->listener);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->viewer.upstream);
  g_clear_pointer (&self->viewer.cors, g_strfreev);
  g_clear_pointer (&self->links, g_hash_table_unref);
  g_clear_pointer (&self->main_context, g_main_context_unref);
  g_weak_ref_clear (&self->tap);
  g_free (self->upstream.host);
  g_free (self->upstream.authority);
  g_free (self->upstream.prefix);
  g_free (self->upstream.base);
  g_free (self);
}

static void
on_link_closed (WeirTapLink *link, gpointer user_data)
{
  Server *self = user_data;

  if (g_hash_table_steal (self->links, link))
    weir_tap_link_unref (link);
  release_server (self);
}

static void accept_next (Server *self);

static gboolean
on_accept_again (gpointer data)
{
  accept_next (data);
  return G_SOURCE_REMOVE;
}

/* Without a free file descriptor, accept() fails at once each time. */
static void
accept_later (Server *self)
{
  GSource *source = g_timeout_source_new (ACCEPT_PAUSE_MS);

  g_source_set_callback (source, on_accept_again, hold_server (self), release_server);
  g_source_attach (source, weir_io_get_context ());
  g_source_unref (source);
}

static void
on_accepted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Server *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) client =
      g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, &error);

  if (client != NULL)
    g_hash_table_add (self->links, weir_tap_link_new (client, &self->viewer, &self->upstream,
                                                      on_link_closed, hold_server (self)));
  if (client != NULL)
    accept_next (self);
  else if (!g_cancellable_is_cancelled (self->cancellable))
    accept_later (self);
  release_server (self);
}

static void
accept_next (Server *self)
{
  g_socket_listener_accept_async (self->listener, self->cancellable, on_accepted,
                                  hold_server (self));
}

static gboolean
begin (gpointer data)
{
  accept_next (data);
  return G_SOURCE_REMOVE;
}

static gboolean
stop (gpointer data)
{
  Server *self = data;
  g_autoptr (GList) links = g_hash_table_get_keys (self->links);

  g_cancellable_cancel (self->cancellable);
  g_socket_listener_close (self->listener);
  for (GList *at = links; at; at = at->next)
    weir_tap_link_close (at->data);
  return G_SOURCE_REMOVE;
}

/* --- The end of a stream, in the main context -------------------------------------------------- */

typedef struct
{
  Server *server;
  guint number;
  WeirConnectionInfo *info;
} Ended;

static gboolean
emit_ended (gpointer data)
{
  Ended *ended = data;
  g_autoptr (WeirTap) tap = g_weak_ref_get (&ended->server->tap);

  if (tap != NULL)
    g_signal_emit (tap, signals[STREAM_ENDED], 0, ended->number, ended->info);
  return G_SOURCE_REMOVE;
}

static gboolean
release_later (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
free_ended (gpointer data)
{
  Ended *ended = data;

  weir_connection_info_unref (ended->info);
  /* The last reference must be dropped in the I/O thread. */
  weir_io_post (weir_io_get_context (), release_later, ended->server, release_server);
  g_free (ended);
}

static void
on_stream_ended (gpointer data, guint number, WeirConnectionInfo *info)
{
  Server *self = data;
  Ended *ended = g_new (Ended, 1);

  *ended = (Ended){ hold_server (self), number, weir_connection_info_ref (info) };
  weir_io_post (self->main_context, emit_ended, ended, free_ended);
}

/* --- Outside ------------------------------------------------------------------------------------
 */

static void
weir_tap_finalize (GObject *object)
{
  WeirTap *self = WEIR_TAP (object);

  weir_tap_stop (self);
  if (self->server != NULL)
    weir_io_post (weir_io_get_context (), release_later, self->server, release_server);
  g_free (self->address);
  G_OBJECT_CLASS (weir_tap_parent_class)->finalize (object);
}

static void
weir_tap_class_init (WeirTapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_tap_finalize;
  signals[STREAM_ENDED] =
      g_signal_new ("stream-ended", WEIR_TYPE_TAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_UINT, WEIR_TYPE_CONNECTION_INFO);
}

static void
weir_tap_init (WeirTap *self)
{
}

static gboolean
read_upstream (Server *self, GError **error)
{
  const char *url = weir_request_get_url (self->viewer.upstream);
  g_autoptr (GUri) uri = url ? g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL) : NULL;
  const char *path;
  gsize length;
  int port;
  gboolean bracketed;

  if (uri == NULL)
    {
      g_set_error_literal (error, WEIR_TAP_ERROR, WEIR_TAP_ERROR_ADDRESS,
                           _ ("A tap needs an http or https address to send requests on to."));
      return FALSE;
    }
  port = g_uri_get_port (uri);
  bracketed = strchr (g_uri_get_host (uri), ':') != NULL;
  self->upstream.tls = g_ascii_strcasecmp (g_uri_get_scheme (uri), "https") == 0;
  self->upstream.host = g_strdup (g_uri_get_host (uri));
  self->upstream.port = (guint16) (port > 0 ? port : self->upstream.tls ? 443 : 80);
  self->upstream.authority =
      port > 0 ? g_strdup_printf (bracketed ? "[%s]:%d" : "%s:%d", self->upstream.host, port)
               : g_strdup_printf (bracketed ? "[%s]" : "%s", self->upstream.host);
  self->upstream.base =
      g_strdup_printf ("%s://%s", self->upstream.tls ? "https" : "http", self->upstream.authority);
  path = g_uri_get_path (uri);
  length = strlen (path);
  while (length > 0 && path[length - 1] == '/')
    length--;
  self->upstream.prefix = g_strndup (path, length);
  return TRUE;
}

/* "8090" or "host:port"; the host has to be this machine's loopback. */
static GSocketAddress *
read_address (const char *text, GError **error)
{
  g_autofree char *whole = NULL;
  g_autoptr (GSocketConnectable) parsed = NULL;
  g_autoptr (GInetAddress) address = NULL;
  const char *name;

  if (*text != '\0' && text[strspn (text, "0123456789")] == '\0')
    whole = g_strdup_printf ("127.0.0.1:%s", text);
  else
    whole = text[0] == ':' ? g_strconcat ("127.0.0.1", text, NULL) : g_strdup (text);
  parsed = g_network_address_parse (whole, 0, NULL);
  name = parsed ? g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)) : "";
  address = g_inet_address_new_from_string (
      g_ascii_strcasecmp (name, "localhost") == 0 ? "127.0.0.1" : name);
  if (address == NULL || !g_inet_address_get_is_loopback (address))
    {
      g_set_error (error, WEIR_TAP_ERROR, WEIR_TAP_ERROR_ADDRESS,
                   _ ("A tap listens on this machine only, for instance at “127.0.0.1:8090”. “%s” "
                      "is not such an address."),
                   text);
      return NULL;
    }
  return g_inet_socket_address_new (address,
                                    g_network_address_get_port (G_NETWORK_ADDRESS (parsed)));
}

/* The address it got, as a URL. */
static char *
listen_at (Server *self, GSocketAddress *where, GError **error)
{
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (where));
  g_autofree char *host = NULL;
  guint16 port;

  if (!g_socket_listener_add_address (self->listener, where, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, &problem))
    {
      g_set_error (error, problem->domain, problem->code,
                   /* Translators: an address, and the system's reason. */
                   g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
                       ? _ ("The tap could not listen on %s: another program uses this port. "
                            "Choose another port, or 0 "
                            "for a free one.")
                       : _ ("The tap could not listen on %s: %s."),
                   text, problem->message);
      return NULL;
    }
  host =
      g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (bound)));
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return g_strdup_printf (strchr (host, ':') ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

WeirTap *
weir_tap_new (const WeirTapOptions *options, GError **error)
{
  g_autoptr (WeirTap) self = g_object_new (WEIR_TYPE_TAP, NULL);
  g_autoptr (GSocketAddress) where = NULL;
  Server *server = g_new0 (Server, 1);

  g_return_val_if_fail (options->address != NULL && WEIR_IS_REQUEST (options->upstream)
                            && options->func != NULL,
                        NULL);

  self->server = server;
  g_ref_count_init (&server->refs);
  g_weak_ref_init (&server->tap, self);
  server->destroy = options->destroy;
  server->listener = g_socket_listener_new ();
  server->cancellable = g_cancellable_new ();
  server->main_context = g_main_context_ref_thread_default ();
  server->links = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) weir_tap_link_unref, NULL);
  server->viewer = (WeirTapViewer){
    .upstream = g_object_ref (options->upstream),
    .cors = g_strdupv ((GStrv) options->cors),
    .head_timeout_ms = options->head_timeout_ms > 0 ? options->head_timeout_ms : HEAD_TIMEOUT_MS,
    .body_timeout_ms = options->body_timeout_ms > 0 ? options->body_timeout_ms : BODY_TIMEOUT_MS,
    .func = options->func,
    .user_data = options->user_data,
    .ended = on_stream_ended,
    .tap_data = server,
  };
  where = read_address (options->address, error);
  if (where == NULL || !read_upstream (server, error))
    return NULL;
  self->address = listen_at (server, where, error);
  if (self->address == NULL)
    return NULL;
  weir_io_post (weir_io_get_context (), begin, hold_server (server), release_server);
  return g_steal_pointer (&self);
}

const char *
weir_tap_get_address (WeirTap *self)
{
  g_return_val_if_fail (WEIR_IS_TAP (self), NULL);
  return self->address;
}

void
weir_tap_stop (WeirTap *self)
{
  g_return_if_fail (WEIR_IS_TAP (self));
  if (self->stopped || self->server == NULL)
    return;
  self->stopped = TRUE;
  weir_io_post (weir_io_get_context (), stop, hold_server (self->server), release_server);
}
