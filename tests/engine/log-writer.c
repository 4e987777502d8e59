/* SPDX-License-Identifier: MIT */
#include "log-writer.h"

#include "core/weir-allocator.h"

void
log_writer_init (LogWriter *self, gpointer sink)
{
  WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };

  *self =
      (LogWriter){ .sink = g_object_ref (sink), .time_us = G_GINT64_CONSTANT (1700000000000000) };
  weir_parser_init (&self->parser, &options);
}

void
log_writer_clear (LogWriter *self)
{
  weir_parser_clear (&self->parser);
  g_clear_pointer (&self->connection, weir_connection_info_unref);
  g_clear_object (&self->sink);
}

void
log_writer_begin (LogWriter *self)
{
  guint number = self->connection != NULL ? self->connection->number + 1 : 1;

  g_clear_pointer (&self->connection, weir_connection_info_unref);
  self->connection = weir_connection_info_new (number);
  self->connection->url = g_strdup ("http://127.0.0.1/events");
  self->connection->method = g_strdup ("GET");
  self->connection->began_us = self->time_us;
  weir_parser_reset (&self->parser);
  weir_sink_connection_began (self->sink, self->connection);
  self->connection->status = 200;
  self->connection->reason_phrase = g_strdup ("OK");
  self->connection->http_version = g_strdup ("1.1");
  weir_sink_connection_opened (self->sink, self->connection);
}

static void
give_items (LogWriter *self)
{
  WeirItem items[64];
  gsize n_items;
  WeirStatus status;

  do
    {
      status = weir_parser_next_batch (&self->parser, items, G_N_ELEMENTS (items), &n_items);
      if (n_items > 0)
        g_assert_true (weir_sink_items (self->sink, items, n_items));
    }
  while (status == WEIR_ITEM);
  g_assert_cmpint (status, ==, WEIR_NEED_INPUT);
}

void
log_writer_end (LogWriter *self)
{
  g_autoptr (WeirConnectionInfo) ended = weir_connection_info_copy (self->connection);

  weir_parser_finish (&self->parser, FALSE);
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
      weir_parser_feed (&self->parser, bytes + at, n);
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
