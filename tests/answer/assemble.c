/* SPDX-License-Identifier: MIT */
#include "assemble.h"

#include "weir-allocator.h"
#include "weir-records.h"

typedef struct
{
  WeirAllocator allocator;
  WeirAnswer *answer; /* NULL: none has begun */
  GString *said;
  gint64 n_events;
} Assembly;

static const char *const kinds[] = { "text",   "thinking", "refusal", "call",
                                     "result", "citation", "image",   "audio" };
static const char *const states[] = { "growing", "complete", "incomplete",  "cut off",
                                      "failed",  "blocked",  "invalid tool" };
static const char *const finishes[] = { "none",  "complete", "max tokens", "content filter",
                                        "other", "blocked",  "failed" };

static void
say_text (GString *said, const char *name, const WeirAnswerText *text)
{
  if (text->length == 0)
    return;
  g_assert_true (g_utf8_validate_len (text->text, text->length, NULL));
  g_assert_cmpuint (strlen (text->text), ==, text->length);
  g_string_append_printf (said, "%s: %s\n", name, text->text);
}

static void
say_count (GString *said, const char *name, gint64 count)
{
  if (count >= 0)
    g_string_append_printf (said, " %s=%" G_GINT64_FORMAT, name, count);
}

static void
say_item (GString *said, const WeirAnswerItem *item)
{
  g_string_append (said, kinds[item->kind]);
  if (item->choice > 0)
    g_string_append_printf (said, " choice=%u", item->choice);
  if (item->name.length > 0)
    g_string_append_printf (said, " %s", item->name.text);
  if (item->is_server_side)
    g_string_append (said, " (server)");
  if (item->begins_paragraph)
    g_string_append (said, " (paragraph)");
  if (item->source.length > 0)
    g_string_append_printf (said, " <%s>", item->source.text);
  if (item->n_data_bytes > 0)
    g_string_append_printf (said, " %" G_GUINT64_FORMAT " characters", item->n_data_bytes);
  g_string_append_printf (said, ": %s\n", item->text.length > 0 ? item->text.text : "");
  g_assert_true (g_utf8_validate_len (item->text.text != NULL ? item->text.text : "",
                                      item->text.length, NULL));
}

static void
say_verdict (GString *said, const WeirAnswer *answer)
{
  WeirAnswerVerdict verdict;

  weir_answer_judge (answer, &verdict);
  g_string_append_printf (said, "verdict: %s", states[verdict.state]);
  if (verdict.state == WEIR_ANSWER_INCOMPLETE)
    g_string_append_printf (said, " (%s)", finishes[verdict.finish]);
  if (verdict.reason != NULL)
    g_string_append_printf (said, ": %s", verdict.reason);
  for (guint i = 0; i < 2 && verdict.missing[i] != NULL; i++)
    g_string_append_printf (said, "%s no %s", i > 0 ? " and" : ":", verdict.missing[i]);
  if (verdict.is_refusal)
    g_string_append (said, " (refusal)");
  if (verdict.tool != NULL)
    g_string_append_printf (said, "; %s at byte %zu: %s",
                            verdict.tool->name.text != NULL ? verdict.tool->name.text : "?",
                            verdict.tool_position, weir_json_error_sentence (verdict.tool_error));
  g_string_append_c (said, '\n');
}

static void
say_usage (GString *said, const WeirAnswerUsage *usage)
{
  if (usage->input < 0 && usage->output < 0 && usage->total < 0)
    return;
  g_string_append (said, "usage:");
  say_count (said, "input", usage->input);
  say_count (said, "cache-read", usage->cache_read);
  say_count (said, "cache-write", usage->cache_write);
  say_count (said, "output", usage->output);
  say_count (said, "reasoning", usage->reasoning);
  say_count (said, "total", usage->total);
  g_string_append_c (said, '\n');
}

