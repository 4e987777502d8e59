/* SPDX-License-Identifier: MIT */
/* The sample feed's paths, and who may read them, over real sockets. */
#include "feed-client.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Who may read ------------------------------------------------------------------ */

static void
test_host (void)
{
  static const char *const own[] = { "127.0.0.1", "LOCALHOST:80", "[::1]:8080", "127.0.0.2" };
  static const char *const foreign[] = { "evil.example",
                                         "localhost.evil.example",
                                         "192.168.1.1:80",
                                         "127.0.0.1.evil.example:80",
                                         "[::2]",
                                         "[",
                                         "" };
  g_autoptr (WeirFeed) feed = feed_start (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (own) + G_N_ELEMENTS (foreign); i++)
    {
      gboolean good = i < G_N_ELEMENTS (own);
      g_autofree char *request = g_strdup_printf (
          "GET /events?rate=0&count=1 HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
          good ? own[i] : foreign[i - G_N_ELEMENTS (own)]);
      g_autoptr (Answer) answer = feed_fetch_raw (feed, request, -1);

      g_assert_cmpint (answer->status == 200, ==, good);
      g_assert_cmpint (strstr (answer->body->str, "id: 1") != NULL, ==, good);
    }
}

static void
test_origin (void)
{
  static const char *const cors[] = { "https://app.example", "null", NULL };
  static const char *const any[] = { "*", NULL };
  const WeirFeedOptions closed = { .rate = "0", .count = 1 };
  const WeirFeedOptions open = { .rate = "0", .count = 1, .cors = cors };
  const WeirFeedOptions wide = { .rate = "0", .count = 1, .cors = any };
  const struct
  {
    const WeirFeedOptions *options;
    const char *origin;
    guint status;
    const char *allowed;
  } cases[] = {
    { &closed, NULL, 200, NULL },
    { &closed, "http://evil.example", 403, NULL },
    { &closed, "null", 403, NULL },
    { &open, "https://app.example", 200, "https://app.example" },
    { &open, "null", 200, "null" },
    { &open, "http://app.example", 403, NULL },
    { &open, "https://app.example.evil.example", 403, NULL },
    { &wide, "http://evil.example", 200, "http://evil.example" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirFeed) feed = feed_start (cases[i].options);
      g_autofree char *field = g_strdup_printf (
          "Origin: %s\r\n", cases[i].origin ? cases[i].origin : weir_feed_get_address (feed));
      g_autoptr (Answer) answer = feed_fetch (feed, "GET", "/events", field, NULL);
      g_autofree char *allowed = answer_get (answer, "Access-Control-Allow-Origin");

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (allowed, ==, cases[i].allowed);
    }
}

/* What a page of another site makes a browser fetch without an Origin, such as an image. */
static void
test_fetch_site (void)
{
  static const char *const cors[] = { "https://app.example", NULL };
  static const char *const any[] = { "*", NULL };
  const WeirFeedOptions closed = { .rate = "0", .count = 1 };
  const WeirFeedOptions open = { .rate = "0", .count = 1, .cors = cors };
  const WeirFeedOptions wide = { .rate = "0", .count = 1, .cors = any };
  const struct
  {
    const WeirFeedOptions *options;
    const char *fields;
    guint status;
  } cases[] = {
    { &closed, "Sec-Fetch-Site: cross-site\r\n", 403 },
    { &closed, "Sec-Fetch-Site: same-origin\r\n", 200 },
    { &closed, "Sec-Fetch-Site: none\r\n", 200 },
    { &open, "Sec-Fetch-Site: cross-site\r\n", 403 },
    { &open, "Sec-Fetch-Site: cross-site\r\nOrigin: https://app.example\r\n", 200 },
    { &open, "Sec-Fetch-Site: cross-site\r\nOrigin: https://evil.example\r\n", 403 },
    { &wide, "Sec-Fetch-Site: cross-site\r\n", 200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirFeed) feed = feed_start (cases[i].options);
      g_autoptr (Answer) answer = feed_fetch (feed, "GET", "/events", cases[i].fields, NULL);

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpint (strstr (answer->body->str, "id: 1") != NULL, ==, answer->status == 200);
    }
}

static void
test_preflight (void)
{
  static const char *const cors[] = { "https://app.example", NULL };
  const WeirFeedOptions options = { .cors = cors, .bearer = "secret" };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  g_autoptr (Answer) answer =
      feed_fetch (feed, "OPTIONS", "/events",
                  "Origin: https://app.example\r\nAccess-Control-Request-Method: GET\r\n", NULL);
  g_autofree char *headers = answer_get (answer, "Access-Control-Allow-Headers");
  g_autofree char *origin = answer_get (answer, "Access-Control-Allow-Origin");
  g_autoptr (Answer) foreign =
      feed_fetch (feed, "OPTIONS", "/events",
                  "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n", NULL);

  g_assert_cmpuint (answer->status, ==, 204);
  g_assert_nonnull (strstr (headers, "Last-Event-ID"));
  g_assert_cmpstr (origin, ==, "https://app.example");
  g_assert_cmpuint (foreign->status, ==, 403);
}

