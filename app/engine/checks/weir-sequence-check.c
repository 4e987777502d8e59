/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-sequence-check.h"

#include <string.h>

#include "base/weir-bisect.h"
#include "base/weir-decimal-private.h"
#include "base/weir-json-path.h"

/* --- Numbers that are missing -------------------------------------------------- */

/* What several of them share. */
typedef struct
{
  guint n, most;       /* holes that there are, and may be */
  guint64 n_forgotten; /* those that went to keep to that */
} WeirHoleBudget;

typedef struct _WeirHoles WeirHoles;

typedef struct
{
  char *first, *last;
} Hole;

struct _WeirHoles
{
  WeirHoleBudget *budget;
  GArray *holes;
  guint begin; /* before it are places of holes that went, so that dropping one moves nothing */
};

static void
clear_hole (gpointer data)
{
  Hole *hole = data;

  g_free (hole->first);
  g_free (hole->last);
}

/* budget is lent, and outlives it. */
static WeirHoles *
weir_holes_new (WeirHoleBudget *budget)
{
  WeirHoles *self = g_new0 (WeirHoles, 1);

  self->budget = budget;
  self->holes = g_array_new (FALSE, FALSE, sizeof (Hole));
  g_array_set_clear_func (self->holes, clear_hole);
  return self;
}

static void
weir_holes_free (WeirHoles *self)
{
  g_array_unref (self->holes);
  g_free (self);
}

static void
weir_holes_clear (WeirHoles *self)
{
  self->budget->n -= self->holes->len - self->begin;
  g_array_set_size (self->holes, 0);
  self->begin = 0;
}

static void
drop_lowest_hole (WeirHoles *self)
{
  Hole *hole = &g_array_index (self->holes, Hole, self->begin++);

  g_clear_pointer (&hole->first, g_free);
  g_clear_pointer (&hole->last, g_free);
  self->budget->n--;
}

/* Takes in the places before begin, once they are as many as holes can be. */
static void
tidy_holes (WeirHoles *self)
{
  if (self->begin < self->budget->most)
    return;
  g_array_remove_range (self->holes, 0, self->begin);
  self->begin = 0;
}

static void
insert_hole (WeirHoles *self, guint position, Hole hole)
{
  if (self->budget->n == self->budget->most)
    {
      self->budget->n_forgotten++;
      if (position == self->begin)
        {
          clear_hole (&hole);
          return;
        }
      drop_lowest_hole (self);
    }
  g_array_insert_val (self->holes, position, hole);
  self->budget->n++;
  tidy_holes (self);
}

static char *
add_hole (WeirHoles *self, guint position, char *first, char *last)
{
  g_autofree char *difference = weir_decimal_subtract (last, first);

  insert_hole (self, position, (Hole){ first, last });
  return weir_decimal_add (difference, "1");
}

/* Adds first to last, behind all others or before them, and gives how many numbers these are; first
 * and last are taken over. Where there are too many, the lowest goes. (transfer full) */
static char *
weir_holes_append (WeirHoles *self, char *first, char *last)
{
  return add_hole (self, self->holes->len, first, last);
}

static char *
weir_holes_prepend (WeirHoles *self, char *first, char *last)
{
  return add_hole (self, self->begin, first, last);
}

typedef struct
{
  const WeirHoles *holes;
  const char *number;
} SoughtHole;

static gboolean
hole_ends_before (gconstpointer data, guint64 position)
{
  const SoughtHole *sought = data;
  const Hole *hole = &g_array_index (sought->holes->holes, Hole, position);

  return weir_decimal_compare (hole->last, sought->number) < 0;
}

/* Returns: the hole that number is in, or NULL. */
static Hole *
find_hole (WeirHoles *self, const char *number, guint *position)
{
  const SoughtHole sought = { self, number };
  Hole *hole;

  *position = (guint) weir_bisect (self->begin, self->holes->len, hole_ends_before, &sought);
  if (*position == self->holes->len)
    return NULL;
  hole = &g_array_index (self->holes, Hole, *position);
  return weir_decimal_compare (hole->first, number) <= 0 ? hole : NULL;
}

/* Takes a number out of the hole that it is in; FALSE: it is in none. */
static gboolean
weir_holes_fill (WeirHoles *self, const char *number)
{
  guint position;
  Hole *hole = find_hole (self, number, &position);
  char *last;

  if (hole == NULL)
    return FALSE;
  if (g_str_equal (hole->first, hole->last))
    {
      g_array_remove_index (self->holes, position);
      self->budget->n--;
      return TRUE;
    }
  if (g_str_equal (hole->first, number))
    {
      g_free (hole->first);
      hole->first = weir_decimal_add (number, "1");
      return TRUE;
    }
  last = hole->last;
  hole->last = weir_decimal_subtract (number, "1");
  if (g_str_equal (last, number))
    g_free (last);
  else
    insert_hole (self, position + 1, (Hole){ weir_decimal_add (number, "1"), last });
  return TRUE;
}

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

struct _WeirSequenceCheck
{
  WeirJsonPath *path; /* NULL: the ID */
  GHashTable *series; /* prefix → Series */
  Series *last;       /* the last one that was asked for */
  guint64 connection, stretch;
  WeirHoleBudget holes;

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

/* The number in hand came late, or again: the finding before it grows, or another one begins. */
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

/* Whether what looked like a restart was but a repetition from the first number on: it goes on where
 * it had been before. */
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

/* NULL: there are too many. */
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
take_value (WeirSequenceCheck *self, guint64 row, const char *text, gsize length)
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
  const Series *series = self->last;

  g_return_if_fail (self != NULL && summary != NULL);

  *summary = self->totals;
  summary->n_forgotten = self->holes.n_forgotten;
  summary->missing = self->missing;
  summary->n_series = g_hash_table_size (self->series);
  if (summary->n_series != 1)
    return;
  g_free (self->lowest);
  g_free (self->highest);
  summary->lowest = self->lowest = format_number (series, series->low->str);
  summary->highest = self->highest = format_number (series, series->high->str);
}
