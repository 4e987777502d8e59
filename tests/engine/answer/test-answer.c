/* SPDX-License-Identifier: MIT */
/* What became of a model's answer, in words and in money; and the answers of a stream one after the
 * other. */
#include "app/engine/answer/weir-answer-assembly.h"

#include <gio/gio.h>
#include <string.h>

#define CHUNK(more) "{\"object\":\"chat.completion.chunk\",\"model\":\"gpt-x\"," more "}"
#define DELTA(text) CHUNK ("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]")
#define FINISH(word)                                                                               \
  CHUNK ("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" word "\"}]")
#define USAGE                                                                                      \
  CHUNK ("\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,"             \
         "\"prompt_tokens_details\":{\"cached_tokens\":400},"                                      \
         "\"completion_tokens_details\":{\"reasoning_tokens\":60}}")
#define TOOL(arguments)                                                                            \
  CHUNK ("\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"        \
         "\"name\":\"open\",\"arguments\":\"" arguments "\"}}]}}]")

static WeirAnswerEvent
event (const char *data, gint64 time_us)
{
  return (WeirAnswerEvent){ { "message", strlen ("message") }, { data, strlen (data) }, time_us };
}

/* Each event half a second after the one before. */
static WeirAnswer *
make (const char *const *events)
{
  WeirAnswer *answer = weir_answer_make ();

  for (guint i = 0; events[i] != NULL; i++)
    {
      const WeirAnswerEvent it = event (events[i], G_USEC_PER_SEC * (2 + i) / 2);

      g_assert_cmpint (weir_answer_take (answer, &it), ==, WEIR_ANSWER_TAKEN);
    }
  weir_answer_close (answer);
  return answer;
}

static void
test_verdicts (void)
{
  static const struct
  {
    const char *events[4];
    const char *verdict;
  } cases[] = {
    { { DELTA ("x"), FINISH ("stop"), "[DONE]" }, "complete: stop" },
    { { DELTA ("x"), FINISH ("length"), "[DONE]" }, "incomplete: length" },
    { { DELTA ("x") }, "cut off: finish_reason and [DONE] are missing" },
    { { DELTA ("x"), "[DONE]" }, "cut off: finish_reason is missing" },
    { { DELTA ("x"), "{\"error\":{\"message\":\"Too\\nbusy\",\"code\":\"busy\"}}" },
      "failed: Too\xEF\xBF\xBD"
      "busy (busy)" },
    { { DELTA ("x"), FINISH ("error") }, "failed" },
    { { "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}" }, "blocked: SAFETY" },
    { { TOOL ("{"), FINISH ("tool_calls") },
      "invalid JSON for the tool open at byte 1: the text ends too early" },
    { { CHUNK ("\"choices\":[{\"delta\":{\"refusal\":\"No.\"}}]"), FINISH ("stop") },
      "complete: the model refused" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirAnswer) answer = make (cases[i].events);
      g_autofree char *verdict = weir_answer_describe_verdict (answer);

      g_assert_cmpstr (verdict, ==, cases[i].verdict);
    }
}

static WeirPrices *
load_prices (const char *text, const char *problem)
{
  g_autoptr (GError) error = NULL;
  WeirPrices *prices = weir_prices_new (text, strlen (text), &error);

  if (problem == NULL)
    {
      g_assert_no_error (error);
      return prices;
    }
  g_assert_null (prices);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, problem));
  return NULL;
}

static void
test_prices (void)
{
  static const char *const events[] = { DELTA ("x"), FINISH ("stop"), USAGE, NULL };
  static const char *const uncounted[] = { DELTA ("x"), FINISH ("stop"), NULL };
  g_autoptr (WeirAnswer) answer = make (events);
  g_autoptr (WeirAnswer) other = make (uncounted);
  g_autoptr (WeirPrices) exact = load_prices (
      "{\"currency\":\"USD\",\"models\":{\"gpt-*\":{\"input\":1,\"output\":1},"
      "\"gpt-x\":{\"input\":10,\"output\":20,\"cache_read\":5},\"*\":{\"input\":9,\"output\":9}}}",
      NULL);
  g_autoptr (WeirPrices) prefix = load_prices (
      "{\"models\":{\"*\":{\"input\":9,\"output\":9},\"gpt-*\":{\"input\":1,\"output\":2}}}", NULL);
  g_autoptr (WeirPrices) none = load_prices ("{\"models\":{}}", NULL);
  double cost;

  g_assert_true (weir_prices_get_cost (exact, answer, &cost));
  g_assert_cmpfloat_with_epsilon (cost, (600 * 10 + 400 * 5 + 100 * 20) / 1e6, 1e-12);
  g_assert_true (weir_prices_get_cost (prefix, answer, &cost));
  g_assert_cmpfloat_with_epsilon (cost, (1000 * 1 + 100 * 2) / 1e6, 1e-12);
  g_assert_false (weir_prices_get_cost (none, answer, &cost));
  g_assert_false (weir_prices_get_cost (exact, other, &cost));
  load_prices ("[]", "“models”");
  load_prices ("{\"models\":{\"m\":1}}", "“m”");
  load_prices ("{\"models\":{\"m\":{\"input\":1}}}", "needs");
  load_prices ("{\"models\":{\"m\":{\"input\":\"1\",\"output\":1}}}", "not a number");
}

