/* SPDX-License-Identifier: MIT */
/*
 * weir-sse-answer: assembles the answers of language models for JavaScript, in a separate module.
 *
 * JavaScript writes an event into the input and calls take(), or writes bytes and calls feed() and
 * next(). The module writes results into the output, as JSON or as text.
 */
#include "weir-allocator.h"
#include "weir-answer.h"
#include "weir-records.h"

#include <string.h>

#define EXPORT(name) __attribute__ ((export_name (#name), used))

/* What take(), next() and again() return. */
enum
{
  STEP_FOREIGN = 0,
  STEP_TAKEN,
  STEP_NEXT, /* the event begins another answer: read this one, then call again() */
  STEP_NONE, /* next(): there is no further record */
  STEP_BROKEN,
  STEP_NO_MEMORY,
};

/* Grows as needed. */
typedef struct
{
  char *bytes;
  size_t length, room;
  bool is_out_of_memory;
} Buffer;

typedef struct
{
  WeirAnswer *answer; /* NULL: none has begun */
  WeirAnswerEvent event;
  WeirRecords records;
  bool reads_records;
  Buffer text; /* the text of the answer that JavaScript has */
} Reader;

static Buffer input, output, joined;

static bool
buffer_reserve (Buffer *self, size_t n)
{
  size_t room = self->room > 0 ? self->room : 1024;
  char *bytes;

  if (n <= self->room)
    return true;
  while (room < n)
    room *= 2;
  bytes = realloc (self->bytes, room);
  if (bytes == NULL)
    {
      self->is_out_of_memory = true;
      return false;
    }
  self->bytes = bytes;
  self->room = room;
  return true;
}

/* --- JSON ------------------------------------------------------------------------- */

static void
put (const char *bytes, size_t n)
{
  if (n == 0 || !buffer_reserve (&output, output.length + n))
    return;
  memcpy (output.bytes + output.length, bytes, n);
  output.length += n;
}

static void
put_char (char c)
{
  put (&c, 1);
}

/* The comma between members, unless one of the brackets is before it. */
static void
put_comma (void)
{
  const char last = output.length > 0 ? output.bytes[output.length - 1] : '[';

  if (last != '[' && last != '{')
    put_char (',');
}

static void
put_string (const char *text, size_t length)
{
  static const char digits[] = "0123456789abcdef";
  size_t begin = 0;

  put_char ('"');
  for (size_t i = 0; i < length; i++)
    {
      const unsigned char c = (unsigned char) text[i];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      put (text + begin, i - begin);
      begin = i + 1;
      if (c < 0x20)
        {
          put ("\\u00", 4);
          put_char (digits[c >> 4]);
          put_char (digits[c & 15]);
        }
      else
        {
          put_char ('\\');
          put_char ((char) c);
        }
    }
  put (text + begin, length - begin);
  put_char ('"');
}

static void
put_name (const char *name)
{
  put_comma ();
  put_string (name, strlen (name));
  put_char (':');
}

static void
put_word (const char *name, const char *word)
{
  if (word == NULL)
    return;
  put_name (name);
  put_string (word, strlen (word));
}

static void
put_text (const char *name, const WeirAnswerText *text)
{
  put_name (name);
  put_string (text->text, text->length);
}

static void
put_number (const char *name, int64_t number)
{
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = number < 0 ? 0 - (uint64_t) number : (uint64_t) number;

  put_name (name);
  do
    digits[--at] = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0)
    put_char ('-');
  put (digits + at, sizeof digits - at);
}

/* Writes only flags that are true. JavaScript reads a missing one as false. */
static void
put_flag (const char *name, bool is_set)
{
  if (is_set)
    put_number (name, 1);
}

/* Counts that the API reported. */
static void
put_count (const char *name, int64_t count)
{
  if (count >= 0)
    put_number (name, count);
}

static void
put_begin (const char *name, char bracket)
{
  if (name != NULL)
    put_name (name);
  else
    put_comma ();
  put_char (bracket);
}

/* --- An answer as JSON ---------------------------------------------------------------- */

static void
put_item (const WeirAnswerItem *item)
{
  put_begin (NULL, '{');
  put_number ("kind", item->kind);
  put_number ("choice", item->choice);
  put_text ("id", &item->id);
  put_text ("name", &item->name);
  put_text ("text", &item->text);
  put_text ("source", &item->source);
  put_number ("dataLength", (int64_t) item->n_data_bytes);
  put_flag ("isJson", item->is_json);
  put_flag ("isServerSide", item->is_server_side);
  put_flag ("isClosed", item->is_closed);
  put_flag ("beginsParagraph", item->begins_paragraph);
  put_char ('}');
}

