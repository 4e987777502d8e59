/* SPDX-License-Identifier: MIT */
/* weir-tail and the answers of language models: what is printed of them, exit status, NDJSON, prices. */
#include "tail.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK(choice)                                                                              \
  "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[" choice  \
  "]}\n\n"
#define DELTA(delta) CHUNK ("{\"index\":0,\"delta\":" delta "}")
#define TEXT(text) DELTA ("{\"content\":\"" text "\"}")
#define FINISH(word) CHUNK ("{\"index\":0,\"delta\":{},\"finish_reason\":\"" word "\"}")
#define DONE "data: [DONE]\n\n"
#define BOTH(first, second)                                                                        \
  CHUNK ("{\"index\":0,\"delta\":{\"content\":\"" first                                            \
         "\"}},{\"index\":1,\"delta\":{\"content\":\"" second "\"}}")

static const char *streams;

/* The exit status; what is printed, and with --all; and what standard error begins with. */
static const struct
{
  const char *name, *stream;
  int status;
  const char *out, *all, *err;
} cases[] = {
  { "complete", TEXT ("Two ") TEXT ("words.") FINISH ("stop") DONE, 0, "Two words.\n", NULL,
    "— complete: stop · m · " },
  { "error first", "data: {\"error\":{\"message\":\"The server had an error\"}}\n\n" DONE, 1, "",
    NULL, "— failed: The server had an error\n" },
  { "error later", TEXT ("Half") "data: {\"error\":{\"message\":\"busy\"}}\n\n", 1, "Half\n", NULL,
    "— failed: busy" },
  { "cut off", TEXT ("Half"), 3, "Half\n", NULL,
    "— cut off: finish_reason and [DONE] are missing" },
  { "blocked", "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n", 3, "", NULL,
    "— blocked: SAFETY" },
  { "incomplete", TEXT ("Half") FINISH ("length") DONE, 3, "Half\n", NULL, "— incomplete: length" },
  { "invalid tool",
    DELTA ("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"open\","
           "\"arguments\":\"{\\\"gate\\\":\"}}]}") FINISH ("tool_calls") DONE,
    3, "", "open {\"gate\":\n",
    "— invalid JSON for the tool open at byte 8: the text ends too early" },
  { "interleaved",
    DELTA ("{\"reasoning_content\":\"hm \"}") TEXT ("The gate ")
        DELTA ("{\"reasoning_content\":\"so\"}") TEXT ("is open.") FINISH ("stop") DONE,
    0, "The gate is open.\n", "hm \n\nThe gate is open.\n\nso\n", "— complete" },
  { "parallel tools",
    DELTA ("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"open\"}},"
           "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"close\"}}]}")
        DELTA ("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"g\\\":1}\"}}]}")
            DELTA ("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}")
                FINISH ("tool_calls") DONE,
    0, "", "open {\"g\":1}\n\nclose {}\n", "— complete: tool_calls" },
  { "sources",
    "data: {\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}\n\n"
    "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\","
    "\"text\":\"It is \"}}\n\n"
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\","
    "\"citation\":{\"cited_text\":\"low\",\"url\":\"https://a.example\"}}}\n\n"
    "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\","
    "\"text\":\"low.\"}}\n\n"
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
    "data: {\"type\":\"message_stop\"}\n\n",
    0, "It is low.\n", "It is low.\n\n[low] https://a.example\n", "— complete: end_turn" },
  { "choices",
    BOTH ("One", "Eins") BOTH (" gate", " Tor") CHUNK (
        "{\"index\":0,\"finish_reason\":\"stop\"},{\"index\":1,\"finish_reason\":\"stop\"}") DONE,
    0, "One gate\n\nChoice 2:\nEins Tor\n", NULL, "— complete: stop" },
  { "unknown event", TEXT ("Yes.") "event: dream\ndata: {}\n\n" FINISH ("stop") DONE, 0, "Yes.\n",
    NULL,
    "— complete: stop · m · OpenAI Chat Completions · about 1 token out (estimated) · 1 unknown "
    "event: dream\n" },
  { "no answer", "data: hello\n\n", 3, "", NULL,
    "— No answer of a language model arrived; --format=data prints the data. The first event is: "
    "“hello”\n" },
  { "web page instead of the rest",
    TEXT ("Half") "<html>\n<head><title>504 Gateway "
                  "Time-out</title></head>\n</html>\n",
    1, "Half\n", NULL, "— failed: 504 Gateway Time-out · m" },
  { "JSON instead of the rest", TEXT ("Half") "{\"detail\":\"The worker died\"}\n", 1, "Half\n",
    NULL, "— failed: The worker died · m" },
  { "part without a field name", TEXT ("Half") "{\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n",
    3, "Half\n", NULL, "— cut off: finish_reason and [DONE] are missing · m" },
  { "first event damaged",
    "data: {\"choices\":[{\"delta\":{\"content\":NaN\n\n" FINISH ("stop") DONE, 0, "", NULL,
    "— complete: stop · m · OpenAI Chat Completions · 1 event is not JSON" },
};

