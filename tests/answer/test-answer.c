/* SPDX-License-Identifier: MIT */
/* The API of weir-answer: what belongs to an answer, what is kept of it, and too little memory. */
#include "weir-allocator.h"
#include "weir-answer.h"

#include <glib.h>
#include <string.h>

#define CHUNK(choice) "{\"object\":\"chat.completion.chunk\",\"choices\":[" choice "]}"

static WeirAnswerEvent
event (const char *type, const char *data)
{
  return (WeirAnswerEvent){ { type, strlen (type) }, { data, strlen (data) }, 1 };
}

static WeirAnswerStep
take (WeirAnswer *answer, const char *data)
{
  const WeirAnswerEvent it = event ("message", data);

  return weir_answer_take (answer, &it);
}

static WeirAnswer *
new_answer (void)
{
  const WeirAllocator allocator = weir_allocator_malloc ();

  return weir_answer_new (&allocator);
}

static void
test_recognise (void)
{
  static const struct
  {
    const char *type, *data;
    WeirAnswerApi api;
  } cases[] = {
    { "message", "{\"choices\":[\"red\",\"blue\"]}", WEIR_ANSWER_API_NONE },
    { "message", "{\"choices\":[]}", WEIR_ANSWER_API_NONE },
    { "message", "{\"candidates\":[\"Ann\"]}", WEIR_ANSWER_API_NONE },
    { "message", "{\"type\":\"start\"}", WEIR_ANSWER_API_NONE },
    { "message", "{\"model\":\"T\",\"done\":false}", WEIR_ANSWER_API_NONE },
    { "message", "[DONE]", WEIR_ANSWER_API_NONE },
    { "message", "{\"error\":{\"message\":\"no\"}}", WEIR_ANSWER_API_NONE },
    { "message", "{\"choices\":[{\"delta\":{}}]", WEIR_ANSWER_API_NONE },
    { "message", "{\"choices\":[{\"delta\":{}}]}", WEIR_ANSWER_API_OPENAI_CHAT },
    { "content_block_stop", "{\"index\":0}", WEIR_ANSWER_API_ANTHROPIC },
    { "message", "{\"type\":\"response.created\",\"response\":{}}",
      WEIR_ANSWER_API_OPENAI_RESPONSES },
    { "messageStop", "{\"stopReason\":\"end_turn\"}", WEIR_ANSWER_API_BEDROCK },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const WeirAnswerEvent it = event (cases[i].type, cases[i].data);

      g_test_message ("%s", cases[i].data);
      g_assert_cmpint (weir_answer_recognise (&it), ==, cases[i].api);
    }
}

static void
test_growing (void)
{
  WeirAnswer *answer = new_answer ();
  WeirAnswerVerdict verdict;

  g_assert_cmpint (take (answer, "{\"a\":1}"), ==, WEIR_ANSWER_FOREIGN);
  g_assert_false (answer->has_begun);
  g_assert_cmpint (take (answer, CHUNK ("{\"delta\":{\"content\":\"x\"}}")), ==, WEIR_ANSWER_TAKEN);
  weir_answer_judge (answer, &verdict);
  g_assert_cmpint (verdict.state, ==, WEIR_ANSWER_GROWING);
  take (answer, CHUNK ("{\"delta\":{},\"finish_reason\":\"stop\"}"));
  weir_answer_judge (answer, &verdict);
  g_assert_cmpint (verdict.state, ==, WEIR_ANSWER_GROWING);
  g_assert_cmpint (take (answer, "[DONE]"), ==, WEIR_ANSWER_TAKEN);
  weir_answer_judge (answer, &verdict);
  g_assert_cmpint (verdict.state, ==, WEIR_ANSWER_COMPLETE);
  g_assert_cmpint (take (answer, CHUNK ("{\"delta\":{\"content\":\"y\"}}")), ==, WEIR_ANSWER_NEXT);
  weir_answer_close (answer);
  g_assert_cmpint (take (answer, "{\"a\":1}"), ==, WEIR_ANSWER_NEXT);
  weir_answer_free (answer);
}

