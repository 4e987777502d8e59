/* SPDX-License-Identifier: MIT */
/* Certificates, ours and theirs, against a TLS server with a certificate made for the occasion. */
#include "story.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder;
static char *certificate_path;
static char *key_path;

typedef struct
{
  GSocketService *service;
  GTlsCertificate *certificate;
  GTlsAuthenticationMode mode;
  char *url;
  const char *location; /* to redirect to, or NULL */
} Server;

static gboolean
accept_any (GTlsConnection *tls, GTlsCertificate *peer, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

/* Sends one event that names the client's certificate, or redirects. */
static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection *connection,
       GObject *source,
       gpointer data)
{
  Server *server = data;
  g_autoptr (GIOStream) tls =
      g_tls_server_connection_new (G_IO_STREAM (connection), server->certificate, NULL);
  GTlsCertificate *peer;
  g_autofree char *subject = NULL;
  g_autofree char *answer = NULL;
  char request[4096];

  g_object_set (tls, "authentication-mode", server->mode, NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any), NULL);
  if (g_input_stream_read (g_io_stream_get_input_stream (tls), request, sizeof request, NULL, NULL)
      <= 0)
    return TRUE;
  peer = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls));
  subject = peer ? g_tls_certificate_get_subject_name (peer) : g_strdup ("nobody");
  if (server->location != NULL)
    answer = g_strdup_printf ("HTTP/1.1 307 Temporary Redirect\r\nLocation: %s\r\n"
                              "Content-Length: 0\r\nConnection: close\r\n\r\n",
                              server->location);
  else
    answer = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              "Connection: close\r\n\r\ndata: %s\n\n",
                              subject);
  g_output_stream_write_all (g_io_stream_get_output_stream (tls), answer, strlen (answer), NULL,
                             NULL, NULL);
  g_io_stream_close (tls, NULL, NULL);
  return TRUE;
}

static void
server_start (Server *self, GTlsAuthenticationMode mode)
{
  GError *error = NULL;
  guint16 port;

  self->mode = mode;
  self->certificate = g_tls_certificate_new_from_files (certificate_path, key_path, &error);
  g_assert_no_error (error);
  self->service = g_threaded_socket_service_new (4);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "run", G_CALLBACK (serve), self);
  self->url = g_strdup_printf ("https://localhost:%u/", port);
}

static void
server_stop (Server *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_object_unref (self->certificate);
  g_free (self->url);
}

typedef struct
{
  Server server;
  WeirRequest *request;
  Story *story;
  WeirStream *stream;
} Fixture;

static void
prepare (Fixture *f, GTlsAuthenticationMode mode)
{
  server_start (&f->server, mode);
  f->request = weir_request_new (f->server.url, NULL);
  weir_request_get_options (f->request)->no_reconnect = TRUE;
  f->story = story_new ();
}

static void
go (Fixture *f)
{
  f->stream = weir_stream_new (f->request, WEIR_SINK (f->story));
  weir_stream_open (f->stream);
  /* The service accepts in this context; the story is told in the I/O thread. */
  while (weir_stream_get_state (f->stream) != WEIR_STREAM_STATE_ENDED)
    g_main_context_iteration (NULL, TRUE);
}

static void
finish (Fixture *f)
{
  g_object_unref (f->stream);
  g_object_unref (f->story);
  g_object_unref (f->request);
  server_stop (&f->server);
}

static void
trust (Fixture *f)
{
  GError *error = NULL;

  weir_request_set_ca_file (f->request, certificate_path, &error);
  g_assert_no_error (error);
}

static void
test_untrusted (void)
{
  Fixture f = { 0 };

  prepare (&f, G_TLS_AUTHENTICATION_NONE);
  go (&f);
  story_wait (f.story, "failed tls: Could not establish a secure connection to https://localhost:");
  g_assert_nonnull (strstr (weir_stream_get_error (f.stream), "issuer is not trusted"));
  finish (&f);
}

