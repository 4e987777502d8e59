/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-sequence-check.h"

#include <string.h>

#include "base/weir-decimal-private.h"
#include "base/weir-json-path.h"
#include "weir-holes-private.h"

typedef struct
{
  char *prefix;
  guint width; /* numbers are shown with as many leading zeros */
  GString *low, *high, *next;
  char *restarted;    /* the highest number before a restart, until a gap; or NULL */
  guint64 row;        /* the last event's */
  guint64 connection; /* the last event's */
  guint64 stretch;
  WeirHoles *holes; /* numbers that may still arrive late */
} Series;

/* IDs of two numbers. */
typedef enum
{
  PAIRS_NONE = 0,
  PAIRS_PENDING,  /* one arrived, and the next one decides */
  PAIRS_SERIES,   /* the first number names a series, such as a partition */
  PAIRS_OF_TIME,  /* Redis streams, Nchan: a time, and a number within it */
  PAIRS_PARALLEL, /* NATS: the sequence of the stream and that of the consumer */
} PairKind;

typedef struct
{
  PairKind kind;
  char *pending; /* the ID that waits for the next one */
  guint64 pending_row, pending_connection;
  char *first;      /* the first number of the highest ID */
  char *lowest;     /* the first ID */
  Series *series;   /* of the second number; of time: within first */
  GHashTable *seen; /* of time: IDs, at most MAX_SEEN_PAIRS */
} Pairs;

struct _WeirSequenceCheck
{
  WeirJsonPath *path; /* NULL: the ID */
  GHashTable *series; /* prefix → Series */
  Series *last;       /* the last one that was asked for */
  guint64 connection, stretch;
  WeirHoleBudget holes;

  Pairs pairs;

  GString *value;  /* a JSON string, unescaped */
  GString *number; /* the one that is being checked, normalised */

  GQueue found;  /* of WeirSequenceFinding; the last one may be growing */
  Series *grows; /* whose the growing one is; NULL: none grows */
  GString *grows_next;

  char *missing;
  char *lowest, *highest; /* as returned last */
  WeirSequenceSummary totals;
};

void
weir_sequence_finding_clear (WeirSequenceFinding *self)
{
  g_clear_pointer (&self->first, g_free);
  g_clear_pointer (&self->last, g_free);
  g_clear_pointer (&self->n, g_free);
  g_clear_pointer (&self->before, g_free);
  g_clear_pointer (&self->after, g_free);
}

static void
finding_free (gpointer data)
{
  weir_sequence_finding_clear (data);
  g_free (data);
}

static void
series_free (gpointer data)
{
  Series *self = data;

  g_free (self->prefix);
  g_string_free (self->low, TRUE);
  g_string_free (self->high, TRUE);
  g_string_free (self->next, TRUE);
  g_free (self->restarted);
  weir_holes_free (self->holes);
  g_free (self);
}

static Series *
series_new (const char *prefix, WeirHoleBudget *budget)
{
  Series *self = g_new0 (Series, 1);

  self->prefix = g_strdup (prefix);
  self->low = g_string_new (NULL);
  self->high = g_string_new (NULL);
  self->next = g_string_new (NULL);
  self->holes = weir_holes_new (budget);
  return self;
}

static void
pairs_clear (Pairs *self)
{
  g_free (self->pending);
  g_free (self->first);
  g_free (self->lowest);
  g_clear_pointer (&self->series, series_free);
  g_clear_pointer (&self->seen, g_hash_table_unref);
}

WeirSequenceCheck *
weir_sequence_check_new (const char *by, GError **error)
{
  g_autoptr (WeirJsonPath) path = NULL;
  WeirSequenceCheck *self;

  g_return_val_if_fail (by != NULL, NULL);

  if (!g_str_equal (by, "id"))
    {
      path = weir_json_path_new (by, error);
      if (path == NULL)
        return NULL;
    }
  self = g_new0 (WeirSequenceCheck, 1);
  self->path = g_steal_pointer (&path);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, series_free);
  self->value = g_string_new (NULL);
  self->number = g_string_new (NULL);
  self->grows_next = g_string_new (NULL);
  self->holes.most = WEIR_SEQUENCE_MOST_HOLES;
  self->missing = g_strdup ("0");
  return self;
}

