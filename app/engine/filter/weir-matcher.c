/* SPDX-License-Identifier: MIT */
#include "weir-filter-private.h"

#include <string.h>

#include "log/weir-row-private.h"

/* Steps after which an expression gives a row up, and what it may use of a stack. */
#define MATCH_LIMIT 100000
#define JIT_STACK_BYTES ((gsize) 256 << 10)

/* How many rows are scanned between two checks of the cancel flag, and how many of their bytes at a time. */
#define SPAN_ROWS 4096u
#define SPAN_BYTES ((gsize) 512 << 10)

struct _WeirMatcher
{
  WeirFilter *filter;
  WeirLog *log;
  gboolean needs_bytes;
  WeirReader *reader;
  pcre2_match_data *match_data;
  pcre2_match_context *match_context;
  pcre2_jit_stack *jit_stack;
  WeirRecord *records; /* SPAN_ROWS */
  guint8 *buffer;
  gsize buffer_size;
  guint64 n_skipped;
  guint32 counts[WEIR_TYPE_TABLE_SIZE + 1];

  /* The row that is matched. */
  guint64 row;
  const WeirRecord *record;
  const guint8 *raw; /* NULL: not kept */
  gboolean parsed, has_item;
  WeirItem item;
  gboolean gave_up;

  /* The last ID that was looked up. */
  guint32 id_row;
  gboolean id_matches;
};

WeirMatcher *
weir_matcher_new (WeirFilter *filter, WeirLog *log)
{
  WeirMatcher *self = g_new0 (WeirMatcher, 1);

  self->filter = weir_filter_ref (filter);
  self->log = log;
  self->needs_bytes = weir_filter_needs_bytes (filter);
  self->records = g_new (WeirRecord, SPAN_ROWS);
  self->match_data = pcre2_match_data_create (1, NULL);
  self->match_context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (self->match_context, MATCH_LIMIT);
  self->jit_stack = pcre2_jit_stack_create (JIT_STACK_BYTES / 8, JIT_STACK_BYTES, NULL);
  pcre2_jit_stack_assign (self->match_context, NULL, self->jit_stack);
  self->reader = weir_row_reader_new ();
  return self;
}

void
weir_matcher_free (WeirMatcher *self)
{
  g_clear_pointer (&self->reader, weir_reader_free);
  pcre2_match_data_free (self->match_data);
  pcre2_match_context_free (self->match_context);
  pcre2_jit_stack_free (self->jit_stack);
  g_free (self->records);
  g_free (self->buffer);
  weir_filter_unref (self->filter);
  g_free (self);
}

guint64
weir_matcher_get_n_skipped (WeirMatcher *self)
{
  return self->n_skipped;
}

const guint32 *
weir_matcher_get_counts (WeirMatcher *self)
{
  return self->counts;
}

static const WeirItem *
get_item (WeirMatcher *self)
{
  const WeirRecord *record = self->record;
  const WeirRowInfo info = { .kind = record->kind,
                             .finding = record->finding,
                             .format = record->format,
                             .at_start = record->at_start };

  if (!self->parsed)
    {
      self->parsed = TRUE;
      self->has_item =
          self->raw != NULL && record->kind != WEIR_ROW_MARK
          && weir_row_parse (self->reader, &info, self->raw, record->size, &self->item);
    }
  return self->has_item ? &self->item : NULL;
}

static gboolean
expression_matches (WeirMatcher *self, const WeirFilter *filter, const char *text, gsize length)
{
  int code = pcre2_match (filter->code, (PCRE2_SPTR) (text != NULL ? text : ""), length, 0,
                          PCRE2_NO_UTF_CHECK, self->match_data, self->match_context);

  if (code < PCRE2_ERROR_PARTIAL)
    self->gave_up = TRUE;
  return code >= 0;
}

/* --- Text in raw bytes ------------------------------------------------------ */

/* Where the value of the line at [line, end) of an event begins, or NULL if its field is not
 * data, event or id. Sets *last_wins where only the block's last such line counts. */
