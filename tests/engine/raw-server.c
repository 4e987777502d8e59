/* SPDX-License-Identifier: MIT */
#include "raw-server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct RawServer
{
  int fd;
  char *address;
  RawHandler handler;
  gpointer data;
  GThread *thread;
  GMutex mutex;
  GCond gone;
  guint n_connections;
  GHashTable *open; /* of sockets, so that freeing the server can end their handlers */
};

typedef struct
{
  RawServer *server;
  int fd;
  guint n;
} Connection;

/* The head, and as much behind it as Content-Length says. */
static char *
read_request (int fd)
{
  GString *request = g_string_new (NULL);
  char bytes[4096];

  for (;;)
    {
      const char *head = strstr (request->str, "\r\n\r\n");
      ssize_t n;

      if (head)
        {
          const char *length = strstr (request->str, "Content-Length: ");
          gsize wanted = length ? strtoul (length + 16, NULL, 10) : 0;

          if (request->len >= (gsize) (head - request->str) + 4 + wanted)
            return g_string_free (request, FALSE);
        }
      n = read (fd, bytes, sizeof bytes);
      if (n <= 0)
        {
          g_string_free (request, TRUE);
          return NULL;
        }
      g_string_append_len (request, bytes, n);
    }
}

static gpointer
serve (gpointer data)
{
  Connection *connection = data;
  RawServer *server = connection->server;
  g_autofree char *request = read_request (connection->fd);

  if (request)
    server->handler (connection->fd, connection->n, request, server->data);
  g_mutex_lock (&server->mutex);
  close (connection->fd);
  g_hash_table_remove (server->open, GINT_TO_POINTER (connection->fd));
  g_cond_signal (&server->gone);
  g_mutex_unlock (&server->mutex);
  g_free (connection);
  return NULL;
}

static gpointer
accept_all (gpointer data)
{
  RawServer *self = data;
  int fd;

  while ((fd = accept (self->fd, NULL, NULL)) >= 0)
    {
      Connection *connection = g_new0 (Connection, 1);

      g_mutex_lock (&self->mutex);
      *connection = (Connection){ self, fd, ++self->n_connections };
      g_hash_table_add (self->open, GINT_TO_POINTER (fd));
      g_mutex_unlock (&self->mutex);
      g_thread_unref (g_thread_new ("raw-connection", serve, connection));
    }
  return NULL;
}

RawServer *
raw_server_new (RawHandler handler, gpointer data)
{
  RawServer *self = g_new0 (RawServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t size = sizeof address;

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (self->fd, 64), ==, 0);
  g_assert_cmpint (getsockname (self->fd, (struct sockaddr *) &address, &size), ==, 0);
  self->address = g_strdup_printf ("http://127.0.0.1:%d", ntohs (address.sin_port));
  self->handler = handler;
  self->data = data;
  self->open = g_hash_table_new (NULL, NULL);
  self->thread = g_thread_new ("raw-server", accept_all, self);
  return self;
}

void
raw_server_free (RawServer *self)
{
  GHashTableIter iter;
  gpointer fd;

  shutdown (self->fd, SHUT_RDWR);
  g_thread_join (self->thread);
  close (self->fd);
  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, &fd, NULL))
    shutdown (GPOINTER_TO_INT (fd), SHUT_RDWR);
  while (g_hash_table_size (self->open) > 0)
    g_cond_wait (&self->gone, &self->mutex);
  g_mutex_unlock (&self->mutex);
  g_hash_table_unref (self->open);
  g_free (self->address);
  g_free (self);
}

const char *
raw_server_get_address (RawServer *self)
{
  return self->address;
}

guint
raw_server_get_n_connections (RawServer *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_connections;
  g_mutex_unlock (&self->mutex);
  return n;
}

void
raw_send_bytes (int fd, const void *bytes, gsize length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, bytes, length, MSG_NOSIGNAL);

      if (n <= 0)
        return;
      bytes = (const char *) bytes + n;
      length -= (gsize) n;
    }
}

void
raw_send (int fd, const char *text)
{
  raw_send_bytes (fd, text, strlen (text));
}

void
raw_send_head (int fd)
{
  raw_send (fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

void
raw_send_chunked_head (int fd)
{
  raw_send (fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                "Transfer-Encoding: chunked\r\n\r\n");
}

void
raw_send_chunk (int fd, const char *text)
{
  g_autofree char *chunk = g_strdup_printf ("%zx\r\n%s\r\n", strlen (text), text);

  raw_send (fd, chunk);
}

void
raw_wait_for_close (int fd)
{
  char bytes[4096];

  while (read (fd, bytes, sizeof bytes) > 0)
    ;
}

void
raw_reset (int fd)
{
  struct linger now = { 1, 0 };
  struct sockaddr unspecified = { .sa_family = AF_UNSPEC };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  /* Disconnecting sends the reset and leaves the descriptor to its owner. */
  connect (fd, &unspecified, sizeof unspecified);
}
