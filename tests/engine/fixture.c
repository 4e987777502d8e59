/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <string.h>

void
fixture_prepare (Fixture *self, RawHandler handler, gpointer data, const char *path)
{
  g_autofree char *url = NULL;
  GError *error = NULL;

  self->server = raw_server_new (handler, data);
  url = g_strconcat (raw_server_get_address (self->server), path, NULL);
  self->request = weir_request_new (url, &error);
  g_assert_no_error (error);
  weir_request_get_options (self->request)->retry_ms = 1;
  self->story = story_new ();
}

void
fixture_go (Fixture *self)
{
  self->stream = weir_stream_new (self->request, WEIR_SINK (self->story));
  weir_stream_open (self->stream);
}

void
fixture_start (Fixture *self, RawHandler handler, gpointer data)
{
  fixture_prepare (self, handler, data, "/events");
  fixture_go (self);
}

void
fixture_finish (Fixture *self)
{
  g_object_unref (self->stream);
  raw_server_free (self->server);
  g_object_unref (self->story);
  g_object_unref (self->request);
}

void
one_event_each (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *event = g_strdup_printf (
      "retry: 5\nid: %u\ndata: %s\n\n", n,
      strstr (request, "Last-Event-ID: ") ? strstr (request, "Last-Event-ID: ") : "none");

  event[strcspn (event, "\r")] = '\0';
  raw_send_head (fd);
  raw_send (fd, event);
  raw_send (fd, "\n\n");
}

void
stay_silent (int fd, guint n, const char *request, gpointer data)
{
  if (data)
    {
      raw_send_chunked_head (fd);
      raw_send_chunk (fd, "id: 7\ndata: x\n\n");
    }
  raw_wait_for_close (fd);
}
