/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <string.h>

static void
write_span (GString *log, const char *name, WeirSpan span)
{
  g_string_append_printf (log, " %s=\"", name);
  for (gsize i = 0; i < span.length; i++)
    {
      guchar c = (guchar) span.text[i];

      if (c < 0x20 || c == 0x7F || c == '"' || c == '\\')
        g_string_append_printf (log, "\\x%02x", c);
      else
        g_string_append_c (log, (char) c);
    }
  g_string_append_c (log, '"');
}

void
reference_write_item (GString *log, const WeirItem *item)
{
  static const char *const kinds[] = { "?", "event", "comment", "retry", "finding" };

  g_string_append_printf (log, "%s %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, kinds[item->kind],
                          item->begin, item->end);
  if (item->kind == WEIR_ITEM_FINDING)
    g_string_append_printf (log, " %s", weir_finding_name (item->finding));
  else
    g_assert_cmpint (item->finding, ==, 0);
  if (item->kind == WEIR_ITEM_EVENT)
    {
      write_span (log, item->has_type ? "type" : "default", item->type);
      write_span (log, "data", item->data);
    }
  if (item->kind == WEIR_ITEM_EVENT || item->finding == WEIR_FINDING_NO_DATA)
    write_span (log, item->has_id ? "new-id" : "id", item->last_event_id);
  if (item->kind == WEIR_ITEM_RETRY)
    g_string_append_printf (log, " %" G_GUINT64_FORMAT, item->retry_ms);
  if (item->kind == WEIR_ITEM_COMMENT || item->kind == WEIR_ITEM_FINDING)
    write_span (log, "text", item->text);
  g_string_append_c (log, '\n');
}

/* --- The Encoding Standard's "UTF-8 decoder", step by step ---------------- */

typedef struct
{
  GString *text;
  gsize bad_begin, bad_end; /* the first error, where bad_end is not 0 */
} Decoded;

static void
bad (Decoded *decoded, gsize begin, gsize end)
{
  g_string_append (decoded->text, "\xEF\xBF\xBD");
  if (decoded->bad_end == 0)
    {
      decoded->bad_begin = begin;
      decoded->bad_end = end;
    }
}

static Decoded
decode (const char *bytes, gsize length)
{
  Decoded decoded = { g_string_new (NULL), 0, 0 };
  guint needed = 0, seen = 0;
  guchar lower = 0x80, upper = 0xBF;
  gsize begin = 0;

  for (gsize i = 0; i < length; i++)
    {
      guchar byte = (guchar) bytes[i];

      if (needed == 0)
        {
          begin = i;
          if (byte <= 0x7F)
            g_string_append_c (decoded.text, (char) byte);
          else if (byte >= 0xC2 && byte <= 0xDF)
            needed = 1;
          else if (byte >= 0xE0 && byte <= 0xEF)
            {
              if (byte == 0xE0)
                lower = 0xA0;
              if (byte == 0xED)
                upper = 0x9F;
              needed = 2;
            }
          else if (byte >= 0xF0 && byte <= 0xF4)
            {
              if (byte == 0xF0)
                lower = 0x90;
              if (byte == 0xF4)
                upper = 0x8F;
              needed = 3;
            }
          else
            bad (&decoded, i, i + 1);
          continue;
        }
      if (byte < lower || byte > upper)
        {
          needed = seen = 0;
          lower = 0x80;
          upper = 0xBF;
          bad (&decoded, begin, i);
          i--; /* "restore byte to ioQueue" */
          continue;
        }
      lower = 0x80;
      upper = 0xBF;
      if (++seen == needed)
        {
          g_string_append_len (decoded.text, bytes + begin, (gssize) (i - begin + 1));
          needed = seen = 0;
        }
    }
  if (needed > 0)
    bad (&decoded, begin, length);
  return decoded;
}

/* --- HTML Standard 9.2.6 -------------------------------------------------- */

typedef struct
{
  WeirParserOptions options;
  GString *log;
  GPtrArray *due; /* what the current byte completes, each with its rank in front */
  GString *data, *type, *id, *last_id;
  gboolean has_field, has_data, has_type, has_id;
  guint64 block_begin;
  gboolean skipping, skipping_line, stopped;
  guint kinds; /* of line ends: 1 LF, 2 CR, 4 CRLF */
} Reference;

