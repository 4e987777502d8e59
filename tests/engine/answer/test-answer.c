/* SPDX-License-Identifier: MIT */
/* A language model's answer, put together from events as the APIs document them. */
#include "app/engine/answer/weir-answer-parts.h"

#include <string.h>

typedef struct
{
  const char *type;
  const char *data;
} Event;

static const Event chat[] = {
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-x\","
    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_"
    "reason\":null}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
    "\"delta\":{\"reasoning_content\":\"Hm.\"}}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
    "\"delta\":{\"content\":\"\\u5830 is \"}}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":1,"
    "\"delta\":{\"content\":\"another choice\"}}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
    "\"delta\":{\"content\":\"a weir.\"}}]}" },
  { "message", "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{"
               "\"index\":0,\"delta\":"
               "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
               "{\"name\":\"measure\",\"arguments\":\"\"}}]}}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
    "\"delta\":"
    "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"m\\\":2}\"}}]}}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
    "\"delta\":{},\"finish_reason\":\"tool_calls\"}]}" },
  { "message",
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":"
    "{\"prompt_tokens\":11,\"completion_tokens\":40,\"total_tokens\":51}}" },
  { "message", "[DONE]" },
};

static const Event responses[] = {
  { "response.created",
    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-x\","
    "\"status\":\"in_progress\",\"output\":[]}}" },
  { "response.output_item.added", "{\"type\":\"response.output_item.added\",\"output_index\":0,"
                                  "\"item\":{\"type\":\"reasoning\",\"id\":\"rs_1\"}}" },
  { "response.reasoning_summary_text.delta",
    "{\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"Hm.\"}" },
  { "response.output_text.delta",
    "{\"delta\":\"\xe5\xa0\xb0 is \",\"type\":\"response.output_text.delta\",\"output_index\":1}" },
  { "response.output_text.delta",
    "{\"type\":\"response.output_text.delta\",\"delta\":\"a weir.\"}" },
  { "response.output_text.done",
    "{\"type\":\"response.output_text.done\",\"text\":\"\xe5\xa0\xb0 is a weir.\"}" },
  { "response.output_item.added",
    "{\"type\":\"response.output_item.added\",\"item\":"
    "{\"type\":\"function_call\",\"name\":\"measure\",\"arguments\":\"\"}}" },
  { "response.function_call_arguments.delta",
    "{\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{\\\"m\\\":2}\"}" },
  { "response.completed",
    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\","
    "\"output\":[{\"content\":[{\"type\":\"output_text\",\"text\":\"again\"}]}],"
    "\"usage\":{\"input_tokens\":11,\"output_tokens\":40}}}" },
};