static const guint8 *
find_value (const guint8 *line, const guint8 *end, gboolean *last_wins)
{
  const guint8 *colon = memchr (line, ':', (gsize) MIN (end - line, 6));
  gsize length = colon != NULL ? (gsize) (colon - line) : 0;

  *last_wins = FALSE;
  if (colon == NULL)
    return NULL;
  if (length == 4 && memcmp (line, "data", 4) == 0)
    ;
  else if ((length == 5 && memcmp (line, "event", 5) == 0)
           || (length == 2 && memcmp (line, "id", 2) == 0))
    *last_wins = TRUE;
  else
    return NULL;
  return colon + 1 + (colon + 1 < end && colon[1] == ' ');
}

static gboolean
item_has_text (WeirMatcher *self, const WeirFilter *filter)
{
  const WeirItem *item = get_item (self);
  const WeirSpan *spans[3];

  if (item == NULL)
    return FALSE;
  spans[0] = spans[1] = spans[2] = &item->text;
  if (item->kind == WEIR_ITEM_EVENT)
    {
      spans[0] = &item->data;
      spans[1] = &item->type;
      spans[2] = &item->last_event_id;
    }
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      const guint8 *text = (const guint8 *) spans[i]->text;

      /* An id that an earlier block set is not this row's text. */
      if (item->kind == WEIR_ITEM_EVENT && spans[i] == &item->last_event_id && !item->has_id)
        continue;
      if (filter->has_finder
              ? text != NULL
                    && weir_finder_find (&filter->finder, text, text + spans[i]->length) != NULL
              : expression_matches (self, filter, spans[i]->text, spans[i]->length))
        return TRUE;
    }
  return FALSE;
}

/* Whether the match at hit in the row's raw bytes is in a text of the row. */
static gboolean
is_text (WeirMatcher *self, const WeirFilter *filter, const guint8 *hit)
{
  const guint8 *line = hit;
  const guint8 *value;
  gboolean last_wins;

  if (self->record->kind == WEIR_ROW_FINDING)
    return TRUE;
  if (self->record->kind != WEIR_ROW_EVENT || self->record->format != WEIR_BODY_SSE)
    return item_has_text (self, filter);
  while (line > self->raw && line[-1] != '\n' && line[-1] != '\r')
    line--;
  value = find_value (line, hit, &last_wins);
  if (value != NULL && hit >= value)
    return !last_wins || item_has_text (self, filter);
  /* A byte order mark before the first line's name. */
  return line == self->raw && self->record->at_start && item_has_text (self, filter);
}

/* hit: the first match in the row's bytes. */
static gboolean
row_has_text_from (WeirMatcher *self, const WeirFilter *filter, const guint8 *hit)
{
  const guint8 *end = self->raw + self->record->size;

  for (; hit != NULL; hit = weir_finder_find (&filter->finder, hit + 1, end))
    if (is_text (self, filter, hit))
      return TRUE;
  return FALSE;
}

/* Whether the text of a row need not be in its bytes: an envelope may be compressed. */
static gboolean
is_unlike_text (const WeirRecord *record)
{
  return record->format == WEIR_BODY_CONNECT;
}

static gboolean
mark_has_text (WeirMatcher *self, const WeirFilter *filter)
{
  g_autoptr (WeirLogMark) mark = weir_log_get_mark (self->log, self->record->size);
  const guint8 *text;

  if (mark == NULL || mark->text == NULL)
    return FALSE;
  text = (const guint8 *) mark->text;
  if (!filter->has_finder)
    return expression_matches (self, filter, mark->text, strlen (mark->text));
  return weir_finder_find (&filter->finder, text, text + strlen (mark->text)) != NULL;
}

static gboolean
row_has_text (WeirMatcher *self, const WeirFilter *filter)
{
  if (self->record->kind == WEIR_ROW_MARK)
    return mark_has_text (self, filter);
  if (self->raw == NULL)
    return FALSE;
  if (!filter->has_finder || is_unlike_text (self->record))
    return item_has_text (self, filter);
  return row_has_text_from (
      self, filter, weir_finder_find (&filter->finder, self->raw, self->raw + self->record->size));
}

/* --- The other questions ---------------------------------------------------- */