static void
put (Reference *self, WeirItem item)
{
  guint rank = item.kind == WEIR_ITEM_FINDING ? item.finding
               : item.kind == WEIR_ITEM_EVENT ? 99
                                              : 98;
  GString *line = g_string_new (NULL);

  g_string_printf (line, "%02u", rank);
  reference_write_item (line, &item);
  g_ptr_array_add (self->due, g_string_free (line, FALSE));
}

static int
by_rank (gconstpointer a, gconstpointer b)
{
  return strncmp (*(const char *const *) a, *(const char *const *) b, 2);
}

/* The order of items that end at the same byte: findings by number, then comment or retry, then event. */
static void
settle (Reference *self)
{
  g_ptr_array_sort (self->due, by_rank);
  for (guint i = 0; i < self->due->len; i++)
    g_string_append (self->log, (const char *) self->due->pdata[i] + 2);
  g_ptr_array_set_size (self->due, 0);
}

static WeirSpan
span (const GString *string)
{
  return (WeirSpan){ string->str, string->len };
}

static void
put_finding (Reference *self, WeirFindingCode code, guint64 begin, guint64 end, WeirSpan text)
{
  put (self,
       (WeirItem){
           .kind = WEIR_ITEM_FINDING, .finding = code, .begin = begin, .end = end, .text = text });
}

static void
drop_block (Reference *self)
{
  g_string_truncate (self->data, 0);
  g_string_truncate (self->type, 0);
  self->has_field = self->has_data = self->has_type = self->has_id = FALSE;
}

static void
over_limit (Reference *self)
{
  drop_block (self);
  g_string_assign (self->id, "");
  self->skipping = TRUE;
  self->stopped = self->options.on_limit == WEIR_ON_LIMIT_STOP;
}

/* Whether the first bytes of the line, up to the limit, may be the name and colon of a field. */
static gboolean
may_be_field (const Reference *self, const char *line)
{
  static const char *const names[] = { "data:", "event:", "id:", "retry:" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strncmp (line, names[i], MIN (self->options.max_line_bytes + 1, strlen (names[i]))) == 0)
      return TRUE;
  return FALSE;
}

static void
line_end (Reference *self, guint kind, guint64 begin, guint64 end)
{
  guint before = self->kinds;

  self->kinds |= kind;
  if (before != 0 && (before & (before - 1)) == 0 && before != self->kinds)
    put_finding (self, WEIR_FINDING_MIXED_LINE_ENDS, begin, end, (WeirSpan){ "", 0 });
}

static gboolean
is_name (const char *name, gsize length)
{
  return (length == 4 && memcmp (name, "data", 4) == 0)
         || (length == 5 && memcmp (name, "event", 5) == 0)
         || (length == 2 && memcmp (name, "id", 2) == 0)
         || (length == 5 && memcmp (name, "retry", 5) == 0);
}

static WeirFindingCode
wrong_name (const char *name, gsize length)
{
  g_autofree char *lower = g_ascii_strdown (name, (gssize) length);
  gsize begin = 0, end = length;

  if (length >= 3 && memcmp (name, "\xEF\xBB\xBF", 3) == 0)
    return WEIR_FINDING_BOM_IN_STREAM;
  if (is_name (lower, length))
    return WEIR_FINDING_FIELD_NAME_CASE;
  while (begin < end && (name[begin] == ' ' || name[begin] == '\t'))
    begin++;
  while (begin < end && (name[end - 1] == ' ' || name[end - 1] == '\t'))
    end--;
  return is_name (lower + begin, end - begin) ? WEIR_FINDING_FIELD_NAME_SPACE
                                              : WEIR_FINDING_UNKNOWN_FIELD;
}