static const Event anthropic[] = {
  { "message_start",
    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
    "\"assistant\",\"model\":\"claude-x\",\"content\":[],\"usage\":{\"input_tokens\":11,"
    "\"output_tokens\":1}}}" },
  { "content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                           "{\"type\":\"thinking\",\"thinking\":\"\"}}" },
  { "ping", "{\"type\":\"ping\"}" },
  { "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                           "{\"type\":\"thinking_delta\",\"thinking\":\"Hm.\"}}" },
  { "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                           "{\"type\":\"signature_delta\",\"signature\":\"x\"}}" },
  { "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
                           "{\"type\":\"text_delta\",\"text\":\"\xe5\xa0\xb0 is \"}}" },
  { "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
                           "{\"type\":\"text_delta\",\"text\":\"a weir.\"}}" },
  { "content_block_start",
    "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\","
    "\"id\":\"toolu_1\",\"name\":\"measure\",\"input\":{}}}" },
  { "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":"
                           "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"m\\\":\"}}" },
  { "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":"
                           "{\"type\":\"input_json_delta\",\"partial_json\":\"2}\"}}" },
  { "message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},"
                     "\"usage\":{\"output_tokens\":40}}" },
  { "message_stop", "{\"type\":\"message_stop\"}" },
};

static const Event gemini[] = {
  { "message",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hm.\",\"thought\":true}],\"role\":"
    "\"model\"},"
    "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":11},\"modelVersion\":\"gemini-x\","
    "\"responseId\":\"r1\"}" },
  { "message", "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\xe5\xa0\xb0 is "
               "\"}],\"role\":\"model\"}}],"
               "\"responseId\":\"r1\"}" },
  { "message",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a weir.\"},{\"functionCall\":{\"name\":"
    "\"measure\",\"args\":{\"m\":2}}}],\"role\":\"model\"},\"finishReason\":\"STOP\"}],"
    "\"usageMetadata\":{\"promptTokenCount\":11,\"candidatesTokenCount\":30,"
    "\"thoughtsTokenCount\":10},\"responseId\":\"r1\"}" },
};

static const struct
{
  const char *name;
  WeirAnswerApi api;
  const Event *events;
  gsize n_events;
  const char *id, *model, *finish_reason;
  gboolean complete;
} cases[] = {
  { "chat", WEIR_ANSWER_API_OPENAI_CHAT, chat, G_N_ELEMENTS (chat), "chatcmpl-1", "gpt-x",
    "tool_calls", TRUE },
  { "responses", WEIR_ANSWER_API_OPENAI_RESPONSES, responses, G_N_ELEMENTS (responses), "resp_1",
    "gpt-x", "completed", TRUE },
  { "anthropic", WEIR_ANSWER_API_ANTHROPIC, anthropic, G_N_ELEMENTS (anthropic), "msg_1",
    "claude-x", "tool_use", TRUE },
  { "gemini", WEIR_ANSWER_API_GEMINI, gemini, G_N_ELEMENTS (gemini), "r1", "gemini-x", "STOP",
    FALSE },
};

static WeirAnswerStep
take (WeirAnswer *answer, const char *type, const char *data, gint64 time_us)
{
  return weir_answer_take (answer, type, data, strlen (data), time_us);
}

static void
assert_part (
    WeirAnswer *answer, guint i, WeirAnswerPartKind kind, const char *name, const char *text)
{
  const WeirAnswerPart *part = g_ptr_array_index (answer->parts, i);

  g_assert_cmpint (part->kind, ==, kind);
  g_assert_cmpstr (part->name, ==, name);
  g_assert_cmpstr (part->text->str, ==, text);
}

/* Each API's words for the same answer give the same answer. */
static void
test_apis (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirAnswer) answer = weir_answer_new ();
      gint64 first_us = 0, last_us = 0;

      g_test_message ("%s", cases[i].name);
      for (gsize k = 0; k < cases[i].n_events; k++)
        {
          const gint64 time_us = 1000000 * (gint64) (k + 1);
          const guint64 n_pieces = answer->n_pieces;
          const gboolean ping = g_str_equal (cases[i].events[k].type, "ping");

          g_assert_false (answer->complete);
          g_assert_cmpint (take (answer, cases[i].events[k].type, cases[i].events[k].data, time_us),
                           ==, ping ? WEIR_ANSWER_NO_PART : WEIR_ANSWER_TAKEN);
          if (answer->n_pieces > n_pieces)
            last_us = time_us;
          if (answer->n_pieces == 1 && first_us == 0)
            first_us = time_us;
        }
      g_assert_cmpint (answer->api, ==, cases[i].api);
      g_assert_cmpstr (answer->id, ==, cases[i].id);
      g_assert_cmpstr (answer->model, ==, cases[i].model);
      g_assert_cmpstr (answer->finish_reason, ==, cases[i].finish_reason);
      g_assert_cmpint (answer->complete, ==, cases[i].complete);
      g_assert_cmpint (answer->n_input_tokens, ==, 11);
      g_assert_cmpint (answer->n_output_tokens, ==, 40);
      g_assert_cmpint (answer->first_us, ==, first_us);
      g_assert_cmpint (answer->last_us, ==, last_us);
      g_assert_cmpfloat_with_epsilon (weir_answer_get_token_rate (answer),
                                      40e6 / (double) (last_us - first_us), 1e-9);
      g_assert_cmpuint (answer->parts->len, ==, 3);
      assert_part (answer, 0, WEIR_ANSWER_THINKING, NULL, "Hm.");
      assert_part (answer, 1, WEIR_ANSWER_TEXT, NULL, "\xe5\xa0\xb0 is a weir.");
      assert_part (answer, 2, WEIR_ANSWER_TOOL, "measure", "{\"m\":2}");
      g_assert_null (answer->error);
    }
}

