/* SPDX-License-Identifier: MIT */
/* The sample feed, over real sockets. */
#include "feed-client.h"

#include "app/feed/weir-feed-stream-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *const scenarios[] = { "demo", "meeting", "llm", "metrics", "flood", "hostile" };
static const char *const framings[] = { "event", "block", "close" };

/* Fetches /events?rate=0&… from a feed of its own. */
static Answer *
fetch_events (const char *query, const char *fields)
{
  g_autoptr (WeirFeed) feed = feed_start (NULL);
  g_autofree char *target = g_strdup_printf ("/events?rate=0&%s", query);

  return feed_fetch (feed, "GET", target, fields, NULL);
}

static void
assert_ids (GPtrArray *events, guint64 first, guint64 last)
{
  g_assert_cmpuint (events->len, ==, last - first + 1);
  for (guint i = 0; i < events->len; i++)
    {
      FeedEvent *event = g_ptr_array_index (events, i);
      g_assert_cmpuint (g_ascii_strtoull (event->id, NULL, 10), ==, first + i);
    }
}

static void
test_scenarios (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (scenarios); s++)
    for (guint f = 0; f < G_N_ELEMENTS (framings); f++)
      {
        g_autofree char *query =
            g_strdup_printf ("scenario=%s&framing=%s&count=300", scenarios[s], framings[f]);
        g_autoptr (Answer) answer = fetch_events (query, NULL);
        g_autofree char *type = answer_get (answer, "Content-Type");
        g_autofree char *coding = answer_get (answer, "Transfer-Encoding");
        g_autoptr (GPtrArray) events = feed_parse (answer->body->str, answer->body->len);

        g_assert_cmpuint (answer->status, ==, 200);
        g_assert_cmpstr (type, ==, "text/event-stream");
        g_assert_cmpstr (coding, ==, f == 2 ? NULL : "chunked");
        g_assert_true (answer->complete);
        if (f == 0)
          g_assert_cmpuint (answer->n_chunks, ==, 300);
        assert_ids (events, 1, 300);
      }
}

/* Event N is the same, whichever request asks for it. */
static void
test_resume (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (scenarios); s++)
    {
      g_autofree char *query = g_strdup_printf ("scenario=%s&count=200", scenarios[s]);
      g_autoptr (Answer) whole = fetch_events (query, NULL);
      g_autoptr (Answer) tail = fetch_events (query, "Last-Event-ID: 77\r\n");
      g_autoptr (GPtrArray) events = feed_parse (tail->body->str, tail->body->len);

      assert_ids (events, 78, 200);
      if (strcmp (scenarios[s], "demo") != 0 && strcmp (scenarios[s], "metrics") != 0)
        {
          gsize skipped = whole->body->len - tail->body->len;
          g_assert_cmpmem (whole->body->str + skipped, tail->body->len, tail->body->str,
                           tail->body->len);
        }
    }
}

static void
test_no_content (void)
{
  g_autoptr (Answer) last = fetch_events ("count=5", "Last-Event-ID: 5\r\n");
  g_autoptr (Answer) beyond = fetch_events ("count=5", "Last-Event-ID: 500\r\n");
  g_autoptr (Answer) foreign = fetch_events ("count=5", "Last-Event-ID: abc\r\n");
  g_autoptr (GPtrArray) events = feed_parse (foreign->body->str, foreign->body->len);

  g_assert_cmpuint (last->status, ==, 204);
  g_assert_cmpuint (last->body->len, ==, 0);
  g_assert_cmpuint (beyond->status, ==, 204);
  assert_ids (events, 1, 5);
}

/* The flood's fast way writes the same bytes as its slow one, through ids that grow. */
static void
test_flood (void)
{
  for (guint f = 0; f < G_N_ELEMENTS (framings); f++)
    {
      g_autoptr (WeirFeed) feed = feed_start (NULL);
      g_autofree char *fast =
          g_strdup_printf ("/events?scenario=flood&rate=0&count=12345&framing=%s", framings[f]);
      g_autofree char *slow =
          g_strdup_printf ("/events?scenario=flood&rate=1e9&count=12345&framing=%s", framings[f]);
      g_autoptr (Answer) a = feed_fetch (feed, "GET", fast, NULL, NULL);
      g_autoptr (Answer) b = feed_fetch (feed, "GET", slow, NULL, NULL);
      g_autoptr (GPtrArray) events = feed_parse (a->body->str, a->body->len);

      assert_ids (events, 1, 12345);
      g_assert_cmpuint (a->body->len, ==, 12345 * 260);
      g_assert_cmpmem (a->body->str, a->body->len, b->body->str, b->body->len);
      g_assert_true (a->complete);
      if (f == 0)
        g_assert_cmpuint (a->n_chunks, ==, 12345);
    }
}