/* begin: the offset of the line in the stream; end: the offset after the first byte of its line end. */
static void
process_line (Reference *self, const char *bytes, gsize length, guint64 begin, guint64 end)
{
  Decoded decoded = decode (bytes, length);
  WeirSpan line = span (decoded.text);
  const char *colon = memchr (line.text, ':', line.length);
  gsize name_length = colon != NULL ? (gsize) (colon - line.text) : line.length;
  const char *value = colon != NULL ? colon + 1 : "";
  gsize value_length = colon != NULL ? line.length - name_length - 1 : 0;
  guint found = 0;
  guint64 found_end = end;
  gboolean comment = colon == line.text, retry = FALSE;
  guint64 ms = 0, block_begin;

  if (value_length > 0 && value[0] == ' ')
    {
      value++;
      value_length--;
    }
  if (!comment && !self->has_field)
    {
      self->has_field = TRUE;
      self->block_begin = begin;
    }
  block_begin = self->block_begin;
  if (comment)
    ;
  else if (name_length == 4 && memcmp (line.text, "data", 4) == 0)
    {
      if (self->data->len + value_length > self->options.max_event_bytes)
        {
          found = WEIR_FINDING_EVENT_TOO_LARGE;
        }
      else
        {
          g_string_append_len (self->data, value, (gssize) value_length);
          g_string_append_c (self->data, '\n');
          self->has_data = TRUE;
        }
    }
  else if (name_length == 5 && memcmp (line.text, "event", 5) == 0)
    {
      g_string_truncate (self->type, 0);
      g_string_append_len (self->type, value, (gssize) value_length);
      self->has_type = TRUE;
    }
  else if (name_length == 2 && memcmp (line.text, "id", 2) == 0)
    {
      if (memchr (value, '\0', value_length) != NULL)
        found = WEIR_FINDING_NUL_IN_ID;
      else if (value_length > self->options.max_id_bytes)
        found = WEIR_FINDING_ID_TOO_LONG;
      else
        {
          g_string_truncate (self->id, 0);
          g_string_append_len (self->id, value, (gssize) value_length);
          self->has_id = TRUE;
        }
    }
  else if (name_length == 5 && memcmp (line.text, "retry", 5) == 0)
    {
      retry = value_length > 0;
      for (gsize i = 0; i < value_length; i++)
        {
          retry = retry && g_ascii_isdigit (value[i]);
          ms = MIN (ms * 10 + (guint64) (value[i] - '0'), WEIR_MAX_RETRY_MS);
        }
      if (!retry)
        found = WEIR_FINDING_INVALID_RETRY;
    }
  else
    {
      found = wrong_name (line.text, name_length);
      if (found == WEIR_FINDING_BOM_IN_STREAM)
        found_end = begin + 3;
    }

  if (found != 0)
    put_finding (self, found, found == WEIR_FINDING_EVENT_TOO_LARGE ? block_begin : begin,
                 found_end, line);
  if (found == WEIR_FINDING_EVENT_TOO_LARGE)
    over_limit (self);
  if (decoded.bad_end != 0)
    put_finding (self, WEIR_FINDING_INVALID_UTF8, begin + decoded.bad_begin,
                 begin + decoded.bad_end, line);
  if (comment)
    put (self, (WeirItem){ .kind = WEIR_ITEM_COMMENT,
                           .begin = begin,
                           .end = end,
                           .text = { line.text + 1, line.length - 1 } });
  if (retry)
    put (self, (WeirItem){ .kind = WEIR_ITEM_RETRY, .begin = begin, .end = end, .retry_ms = ms });
  g_string_free (decoded.text, TRUE);
}

static void
dispatch (Reference *self, guint64 end)
{
  WeirItem item = { .begin = self->block_begin, .end = end, .has_id = self->has_id };

  if (self->has_id)
    {
      g_string_truncate (self->last_id, 0);
      g_string_append_len (self->last_id, self->id->str, (gssize) self->id->len);
    }
  item.last_event_id = span (self->last_id);
  if (self->has_data)
    {
      item.kind = WEIR_ITEM_EVENT;
      item.has_type = self->type->len > 0;
      item.type = item.has_type ? span (self->type) : (WeirSpan){ "message", 7 };
      item.data = (WeirSpan){ self->data->str, self->data->len - 1 };
      put (self, item);
    }
  else if (self->has_type || self->has_id)
    {
      item.kind = WEIR_ITEM_FINDING;
      item.finding = WEIR_FINDING_NO_DATA;
      item.text = (WeirSpan){ "", 0 };
      put (self, item);
    }
  drop_block (self);
}