void
weir_sequence_check_free (WeirSequenceCheck *self)
{
  g_clear_pointer (&self->path, weir_json_path_unref);
  g_hash_table_unref (self->series);
  pairs_clear (&self->pairs);
  g_string_free (self->value, TRUE);
  g_string_free (self->number, TRUE);
  g_string_free (self->grows_next, TRUE);
  g_queue_clear_full (&self->found, finding_free);
  g_free (self->missing);
  g_free (self->lowest);
  g_free (self->highest);
  g_free (self);
}

/* --- Findings ---------------------------------------------------------------- */

/* A number as the stream writes those of the series. */
static char *
format_number (const Series *series, const char *number)
{
  const gboolean minus = *number == '-';
  const gsize length = strlen (number + minus);
  const gsize zeros = series->width > length ? series->width - length : 0;
  g_autofree char *padding = g_strnfill (zeros, '0');

  return g_strconcat (series->prefix, minus ? "-" : "", padding, number + minus, NULL);
}

static WeirSequenceFinding *
add_finding (WeirSequenceCheck *self, Series *series, WeirSequenceKind kind, guint64 row)
{
  WeirSequenceFinding *finding = g_new0 (WeirSequenceFinding, 1);

  finding->kind = kind;
  finding->before = format_number (series, series->high->str);
  finding->row_before = series->row;
  finding->row = finding->last_row = row;
  finding->reconnected = series->connection != self->connection;
  self->grows = NULL;
  g_queue_push_tail (&self->found, finding);
  return finding;
}

/* The present number is late or repeated: extends the last finding, or adds one. */
static void
add_to_run (WeirSequenceCheck *self, Series *series, WeirSequenceKind kind, guint64 row)
{
  WeirSequenceFinding *finding = g_queue_peek_tail (&self->found);
  char *n;

  if (self->grows == series && finding->kind == kind
      && g_string_equal (self->grows_next, self->number))
    {
      g_free (finding->last);
      finding->last = format_number (series, self->number->str);
      finding->last_row = row;
      n = weir_decimal_add (finding->n, "1");
      g_free (finding->n);
      finding->n = n;
    }
  else
    {
      finding = add_finding (self, series, kind, row);
      finding->first = format_number (series, self->number->str);
      finding->last = g_strdup (finding->first);
      finding->n = g_strdup ("1");
      self->grows = series;
      g_string_assign (self->grows_next, self->number->str);
    }
  weir_decimal_increment (self->grows_next);
}

/* --- Judging ------------------------------------------------------------------- */

static void
add_missing (WeirSequenceCheck *self, const char *n)
{
  char *missing = weir_decimal_add (self->missing, n);

  g_free (self->missing);
  self->missing = missing;
}

static void
set_high (Series *series, const GString *number)
{
  g_string_assign (series->high, number->str);
  g_string_assign (series->next, number->str);
  weir_decimal_increment (series->next);
}

static void
start (WeirSequenceCheck *self, Series *series)
{
  g_string_assign (series->low, self->number->str);
  set_high (series, self->number);
  g_clear_pointer (&series->restarted, g_free);
  weir_holes_clear (series->holes);
  series->stretch = self->stretch;
}

/* Whether an apparent restart was a repetition from the first number on, which continues after the old
 * end. */
static gboolean
goes_on_behind_restart (WeirSequenceCheck *self, Series *series)
{
  g_autofree char *next = NULL;

  if (series->restarted == NULL)
    return FALSE;
  next = weir_decimal_add (series->restarted, "1");
  return g_str_equal (self->number->str, next);
}

static void
add_gap (WeirSequenceCheck *self, Series *series, guint64 row)
{
  WeirSequenceFinding *finding = add_finding (self, series, WEIR_SEQUENCE_GAP, row);
  char *first = weir_decimal_add (series->high->str, "1");
  char *last = weir_decimal_subtract (self->number->str, "1");

  finding->first = format_number (series, first);
  finding->last = format_number (series, last);
  finding->after = format_number (series, self->number->str);
  finding->n = weir_holes_append (series->holes, first, last);
  add_missing (self, finding->n);
  self->totals.n_gaps++;
}