static void
test_trusted (void)
{
  Fixture f = { 0 };
  WeirConnectionInfo *info;

  prepare (&f, G_TLS_AUTHENTICATION_NONE);
  trust (&f);
  go (&f);
  story_wait (f.story, "event message  nobody");
  info = weir_stream_get_connection (f.stream);
  g_assert_true (g_str_has_prefix (info->tls, "TLS 1."));
  g_assert_nonnull (strstr (info->certificate, "CN=localhost"));
  g_assert_null (info->certificate_errors);
  g_assert_cmpint (info->tls_us, >, 0);
  g_assert_cmpint (info->tcp_us, >, 0);
  g_assert_cmpint (info->first_byte_us, >=, info->tls_us);
  finish (&f);
}

static void
test_insecure (void)
{
  Fixture f = { 0 };

  prepare (&f, G_TLS_AUTHENTICATION_NONE);
  weir_request_get_options (f.request)->insecure = TRUE;
  go (&f);
  story_wait (f.story, "note insecure");
  story_wait (f.story, "event message  nobody");
  g_assert_true (weir_stream_get_connection (f.stream)->insecure);
  g_assert_nonnull (weir_stream_get_connection (f.stream)->certificate_errors);
  finish (&f);
}

static void
test_client_certificate (void)
{
  Fixture f = { 0 };
  GError *error = NULL;

  prepare (&f, G_TLS_AUTHENTICATION_REQUIRED);
  trust (&f);
  weir_request_set_client_certificate (f.request, certificate_path, key_path, &error);
  g_assert_no_error (error);
  go (&f);
  story_wait (f.story, "event message  CN=localhost");
  finish (&f);

  prepare (&f, G_TLS_AUTHENTICATION_REQUIRED);
  trust (&f);
  go (&f);
  story_wait (f.story, "failed ");
  finish (&f);
}

/* Another port is another origin, and is not given the certificate even if it asks for one. */
static void
test_client_certificate_stays (void)
{
  Fixture f = { 0 };
  Server other = { 0 };
  GError *error = NULL;

  server_start (&other, G_TLS_AUTHENTICATION_REQUESTED);
  prepare (&f, G_TLS_AUTHENTICATION_REQUIRED);
  f.server.location = other.url;
  trust (&f);
  weir_request_set_client_certificate (f.request, certificate_path, key_path, &error);
  g_assert_no_error (error);
  go (&f);
  story_wait (f.story, "event message  nobody");
  finish (&f);
  server_stop (&other);
}

static void
make_certificate (void)
{
  const char *argv[] = { "openssl",
                         "req",
                         "-x509",
                         "-newkey",
                         "ec",
                         "-pkeyopt",
                         "ec_paramgen_curve:prime256v1",
                         "-nodes",
                         "-keyout",
                         NULL,
                         "-out",
                         NULL,
                         "-days",
                         "2",
                         "-subj",
                         "/CN=localhost",
                         "-addext",
                         "subjectAltName=DNS:localhost",
                         NULL };
  GError *error = NULL;
  int status;

  folder = g_dir_make_tmp ("weir-tls-XXXXXX", &error);
  g_assert_no_error (error);
  certificate_path = g_build_filename (folder, "certificate.pem", NULL);
  key_path = g_build_filename (folder, "key.pem", NULL);
  argv[9] = key_path;
  argv[11] = certificate_path;
  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_certificate ();
  g_test_add_func ("/tls/untrusted", test_untrusted);
  g_test_add_func ("/tls/trusted", test_trusted);
  g_test_add_func ("/tls/insecure", test_insecure);
  g_test_add_func ("/tls/client-certificate", test_client_certificate);
  g_test_add_func ("/tls/client-certificate-stays", test_client_certificate_stays);
  status = g_test_run ();
  g_remove (certificate_path);
  g_remove (key_path);
  g_rmdir (folder);
  g_free (certificate_path);
  g_free (key_path);
  g_free (folder);
  return status;
}
