/* SPDX-License-Identifier: MIT */
#include "weir-log-key.h"

#include "base/weir-bisect.h"
#include "weir-log-private.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

int
weir_log_key_compare (const WeirLogKey *a, const WeirLogKey *b)
{
  if (a->connection != b->connection)
    return COMPARE (a->connection, b->connection);
  if (a->offset != b->offset)
    return COMPARE (a->offset, b->offset);
  if (a->kind != b->kind)
    return COMPARE (a->kind, b->kind);
  return COMPARE (a->nth, b->nth);
}

/* Rows up to before end of one connection, or of what follows a gap in it. */
typedef struct
{
  WeirLogConnection connection; /* all zero: what is before the first one */
  guint64 end;
} Stretch;

static const WeirLogConnection *
get_connection (const WeirLog *self, guint64 place)
{
  return &g_array_index (self->connections, WeirLogConnection, place);
}

/* Under the lock: the rows of the connections from place first up to before place end in the list. */
static Stretch
get_stretch (WeirLog *self, guint64 first, guint64 end)
{
  Stretch stretch = { *get_connection (self, first), weir_log_get_n_rows (self) };

  if (end < self->connections->len)
    stretch.end = MIN (stretch.end, get_connection (self, end)->first_row);
  return stretch;
}

/* Under the lock: the rows before the first connection. */
static Stretch
get_beginning (WeirLog *self)
{
  Stretch stretch = { .end = weir_log_get_n_rows (self) };

  if (self->connections->len > 0)
    stretch.end = MIN (stretch.end, get_connection (self, 0)->first_row);
  return stretch;
}

/* Under the lock: the rows of the last of the first n connections. */
static Stretch
get_last_of (WeirLog *self, guint64 n)
{
  return n > 0 ? get_stretch (self, n - 1, n) : get_beginning (self);
}

/* What is compared with connections, marks or rows. */
typedef struct
{
  WeirLog *log;
  guint number;   /* of a connection */
  guint64 offset; /* of a connection, or of the log */
  guint64 row;
} Sought;

static gboolean
connection_begins_before (gconstpointer data, guint64 place)
{
  const Sought *sought = data;
  const WeirLogConnection *connection = get_connection (sought->log, place);

  return connection->number < sought->number
         || (connection->number == sought->number && connection->from <= sought->offset);
}

static gboolean
connection_begins_before_row (gconstpointer data, guint64 place)
{
  const Sought *sought = data;

  return get_connection (sought->log, place)->first_row <= sought->row;
}

/* Under the lock: how many begin at byte from of connection number, or before. */
static guint64
count_connections (WeirLog *self, guint number, guint64 from)
{
  const Sought sought = { .log = self, .number = number, .offset = from };

  return weir_bisect (0, self->connections->len, connection_begins_before, &sought);
}

/* Under the lock: how many begin at row, or before. */
static guint64
count_connections_to_row (WeirLog *self, guint64 row)
{
  const Sought sought = { .log = self, .row = row };

  return weir_bisect (0, self->connections->len, connection_begins_before_row, &sought);
}

/* --- Marks ------------------------------------------------------------------------- */

/* Under the lock: all that is known of the connection of that number, gaps or not; 0: before all. */
static Stretch
get_whole_connection (WeirLog *self, guint number)
{
  guint64 first, end;

  if (number == 0)
    return get_beginning (self);
  first = count_connections (self, number - 1, G_MAXUINT64);
  end = count_connections (self, number, G_MAXUINT64);
  return first < end ? get_stretch (self, first, end) : (Stretch){ 0 };
}

static const WeirLogMark *
get_mark (const WeirLog *self, guint64 place)
{
  return g_ptr_array_index (self->marks, place);
}

static gboolean
mark_is_before (gconstpointer data, guint64 place)
{
  const Sought *sought = data;

  return get_mark (sought->log, place)->offset < sought->offset;
}

static guint64
find_mark (WeirLog *self, const WeirLogKey *key)
{
  const Sought sought = { .log = self, .offset = key->offset };
  guint64 row = WEIR_NO_ROW;
  guint64 first, end, place;
  Stretch stretch;

  g_mutex_lock (&self->marks_lock);
  stretch = get_whole_connection (self, key->connection);
  first = weir_log_count_marks (self, stretch.connection.first_row);
  end = weir_log_count_marks (self, stretch.end);
  place = weir_bisect (first, end, mark_is_before, &sought) + key->nth;
  if (place < end && get_mark (self, place)->offset == key->offset)
    row = get_mark (self, place)->row;
  g_mutex_unlock (&self->marks_lock);
  return row;
}

