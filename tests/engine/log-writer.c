/* SPDX-License-Identifier: MIT */
#include "log-writer.h"

#include <string.h>

#include "core/weir-allocator.h"

void
log_writer_init (LogWriter *self, gpointer sink)
{
  WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };

  *self =
      (LogWriter){ .sink = g_object_ref (sink), .time_us = G_GINT64_CONSTANT (1700000000000000) };
  self->reader = weir_reader_new (&options);
}

void
log_writer_clear (LogWriter *self)
{
  g_clear_pointer (&self->reader, weir_reader_free);
  g_clear_pointer (&self->connection, weir_connection_info_unref);
  g_clear_object (&self->sink);
}

void
log_writer_begin (LogWriter *self)
{
  log_writer_begin_format (self, WEIR_BODY_SSE);
}

void
log_writer_begin_format (LogWriter *self, WeirBodyFormat format)
{
  guint number = self->connection != NULL ? self->connection->number + 1 : 1;

  g_clear_pointer (&self->connection, weir_connection_info_unref);
  self->connection = weir_connection_info_new (number);
  self->connection->url = g_strdup ("http://127.0.0.1/events");
  self->connection->method = g_strdup ("GET");
  self->connection->began_us = self->time_us;
  if (self->body != NULL)
    {
      self->connection->request_headers = g_strdup ("Accept: text/event-stream\n");
      self->connection->request_body = g_strdup (self->body);
      self->connection->request_bytes = strlen (self->body);
    }
  self->connection->format = format;
  weir_reader_begin (self->reader, format);
  weir_sink_connection_began (self->sink, self->connection);
  self->connection->status = 200;
  self->connection->reason_phrase = g_strdup ("OK");
  self->connection->http_version = g_strdup ("1.1");
  weir_sink_connection_opened (self->sink, self->connection);
}

static gboolean
give (gpointer data, WeirItem *items, gsize n_items)
{
  g_assert_true (weir_sink_items (((LogWriter *) data)->sink, items, n_items));
  return TRUE;
}

static void
give_items (LogWriter *self)
{
  g_assert_cmpint (weir_reader_drain (self->reader, give, self), ==, WEIR_NEED_INPUT);
}

void
log_writer_end (LogWriter *self)
{
  g_autoptr (WeirConnectionInfo) ended = weir_connection_info_copy (self->connection);

  weir_reader_finish (self->reader, FALSE);
  give_items (self);
  ended->end = WEIR_END_SERVER;
  ended->ended_us = self->time_us;
  weir_sink_connection_ended (self->sink, ended);
  weir_sink_drained (self->sink);
}

void
log_writer_write (LogWriter *self, const char *bytes, gsize length, gsize cut)
{
  for (gsize at = 0, n; at < length; at += n)
    {
      n = cut == 0 ? length : MIN (cut, length - at);
      self->time_us += 1000;
      weir_sink_bytes_read (self->sink, self->time_us, (const guint8 *) bytes + at, n);
      weir_reader_feed (self->reader, bytes + at, n);
      give_items (self);
    }
  weir_sink_drained (self->sink);
}

void
log_wait_for_rows (WeirLog *log, guint64 n_rows)
{
  while (weir_log_get_n_rows (log) < n_rows)
    g_usleep (200);
}