static void
test_bearer (void)
{
  const WeirFeedOptions options = { .rate = "0", .count = 1, .bearer = "s3cret" };
  static const struct
  {
    const char *field;
    guint status;
  } cases[] = {
    { NULL, 401 },
    { "Authorization: Bearer wrong\r\n", 401 },
    { "Authorization: Bearer s3cre\r\n", 401 },
    { "Authorization: Bearer s3crett\r\n", 401 },
    { "Authorization: s3cret\r\n", 401 },
    { "Authorization: Basic s3cret\r\n", 401 },
    { "Authorization: Bearer s3cret\r\n", 200 },
    { "authorization: bearer s3cret\r\n", 200 },
  };
  g_autoptr (WeirFeed) feed = feed_start (&options);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) answer = feed_fetch (feed, "GET", "/events", cases[i].field, NULL);
      g_autofree char *challenge = answer_get (answer, "WWW-Authenticate");

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpint (challenge != NULL, ==, answer->status == 401);
      g_assert_null (strstr (answer->bytes->str, "s3cret"));
    }
}

/* --- The language model ------------------------------------------------------------- */

#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"What is a weir?\"}]"

/* The pieces that stand between before and after in each event, put together. */
static char *
spell (GPtrArray *events, const char *before, const char *after)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++)
    {
      FeedEvent *event = g_ptr_array_index (events, i);
      const char *start = strstr (event->data, before);

      if (start != NULL)
        {
          start += strlen (before);
          g_string_append_len (text, start, strstr (start, after) - start);
        }
    }
  return g_string_free (text, FALSE);
}

static void
test_llm (void)
{
  const WeirFeedOptions options = { .rate = "0" };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  static const char ask[] = "{\"model\":\"x\", \"stream\" : true, " MESSAGES "}";
  g_autoptr (Answer) openai = feed_fetch (feed, "POST", "/v1/chat/completions", NULL, ask);
  g_autoptr (Answer) anthropic = feed_fetch (feed, "POST", "/v1/messages", NULL, ask);
  g_autoptr (Answer) whole =
      feed_fetch (feed, "POST", "/v1/chat/completions", NULL, "{\"model\":\"x\"," MESSAGES "}");
  g_autoptr (Answer) message = feed_fetch (feed, "POST", "/v1/messages", NULL,
                                           "{\"model\":\"x\",\"stream\":false," MESSAGES "}");
  g_autoptr (GPtrArray) a = feed_parse (openai->body->str, openai->body->len);
  g_autoptr (GPtrArray) b = feed_parse (anthropic->body->str, anthropic->body->len);
  g_autofree char *text_a = spell (a, "\"delta\":{\"content\":\"", "\"},\"finish_reason\"");
  g_autofree char *text_b = spell (b, "\"text_delta\",\"text\":\"", "\"}}");

  g_assert_cmpstr (text_a, ==, text_b);
  g_assert_nonnull (strstr (text_a, "A weir is a low wall"));
  g_assert_nonnull (strstr (text_a, "堰是横在河上的一道矮墙"));
  g_assert_nonnull (strstr (whole->body->str, text_a));
  g_assert_nonnull (strstr (message->body->str, text_a));
  g_assert_cmpstr (((FeedEvent *) a->pdata[a->len - 1])->data, ==, "[DONE]");
  g_assert_cmpstr (((FeedEvent *) b->pdata[b->len - 1])->type, ==, "message_stop");
  g_assert_null (strstr (openai->body->str, "id: "));
}

/* 100,000 levels crash a parser that recurses. */
static void
test_llm_deep (void)
{
  const WeirFeedOptions options = { .rate = "0" };
  g_autoptr (WeirFeed) feed = feed_start (&options);
  static const char *const paths[] = { "/v1/chat/completions", "/v1/messages" };
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *inside = g_strconcat ("{\"model\":\"x\",\"messages\":", deep, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (Answer) alone = feed_fetch (feed, "POST", paths[i], NULL, deep);
      g_autoptr (Answer) nested = feed_fetch (feed, "POST", paths[i], NULL, inside);
      g_autoptr (Answer) after = feed_fetch (feed, "GET", "/events?count=1", NULL, NULL);

      g_assert_cmpuint (alone->status, ==, 400);
      g_assert_cmpuint (nested->status, ==, 400);
      g_assert_cmpuint (after->status, ==, 200);
    }
}

