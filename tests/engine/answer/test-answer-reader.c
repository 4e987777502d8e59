/* SPDX-License-Identifier: MIT */
/* A language model's answer, found in a log from any of its rows. */
#include "app/engine/answer/weir-answer-reader.h"

#include <string.h>

#include "log-writer.h"

#define CHUNK(id, delta)                                                                           \
  "data: {\"id\":\"" id "\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"       \
  "\"delta\":" delta "}]}\n\n"
#define TEXT(id, text) CHUNK (id, "{\"content\":\"" text "\"}")
#define DONE "data: [DONE]\n\n"
#define BEGIN                                                                                      \
  "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\","             \
  "\"model\":\"x\"}}\n\n"
#define DELTA(text)                                                                                \
  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":"                 \
  "{\"type\":\"text_delta\",\"text\":\"" text "\"}}\n\n"
#define STOP "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
#define PING "event: ping\ndata: {\"type\":\"ping\"}\n\n"
#define ERROR "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"Overloaded\"}}\n\n"

static void
write_text (LogWriter *writer, const char *text)
{
  log_writer_write (writer, text, strlen (text), 0);
}

static void
read_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  weir_answer_reader_read_finish (WEIR_ANSWER_READER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
read_more (WeirAnswerReader *reader)
{
  gboolean done = FALSE;

  weir_answer_reader_read_async (reader, NULL, read_done, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static WeirAnswerReader *
read_from (WeirLog *log, guint64 row)
{
  WeirAnswerReader *reader = weir_answer_reader_new (log, row);

  read_more (reader);
  return reader;
}

static void
assert_text (WeirAnswerReader *reader, const char *expected)
{
  const WeirAnswer *answer = weir_answer_reader_get_answer (reader);
  g_autofree char *text = NULL;

  if (expected == NULL)
    {
      g_assert_null (answer);
      g_assert_cmpuint (weir_answer_reader_get_first_row (reader), ==, WEIR_NO_ROW);
      return;
    }
  g_assert_nonnull (answer);
  text = g_malloc0 (weir_answer_join (answer, WEIR_ANSWER_TEXT, 0, NULL) + 1);
  weir_answer_join (answer, WEIR_ANSWER_TEXT, 0, text);
  g_assert_cmpstr (text, ==, expected);
}

/* Whichever row of an answer is asked for, all of that answer is given and nothing else. */
static void
test_any_row (void)
{
  static const struct
  {
    const char *event;
    const char *answer; /* that it is part of */
    guint64 first_row;
  } stream[] = {
    { PING, NULL },
    { TEXT ("a", "one "), "one two", 2 },
    { "data: {\"other\":1}\n\n", "one two", 2 },
    { TEXT ("a", "two"), "one two", 2 },
    { DONE, "one two", 2 },
    { DONE, NULL },
    { BEGIN, "three four", 7 },
    { PING, NULL },
    { DELTA ("three "), "three four", 7 },
    { DELTA ("four"), "three four", 7 },
    { STOP, "three four", 7 },
    { TEXT ("b", "five"), "fivesix", 12 },
    { TEXT ("c", "six"), "fivesix", 12 },
    { BEGIN, "seven", 14 },
    { DELTA ("seven"), "seven", 14 },
    { ERROR, "seven", 14 },
    { BEGIN, "eight", 17 },
    { DELTA ("eight"), "eight", 17 },
  };
  g_autoptr (WeirLog) log = weir_log_new ();
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < G_N_ELEMENTS (stream); i++)
    write_text (&writer, stream[i].event);
  log_writer_end (&writer);
  for (guint i = 0; i < G_N_ELEMENTS (stream); i++)
    {
      g_autoptr (WeirAnswerReader) reader = read_from (log, i + 1);
      WeirAnswerContext context;

      g_test_message ("row %u", i + 1);
      assert_text (reader, stream[i].answer);
      g_assert_true (weir_answer_reader_is_finished (reader));
      if (stream[i].answer == NULL)
        continue;
      g_assert_cmpuint (weir_answer_reader_get_first_row (reader), ==, stream[i].first_row);
      weir_answer_reader_get_context (reader, &context);
      g_assert_cmpint (context.asked_us, ==,
                       stream[i].first_row == 2 ? writer.connection->began_us : 0);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WeirAnswerReader) mark = read_from (log, i * (G_N_ELEMENTS (stream) + 1));

      assert_text (mark, NULL);
    }
  log_writer_clear (&writer);
}

/* An answer goes on growing after it was read, up to its connection's end. */
static void
test_grows (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirAnswerReader) reader = NULL;
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_text (&writer, TEXT ("a", "one "));
  weir_sink_drained (WEIR_SINK (log));
  log_wait_for_rows (log, 2);
  reader = read_from (log, 1);
  assert_text (reader, "one ");
  g_assert_false (weir_answer_reader_is_finished (reader));
  read_more (reader);
  assert_text (reader, "one ");

  write_text (&writer, TEXT ("a", "two"));
  weir_sink_drained (WEIR_SINK (log));
  log_wait_for_rows (log, 3);
  read_more (reader);
  assert_text (reader, "one two");
  g_assert_false (weir_answer_reader_is_finished (reader));
  g_assert_false (weir_answer_reader_get_answer (reader)->has_ended);

  log_writer_end (&writer);
  weir_sink_drained (WEIR_SINK (log));
  log_wait_for_rows (log, 4);
  read_more (reader);
  g_assert_true (weir_answer_reader_is_finished (reader));
  g_assert_false (weir_answer_reader_get_answer (reader)->has_ended);
  log_writer_clear (&writer);
}

static void
read_cancelled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (weir_answer_reader_read_finish (WEIR_ANSWER_READER (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static void
test_cancelled (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  WeirAnswerReader *reader;
  gboolean done = FALSE;
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_text (&writer, TEXT ("a", "one"));
  log_writer_end (&writer);
  reader = weir_answer_reader_new (log, 1);
  weir_answer_reader_read_async (reader, cancellable, read_cancelled, &done);
  g_cancellable_cancel (cancellable);
  g_object_unref (reader);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  log_writer_clear (&writer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer-reader/any-row", test_any_row);
  g_test_add_func ("/answer-reader/grows", test_grows);
  g_test_add_func ("/answer-reader/cancelled", test_cancelled);
  return g_test_run ();
}