/* What belongs to no answer, or to another, changes nothing. */
static void
test_strangers (void)
{
  static const char *const foreign[] = { "",
                                         "hello",
                                         "{",
                                         "[]",
                                         "{}",
                                         "7",
                                         "{\"choices\":7}",
                                         "{\"id\":\"chatcmpl-1\"}",
                                         "{\"type\":\"ping\"}",
                                         "{\"delta\":{\"text\":\"x\"}}",
                                         "{\"choices\":[{\"delta\":{\"content\":\"x\"}}]" };
  g_autoptr (WeirAnswer) answer = weir_answer_new ();

  g_assert_cmpint (take (answer, "message", "[DONE]", 1), ==, WEIR_ANSWER_NO_PART);
  g_assert_cmpint (take (answer, "message", "{\"error\":\"busy\"}", 1), ==, WEIR_ANSWER_NO_PART);
  for (guint i = 0; i < 2; i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (foreign); k++)
        g_assert_cmpint (take (answer, "message", foreign[k], 1), ==, WEIR_ANSWER_NO_PART);
      g_assert_cmpuint (answer->parts->len, ==, 0);
      if (i == 0)
        g_assert_cmpint (take (answer, chat[0].type, chat[0].data, 1), ==, WEIR_ANSWER_TAKEN);
    }
  g_assert_cmpint (
      take (answer, "message",
            "{\"id\":\"chatcmpl-2\",\"object\":\"chat.completion.chunk\",\"choices\":[]}", 2),
      ==, WEIR_ANSWER_OTHER);
  g_assert_cmpint (take (answer, anthropic[0].type, anthropic[0].data, 2), ==, WEIR_ANSWER_OTHER);
  g_assert_cmpstr (answer->id, ==, "chatcmpl-1");
  g_assert_cmpint (take (answer, "message", "[DONE]", 3), ==, WEIR_ANSWER_TAKEN);
  g_assert_true (answer->complete);
  g_assert_cmpint (take (answer, "message", "[DONE]", 4), ==, WEIR_ANSWER_NO_PART);
  g_assert_cmpint (take (answer, chat[1].type, chat[1].data, 4), ==, WEIR_ANSWER_OTHER);
  g_assert_cmpuint (answer->n_pieces, ==, 0);
  g_assert_cmpfloat (weir_answer_get_token_rate (answer), ==, 0);
}

static void
test_error (void)
{
  g_autoptr (WeirAnswer) answer = weir_answer_new ();

  take (answer, anthropic[0].type, anthropic[0].data, 1);
  g_assert_cmpint (take (answer, "error",
                         "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
                         "\"Over\\u0000loaded\"}}",
                         2),
                   ==, WEIR_ANSWER_TAKEN);
  g_assert_cmpstr (answer->error, ==, "Over\xef\xbf\xbdloaded");
}

/* An answer without end fills no memory, and says so. */
static void
test_too_large (void)
{
  g_autoptr (WeirAnswer) answer = weir_answer_new ();
  g_autofree char *megabyte = g_strnfill (1 << 20, 'x');
  g_autofree char *data = g_strdup_printf (
      "{\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}",
      megabyte);

  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (take (answer, "message", data, i + 1), ==, WEIR_ANSWER_TAKEN);
  g_assert_true (answer->too_large);
  g_assert_cmpuint (answer->n_bytes, ==, WEIR_ANSWER_MAX_BYTES);
  g_assert_cmpuint (answer->n_pieces, ==, 20);
}

/* Whoever shows an answer while it grows gets each text once, and each tool's name. */
static void
test_cursor (void)
{
  g_autoptr (WeirAnswer) answer = weir_answer_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  WeirAnswerCursor cursor = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (chat); i++)
    {
      const WeirAnswerPart *part;
      const char *text;
      gboolean begins;

      take (answer, chat[i].type, chat[i].data, 1);
      while (weir_answer_next (answer, &cursor, &part, &begins, &text))
        g_string_append_printf (seen, "%s%s%s", begins ? "|" : "",
                                begins && part->name ? part->name : "", text);
    }
  g_assert_cmpstr (seen->str, ==, "|Hm.|\xe5\xa0\xb0 is a weir.|measure{\"m\":2}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/apis", test_apis);
  g_test_add_func ("/answer/strangers", test_strangers);
  g_test_add_func ("/answer/error", test_error);
  g_test_add_func ("/answer/too-large", test_too_large);
  g_test_add_func ("/answer/cursor", test_cursor);
  return g_test_run ();
}