/* An invalid request is answered with the API's own error object. */
static void
test_llm_refused (void)
{
  static const struct
  {
    const char *body;
    const char *says;
  } cases[] = {
    { "", "must be a JSON object" },
    { "{", "must be a JSON object" },
    { "[]", "must be a JSON object" },
    { "null", "must be a JSON object" },
    { "{\"model\":\"\xff\"}", "must be a JSON object" },
    { "{}", "must name a model" },
    { "{\"model\":\"\"," MESSAGES "}", "must name a model" },
    { "{\"model\":7," MESSAGES "}", "must name a model" },
    { "{\"model\":[]," MESSAGES "}", "must name a model" },
    { "{\"model\":\"x\"}", "at least one message" },
    { "{\"model\":\"x\",\"messages\":[]}", "at least one message" },
    { "{\"model\":\"x\",\"messages\":\"hello\"}", "at least one message" },
    { "{\"model\":\"x\",\"stream\":\"yes\"," MESSAGES "}", "true or false" },
  };
  const WeirFeedOptions options = { .rate = "0" };
  g_autoptr (WeirFeed) feed = feed_start (&options);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Answer) openai =
          feed_fetch (feed, "POST", "/v1/chat/completions", NULL, cases[i].body);
      g_autoptr (Answer) anthropic = feed_fetch (feed, "POST", "/v1/messages", NULL, cases[i].body);

      g_assert_cmpuint (openai->status, ==, 400);
      g_assert_cmpuint (anthropic->status, ==, 400);
      g_assert_nonnull (strstr (openai->body->str, cases[i].says));
      g_assert_nonnull (strstr (anthropic->body->str, cases[i].says));
      g_assert_true (g_str_has_prefix (openai->body->str, "{\"error\":{"));
      g_assert_true (g_str_has_prefix (anthropic->body->str, "{\"type\":\"error\","));
    }
}

/* --- The page ------------------------------------------------------------------------ */

static void
write_file (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_www (void)
{
  static const char *const outside[] = {
    "/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt",          "/link.txt", "/sub",
    "/none.txt",       "//../outside.txt",    "/www-not/../../outside.txt", "/fifo"
  };
  g_autofree char *root = g_dir_make_tmp ("weir-www-XXXXXX", NULL);
  g_autofree char *www = g_build_filename (root, "www", NULL);
  g_autofree char *sub = g_build_filename (www, "sub", NULL);
  g_autofree char *link = g_build_filename (www, "link.txt", NULL);
  g_autofree char *fifo = g_build_filename (www, "fifo", NULL);
  const WeirFeedOptions options = { .www = www, .rate = "0", .count = 1 };
  g_autoptr (WeirFeed) feed = NULL;

  g_mkdir_with_parents (sub, 0700);
  write_file (root, "outside.txt", "outside");
  write_file (www, "index.html", "<p>page</p>");
  write_file (www, "a b.mjs", "export {}");
  write_file (sub, "index.html", "<p>sub</p>");
  g_assert_no_errno (symlink ("../outside.txt", link));
  g_assert_no_errno (mkfifo (fifo, 0600));
  feed = feed_start (&options);
  {
    g_autoptr (Answer) page = feed_fetch (feed, "GET", "/", NULL, NULL);
    g_autoptr (Answer) script = feed_fetch (feed, "GET", "/a%20b.mjs?x", NULL, NULL);
    g_autoptr (Answer) inner = feed_fetch (feed, "GET", "/sub/", NULL, NULL);
    g_autoptr (Answer) events = feed_fetch (feed, "GET", "/events", NULL, NULL);
    g_autofree char *type = answer_get (page, "Content-Type");
    g_autofree char *script_type = answer_get (script, "Content-Type");

    g_assert_cmpstr (page->body->str, ==, "<p>page</p>");
    g_assert_cmpstr (type, ==, "text/html; charset=utf-8");
    g_assert_cmpstr (script->body->str, ==, "export {}");
    g_assert_cmpstr (script_type, ==, "text/javascript; charset=utf-8");
    g_assert_cmpstr (inner->body->str, ==, "<p>sub</p>");
    g_assert_nonnull (strstr (events->body->str, "id: 1"));
  }
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    {
      g_autoptr (Answer) answer = feed_fetch (feed, "GET", outside[i], NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 404);
      g_assert_null (strstr (answer->body->str, "outside"));
    }
  {
    g_autofree char *remove = g_strdup_printf ("rm -r '%s'", root);
    g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feed-site/host", test_host);
  g_test_add_func ("/feed-site/origin", test_origin);
  g_test_add_func ("/feed-site/fetch-site", test_fetch_site);
  g_test_add_func ("/feed-site/preflight", test_preflight);
  g_test_add_func ("/feed-site/bearer", test_bearer);
  g_test_add_func ("/feed-site/llm", test_llm);
  g_test_add_func ("/feed-site/llm-deep", test_llm_deep);
  g_test_add_func ("/feed-site/llm-refused", test_llm_refused);
  g_test_add_func ("/feed-site/www", test_www);
  return g_test_run ();
}