static void
add_late (WeirSequenceCheck *self, Series *series, guint64 row)
{
  self->totals.n_late++;
  add_to_run (self, series, WEIR_SEQUENCE_LATE, row);
}

/* A number before all that arrived: those between are missing from now on. */
static void
lower (WeirSequenceCheck *self, Series *series)
{
  g_autofree char *first = weir_decimal_add (self->number->str, "1");
  g_autofree char *n = NULL;

  if (!g_str_equal (first, series->low->str))
    {
      n = weir_holes_prepend (series->holes, g_steal_pointer (&first),
                              weir_decimal_subtract (series->low->str, "1"));
      add_missing (self, n);
    }
  g_string_assign (series->low, self->number->str);
}

static void
restart (WeirSequenceCheck *self, Series *series, guint64 row)
{
  WeirSequenceFinding *finding = add_finding (self, series, WEIR_SEQUENCE_RESTARTED, row);
  g_autofree char *before = g_strdup (series->high->str);

  finding->first = format_number (series, self->number->str);
  finding->last = g_strdup (finding->first);
  finding->n = g_strdup ("1");
  self->totals.n_restarts++;
  start (self, series);
  series->restarted = g_steal_pointer (&before);
}

/* A number that is not higher than the highest one. */
static void
judge_lower (WeirSequenceCheck *self, Series *series, guint64 row, gboolean is_highest)
{
  const char *number = self->number->str;

  if (weir_holes_fill (series->holes, number))
    {
      add_missing (self, "-1");
      add_late (self, series, row);
      return;
    }
  if (!is_highest && (g_str_equal (number, "0") || g_str_equal (number, "1")))
    {
      restart (self, series, row);
      return;
    }
  if (weir_decimal_compare (number, series->low->str) < 0)
    {
      lower (self, series);
      add_late (self, series, row);
      return;
    }
  self->totals.n_repeated++;
  add_to_run (self, series, WEIR_SEQUENCE_REPEATED, row);
}

static void
judge (WeirSequenceCheck *self, Series *series, guint64 row)
{
  int order;

  if (series->high->len == 0 || series->stretch != self->stretch)
    {
      self->grows = NULL;
      start (self, series);
      return;
    }
  if (g_string_equal (self->number, series->next))
    {
      self->grows = NULL;
      set_high (series, self->number);
      return;
    }
  order = weir_decimal_compare (self->number->str, series->high->str);
  if (order <= 0)
    {
      judge_lower (self, series, row, order == 0);
      return;
    }
  if (goes_on_behind_restart (self, series))
    self->grows = NULL;
  else
    add_gap (self, series, row);
  g_clear_pointer (&series->restarted, g_free);
  set_high (series, self->number);
}

/* --- Numbers ------------------------------------------------------------------- */

/* Splits text into what names the series (prefix bytes) and the number, which goes to self->number. */
static gboolean
read_number (WeirSequenceCheck *self, const char *text, gsize length, gsize *prefix, guint *width)
{
  gsize begin = length;
  gboolean minus;

  while (begin > 0 && g_ascii_isdigit (text[begin - 1]))
    begin--;
  if (begin == length)
    return FALSE;
  *width = text[begin] == '0' ? (guint) MIN (length - begin, WEIR_SEQUENCE_MOST_BYTES) : 0;
  /* Zeros before a number: what is left is shorter, and the same number. */
  minus = begin == 1 && text[0] == '-';
  *prefix = minus ? 0 : begin;
  while (text[begin] == '0' && begin + 1 < length)
    begin++;
  g_string_truncate (self->number, 0);
  if (minus && text[begin] != '0')
    g_string_append_c (self->number, '-');
  g_string_append_len (self->number, text + begin, (gssize) (length - begin));
  return TRUE;
}