static void
end_of_stream (Reference *self, const char *bytes, gsize length, guint64 begin, gboolean flush)
{
  guint64 end = begin + length;
  Decoded decoded = decode (bytes, length);
  gboolean unfinished =
      self->has_data || self->has_type || self->has_id || (length > 0 && bytes[0] != ':');

  if (!self->skipping)
    {
      if (unfinished)
        put_finding (self, WEIR_FINDING_UNFINISHED_EVENT,
                     self->has_field ? self->block_begin : begin, end, span (decoded.text));
      if (flush && length > 0)
        process_line (self, bytes, length, begin, end);
      if (flush && !self->skipping)
        dispatch (self, end);
    }
  settle (self);
  g_string_free (decoded.text, TRUE);
}

/* Returns: the length of the line at bytes, or length if it has no end. */
static gsize
line_length (const char *bytes, gsize length)
{
  gsize n = 0;

  while (n < length && bytes[n] != '\n' && bytes[n] != '\r')
    n++;
  return n;
}

static void
parse (Reference *self, const char *bytes, gsize length, gboolean flush)
{
  gsize at = length >= 3 && memcmp (bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

  while (!self->stopped)
    {
      gsize n = line_length (bytes + at, length - at);

      if (n > self->options.max_line_bytes && !self->skipping && !self->skipping_line)
        {
          put_finding (self, WEIR_FINDING_LINE_TOO_LONG, at, at + self->options.max_line_bytes + 1,
                       (WeirSpan){ "", 0 });
          settle (self);
          if (self->options.on_limit == WEIR_ON_LIMIT_SKIP && !may_be_field (self, bytes + at))
            self->skipping_line = TRUE;
          else
            over_limit (self);
          continue;
        }
      if (at + n == length)
        {
          if (self->skipping_line)
            end_of_stream (self, bytes + at + n, 0, at + n, flush);
          else
            end_of_stream (self, bytes + at, n, at, flush);
          return;
        }
      if (self->skipping_line)
        self->skipping_line = FALSE;
      else if (!self->skipping && n > 0)
        process_line (self, bytes + at, n, at, at + n + 1);
      else if (!self->skipping)
        dispatch (self, at + n + 1);
      else if (n == 0)
        self->skipping = FALSE;
      at += n + 1;

      if (bytes[at - 1] == '\n')
        line_end (self, 1, at - 1, at);
      settle (self);
      if (self->stopped || bytes[at - 1] == '\n')
        continue;
      /* A CR: the next byte shows whether it is part of CR LF. */
      if (at < length && bytes[at] == '\n')
        {
          line_end (self, 4, at - 1, at + 1);
          at++;
        }
      else
        {
          line_end (self, 2, at - 1, at);
        }
      settle (self);
    }
}

char *
reference_parse (const char *bytes, gsize length, const WeirParserOptions *options, gboolean flush)
{
  Reference self = { .options = *options, .log = g_string_new (NULL) };

  self.due = g_ptr_array_new_with_free_func (g_free);
  self.data = g_string_new (NULL);
  self.type = g_string_new (NULL);
  self.id = g_string_new (NULL);
  self.last_id = g_string_new (NULL);
  parse (&self, bytes, length, flush);
  g_string_append (self.log, self.stopped ? "limit\n" : "end\n");
  g_ptr_array_unref (self.due);
  g_string_free (self.data, TRUE);
  g_string_free (self.type, TRUE);
  g_string_free (self.id, TRUE);
  g_string_free (self.last_id, TRUE);
  return g_string_free (self.log, FALSE);
}

void
reference_assert_same (const char *bytes, gsize length, const char *got, const char *expected)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  gsize same = 0;

  if (strcmp (got, expected) == 0)
    return;
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (shown, (guchar) bytes[i] - 0x20u < 0x5F ? "%c" : "\\x%02x",
                            (guchar) bytes[i]);
  for (gsize i = 0; got[i] != '\0' && got[i] == expected[i]; i++)
    if (got[i] == '\n')
      same = i + 1;
  g_error ("of \"%s\" (%zu bytes) came\n%.*s\ninstead of\n%.*s", shown->str, length,
           (int) strcspn (got + same, "\n"), got + same, (int) strcspn (expected + same, "\n"),
           expected + same);
}