static void
test_printed (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Result) text = run (ARGS ("--format=answer", "-"), cases[i].stream, -1);
      g_auto (Result) all = run (ARGS ("--format=answer", "--all", "-"), cases[i].stream, -1);
      g_auto (Result) quiet =
          run (ARGS ("--format=none", "--expect-complete-answer", "-"), cases[i].stream, -1);
      g_auto (Result) data = run (ARGS ("--format=data", "-"), cases[i].stream, -1);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (text.status, ==, cases[i].status);
      g_assert_cmpint (all.status, ==, cases[i].status);
      g_assert_cmpint (quiet.status, ==, cases[i].status);
      g_assert_cmpint (data.status, ==, 0);
      g_assert_cmpstr (text.out, ==, cases[i].out);
      g_assert_cmpstr (all.out, ==, cases[i].all != NULL ? cases[i].all : cases[i].out);
      g_assert_cmpstr (quiet.out, ==, "");
      if (!g_str_has_prefix (text.err, cases[i].err))
        g_assert_cmpstr (text.err, ==, cases[i].err);
    }
}

/* A file is printed in the order of the answer, since nobody waits. */
static void
test_file (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  const int fd = g_file_open_tmp ("weir-XXXXXX.sse", &path, &error);

  g_assert_no_error (error);
  close (fd);
  g_file_set_contents (path,
                       DELTA ("{\"reasoning_content\":\"hm \"}") TEXT ("The gate ")
                           DELTA ("{\"reasoning_content\":\"so\"}") TEXT ("is open.")
                               FINISH ("stop") DONE,
                       -1, &error);
  g_assert_no_error (error);
  {
    g_auto (Result) all = run (ARGS ("--format=answer", "--all", path), "", 0);

    g_assert_cmpstr (all.out, ==, "hm so\n\nThe gate is open.\n");
  }
  g_unlink (path);
}

/* Ollama's lines and Bedrock's frames, as files. */
static void
test_records (void)
{
  g_autofree char *lines = g_build_filename (streams, "ollama-chat.ndjson", NULL);
  g_autofree char *frames = g_build_filename (streams, "bedrock-cut.bin", NULL);
  g_autofree char *failed = g_build_filename (streams, "bedrock-exception.bin", NULL);
  g_auto (Result) ollama = run (ARGS ("--format=answer", "--all", lines), "", 0);
  g_auto (Result) data = run (ARGS ("--format=data", lines), "", 0);
  g_auto (Result) refused = run (ARGS ("--format=data", "-"), "{\"done\":false}\n", -1);
  g_auto (Result) bedrock = run (ARGS ("--format=answer", frames), "", 0);
  g_auto (Result) decoded = run (ARGS ("--format=ndjson", frames), "", 0);
  g_auto (Result) exception = run (ARGS ("--format=answer", failed), "", 0);

  g_assert_cmpstr (ollama.out, ==, "Hm.\n\nThe gate.\n");
  g_assert_cmpint (ollama.status, ==, 0);
  /* The ending of its name is the content type of a file. */
  g_assert_cmpint (data.status, ==, 0);
  g_assert_true (g_str_has_prefix (data.out, "{\"model\":"));
  g_assert_cmpint (refused.status, ==, 1);
  g_assert_cmpstr (bedrock.out, ==, "Half\n");
  g_assert_cmpint (bedrock.status, ==, 3);
  g_assert_nonnull (strstr (bedrock.err, "cut off: messageStop and metadata are missing"));
  g_assert_nonnull (strstr (decoded.out, "{\"kind\":\"event\",\"type\":\"messageStart\","));
  g_assert_cmpint (decoded.status, ==, 0);
  g_assert_nonnull (strstr (exception.err, "failed: Too many requests (throttlingException)"));
  g_assert_cmpint (exception.status, ==, 1);
}