/* What is too much is counted and does no harm. */
static void
test_limits (void)
{
  g_autofree char *text = g_strnfill (1 << 20, 'x');
  g_autofree char *large = g_strdup_printf (CHUNK ("{\"delta\":{\"content\":\"%s\"}}"), text);
  WeirAnswer *answer = new_answer ();

  for (guint i = 0; i < 20; i++)
    take (answer, large);
  g_assert_true (answer->is_too_large);
  g_assert_cmpuint (answer->n_bytes, ==, WEIR_ANSWER_MAX_BYTES);
  weir_answer_free (answer);

  answer = new_answer ();
  for (guint i = 0; i < 2 * WEIR_ANSWER_MAX_ITEMS; i++)
    {
      g_autofree char *call = g_strdup_printf (
          CHUNK ("{\"delta\":{\"tool_calls\":[{\"index\":%u,\"function\":{\"name\":\"f\"}}]}}"), i);

      take (answer, call);
    }
  g_assert_true (answer->is_too_large);
  g_assert_cmpuint (answer->n_items, ==, WEIR_ANSWER_MAX_ITEMS);
  for (guint i = 0; i < 2 * WEIR_ANSWER_MAX_UNKNOWN; i++)
    {
      g_autofree char *unknown = g_strdup_printf ("{\"type\":\"unknown-%u\"}", i);

      take (answer, unknown);
    }
  g_assert_cmpuint (answer->n_unknown, ==, WEIR_ANSWER_MAX_UNKNOWN);
  g_assert_cmpuint (answer->n_unknown_events, ==, 2 * WEIR_ANSWER_MAX_UNKNOWN);
  weir_answer_free (answer);
}

static void
test_join (void)
{
  WeirAnswer *answer = new_answer ();
  g_autofree char *text = NULL;
  gsize length;

  take (answer,
        "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":["
        "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"One.\"}]},"
        "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Two\"},"
        "{\"type\":\"output_text\",\"text\":\" three.\"}]}]}}");
  length = weir_answer_join (answer, WEIR_ANSWER_TEXT, 0, NULL);
  text = g_malloc0 (length + 1);
  g_assert_cmpuint (weir_answer_join (answer, WEIR_ANSWER_TEXT, 0, text), ==, length);
  g_assert_cmpstr (text, ==, "One.\n\nTwo three.");
  g_assert_cmpuint (weir_answer_join (answer, WEIR_ANSWER_TEXT, 1, NULL), ==, 0);
  weir_answer_free (answer);
}

typedef struct
{
  gint64 left;
  gsize held;
} Purse;

static void *
resize (void *user_data, void *block, size_t old_size, size_t new_size)
{
  Purse *purse = user_data;

  if (new_size != 0 && purse->left-- <= 0)
    return NULL;
  purse->held += new_size - old_size;
  if (new_size != 0)
    return realloc (block, new_size);
  free (block);
  return NULL;
}

/* Wherever the memory ends, nothing breaks, it is said, and all of it is given back. */
static void
test_memory (void)
{
  static const char *const events[] = {
    CHUNK ("{\"index\":1,\"delta\":{\"content\":\"a\\ud83d\",\"reasoning\":\"b\"}}"),
    CHUNK ("{\"index\":1,\"delta\":{\"content\":\"\\ude00 and much longer than the first room\"}}"),
    CHUNK ("{\"delta\":{\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"n\",\"arguments\":"
           "\"{}\"}}]}}"),
    "{\"type\":\"odd\"}",
    CHUNK ("{\"delta\":{\"annotations\":[{\"url_citation\":{\"url\":\"u\",\"title\":\"t\"}}]},"
           "\"finish_reason\":\"stop\"}"),
    "[DONE]",
  };
  gboolean whole = FALSE;

  for (gint64 n = 0; !whole; n++)
    {
      Purse purse = { n, 0 };
      const WeirAllocator allocator = { resize, &purse };
      WeirAnswer *answer = weir_answer_new (&allocator);
      WeirAnswerVerdict verdict;

      g_assert_cmpint (n, <, 1000);
      if (answer == NULL)
        continue;
      for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
        take (answer, events[i]);
      weir_answer_close (answer);
      weir_answer_judge (answer, &verdict);
      whole = !answer->is_out_of_memory;
      weir_answer_free (answer);
      g_assert_cmpuint (purse.held, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/recognise", test_recognise);
  g_test_add_func ("/answer/growing", test_growing);
  g_test_add_func ("/answer/limits", test_limits);
  g_test_add_func ("/answer/join", test_join);
  g_test_add_func ("/answer/memory", test_memory);
  return g_test_run ();
}