static void
test_flood_digits (void)
{
  static const char *const starts[] = {
    "1", "97", "998", "9876", "99999", "999999876", "18446744073709551000"
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      guint64 before = g_ascii_strtoull (starts[i], NULL, 10);
      g_autofree char *fields = g_strdup_printf ("Last-Event-ID: %s\r\n", starts[i]);
      g_autofree char *query =
          g_strdup_printf ("scenario=flood&count=%" G_GUINT64_FORMAT, before + 600);
      g_autoptr (Answer) answer = fetch_events (query, fields);
      g_autoptr (GPtrArray) events = feed_parse (answer->body->str, answer->body->len);

      assert_ids (events, before + 1, before + 600);
      g_assert_cmpuint (answer->body->len, ==, 600 * 260);
    }
}

static void
test_options (void)
{
  const WeirFeedOptions options = {
    .scenario = "meeting", .rate = "1000", .count = 20, .framing = WEIR_FEED_FRAMING_CLOSE
  };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (Answer) own = feed_fetch (feed, "GET", "/events", NULL, NULL);
  g_autoptr (Answer) other =
      feed_fetch (feed, "GET", "/events?scenario=llm&count=3&unknown=1", NULL, NULL);
  g_autoptr (Answer) accept = feed_fetch (feed, "GET", "/", "Accept: text/event-stream\r\n", NULL);
  g_autoptr (GPtrArray) events = feed_parse (own->body->str, own->body->len);
  g_autoptr (GPtrArray) others = feed_parse (other->body->str, other->body->len);

  assert_ids (events, 1, 20);
  g_assert_cmpstr (((FeedEvent *) events->pdata[0])->type, ==, "notice");
  assert_ids (others, 1, 3);
  g_assert_nonnull (strstr (other->body->str, "chat.completion.chunk"));
  g_assert_cmpstr (accept->body->str, ==, own->body->str);
}