static void
put_verdict (const WeirAnswer *answer)
{
  WeirAnswerVerdict verdict;

  weir_answer_judge (answer, &verdict);
  put_begin ("verdict", '{');
  put_number ("state", verdict.state);
  put_number ("finish", verdict.finish);
  put_word ("reason", verdict.reason);
  put_begin ("missing", '[');
  for (unsigned i = 0; i < 2 && verdict.missing[i] != NULL; i++)
    {
      put_comma ();
      put_string (verdict.missing[i], strlen (verdict.missing[i]));
    }
  put_char (']');
  put_flag ("isRefusal", verdict.is_refusal);
  if (verdict.tool != NULL)
    {
      put_begin ("tool", '{');
      put_text ("name", &verdict.tool->name);
      put_number ("position", (int64_t) verdict.tool_position);
      put_word ("message", weir_json_error_sentence (verdict.tool_error));
      put_char ('}');
    }
  put_char ('}');
}

static void
put_choices (const WeirAnswer *answer)
{
  put_begin ("choices", '[');
  for (size_t i = 0; i < answer->n_choices; i++)
    {
      put_begin (NULL, '{');
      put_number ("index", answer->choices[i].index);
      put_number ("finish", answer->choices[i].finish);
      put_text ("reason", &answer->choices[i].reason);
      put_char ('}');
    }
  put_char (']');
}

static void
put_usage (const WeirAnswerUsage *usage)
{
  put_begin ("usage", '{');
  put_count ("input", usage->input);
  put_count ("output", usage->output);
  put_count ("cacheRead", usage->cache_read);
  put_count ("cacheWrite", usage->cache_write);
  put_count ("reasoning", usage->reasoning);
  put_count ("total", usage->total);
  put_char ('}');
}

static void
put_unknown (const WeirAnswer *answer)
{
  put_begin ("unknown", '[');
  for (size_t i = 0; i < answer->n_unknown; i++)
    {
      put_begin (NULL, '{');
      put_text ("name", &answer->unknown[i].name);
      put_number ("count", (int64_t) answer->unknown[i].count);
      put_char ('}');
    }
  put_char (']');
}

static void
put_joined (const char *name, const WeirAnswer *answer, WeirAnswerItemKind kind)
{
  const size_t length = weir_answer_join (answer, kind, 0, NULL);

  if (length == 0 || !buffer_reserve (&joined, length))
    return;
  weir_answer_join (answer, kind, 0, joined.bytes);
  put_name (name);
  put_string (joined.bytes, length);
}

static void
put_answer (const WeirAnswer *answer)
{
  put_begin (NULL, '{');
  put_word ("api", weir_answer_api_get_name (answer->api));
  put_word ("provider", weir_answer_api_get_provider (answer->api));
  put_text ("id", &answer->id);
  put_text ("model", &answer->model);
  put_text ("error", &answer->error);
  put_text ("errorCode", &answer->error_code);
  put_text ("detail", &answer->detail);
  put_verdict (answer);
  put_joined ("text", answer, WEIR_ANSWER_TEXT);
  put_joined ("thinking", answer, WEIR_ANSWER_THINKING);
  put_joined ("refusal", answer, WEIR_ANSWER_REFUSAL);
  put_begin ("items", '[');
  for (size_t i = 0; i < answer->n_items; i++)
    put_item (answer->items[i]);
  put_char (']');
  put_choices (answer);
  put_usage (&answer->usage);
  put_unknown (answer);
  put_number ("invalidEvents", (int64_t) answer->n_invalid_events);
  put_text ("invalid", &answer->invalid);
  put_number ("doubledEvents", (int64_t) answer->n_doubled_events);
  put_number ("joinedEvents", (int64_t) answer->n_joined_events);
  put_number ("pieces", (int64_t) answer->n_pieces);
  put_number ("firstUs", answer->first_us);
  put_number ("lastUs", answer->last_us);
  put_flag ("isTooLarge", answer->is_too_large);
  put_char ('}');
}

/* --- What the C library calls. JavaScript checks the size of the memory itself. */

void emscripten_notify_memory_growth (size_t index);

void
emscripten_notify_memory_growth (size_t index)
{
  (void) index;
}

/* --- What JavaScript calls ---------------------------------------------------------------- */

/* Returns: 0 if there is no memory. */
EXPORT (create)
Reader *
create (void)
{
  return calloc (1, sizeof (Reader));
}

/* Discards the answer. */
EXPORT (drop)
void
drop (Reader *self)
{
  if (self->answer != NULL)
    weir_answer_free (self->answer);
  self->answer = NULL;
  self->text.length = 0;
}

EXPORT (destroy)
void
destroy (Reader *self)
{
  drop (self);
  if (self->reads_records)
    weir_records_clear (&self->records);
  free (self->text.bytes);
  free (self);
}