static gboolean
row_has_type (WeirMatcher *self, const WeirFilter *filter)
{
  const char *name;
  g_autoptr (WeirRow) row = NULL;

  if (self->record->kind != WEIR_ROW_EVENT)
    return FALSE;
  name = weir_log_get_type_name (self->log, self->record->type);
  if (name == NULL)
    {
      row = weir_row_new (self->log, self->row);
      name = weir_row_get_type_name (row);
    }
  return strcmp (name, filter->text) == 0;
}

static gboolean
row_has_id (WeirMatcher *self, const WeirFilter *filter)
{
  if (self->record->kind != WEIR_ROW_EVENT)
    return FALSE;
  if (self->record->id_row == 0)
    return filter->length == 0;
  if (self->record->id_row != self->id_row)
    {
      g_autoptr (WeirRow) row = weir_row_new (self->log, self->row);

      self->id_row = self->record->id_row;
      self->id_matches = strcmp (weir_row_get_id (row), filter->text) == 0;
    }
  return self->id_matches;
}

static gboolean
row_has_expression (WeirMatcher *self, const WeirFilter *filter)
{
  const WeirItem *item = get_item (self);
  const WeirSpan *span;

  if (item == NULL || (item->kind != WEIR_ITEM_EVENT && item->kind != WEIR_ITEM_COMMENT))
    return FALSE;
  span = item->kind == WEIR_ITEM_EVENT ? &item->data : &item->text;
  return expression_matches (self, filter, span->text, span->length);
}

static gboolean
row_has_json (WeirMatcher *self, const WeirFilter *filter)
{
  const WeirItem *item = self->record->kind == WEIR_ROW_EVENT ? get_item (self) : NULL;

  return item != NULL
         && weir_json_path_matches (filter->json_path, item->data.text, item->data.length);
}

static gboolean
matches (WeirMatcher *self, const WeirFilter *filter)
{
  switch (filter->kind)
    {
    case FILTER_KINDS:
      return (filter->kinds >> self->record->kind & 1) != 0;
    case FILTER_SIZE:
      return self->record->kind != WEIR_ROW_MARK && self->record->size >= filter->min
             && self->record->size <= filter->max;
    case FILTER_BOOKMARKS:
      return filter->rows != NULL && weir_rows_contains (filter->rows, self->row);
    case FILTER_TYPE:
      return row_has_type (self, filter);
    case FILTER_ID:
      return row_has_id (self, filter);
    case FILTER_TEXT:
      return row_has_text (self, filter);
    case FILTER_REGEX:
      return row_has_expression (self, filter);
    case FILTER_JSON_PATH:
      return row_has_json (self, filter);
    case FILTER_NOT:
      return !matches (self, filter->a);
    case FILTER_AND:
      return matches (self, filter->a) && matches (self, filter->b);
    case FILTER_OR:
      return matches (self, filter->a) || matches (self, filter->b);
    default:
      g_assert_not_reached ();
    }
}

/* --- Rows in spans ---------------------------------------------------------- */

typedef struct
{
  guint64 begin, end; /* of the log's bytes */
} Range;

static Range
get_range (const WeirRecord *record)
{
  if (record->kind == WEIR_ROW_MARK)
    return (Range){ record->offset, record->offset };
  return (Range){ record->offset, record->offset + record->size };
}

/* How many of n records lie within SPAN_BYTES of one another (at least one), and where. */
static guint
measure_span (const WeirRecord *records, guint n, Range *range)
{
  guint i;

  *range = get_range (&records[0]);
  for (i = 1; i < n; i++)
    {
      Range next = get_range (&records[i]);
      Range both = { MIN (range->begin, next.begin), MAX (range->end, next.end) };

      if (both.end - both.begin > SPAN_BYTES)
        break;
      *range = both;
    }
  return i;
}

static const guint8 *
load (WeirMatcher *self, Range range)
{
  gsize length = range.end - range.begin;

  if (self->buffer_size < length)
    {
      g_free (self->buffer);
      self->buffer_size = MAX (length, SPAN_BYTES);
      self->buffer = g_malloc (self->buffer_size);
    }
  return weir_log_copy_bytes (self->log, range.begin, length, self->buffer) ? self->buffer : NULL;
}

/* Rows that are scanned together. */
typedef struct
{
  guint64 first;
  const WeirRecord *records;
  guint n;
  Range range;
  const guint8 *bytes; /* of range; NULL: not needed, or not kept */
} Span;

