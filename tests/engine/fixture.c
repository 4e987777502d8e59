/* SPDX-License-Identifier: MIT */
#include "fixture.h"

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