static void
finish (Assembly *self)
{
  WeirAnswer *answer = self->answer;

  if (answer == NULL)
    return;
  weir_answer_close (answer);
  g_string_append_printf (self->said, "== %s\n", weir_answer_api_get_name (answer->api));
  say_verdict (self->said, answer);
  say_text (self->said, "id", &answer->id);
  say_text (self->said, "model", &answer->model);
  say_text (self->said, "code", &answer->error_code);
  say_text (self->said, "detail", &answer->detail);
  for (gsize i = 0; i < answer->n_items; i++)
    say_item (self->said, answer->items[i]);
  say_usage (self->said, &answer->usage);
  for (gsize i = 0; i < answer->n_unknown; i++)
    g_string_append_printf (self->said, "unknown: %s, %" G_GUINT64_FORMAT "\n",
                            answer->unknown[i].name.text, answer->unknown[i].count);
  if (answer->n_invalid_events > 0)
    g_string_append_printf (self->said, "not JSON: %" G_GUINT64_FORMAT "\n",
                            answer->n_invalid_events);
  say_text (self->said, "the first that is not JSON", &answer->invalid);
  if (answer->n_doubled_events > 0)
    g_string_append_printf (self->said, "field name twice: %" G_GUINT64_FORMAT "\n",
                            answer->n_doubled_events);
  if (answer->n_joined_events > 0)
    g_string_append_printf (self->said, "blank line missing: %" G_GUINT64_FORMAT "\n",
                            answer->n_joined_events);
  if (answer->n_pieces > 0)
    g_string_append_printf (self->said, "pieces: %" G_GUINT64_FORMAT ", %g to %g ms\n",
                            answer->n_pieces, (double) answer->first_us / 1e3,
                            (double) answer->last_us / 1e3);
  weir_answer_free (answer);
  self->answer = NULL;
}

static void
take (Assembly *self, const WeirSpan *type, const WeirSpan *data)
{
  const WeirAnswerEvent event = { *type, *data, 1000 * ++self->n_events };

  for (guint tries = 0; tries < 2; tries++)
    {
      WeirAnswerStep step;

      if (self->answer == NULL)
        self->answer = weir_answer_new (&self->allocator);
      step = weir_answer_take (self->answer, &event);
      if (step != WEIR_ANSWER_NEXT)
        {
          if (!self->answer->has_begun)
            g_clear_pointer (&self->answer, weir_answer_free);
          return;
        }
      finish (self);
    }
  g_assert_not_reached ();
}

static void
take_events (Assembly *self, WeirParser *parser)
{
  WeirItem item;

  while (weir_parser_next (parser, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      take (self, &item.type, &item.data);
}

static void
take_records (Assembly *self, WeirRecords *records)
{
  WeirRecord record;

  while (weir_records_next (records, &record) == WEIR_RECORDS_RECORD)
    take (self, &record.type, &record.data);
}

static void
read_events (Assembly *self, const char *bytes, gsize length, gsize split)
{
  const WeirParserOptions options = { .allocator = self->allocator };
  WeirParser parser;

  weir_parser_init (&parser, &options);
  weir_parser_feed (&parser, bytes, split);
  take_events (self, &parser);
  weir_parser_feed (&parser, bytes + split, length - split);
  take_events (self, &parser);
  weir_parser_clear (&parser);
}

static void
read_records (Assembly *self, WeirRecords *records, const GBytes *const chunks[2])
{
  for (guint i = 0; i < 2; i++)
    {
      gsize length;
      const char *chunk = g_bytes_get_data ((GBytes *) chunks[i], &length);

      weir_records_feed (records, chunk, length);
      take_records (self, records);
    }
  weir_records_end (records);
  take_records (self, records);
  weir_records_clear (records);
}

char *
assemble (const char *bytes, gsize length, Format format, gsize split)
{
  Assembly self = { .allocator = weir_allocator_malloc (), .said = g_string_new (NULL) };
  g_autoptr (GBytes) first = g_bytes_new (bytes, split);
  g_autoptr (GBytes) second = g_bytes_new (bytes + split, length - split);
  WeirRecords records;

  if (format == FORMAT_EVENTS)
    read_events (&self, bytes, length, split);
  else
    {
      weir_records_init (&records,
                         format == FORMAT_LINES ? WEIR_RECORDS_LINES : WEIR_RECORDS_FRAMES,
                         &self.allocator);
      read_records (&self, &records, (const GBytes *const[2]){ first, second });
    }
  finish (&self);
  return g_string_free (self.said, FALSE);
}
