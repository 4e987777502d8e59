/* SPDX-License-Identifier: MIT */
#include "feed-client.h"

#include "core/weir-allocator.h"

#include <string.h>

WeirFeed *
feed_start (const WeirFeedOptions *options)
{
  g_autoptr (GError) error = NULL;
  WeirFeed *feed = weir_feed_new (options, &error);

  g_assert_no_error (error);
  weir_feed_start (feed, &error);
  g_assert_no_error (error);
  return feed;
}

GSocketConnection *
feed_connect (WeirFeed *feed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection =
      g_socket_client_connect_to_uri (client, weir_feed_get_address (feed), 80, NULL, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), 60);
  return connection;
}

void
feed_send (GSocketConnection *connection, const char *bytes, gssize length)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes,
                             length < 0 ? strlen (bytes) : (gsize) length, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gssize
read_some (GSocketConnection *connection, GString *bytes)
{
  g_autoptr (GError) error = NULL;
  char some[65536];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), some,
                                  sizeof some, NULL, &error);

  g_assert_no_error (error);
  g_string_append_len (bytes, some, n);
  return n;
}

void
feed_read_until (GSocketConnection *connection, GString *bytes, const char *needle)
{
  while (strstr (bytes->str, needle) == NULL)
    g_assert_cmpint (read_some (connection, bytes), >, 0);
}

static void
take_chunks (Answer *answer, const char *at)
{
  for (;;)
    {
      char *end;
      guint64 length = g_ascii_strtoull (at, &end, 16);

      if (end == at || !g_str_has_prefix (end, "\r\n"))
        return;
      at = end + 2;
      if (length == 0)
        {
          answer->complete = g_str_has_prefix (at, "\r\n");
          return;
        }
      if (answer->bytes->str + answer->bytes->len - at < (gssize) length + 2)
        return;
      g_string_append_len (answer->body, at, length);
      answer->n_chunks++;
      at += length;
      g_assert_true (g_str_has_prefix (at, "\r\n"));
      at += 2;
    }
}

static void
take_apart (Answer *answer)
{
  const char *head_end = strstr (answer->bytes->str, "\r\n\r\n");
  const char *body = head_end + 4;
  gsize length;
  g_autofree char *coding = NULL;
  g_autofree char *announced = NULL;

  g_assert_nonnull (head_end);
  length = answer->bytes->str + answer->bytes->len - body;
  answer->head = g_strndup (answer->bytes->str, head_end + 2 - answer->bytes->str);
  g_assert_true (g_str_has_prefix (answer->head, "HTTP/1.1 "));
  answer->status = (guint) g_ascii_strtoull (answer->head + 9, NULL, 10);
  coding = answer_get (answer, "Transfer-Encoding");
  announced = answer_get (answer, "Content-Length");
  if (coding != NULL)
    {
      take_chunks (answer, body);
      return;
    }
  g_string_append_len (answer->body, body, length);
  answer->complete = announced == NULL || g_ascii_strtoull (announced, NULL, 10) == length;
}

Answer *
feed_fetch_raw (WeirFeed *feed, const char *request, gssize length)
{
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  Answer *answer = g_new0 (Answer, 1);

  answer->bytes = g_string_new (NULL);
  answer->body = g_string_new (NULL);
  feed_send (connection, request, length);
  while (read_some (connection, answer->bytes) > 0)
    ;
  take_apart (answer);
  return answer;
}

Answer *
feed_fetch (
    WeirFeed *feed, const char *method, const char *target, const char *fields, const char *body)
{
  g_autoptr (GString) request = g_string_new (NULL);

  g_string_printf (request, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s", method, target,
                   weir_feed_get_address (feed) + strlen ("http://"), fields ? fields : "");
  if (body != NULL)
    g_string_append_printf (request, "Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body));
  g_string_append_printf (request, "\r\n%s", body ? body : "");
  return feed_fetch_raw (feed, request->str, request->len);
}

char *
answer_get (Answer *answer, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *at = strstr (answer->head, start);

  if (at == NULL)
    return NULL;
  at += strlen (start);
  return g_strndup (at, strcspn (at, "\r"));
}

void
answer_free (Answer *answer)
{
  g_string_free (answer->bytes, TRUE);
  g_string_free (answer->body, TRUE);
  g_free (answer->head);
  g_free (answer);
}

static void
event_free (gpointer data)
{
  FeedEvent *event = data;

  g_free (event->type);
  g_free (event->data);
  g_free (event->id);
  g_free (event);
}

static char *
dup_span (WeirSpan span)
{
  return g_strndup (span.text, span.length);
}

GPtrArray *
feed_parse (const char *bytes, gsize length)
{
  GPtrArray *events = g_ptr_array_new_with_free_func (event_free);
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  weir_parser_feed (&parser, bytes, length);
  while (weir_parser_next (&parser, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      {
        FeedEvent *event = g_new (FeedEvent, 1);

        event->type = dup_span (item.type);
        event->data = dup_span (item.data);
        event->id = dup_span (item.last_event_id);
        g_ptr_array_add (events, event);
      }
  weir_parser_clear (&parser);
  return events;
}