static void
test_facts (void)
{
  static const char *const counted[] = { DELTA ("x"), DELTA ("y"), FINISH ("stop"), USAGE, NULL };
  static const char *const uncounted[] = { DELTA ("12345678"), DELTA ("12345678"), "{\"a\":1}",
                                           NULL };
  g_autoptr (WeirAnswer) answer = make (counted);
  g_autoptr (WeirAnswer) growing = make (uncounted);
  g_autoptr (WeirPrices) prices = load_prices (
      "{\"currency\":\"USD\",\"models\":{\"gpt-x\":{\"input\":10,\"output\":20}}}", NULL);
  const WeirAnswerContext context = { G_USEC_PER_SEC / 2, TRUE, prices };
  const WeirAnswerContext file = { 0 };
  g_autofree char *live = weir_answer_describe (answer, &context);
  g_autofree char *read = weir_answer_describe_facts (answer, &file);
  g_autofree char *estimated = weir_answer_describe_facts (growing, &context);

  g_assert_cmpstr (live, ==,
                   "complete: stop · gpt-x · OpenAI Chat Completions · first token after 500 ms · "
                   "200.0 tokens/s · 100 tokens out · 60 of them reasoning · 1000 in · "
                   "400 read from the cache · USD 0.012000");
  g_assert_cmpstr (read, ==,
                   "gpt-x · OpenAI Chat Completions · 100 tokens out · 60 of them reasoning · "
                   "1000 in · 400 read from the cache");
  g_assert_cmpstr (estimated, ==,
                   "gpt-x · OpenAI Chat Completions · first token after 500 ms · "
                   "about 8.0 tokens/s (estimated) · about 4 tokens out (estimated) · "
                   "1 unknown event: message");
}

static void
note_end (WeirAnswer *answer, const WeirAnswerContext *context, gpointer user_data)
{
  g_autofree char *verdict = weir_answer_describe_verdict (answer);

  g_string_append_printf (user_data, "%s; ", verdict);
}

static void
take (WeirAnswerAssembly *assembly, const char *data)
{
  const WeirAnswerEvent it = event (data, 1);

  weir_answer_assembly_take (assembly, &it);
  weir_answer_assembly_settle (assembly);
}

static void
test_assembly (void)
{
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (WeirAnswerAssembly) assembly = weir_answer_assembly_new (FALSE, note_end, said);

  take (assembly, "{\"error\":\"of another stream\"}");
  take (assembly, DELTA ("one"));
  take (assembly, FINISH ("stop"));
  g_assert_cmpstr (said->str, ==, "");
  take (assembly, "[DONE]");
  g_assert_cmpstr (said->str, ==, "complete: stop; ");
  take (assembly, DELTA ("two"));
  weir_answer_assembly_end (assembly, TRUE);
  g_assert_cmpstr (said->str, ==, "complete: stop; ");
  take (assembly, DELTA ("three"));
  weir_answer_assembly_end (assembly, FALSE);
  g_assert_cmpstr (said->str, ==,
                   "complete: stop; cut off: finish_reason and [DONE] are missing; ");
  g_string_truncate (said, 0);
  for (guint i = 0; i < WEIR_ANSWER_MAX_SEARCHED; i++)
    take (assembly, "{\"a\":1}");
  take (assembly, DELTA ("too late"));
  weir_answer_assembly_end (assembly, FALSE);
  g_assert_cmpstr (said->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/verdicts", test_verdicts);
  g_test_add_func ("/answer/prices", test_prices);
  g_test_add_func ("/answer/facts", test_facts);
  g_test_add_func ("/answer/assembly", test_assembly);
  return g_test_run ();
}