static JsonObject *
parse_last_line (JsonParser *parser, const char *out)
{
  g_autofree char *text = g_strchomp (g_strdup (out));
  const char *line = strrchr (text, '\n');
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, line != NULL ? line + 1 : text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_ndjson (void)
{
  static const char stream[] = TEXT ("Yes.")
      FINISH ("stop") "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\","
                      "\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,"
                      "\"prompt_tokens_details\":{\"cached_tokens\":400}}}\n\n" DONE;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  const int fd = g_file_open_tmp ("weir-XXXXXX.json", &path, &error);
  JsonObject *answer;

  g_assert_no_error (error);
  close (fd);
  g_file_set_contents (
      path, "{\"currency\":\"EUR\",\"models\":{\"m\":{\"input\":10,\"output\":20}}}", -1, &error);
  g_assert_no_error (error);
  {
    g_autofree char *prices = g_strconcat ("--prices=", path, NULL);
    g_auto (Result) result = run (ARGS ("--format=ndjson", prices, "-"), stream, -1);
    g_auto (Result) wrong = run (ARGS ("--prices=/dev/null", "-"), stream, -1);

    answer = parse_last_line (parser, result.out);
    g_assert_cmpint (wrong.status, ==, 2);
  }
  g_unlink (path);
  g_assert_cmpstr (json_object_get_string_member (answer, "kind"), ==, "answer");
  g_assert_cmpstr (json_object_get_string_member (answer, "verdict"), ==, "complete");
  g_assert_cmpstr (json_object_get_string_member (answer, "gen_ai.provider.name"), ==, "openai");
  g_assert_cmpstr (json_object_get_string_member (answer, "gen_ai.response.model"), ==, "m");
  g_assert_cmpint (json_object_get_int_member (answer, "gen_ai.usage.input_tokens"), ==, 1000);
  g_assert_cmpint (json_object_get_int_member (answer, "gen_ai.usage.cache_read.input_tokens"), ==,
                   400);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (answer, "cost"), 0.012, 1e-9);
  g_assert_cmpstr (json_object_get_string_member (answer, "currency"), ==, "EUR");
  g_assert_cmpstr (
      json_object_get_string_member (
          json_array_get_object_element (json_object_get_array_member (answer, "items"), 0),
          "text"),
      ==, "Yes.");
}

/* Other streams get no line about answers, and neither does one that we stop. */
static void
test_ndjson_of_others (void)
{
  g_auto (Result) other =
      run (ARGS ("--format=ndjson", "--all", "-"), "data: {\"error\":\"x\"}\n\n", -1);
  g_auto (Result) enough =
      run (ARGS ("--format=ndjson", "--all", "--max-events=1", "-"), TEXT ("a") TEXT ("b"), -1);
  g_auto (Result) cut = run (ARGS ("--format=ndjson", "--all", "-"), TEXT ("a"), -1);
  g_auto (Result) events = run (ARGS ("--format=ndjson", "-"), TEXT ("a"), -1);
  g_auto (Result) stopped =
      run (ARGS ("--format=answer", "--max-events=1", "-"), TEXT ("a") TEXT ("b"), -1);

  g_assert_null (strstr (other.out, "\"kind\":\"answer\""));
  g_assert_null (strstr (events.out, "\"kind\":\"answer\""));
  g_assert_null (strstr (enough.out, "\"kind\":\"answer\""));
  g_assert_nonnull (
      strstr (cut.out, "\"verdict\":\"cut-off\",\"missing\":[\"finish_reason\",\"[DONE]\"]"));
  g_assert_nonnull (strstr (
      cut.out, "\"note\":\"answer\",\"text\":\"OpenAI Chat Completions: "
               "the answer is not complete (cut off: finish_reason and [DONE] are missing).\""));
  g_assert_cmpstr (stopped.out, ==, "a\n");
  g_assert_cmpint (stopped.status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  tail_program = argv[1];
  streams = argv[2];
  g_test_add_func ("/tail-answer/printed", test_printed);
  g_test_add_func ("/tail-answer/file", test_file);
  g_test_add_func ("/tail-answer/records", test_records);
  g_test_add_func ("/tail-answer/ndjson", test_ndjson);
  g_test_add_func ("/tail-answer/ndjson-of-others", test_ndjson_of_others);
  return g_test_run ();
}
