/* SPDX-License-Identifier: MIT */
#include "weir-alert.h"

#include "filter/weir-filter-private.h"
#include "log/weir-log-key.h"
#include "log/weir-row-private.h"

/* An event that is larger is never taken for a repeat. */
#define HASHED_BYTES ((gsize) 64 << 10)

/* --- Events that a server sends again ------------------------------------------ */

#define WEIR_REPEATS_RECENT 1024

typedef struct
{
  guint64 hashes[WEIR_REPEATS_RECENT]; /* a ring */
  guint64 n;                           /* remembered, from the beginning on */
  guint64 expected;                    /* which one would be repeated next; n: none */
  gboolean judging;                    /* no event arrived since the reconnect */
} WeirRepeats;

static void
remember_event (WeirRepeats *self, guint64 hash)
{
  self->hashes[self->n++ % WEIR_REPEATS_RECENT] = hash;
}

/* The number of the latest event with that hash, so that at most one of many equal events counts as a
 * repeat. Returns: n if there is no such event. */
static guint64
find_latest_event (const WeirRepeats *self, guint64 hash)
{
  for (guint64 back = 1; back <= MIN (self->n, WEIR_REPEATS_RECENT); back++)
    if (self->hashes[(self->n - back) % WEIR_REPEATS_RECENT] == hash)
      return self->n - back;
  return self->n;
}

/* The next connection begins. */
static void
weir_repeats_reconnected (WeirRepeats *self)
{
  self->judging = self->n > 0;
  self->expected = self->n;
}

/* Whether the next event may be a repeat. Otherwise it only needs to be remembered. */
static gboolean
weir_repeats_is_judging (const WeirRepeats *self)
{
  return self->judging || self->expected < self->n;
}

/* Takes an event by the hash of its contents; 0: it has no ID.
 * Returns: TRUE if it also arrived before the reconnect. */
static gboolean
weir_repeats_add (WeirRepeats *self, guint64 hash)
{
  if (hash != 0 && self->judging)
    self->expected = find_latest_event (self, hash);
  self->judging = FALSE;
  if (hash != 0 && self->expected < self->n
      && self->hashes[self->expected % WEIR_REPEATS_RECENT] == hash)
    {
      self->expected++;
      return TRUE;
    }
  remember_event (self, hash);
  self->expected = self->n;
  return FALSE;
}

/* What the thread works on; the main thread reads it while done is set, and only then. */
typedef struct
{
  WeirLog *log;
  WeirMatcher *matcher;
  WeirReader *reader;
  guint8 *buffer; /* HASHED_BYTES; NULL until an event is hashed */
  WeirRepeats repeats;
  guint connection; /* of the last match */
  guint64 begin, end;
  guint64 n_matches, first_match;
  atomic_bool cancelled;
  atomic_bool done;
} Scan;

struct _WeirAlert
{
  WeirFilter *filter; /* NULL: no rows match */
  gboolean of_events;
  WeirLog *log;
  Scan *scan; /* NULL without a filter or a log */
  guint64 n_matches, first_match;

  gint64 silence_us;
  gint64 spoke_us; /* when the last event arrived, or the clock started; only while clock_runs */
  guint64 n_events;
  gboolean clock_runs, silent;
};

/* --- In the thread ------------------------------------------------------------ */

static void
clear_scan (gpointer data)
{
  Scan *self = data;

  weir_matcher_free (self->matcher);
  g_clear_pointer (&self->reader, weir_reader_free);
  g_free (self->buffer);
  g_object_unref (self->log);
}

static guint64
hash_span (guint64 hash, WeirSpan span)
{
  for (gsize i = 0; i < span.length; i++)
    hash = (hash ^ (guint8) span.text[i]) * G_GUINT64_CONSTANT (0x100000001B3);
  /* So that a byte cannot move from one field to the next. */
  return (hash ^ span.length) * G_GUINT64_CONSTANT (0x100000001B3);
}