/* Returns: NULL if the check holds as many series as it may. */
static Series *
find_series (WeirSequenceCheck *self, const char *prefix, gsize length)
{
  char name[WEIR_SEQUENCE_MOST_BYTES + 1];
  Series *series;

  if (self->last != NULL && strncmp (self->last->prefix, prefix, length) == 0
      && self->last->prefix[length] == '\0')
    return self->last;
  memcpy (name, prefix, length);
  name[length] = '\0';
  series = g_hash_table_lookup (self->series, name);
  if (series == NULL)
    {
      if (g_hash_table_size (self->series) == WEIR_SEQUENCE_MOST_SERIES)
        return NULL;
      series = series_new (name, &self->holes);
      g_hash_table_insert (self->series, series->prefix, series);
    }
  self->last = series;
  return series;
}

static void
take_series (WeirSequenceCheck *self, guint64 row, const char *text, gsize length)
{
  gsize prefix;
  guint width;
  Series *series;

  if (!read_number (self, text, length, &prefix, &width))
    {
      self->totals.n_not_number++;
      return;
    }
  /* A NUL would end the name of the series. */
  series = prefix <= WEIR_SEQUENCE_MOST_BYTES && length - prefix <= WEIR_SEQUENCE_MOST_BYTES
                   && memchr (text, '\0', prefix) == NULL
               ? find_series (self, text, prefix)
               : NULL;
  if (series == NULL)
    {
      self->totals.n_over++;
      return;
    }
  self->totals.n_numbered++;
  series->width = MAX (series->width, width);
  judge (self, series, row);
  series->row = row;
  series->connection = self->connection;
}

/* --- IDs without an order -------------------------------------------------------- */

/* As RFC 9562 writes them. */
static gboolean
is_uuid (const char *text, gsize length)
{
  if (length != 36)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
      return FALSE;
  return TRUE;
}

/* CouchDB's "12-g1AAAAB…": a number, and letters that belong to it. */
static gboolean
is_couch (const char *text, gsize length)
{
  gsize digits = 0;

  while (digits < length && g_ascii_isdigit (text[digits]))
    digits++;
  return digits > 0 && length > digits + 3 && text[digits] == '-'
         && g_ascii_isalpha (text[digits + 1])
         && memchr (text + digits + 1, '-', length - digits - 1) == NULL;
}

/* Sixteen and more letters and digits without a separator, such as a hash or a ULID. */
static gboolean
ends_opaque (const char *text, gsize length)
{
  gsize n = 0, letters = 0, changes = 0;

  while (n < length && (g_ascii_isalnum (text[length - 1 - n]) || text[length - 1 - n] == '_'))
    {
      const gsize at = length - 1 - n;

      letters += !g_ascii_isdigit (text[at]);
      changes += n > 0 && g_ascii_isdigit (text[at]) != g_ascii_isdigit (text[at + 1]);
      n++;
    }
  return n >= 16 && letters > 0 && changes >= 4;
}

/* --- IDs of two numbers ------------------------------------------------------------ */

/* A first number of at least this many digits is a time in seconds or milliseconds. */
#define TIME_DIGITS 10
#define MAX_SEEN_PAIRS 4096

/* Returns: the length of the first number, without its separator, or 0 if text is not a pair. */
static gsize
measure_pair (const char *text, gsize length)
{
  gsize first = 0, second;

  while (first < length && g_ascii_isdigit (text[first]))
    first++;
  if (first == 0 || first + 1 >= length || first > WEIR_SEQUENCE_MOST_BYTES
      || (text[first] != '-' && text[first] != ':'))
    return 0;
  for (second = first + 1; second < length && g_ascii_isdigit (text[second]);)
    second++;
  return second == length && length <= WEIR_SEQUENCE_MOST_BYTES ? first : 0;
}

static char *
dup_decimal (const char *text, gsize length)
{
  while (length > 1 && *text == '0')
    {
      text++;
      length--;
    }
  return g_strndup (text, length);
}

static char *
dup_next (const char *text, gsize length)
{
  g_autofree char *number = dup_decimal (text, length);

  return weir_decimal_add (number, "1");
}

/* Whether both numbers of b follow those of a. */
static gboolean
is_parallel (const char *a, const char *b, gsize b_length)
{
  const gsize a_length = strlen (a);
  const gsize a_first = measure_pair (a, a_length), b_first = measure_pair (b, b_length);
  g_autofree char *next_first = dup_next (a, a_first);
  g_autofree char *next_second = dup_next (a + a_first + 1, a_length - a_first - 1);
  g_autofree char *first = dup_decimal (b, b_first);
  g_autofree char *second = dup_decimal (b + b_first + 1, b_length - b_first - 1);

  return g_str_equal (next_first, first) && g_str_equal (next_second, second);
}

