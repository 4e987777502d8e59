/* SPDX-License-Identifier: MIT */
/* JSON-RPC in events: messages, their pairing, and what breaks clients. */
#include "stream/weir-rpc.h"

#include <string.h>

#define CALL "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{}}"
#define RESULT "{\"result\":{},\"id\":7,\"jsonrpc\":\"2.0\"}"
#define PROGRESS                                                                                   \
  "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,"    \
  "\"progress\":3,\"total\":4,\"message\":\"nearly\"}}"
#define FAILURE "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32602,\"message\":\"bad\"}}"

static void
test_messages (void)
{
  static const struct
  {
    const char *data, *words;
  } cases[] = {
    { CALL, "request tools/call · ID 7" },
    { RESULT, "response · ID 7" },
    { PROGRESS, "notification notifications/progress · 3 of 4 · nearly" },
    { FAILURE, "error · ID \"a\" · -32602: bad" },
    { " [" CALL "," RESULT "]", "request tools/call · ID 7" },
    { "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{}}", "error · 0" },
    { "", NULL },
    { "{\"jsonrpc\":\"1.0\",\"method\":\"x\"}", NULL },
    { "{\"jsonrpc\":\"2.0\"}", NULL },
    { "{\"jsonrpc\":\"2.0\",\"result\":1}", NULL },
    { "\"jsonrpc\"", NULL },
    { "[]", NULL },
    { "[" CALL ",1]", NULL },
    { "[" CALL ",{\"jsonrpc\":1}]", NULL },
    { "{\"a\":" CALL "}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) messages = weir_rpc_read (cases[i].data, strlen (cases[i].data));
      g_autofree char *words =
          messages != NULL ? weir_rpc_message_describe (messages->pdata[0], NULL, -1) : NULL;

      g_test_message ("%s", cases[i].data);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static WeirItem
make_event (const char *type, const char *data)
{
  return (WeirItem){
    .kind = WEIR_ITEM_EVENT,
    .type = type != NULL ? (WeirSpan){ type, strlen (type) } : (WeirSpan){ "message", 7 },
    .data = { data, strlen (data) },
    .has_type = type != NULL,
  };
}

static void
expect_problem (WeirRpcWatch *watch, const WeirItem *event, const char *part)
{
  g_autofree char *problem = NULL;

  weir_rpc_watch_take (watch, event, 1);
  problem = weir_rpc_watch_take_problem (watch);
  if (part == NULL)
    g_assert_cmpstr (problem, ==, NULL);
  else if (problem == NULL || strstr (problem, part) == NULL)
    g_assert_cmpstr (problem, ==, part);
}

static void
expect_pair (WeirRpcWatch *watch, gint64 time_us, const char *method, gint64 latency_us)
{
  const WeirItem event = make_event (NULL, RESULT);
  GPtrArray *messages = weir_rpc_watch_take (watch, &event, time_us);
  gint64 latency;

  g_assert_cmpuint (messages->len, ==, 1);
  g_assert_cmpstr (weir_rpc_watch_get_method (watch, messages->pdata[0], &latency), ==, method);
  g_assert_cmpint (latency, ==, latency_us);
}

static void
test_pairs (void)
{
  g_autoptr (WeirRpcWatch) watch = weir_rpc_watch_new ();
  g_autofree char *missing = NULL;

  weir_rpc_watch_begin (watch, NULL, 0, 0);
  expect_pair (watch, 5000, NULL, -1);
  weir_rpc_watch_begin (watch, CALL, strlen (CALL), 1000);
  missing = weir_rpc_watch_end (watch);
  g_assert_cmpstr (missing, ==, "The stream ended without the response to tools/call (ID 7).");
  expect_pair (watch, 5000, "tools/call", 4000);
  g_assert_null (weir_rpc_watch_end (watch));
  /* The request is known on later connections, which need not bring its response. */
  weir_rpc_watch_begin (watch, NULL, 0, 0);
  g_assert_null (weir_rpc_watch_end (watch));
  expect_pair (watch, 6000, "tools/call", 5000);
  expect_pair (watch, 1000, "tools/call", -1);
  /* No time, no latency. */
  weir_rpc_watch_begin (watch, "[" CALL "]", strlen (CALL) + 2, 0);
  expect_pair (watch, 6000, "tools/call", -1);
}

static void
test_problems (void)
{
  g_autoptr (WeirRpcWatch) watch = weir_rpc_watch_new ();
  const WeirItem named = make_event ("message", PROGRESS), plain = make_event (NULL, PROGRESS);
  const WeirItem text = make_event (NULL, "hello"), empty = make_event (NULL, "");
  const WeirItem endpoint = make_event ("endpoint", "/messages?id=1");
  const WeirItem other = make_event ("note", PROGRESS);

  /* Streams of other kinds, priming events and the address of the first transport are fine. */
  weir_rpc_watch_begin (watch, NULL, 0, 0);
  expect_problem (watch, &text, NULL);
  expect_problem (watch, &endpoint, NULL);
  expect_problem (watch, &named, NULL);
  expect_problem (watch, &endpoint, NULL);
  expect_problem (watch, &empty, NULL);
  /* Each once. */
  expect_problem (watch, &text, "data of event 6 are not JSON-RPC");
  expect_problem (watch, &text, NULL);
  expect_problem (watch, &plain, "Event 8 lacks the “event: message”");
  expect_problem (watch, &plain, NULL);
  expect_problem (watch, &other, "Event 10 is JSON-RPC with the event type “note”");
  expect_problem (watch, &other, NULL);
  weir_rpc_watch_begin (watch, CALL, strlen (CALL), 0);
  expect_problem (watch, &text, "data of event 1 are not JSON-RPC");
  expect_problem (watch, &plain, NULL);
  expect_problem (watch, &named, "Event 3 says “event: message”");
}

/* After so many events a stream is not JSON-RPC. */
static void
test_search (void)
{
  g_autoptr (WeirRpcWatch) watch = weir_rpc_watch_new ();
  const WeirItem text = make_event (NULL, "hello"), plain = make_event (NULL, PROGRESS);

  weir_rpc_watch_begin (watch, NULL, 0, 0);
  for (guint i = 0; i < 64; i++)
    g_assert_null (weir_rpc_watch_take (watch, &text, 1));
  g_assert_null (weir_rpc_watch_take (watch, &plain, 1));
  weir_rpc_watch_begin (watch, NULL, 0, 0);
  g_assert_nonnull (weir_rpc_watch_take (watch, &plain, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc/messages", test_messages);
  g_test_add_func ("/rpc/pairs", test_pairs);
  g_test_add_func ("/rpc/problems", test_problems);
  g_test_add_func ("/rpc/search", test_search);
  return g_test_run ();
}
