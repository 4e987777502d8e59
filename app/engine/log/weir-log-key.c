/* SPDX-License-Identifier: MIT */
#include "weir-log-key.h"

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

/* Rows [first, end), of one connection, or of what lies behind a gap in it. */
typedef struct
{
  WeirLogConnection connection;
  guint64 end;
} Stretch;

/* Under the lock: from the first to the last of these connections; G_MAXUINT: what is before all. */
static void
get_stretch (WeirLog *self, guint first, guint last, Stretch *stretch)
{
  const guint64 n_rows = weir_log_get_n_rows (self);
  const guint next = last == G_MAXUINT ? 0 : last + 1;

  *stretch = (Stretch){ .end = n_rows };
  if (first != G_MAXUINT)
    stretch->connection = g_array_index (self->connections, WeirLogConnection, first);
  if (next < self->connections->len)
    stretch->end =
        MIN (n_rows, g_array_index (self->connections, WeirLogConnection, next).first_row);
}

/* Under the lock: how many begin with byte from of connection number, or before it. */
static guint
count_connections (WeirLog *self, guint number, guint64 from)
{
  guint low = 0, high = self->connections->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const WeirLogConnection *one = &g_array_index (self->connections, WeirLogConnection, middle);

      if (one->number < number || (one->number == number && one->from <= from))
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Under the lock: how many begin with that row, or before it. */
static guint
count_connections_to_row (WeirLog *self, guint64 row)
{
  guint low = 0, high = self->connections->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (g_array_index (self->connections, WeirLogConnection, middle).first_row <= row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* --- Marks ------------------------------------------------------------------------- */

/* Under the lock: all that is known of the connection of that number, gaps or not. */
static void
get_connection (WeirLog *self, guint number, Stretch *stretch)
{
  const guint before = number > 0 ? count_connections (self, number - 1, G_MAXUINT64) : 0;
  const guint until = number > 0 ? count_connections (self, number, G_MAXUINT64) : 0;

  if (until > before)
    get_stretch (self, before, until - 1, stretch);
  else
    get_stretch (self, G_MAXUINT, G_MAXUINT, stretch);
  if (number > 0 && until == before)
    stretch->end = 0;
}

static guint64
find_mark (WeirLog *self, const WeirLogKey *key)
{
  guint64 row = WEIR_NO_ROW;
  Stretch stretch;
  guint low, high, end;

  g_mutex_lock (&self->marks_lock);
  get_connection (self, key->connection, &stretch);
  low = weir_log_count_marks (self, stretch.connection.first_row);
  high = end = weir_log_count_marks (self, stretch.end);
  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (((WeirLogMark *) g_ptr_array_index (self->marks, middle))->offset < key->offset)
        low = middle + 1;
      else
        high = middle;
    }
  if ((guint64) low + key->nth < end)
    {
      const WeirLogMark *mark = g_ptr_array_index (self->marks, low + key->nth);

      if (mark->offset == key->offset)
        row = mark->row;
    }
  g_mutex_unlock (&self->marks_lock);
  return row;
}

/* Under the lock. */
static void
get_mark_key (WeirLog *self, guint number, WeirLogKey *key)
{
  const WeirLogMark *mark = g_ptr_array_index (self->marks, number);
  Stretch stretch;

  get_connection (self, key->connection, &stretch);
  key->offset = mark->offset;
  while (number-- > 0)
    {
      const WeirLogMark *before = g_ptr_array_index (self->marks, number);

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

/* The first row from row on, before end, that is no mark; or end. */
static guint64
skip_marks (WeirLog *self, guint64 row, guint64 end, WeirRecord *record)
{
  while (row < end && weir_log_get_record (self, row, record) && record->kind == WEIR_ROW_MARK)
    row++;
  return row;
}

/* Parser items come in the order of the byte that completes them; a mark that came between may know
 * of more bytes than the item behind it, so marks do not count here. */
static guint64
find_item (WeirLog *self, const WeirLogKey *key)
{
  WeirRecord record = { 0 };
  Stretch stretch;
  guint64 low, high, target;
  guint n, nth = 0;

  g_mutex_lock (&self->marks_lock);
  n = count_connections (self, key->connection, key->offset);
  get_stretch (self, n - 1, n - 1, &stretch);
  g_mutex_unlock (&self->marks_lock);
  if (stretch.connection.number != key->connection)
    return WEIR_NO_ROW;

  target = key->offset - stretch.connection.from + stretch.connection.begin;
  low = stretch.connection.first_row;
  high = stretch.end;
  while (low < high)
    {
      const guint64 middle = low + (high - low) / 2;
      const guint64 item = skip_marks (self, middle, high, &record);

      if (item < high && get_end (&record) < target)
        low = item + 1;
      else
        high = middle;
    }
  for (; (low = skip_marks (self, low, stretch.end, &record)) < stretch.end; low++)
    {
      if (get_end (&record) != target)
        break;
      if (record.kind == key->kind && nth++ == key->nth)
        return low;
    }
  return WEIR_NO_ROW;
}

/* How many rows of the record's kind are complete at its end, and stand before it. */
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
  guint n;

  g_return_val_if_fail (WEIR_IS_LOG (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (row >= weir_log_get_n_rows (self) || !weir_log_get_record (self, row, &record))
    return FALSE;
  g_mutex_lock (&self->marks_lock);
  n = count_connections_to_row (self, row);
  get_stretch (self, n - 1, n - 1, &stretch);
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