static void
test_invalid_options (void)
{
  static const WeirFeedOptions wrong[] = {
    { .scenario = "nothing" }, { .rate = "fast" }, { .rate = "-1" },       { .rate = "1x" },
    { .rate = "nan" },         { .rate = "" },     { .www = "/dev/null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_feed_new (&wrong[i], &error));
      g_assert_error (error, WEIR_FEED_ERROR, WEIR_FEED_ERROR_INVALID_OPTION);
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
test_refused_queries (void)
{
  static const char *const queries[] = { "scenario=nothing", "rate=fast", "rate=-1",
                                         "count=-1",         "count=1.5", "framing=tcp" };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (Answer) answer = fetch_events (queries[i], NULL);

      g_assert_cmpuint (answer->status, ==, 400);
      g_assert_true (g_str_has_suffix (answer->body->str, ".\n"));
    }
}

static void
test_heartbeat (void)
{
  const WeirFeedOptions options = { .rate = "0.0001", .heartbeat_ms = 20 };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  g_autoptr (GString) bytes = g_string_new (NULL);

  feed_send (connection, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  feed_read_until (connection, bytes, "\nd\r\n: heartbeat\n\n\r\nd\r\n: heartbeat\n\n\r\n");
  g_assert_nonnull (strstr (bytes->str, "id: 1\n"));
  g_assert_null (strstr (bytes->str, "id: 2\n"));
}

/* Paced events come one by one, none before its time: the second not with the first. */
static void
test_rate (void)
{
  const WeirFeedOptions options = { .rate = "5", .scenario = "meeting" };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  g_autoptr (GString) bytes = g_string_new (NULL);
  gint64 began = g_get_monotonic_time ();

  feed_send (connection, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  feed_read_until (connection, bytes, "id: 6\n");
  g_assert_cmpint (g_get_monotonic_time () - began, >=, G_USEC_PER_SEC - 1000);
}

static void
test_keep_alive (void)
{
  g_autoptr (WeirFeed) feed = feed_start (NULL);
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GString) many = g_string_new (NULL);

  for (guint i = 1; i <= 500; i++)
    g_string_append_printf (many,
                            "GET /events?rate=0&count=%u HTTP/1.1\r\nHost: localhost\r\n"
                            "Last-Event-ID: %u\r\n\r\n",
                            i, i - 1);
  g_string_append (many, "GET /none HTTP/1.0\r\n\r\n");
  feed_send (connection, many->str, many->len);
  feed_read_until (connection, bytes, "404 Not Found");
  for (guint i = 1; i <= 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("\nid: %u\n", i);
      g_assert_nonnull (strstr (bytes->str, id));
    }
}

/* A request that comes in single bytes, with a body in chunks. */
static void
test_slow_request (void)
{
  static const char request[] = "POST /events?rate=0&count=1 HTTP/1.1\r\nHost: localhost\r\n"
                                "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                                "3\r\nabc\r\n0\r\n\r\n";
  g_autoptr (WeirFeed) feed = feed_start (NULL);
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  g_autoptr (GString) bytes = g_string_new (NULL);

  for (const char *at = request; *at; at++)
    feed_send (connection, at, 1);
  feed_read_until (connection, bytes, "id: 1\n");
}

static void
test_malformed (void)
{
  static const struct
  {
    const char *request;
    guint status;
  } cases[] = {
    { "hello\r\n\r\n", 400 },
    { "GET /events HTTP/1.1\r\nConnection: close\r\n\r\n", 400 },
    { "GET /events HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      400 },
    { "GET events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400 },
    { "GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400 },
    { "DELETE /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405 },
    { "GET /v1/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405 },
    { "GET /other HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404 },
  };
  g_autoptr (WeirFeed) feed = feed_start (NULL);
  g_autofree char *padding = g_strnfill (70000, 'x');
  g_autofree char *large =
      g_strdup_printf ("GET / HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n", padding);
  g_autoptr (Answer) too_large = feed_fetch_raw (feed, large, -1);
  g_autofree char *five_megabytes = g_strnfill (5 << 20, 'x');
  g_autoptr (Answer) too_long = feed_fetch (feed, "POST", "/events", NULL, five_megabytes);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) answer = feed_fetch_raw (feed, cases[i].request, -1);

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_true (answer->complete);
      g_assert_true (g_str_has_suffix (answer->body->str, ".\n"));
    }
  g_assert_cmpuint (too_large->status, ==, 431);
  g_assert_cmpuint (too_long->status, ==, 413);
}

static void
test_head (void)
{
  g_autoptr (WeirFeed) feed = feed_start (NULL);
  g_autoptr (Answer) answer = feed_fetch (feed, "HEAD", "/events", NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_true (g_str_has_suffix (answer->bytes->str, "\r\n\r\n"));
}

/* --- Clients that do not finish ------------------------------------------------------ */

static void
test_half_open (void)
{
  static const struct
  {
    const char *sent;
    const char *end; /* of the response */
  } cases[] = {
    { "GET /events HT", "The request did not arrive in time.\n" },
    { "GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "The request did not arrive in time.\n" },
    { "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf",
      "The request did not arrive in time.\n" },
    /* Idle after a whole request. */
    { "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n", "the stream is at /events.\n" },
  };
  const WeirFeedOptions options = { .head_timeout_ms = 30, .body_timeout_ms = 30 };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (GSocketConnection) silent = feed_connect (feed);
  char byte;

  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (silent)), &byte,
                                        1, NULL, NULL),
                   ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) answer = feed_fetch_raw (feed, cases[i].sent, -1);

      g_assert_true (g_str_has_suffix (answer->bytes->str, cases[i].end));
      if (strstr (cases[i].end, "in time") != NULL)
        g_assert_cmpuint (answer->status, ==, 408);
    }
}

/* More clients than may connect, none of which asks for anything, do not keep out one that does; and
 * streams that are being sent are not closed for them. */
static void
test_crowd (void)
{
  const WeirFeedOptions options = { .rate = "0.0001",
                                    .heartbeat_ms = 10,
                                    .head_timeout_ms = 600000 };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (GSocketConnection) stream = feed_connect (feed);
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func (g_object_unref);
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, 4096);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  feed_send (stream, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  feed_read_until (stream, bytes, "id: 1\n");
  for (guint i = 0; i < 700; i++)
    {
      GSocketConnection *connection = feed_connect (feed);

      g_ptr_array_add (crowd, connection);
      feed_send (connection, "GET /events?half", -1);
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (Answer) answer = feed_fetch (feed, "GET", "/none", NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 404);
    }
  g_string_truncate (bytes, 0);
  feed_read_until (stream, bytes, ": heartbeat\n");
}

/* --- Faults ------------------------------------------------------------------------ */

/* Fetches the meeting from a feed with this fault. */
static Answer *
fetch_fault (const char *fault)
{
  const WeirFeedOptions options = {
    .scenario = "meeting", .rate = "0", .count = 20, .fault = fault
  };
  g_autoptr (WeirFeed) feed = feed_start (&options);

  return feed_fetch (feed, "GET", "/events", NULL, NULL);
}

static void
test_cuts (void)
{
  static const struct
  {
    const char *fault;
    guint n_events;
    gboolean complete;
  } cases[] = {
    { "cut-mid-event", 3, FALSE },
    { "cut-mid-event=0", 0, FALSE },
    { "cut-mid-event=20", 20, TRUE },
    { "cut-mid-char", 3, FALSE },
    { "bad-chunk=7", 7, FALSE },
    { "flap", 1, TRUE },
    { "flap=5", 5, TRUE },
    { "no-length", 3, TRUE },
    { "204-after=1", 3, TRUE },
    { "slow-drip=1", 20, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) answer = fetch_fault (cases[i].fault);
      g_autoptr (GPtrArray) events = feed_parse (answer->body->str, answer->body->len);

      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_cmpint (answer->complete, ==, cases[i].complete);
      assert_ids (events, 1, cases[i].n_events);
    }
}

/* What was cut in a character is no valid UTF-8, and was so announced as to be seen to lack. */
static void
test_cut_in_character (void)
{
  g_autoptr (Answer) answer = fetch_fault ("cut-mid-char=0");

  g_assert_false (g_utf8_validate (answer->bytes->str, answer->bytes->len, NULL));
  g_string_truncate (answer->bytes, answer->bytes->len - 1);
  g_assert_true (g_utf8_validate (answer->bytes->str, answer->bytes->len, NULL));
}

/* An event without a character to cut is sent as a whole, and the ones after it at their rate. */
static void
test_cut_keeps_rate (void)
{
  const WeirFeedStreamPlan plan = { .scenario = &weir_scenario_flood,
                                    .rate = 10,
                                    .first = 1,
                                    .last = G_MAXUINT64,
                                    .heartbeat_us = 60 * G_USEC_PER_SEC,
                                    .fault = { .kind = WEIR_FAULT_CUT_MID_CHAR, .number = 3 } };
  g_autoptr (WeirFeedStream) stream = weir_feed_stream_new (&plan);
  g_autoptr (GString) body = g_string_new (NULL);
  WeirFeedStreamOutput output;
  gint64 now_us = 1;
  guint n_events = 0;

  for (; now_us < 2 * G_USEC_PER_SEC; now_us = output.wake_us)
    {
      WeirFeedStreamStatus status;

      while ((status = weir_feed_stream_next (stream, now_us, &output)) == WEIR_FEED_STREAM_BYTES
             && body->len < 100000)
        g_string_append_len (body, output.bytes, (gssize) output.length);
      g_assert_cmpint (status, ==, WEIR_FEED_STREAM_WAIT);
      g_assert_cmpint (output.wake_us, >, now_us);
    }
  for (const char *at = body->str; (at = strstr (at, "id: ")) != NULL; at++)
    n_events++;
  g_assert_cmpuint (n_events, ==, 20);
}

static void
test_reset (void)
{
  const WeirFeedOptions options = { .fault = "rst=1", .rate = "0" };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  g_autoptr (GError) error = NULL;
  char bytes[65536];
  gssize n;

  feed_send (connection, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  do
    n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), bytes,
                             sizeof bytes, NULL, &error);
  while (n > 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_fault_answers (void)
{
  static const struct
  {
    const char *fault;
    guint status;
    const char *field, *value;
  } cases[] = {
    { "status=503", 503, "Retry-After", "1" },
    { "status=204", 204, "Content-Type", NULL },
    { "status=301", 301, "Location", NULL },
    { "type=text/html", 200, "Content-Type", "text/html" },
    { "redirect-loop", 302, "Location", "/events" },
    { "bad-gzip", 200, "Content-Encoding", "gzip" },
    { "no-length", 200, "Transfer-Encoding", NULL },
    { "204-after=0", 204, "Content-Type", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) answer = fetch_fault (cases[i].fault);
      g_autofree char *value = answer_get (answer, cases[i].field);

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (value, ==, cases[i].value);
    }
}

static void
test_fault_times (void)
{
  const WeirFeedOptions options = {
    .rate = "0", .count = 2, .fault = "status=500", .fault_times = 2
  };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  static const guint statuses[] = { 500, 500, 200, 200 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (Answer) answer = feed_fetch (feed, "GET", "/events", NULL, NULL);

      g_assert_cmpuint (answer->status, ==, statuses[i]);
    }
}

static void
test_refused_faults (void)
{
  static const char *const wrong[] = {
    "",       "none",        "status",  "status=99",       "status=x",
    "type",   "type=a\r\nb", "stall=x", "redirect-loop=1", "slow-drip=0",
    "flap=-1"
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const WeirFeedOptions options = { .fault = wrong[i] };
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_feed_new (&options, &error));
      g_assert_error (error, WEIR_FEED_ERROR, WEIR_FEED_ERROR_INVALID_OPTION);
    }
}

/* --- Its life ------------------------------------------------------------------------- */

/* Many clients at once, some of which leave in mid-stream. */
static void
test_many_clients (void)
{
  const WeirFeedOptions options = { .scenario = "flood", .count = 20000 };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  GSocketConnection *connections[100];

  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      connections[i] = feed_connect (feed);
      feed_send (connections[i], "GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n", -1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      g_autoptr (GString) bytes = g_string_new (NULL);

      feed_read_until (connections[i], bytes, i % 10 == 0 ? "id: 20000\n" : "id: 1\n");
      g_object_unref (connections[i]);
    }
}

static void
test_stop (void)
{
  g_autoptr (WeirFeed) feed = feed_start (NULL);
  g_autoptr (GSocketConnection) connection = feed_connect (feed);
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *address = g_strdup (weir_feed_get_address (feed));
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  char rest[65536];
  gssize n;

  feed_send (connection, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  feed_read_until (connection, bytes, "id: 1\n");
  weir_feed_stop (feed);
  weir_feed_stop (feed);
  do
    n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), rest,
                             sizeof rest, NULL, NULL);
  while (n > 0);
  g_assert_null (g_socket_client_connect_to_uri (client, address, 80, NULL, NULL));
}

static void
test_port_in_use (void)
{
  g_autoptr (WeirFeed) first = feed_start (NULL);
  const char *port = strrchr (weir_feed_get_address (first), ':') + 1;
  const WeirFeedOptions options = { .port = (guint16) g_ascii_strtoull (port, NULL, 10) };
  g_autoptr (WeirFeed) second = weir_feed_new (&options, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (weir_feed_start (second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, port));
  g_assert_null (weir_feed_get_address (second));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feed/scenarios", test_scenarios);
  g_test_add_func ("/feed/resume", test_resume);
  g_test_add_func ("/feed/no-content", test_no_content);
  g_test_add_func ("/feed/flood", test_flood);
  g_test_add_func ("/feed/flood-digits", test_flood_digits);
  g_test_add_func ("/feed/options", test_options);
  g_test_add_func ("/feed/invalid-options", test_invalid_options);
  g_test_add_func ("/feed/refused-queries", test_refused_queries);
  g_test_add_func ("/feed/heartbeat", test_heartbeat);
  g_test_add_func ("/feed/rate", test_rate);
  g_test_add_func ("/feed/keep-alive", test_keep_alive);
  g_test_add_func ("/feed/slow-request", test_slow_request);
  g_test_add_func ("/feed/malformed", test_malformed);
  g_test_add_func ("/feed/half-open", test_half_open);
  g_test_add_func ("/feed/crowd", test_crowd);
  g_test_add_func ("/feed/head", test_head);
  g_test_add_func ("/feed/fault/cuts", test_cuts);
  g_test_add_func ("/feed/fault/cut-in-character", test_cut_in_character);
  g_test_add_func ("/feed/fault/cut-keeps-rate", test_cut_keeps_rate);
  g_test_add_func ("/feed/fault/reset", test_reset);
  g_test_add_func ("/feed/fault/answers", test_fault_answers);
  g_test_add_func ("/feed/fault/times", test_fault_times);
  g_test_add_func ("/feed/fault/refused", test_refused_faults);
  g_test_add_func ("/feed/many-clients", test_many_clients);
  g_test_add_func ("/feed/stop", test_stop);
  g_test_add_func ("/feed/port-in-use", test_port_in_use);
  return g_test_run ();
}