static const guint8 *
get_bytes (const Span *span, guint64 offset)
{
  return span->bytes + (offset - span->range.begin);
}

static void
match_span (WeirMatcher *self, const Span *span, guint number)
{
  self->row = span->first + number;
  self->record = &span->records[number];
  self->raw = span->bytes != NULL ? get_bytes (span, self->record->offset) : NULL;
  self->parsed = FALSE;
  self->gave_up = FALSE;
}

static void
add_match (WeirMatcher *self, roaring_bitmap_t *found)
{
  roaring_bitmap_add (found, (guint32) self->row);
  if (self->record->kind == WEIR_ROW_EVENT)
    self->counts[MIN (self->record->type, WEIR_TYPE_TABLE_SIZE)]++;
}

/* Scans for a text alone: one search runs through the span, and most rows cost a comparison. */
static void
scan_text (WeirMatcher *self, const Span *span, roaring_bitmap_t *found)
{
  const WeirFilter *filter = self->filter;
  const guint8 *end = get_bytes (span, span->range.end);
  const guint8 *searched = span->bytes; /* hit is the first one from here on */
  const guint8 *hit = weir_finder_find (&filter->finder, searched, end);

  for (guint i = 0; i < span->n; i++)
    {
      const gboolean is_mark = span->records[i].kind == WEIR_ROW_MARK;
      const Range range = get_range (&span->records[i]);
      const guint8 *begin = get_bytes (span, range.begin);

      if (!is_mark && begin >= searched && !is_unlike_text (&span->records[i]))
        {
          searched = begin;
          if (hit != NULL && hit < begin)
            hit = weir_finder_find (&filter->finder, begin, end);
          if (hit == NULL || hit + filter->length > get_bytes (span, range.end))
            continue;
        }
      match_span (self, span, i);
      if (!is_mark && hit != NULL && begin == searched && !is_unlike_text (self->record)
              ? row_has_text_from (self, filter, hit)
              : row_has_text (self, filter))
        add_match (self, found);
    }
}

static void
scan_rows (WeirMatcher *self, const Span *span, roaring_bitmap_t *found)
{
  for (guint i = 0; i < span->n; i++)
    {
      gboolean match;

      match_span (self, span, i);
      match = matches (self, self->filter);
      if (self->gave_up)
        self->n_skipped++;
      else if (match)
        add_match (self, found);
    }
}

/* Loads as many of the n rows from first on as lie close together. */
static Span
load_span (WeirMatcher *self, guint64 first, const WeirRecord *records, guint n)
{
  Span span = { .first = first, .records = records, .n = n };

  if (!self->needs_bytes)
    return span;
  span.n = measure_span (records, n, &span.range);
  span.bytes = load (self, span.range);
  if (span.bytes != NULL || span.n == 1)
    return span;
  /* Some bytes are not kept: one row at a time, then. */
  span.n = 1;
  span.range = get_range (records);
  span.bytes = load (self, span.range);
  return span;
}

/* Rows whose bytes are not kept are asked what can be answered without them. */
static void
scan_records (WeirMatcher *self, guint64 first, guint n, roaring_bitmap_t *found)
{
  const gboolean is_text = self->filter->kind == FILTER_TEXT && self->filter->has_finder;

  for (guint done = 0; done < n;)
    {
      const Span span = load_span (self, first + done, self->records + done, n - done);

      if (is_text && span.bytes != NULL)
        scan_text (self, &span, found);
      else
        scan_rows (self, &span, found);
      done += span.n;
    }
}

gboolean
weir_matcher_scan (
    WeirMatcher *self, guint64 first, guint64 end, roaring_bitmap_t *found, atomic_bool *cancelled)
{
  for (guint64 row = first, n; row < end; row += n)
    {
      if (cancelled != NULL && atomic_load_explicit (cancelled, memory_order_relaxed))
        return FALSE;
      n = MIN (end - row, SPAN_ROWS);
      n = weir_log_copy_records (self->log, row, (guint) n, self->records);
      if (n == 0)
        n = 1; /* a row whose record could not be read back */
      else
        scan_records (self, row, (guint) n, found);
    }
  return TRUE;
}