static void
note_pair (WeirSequenceCheck *self, guint64 row)
{
  self->totals.n_numbered++;
  self->pairs.series->row = row;
  self->pairs.series->connection = self->connection;
}

/* An ID of an earlier time than that of the highest one. */
static void
add_earlier (WeirSequenceCheck *self, guint64 row, const char *id)
{
  Pairs *pairs = &self->pairs;
  const gboolean is_known = g_hash_table_contains (pairs->seen, id);
  WeirSequenceFinding *finding = add_finding (
      self, pairs->series, is_known ? WEIR_SEQUENCE_REPEATED : WEIR_SEQUENCE_LATE, row);

  finding->first = g_strdup (id);
  finding->last = g_strdup (id);
  finding->n = g_strdup ("1");
  if (is_known)
    self->totals.n_repeated++;
  else
    self->totals.n_late++;
}

/* A higher first number begins a numbering of its own, before which gaps cannot be seen. */
static void
begin_time (WeirSequenceCheck *self, const char *text, gsize first)
{
  Pairs *pairs = &self->pairs;

  self->totals.n_jumps += pairs->first != NULL;
  g_free (pairs->first);
  pairs->first = dup_decimal (text, first);
  g_free (pairs->series->prefix);
  pairs->series->prefix = g_strndup (text, first + 1);
  self->grows = NULL;
  start (self, pairs->series);
}

static void
take_of_time (WeirSequenceCheck *self, guint64 row, const char *text, gsize length)
{
  Pairs *pairs = &self->pairs;
  const gsize at = measure_pair (text, length);
  g_autofree char *first = dup_decimal (text, at);
  char *id = g_strndup (text, length);
  const int order = pairs->first != NULL ? weir_decimal_compare (first, pairs->first) : 1;
  gsize prefix;
  guint width;

  read_number (self, text, length, &prefix, &width);
  if (order > 0)
    begin_time (self, text, at);
  else if (order == 0)
    judge (self, pairs->series, row);
  else
    add_earlier (self, row, id);
  note_pair (self, row);
  if (g_hash_table_size (pairs->seen) < MAX_SEEN_PAIRS)
    g_hash_table_add (pairs->seen, id);
  else
    g_free (id);
}

static void
take_parallel (WeirSequenceCheck *self, guint64 row, const char *text, gsize length)
{
  gsize prefix;
  guint width;

  read_number (self, text, length, &prefix, &width);
  judge (self, self->pairs.series, row);
  note_pair (self, row);
}