/* Makes room for n bytes of input. Returns: 0 if there is no memory. */
EXPORT (reserve)
char *
reserve (size_t n)
{
  return buffer_reserve (&input, n) ? input.bytes : NULL;
}

static int
take_event (Reader *self)
{
  WeirAnswerStep step;

  if (self->answer == NULL)
    {
      const WeirAllocator allocator = weir_allocator_malloc ();

      self->answer = weir_answer_new (&allocator);
      if (self->answer == NULL)
        return STEP_NO_MEMORY;
    }
  step = weir_answer_take (self->answer, &self->event);
  if (step == WEIR_ANSWER_NEXT)
    return STEP_NEXT;
  if (self->answer->is_out_of_memory)
    return STEP_NO_MEMORY;
  if (self->answer->has_begun)
    return step == WEIR_ANSWER_TAKEN ? STEP_TAKEN : STEP_FOREIGN;
  drop (self);
  return STEP_FOREIGN;
}

/* The input is an event's type and its data. ms: when it arrived. */
EXPORT (take)
int
take (Reader *self, size_t type_length, size_t data_length, double ms)
{
  self->event = (WeirAnswerEvent){
    .type = { input.bytes, type_length },
    .data = { input.bytes + type_length, data_length },
    .time_us = (int64_t) (ms * 1000),
  };
  return take_event (self);
}

/* Takes the event that began another answer again, after discarding the answer before it. */
EXPORT (again)
int
again (Reader *self)
{
  drop (self);
  return take_event (self);
}

/* The input is length bytes of records in a format. */
EXPORT (feed)
void
feed (Reader *self, WeirRecordsFormat format, size_t length)
{
  const WeirAllocator allocator = weir_allocator_malloc ();

  if (!self->reads_records)
    weir_records_init (&self->records, format, &allocator);
  self->reads_records = true;
  weir_records_feed (&self->records, input.bytes, length);
}

EXPORT (finish)
void
finish (Reader *self)
{
  if (self->reads_records)
    weir_records_end (&self->records);
}

/* Takes the next record. */
EXPORT (next)
int
next (Reader *self, double ms)
{
  WeirRecord record;

  switch (self->reads_records ? weir_records_next (&self->records, &record)
                              : WEIR_RECORDS_NEED_INPUT)
    {
    case WEIR_RECORDS_RECORD:
      self->event = (WeirAnswerEvent){ record.type, record.data, (int64_t) (ms * 1000) };
      return take_event (self);
    case WEIR_RECORDS_INVALID:
      return STEP_BROKEN;
    case WEIR_RECORDS_NO_MEMORY:
      return STEP_NO_MEMORY;
    case WEIR_RECORDS_NEED_INPUT:
    case WEIR_RECORDS_UNFINISHED:
    default:
      return STEP_NONE;
    }
}

/* The stream ended: the verdict is final. */
EXPORT (close)
void
close_answer (Reader *self)
{
  if (self->answer != NULL)
    weir_answer_close (self->answer);
}

EXPORT (outputBytes)
const char *
get_output_bytes (void)
{
  return output.bytes;
}

/* Changes with each event that is taken; 0: there is no answer. */
EXPORT (revision)
double
get_revision (const Reader *self)
{
  return self->answer != NULL ? (double) self->answer->revision : 0;
}

/* Writes the answer as JSON. Returns its length, or 0 if there is no memory. */
EXPORT (describe)
size_t
describe (const Reader *self)
{
  output.length = 0;
  output.is_out_of_memory = joined.is_out_of_memory = false;
  put_answer (self->answer);
  return output.is_out_of_memory || joined.is_out_of_memory ? 0 : output.length;
}

/* Writes the end of the first choice's text, from where the text of the last call ended, or all of it if it
 * does not begin with that text. Returns: whether it begins with it. */
EXPORT (grow)
bool
grow (Reader *self)
{
  const size_t length = weir_answer_join (self->answer, WEIR_ANSWER_TEXT, 0, NULL);
  Buffer *text = &self->text;
  size_t begin = 0;

  output.length = 0;
  if (!buffer_reserve (&joined, length) || !buffer_reserve (text, length))
    return true;
  weir_answer_join (self->answer, WEIR_ANSWER_TEXT, 0, joined.bytes);
  if (text->length > 0 && text->length <= length
      && memcmp (text->bytes, joined.bytes, text->length) == 0)
    begin = text->length;
  put (joined.bytes + begin, length - begin);
  if (length > begin)
    memcpy (text->bytes + begin, joined.bytes + begin, length - begin);
  text->length = length;
  return begin > 0;
}

EXPORT (outputLength)
size_t
get_output_length (void)
{
  return output.length;
}