/* Under the lock: sets all of key but its connection and kind. */
static void
get_mark_key (WeirLog *self, guint number, WeirLogKey *key)
{
  const WeirLogMark *mark = get_mark (self, number);
  const Stretch stretch = get_whole_connection (self, key->connection);

  key->offset = mark->offset;
  while (number-- > 0)
    {
      const WeirLogMark *before = get_mark (self, number);

      if (before->row < stretch.connection.first_row || before->offset != mark->offset)
        return;
      key->nth++;
    }
}

/* --- Rows with bytes ----------------------------------------------------------------- */

static guint64
get_end (const WeirRecord *record)
{
  return record->offset + record->size;
}

/* The first row from row on, before end, that is not a mark; or end. */
static guint64
skip_marks (WeirLog *self, guint64 row, guint64 end, WeirRecord *record)
{
  while (row < end && weir_log_get_record (self, row, record) && record->kind == WEIR_ROW_MARK)
    row++;
  return row;
}

/* Compares the first row from row on that is not a mark. */
static gboolean
item_ends_before (gconstpointer data, guint64 row)
{
  const Sought *sought = data;
  WeirRecord record = { 0 };

  return skip_marks (sought->log, row, sought->row, &record) < sought->row
         && get_end (&record) < sought->offset;
}

/* Items are in the order of the byte that completes them. A mark between them may know of more bytes
 * than the item after it, so marks do not count here. */
static guint64
find_item (WeirLog *self, const WeirLogKey *key)
{
  WeirRecord record = { 0 };
  Stretch stretch;
  Sought sought;
  guint nth = 0;

  g_mutex_lock (&self->marks_lock);
  stretch = get_last_of (self, count_connections (self, key->connection, key->offset));
  g_mutex_unlock (&self->marks_lock);
  if (stretch.connection.number != key->connection)
    return WEIR_NO_ROW;

  sought = (Sought){ .log = self,
                     .offset = key->offset - stretch.connection.from + stretch.connection.begin,
                     .row = stretch.end };
  for (guint64 row =
           weir_bisect (stretch.connection.first_row, stretch.end, item_ends_before, &sought);
       (row = skip_marks (self, row, stretch.end, &record)) < stretch.end; row++)
    {
      if (get_end (&record) != sought.offset)
        break;
      if (record.kind == key->kind && nth++ == key->nth)
        return row;
    }
  return WEIR_NO_ROW;
}

/* Returns: how many rows of the record's kind are complete at its end and come before it. */
static guint
count_before (WeirLog *self, guint64 row, guint64 first_row, const WeirRecord *record)
{
  WeirRecord before;
  guint n = 0;

  while (row-- > first_row && weir_log_get_record (self, row, &before))
    {
      if (before.kind == WEIR_ROW_MARK)
        continue;
      if (get_end (&before) != get_end (record))
        break;
      n += before.kind == record->kind;
    }
  return n;
}

/* --- Keys ------------------------------------------------------------------------------ */

gboolean
weir_log_get_key (WeirLog *self, guint64 row, WeirLogKey *key)
{
  WeirRecord record;
  Stretch stretch;

  g_return_val_if_fail (WEIR_IS_LOG (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (row >= weir_log_get_n_rows (self) || !weir_log_get_record (self, row, &record))
    return FALSE;
  g_mutex_lock (&self->marks_lock);
  stretch = get_last_of (self, count_connections_to_row (self, row));
  *key = (WeirLogKey){ .connection = stretch.connection.number, .kind = record.kind };
  if (record.kind == WEIR_ROW_MARK)
    get_mark_key (self, record.size, key);
  g_mutex_unlock (&self->marks_lock);
  if (record.kind == WEIR_ROW_MARK)
    return TRUE;
  key->offset = get_end (&record) - stretch.connection.begin + stretch.connection.from;
  key->nth = count_before (self, row, stretch.connection.first_row, &record);
  return TRUE;
}

guint64
weir_log_find_key (WeirLog *self, const WeirLogKey *key)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), WEIR_NO_ROW);
  g_return_val_if_fail (key != NULL, WEIR_NO_ROW);

  return key->kind == WEIR_ROW_MARK ? find_mark (self, key) : find_item (self, key);
}