/* Returns: a hash of an event's ID, type and data; 0 if it has no ID, or is no event. */
static guint64
hash_row (Scan *self, guint64 row)
{
  WeirRowInfo info;
  WeirItem item;
  guint64 hash = G_GUINT64_CONSTANT (0xCBF29CE484222325);

  if (!weir_log_get_row (self->log, row, &info) || info.kind != WEIR_ROW_EVENT || !info.has_id
      || info.size > HASHED_BYTES)
    return 0;
  if (self->buffer == NULL)
    self->buffer = g_malloc (HASHED_BYTES);
  if (!weir_log_copy_bytes (self->log, info.offset, info.size, self->buffer)
      || !weir_row_parse (self->reader, &info, self->buffer, info.size, &item))
    return 0;
  hash = hash_span (hash, item.last_event_id);
  hash = hash_span (hash, item.type);
  return hash_span (hash, item.data);
}

static guint
get_connection (Scan *self, guint64 row)
{
  WeirLogKey key;

  return weir_log_get_key (self->log, row, &key) ? key.connection : self->connection;
}

static void
count (Scan *self, guint64 row, guint64 n)
{
  if (n == 0)
    return;
  if (self->n_matches == 0)
    self->first_match = row;
  self->n_matches += n;
}

/* Beginning at the iterator, as far as a match may be a repeat: one by one. What is left is new. */
static guint64
pass_repeats (Scan *self, roaring_uint32_iterator_t *iterator, guint last_connection)
{
  guint64 n = 0;

  for (; iterator->has_value; roaring_uint32_iterator_advance (iterator), n++)
    {
      if (self->connection != last_connection)
        {
          const guint connection = get_connection (self, iterator->current_value);

          if (connection != self->connection)
            weir_repeats_reconnected (&self->repeats);
          self->connection = connection;
        }
      else if (!weir_repeats_is_judging (&self->repeats))
        break;
      if (!weir_repeats_add (&self->repeats, hash_row (self, iterator->current_value)))
        count (self, iterator->current_value, 1);
    }
  return n;
}

/* Counts the matches that are new, and remembers the last of them. */
static void
take_matches (Scan *self, const roaring_bitmap_t *matches)
{
  const guint64 n = roaring_bitmap_get_cardinality (matches);
  roaring_uint32_iterator_t iterator;
  guint64 rest;
  guint32 from;

  if (n == 0)
    return;
  roaring_iterator_init (matches, &iterator);
  rest =
      n - pass_repeats (self, &iterator, get_connection (self, roaring_bitmap_maximum (matches)));
  if (rest == 0)
    return;
  count (self, iterator.current_value, rest);
  /* Of a flood, only as much as is remembered is read. */
  if (rest > WEIR_REPEATS_RECENT
      && roaring_bitmap_select (matches, (guint32) (n - WEIR_REPEATS_RECENT), &from))
    roaring_uint32_iterator_move_equalorlarger (&iterator, from);
  for (; iterator.has_value; roaring_uint32_iterator_advance (&iterator))
    weir_repeats_add (&self->repeats, hash_row (self, iterator.current_value));
}

static void
run_scan (gpointer data, gpointer unused)
{
  Scan *self = data;
  roaring_bitmap_t *matches = roaring_bitmap_create ();

  if (!atomic_load (&self->cancelled)
      && weir_matcher_scan (self->matcher, self->begin, self->end, matches, &self->cancelled))
    take_matches (self, matches);
  roaring_bitmap_free (matches);
  atomic_store_explicit (&self->done, true, memory_order_release);
  g_atomic_rc_box_release_full (self, clear_scan);
}

/* One thread for all alerts, which need not be quick, and not take it from the views' searches. */
static GThreadPool *
get_pool (void)
{
  static gsize pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, (gsize) g_thread_pool_new (run_scan, NULL, 1, FALSE, NULL));
  return (GThreadPool *) pool;
}

/* --- In the main thread -------------------------------------------------------- */

static Scan *
scan_new (WeirFilter *filter, WeirLog *log, guint64 first)
{
  Scan *self = g_atomic_rc_box_new0 (Scan);

  self->log = g_object_ref (log);
  self->matcher = weir_matcher_new (filter, log);
  self->reader = weir_row_reader_new ();
  self->end = first;
  atomic_store (&self->done, true);
  return self;
}