static void
begin_pairs (WeirSequenceCheck *self, PairKind kind, const char *id, gsize length)
{
  Pairs *pairs = &self->pairs;

  pairs->kind = kind;
  if (kind == PAIRS_SERIES)
    return;
  pairs->lowest = g_strndup (id, length);
  pairs->series = series_new (kind == PAIRS_PARALLEL ? "…-" : "", &self->holes);
  pairs->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Decides what the first ID is, now that text follows it, or NULL: nothing does. */
static void
decide_pairs (WeirSequenceCheck *self, const char *text, gsize length)
{
  Pairs *pairs = &self->pairs;
  const guint64 connection = self->connection;
  g_autofree char *id = g_steal_pointer (&pairs->pending);
  const gsize id_length = strlen (id);
  const gboolean parallel = text != NULL && is_parallel (id, text, length);

  begin_pairs (self, parallel ? PAIRS_PARALLEL : PAIRS_SERIES, id, id_length);
  self->connection = pairs->pending_connection;
  if (parallel)
    take_parallel (self, pairs->pending_row, id, id_length);
  else
    take_series (self, pairs->pending_row, id, id_length);
  self->connection = connection;
}

static void
take_pair (WeirSequenceCheck *self, guint64 row, const char *text, gsize length)
{
  Pairs *pairs = &self->pairs;

  if (pairs->kind == PAIRS_NONE && measure_pair (text, length) >= TIME_DIGITS)
    begin_pairs (self, PAIRS_OF_TIME, text, length);
  else if (pairs->kind == PAIRS_NONE)
    {
      pairs->kind = PAIRS_PENDING;
      pairs->pending = g_strndup (text, length);
      pairs->pending_row = row;
      pairs->pending_connection = self->connection;
      return;
    }
  else if (pairs->kind == PAIRS_PENDING)
    decide_pairs (self, text, length);
  if (pairs->kind == PAIRS_OF_TIME)
    take_of_time (self, row, text, length);
  else if (pairs->kind == PAIRS_PARALLEL)
    take_parallel (self, row, text, length);
  else
    take_series (self, row, text, length);
}

static void
take_value (WeirSequenceCheck *self, guint64 row, const char *text, gsize length)
{
  if (measure_pair (text, length) > 0)
    take_pair (self, row, text, length);
  else if (is_uuid (text, length) || is_couch (text, length) || ends_opaque (text, length))
    self->totals.n_opaque++;
  else
    take_series (self, row, text, length);
}

static gboolean
is_integer (const char *text, gsize length)
{
  gsize i = length > 0 && text[0] == '-';

  for (; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

static void
take_json (WeirSequenceCheck *self, guint64 row, WeirSpan data)
{
  WeirJsonToken token;
  const char *value;
  gsize length;

  if (!weir_json_path_find (self->path, data.text, data.length, &token))
    {
      self->totals.n_without++;
      return;
    }
  value = data.text + token.begin;
  length = token.end - token.begin;
  if (token.kind == WEIR_JSON_STRING && token.escaped)
    {
      g_string_set_size (self->value, length);
      length = weir_json_unescape (data.text, &token, self->value->str);
      value = self->value->str;
    }
  else if (token.kind == WEIR_JSON_STRING)
    {
      value++;
      length -= 2;
    }
  else if (token.kind != WEIR_JSON_NUMBER || !is_integer (value, length))
    {
      self->totals.n_not_number++;
      return;
    }
  take_value (self, row, value, length);
}

void
weir_sequence_check_event (WeirSequenceCheck *self, guint64 row, const WeirItem *event)
{
  g_return_if_fail (self != NULL && event != NULL);

  if (self->path != NULL)
    take_json (self, row, event->data);
  else if (event->has_id)
    take_value (self, row, event->last_event_id.text, event->last_event_id.length);
  else
    self->totals.n_without++;
}

void
weir_sequence_check_reconnected (WeirSequenceCheck *self)
{
  self->connection++;
}

void
weir_sequence_check_skipped (WeirSequenceCheck *self)
{
  self->stretch++;
}

void
weir_sequence_check_finish (WeirSequenceCheck *self)
{
  if (self->pairs.kind == PAIRS_PENDING)
    decide_pairs (self, NULL, 0);
  self->grows = NULL;
}

gboolean
weir_sequence_check_take (WeirSequenceCheck *self, WeirSequenceFinding *finding)
{
  g_autofree WeirSequenceFinding *first = NULL;

  g_return_val_if_fail (self != NULL && finding != NULL, FALSE);

  if (g_queue_get_length (&self->found) <= (self->grows != NULL ? 1u : 0u))
    return FALSE;
  first = g_queue_pop_head (&self->found);
  *finding = *first;
  return TRUE;
}

void
weir_sequence_check_get_summary (WeirSequenceCheck *self, WeirSequenceSummary *summary)
{
  const Series *pairs = self->pairs.series;
  const Series *series = pairs != NULL ? pairs : self->last;

  g_return_if_fail (self != NULL && summary != NULL);

  *summary = self->totals;
  summary->n_forgotten = self->holes.n_forgotten;
  summary->missing = self->missing;
  summary->n_series = g_hash_table_size (self->series) + (pairs != NULL ? 1 : 0);
  if (summary->n_series != 1)
    return;
  g_free (self->lowest);
  g_free (self->highest);
  summary->lowest = self->lowest =
      pairs != NULL ? g_strdup (self->pairs.lowest) : format_number (series, series->low->str);
  summary->highest = self->highest = format_number (series, series->high->str);
}