static void
scan_cancel (Scan *self)
{
  atomic_store (&self->cancelled, true);
  g_atomic_rc_box_release_full (self, clear_scan);
}

static gboolean
scan_is_done (const Scan *self)
{
  return atomic_load_explicit (&self->done, memory_order_acquire);
}

/* Starts to check the rows up to end that are not checked yet. */
static void
scan_start (Scan *self, guint64 end)
{
  self->begin = self->end;
  self->end = end;
  atomic_store (&self->done, false);
  g_thread_pool_push (get_pool (), g_atomic_rc_box_acquire (self), NULL);
}

WeirAlert *
weir_alert_new (WeirFilter *filter, gint64 silence_us)
{
  WeirAlert *self = g_new0 (WeirAlert, 1);

  self->silence_us = silence_us;
  self->first_match = WEIR_NO_ROW;
  self->of_events = filter == NULL || !weir_filter_names_kinds (filter);
  if (filter != NULL && self->of_events)
    {
      g_autoptr (WeirFilter) events = weir_filter_new_kinds (1u << WEIR_ROW_EVENT);

      self->filter = weir_filter_new_and (events, filter);
    }
  else if (filter != NULL)
    self->filter = weir_filter_ref (filter);
  return self;
}

void
weir_alert_free (WeirAlert *self)
{
  g_clear_pointer (&self->scan, scan_cancel);
  g_clear_pointer (&self->filter, weir_filter_unref);
  g_clear_object (&self->log);
  g_free (self);
}

void
weir_alert_set_log (WeirAlert *self, WeirLog *log, guint64 first)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (log == NULL || WEIR_IS_LOG (log));

  if (!g_set_object (&self->log, log))
    return;
  g_clear_pointer (&self->scan, scan_cancel);
  self->n_matches = 0;
  self->first_match = WEIR_NO_ROW;
  self->clock_runs = FALSE;
  if (log != NULL && self->filter != NULL)
    self->scan = scan_new (self->filter, log, first);
}

WeirLog *
weir_alert_get_log (WeirAlert *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->log;
}

static void
tick_matches (WeirAlert *self)
{
  Scan *scan = self->scan;
  guint64 n_rows;

  if (scan == NULL || !scan_is_done (scan))
    return;
  if (scan->n_matches > 0)
    {
      if (self->n_matches == 0)
        self->first_match = scan->first_match;
      self->n_matches += scan->n_matches;
      scan->n_matches = 0;
    }
  n_rows = weir_log_get_n_rows (self->log);
  if (n_rows > scan->end)
    scan_start (scan, n_rows);
}

static void
tick_silence (WeirAlert *self, gint64 now_us, gboolean live)
{
  guint64 n_events;

  if (self->log == NULL || !live)
    {
      self->clock_runs = FALSE;
      return;
    }
  n_events = weir_log_get_n_events (self->log);
  if (!self->clock_runs || n_events != self->n_events)
    self->spoke_us = now_us;
  self->clock_runs = TRUE;
  self->n_events = n_events;
  self->silent = self->silence_us > 0 && now_us - self->spoke_us >= self->silence_us;
}

void
weir_alert_tick (WeirAlert *self, gint64 now_us, gboolean live)
{
  g_return_if_fail (self != NULL);

  tick_matches (self);
  tick_silence (self, now_us, live);
}

guint64
weir_alert_take_matches (WeirAlert *self, guint64 *first)
{
  guint64 n;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (first != NULL, 0);

  n = self->n_matches;
  *first = self->first_match;
  self->n_matches = 0;
  self->first_match = WEIR_NO_ROW;
  return n;
}

gboolean
weir_alert_is_silent (const WeirAlert *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->clock_runs && self->silent;
}

gboolean
weir_alert_is_of_events (const WeirAlert *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->of_events;
}

gboolean
weir_alert_is_up_to_date (const WeirAlert *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->scan == NULL || (scan_is_done (self->scan) && self->scan->n_matches == 0);
}
