/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "base/weir-bisect.h"
#include "base/weir-memory.h"
#include "weir-log-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A mark without its text, with what the heap adds. */
#define MARK_BYTES ((gssize) sizeof (WeirLogMark) + 32)

static void weir_log_sink_init (WeirSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirLog,
                               weir_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, weir_log_sink_init))

const char *
weir_row_kind_get_name (WeirRowKind kind)
{
  static const char *const names[] = {
    NULL, "event", "comment", "retry", "finding", "mark", "gone"
  };

  g_return_val_if_fail (kind >= WEIR_ROW_EVENT && kind <= WEIR_ROW_GONE, NULL);
  return names[kind];
}

static void
weir_log_init (WeirLog *self)
{
  weir_blocks_init (&self->bytes, WEIR_BLOCKS_FORGOTTEN);
  weir_blocks_init (&self->records, WEIR_BLOCKS_SPILLED);
  weir_blocks_init (&self->reads, WEIR_BLOCKS_SPILLED);
  self->types = weir_type_table_new ();
  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_log_mark_free);
  self->meters = g_ptr_array_new_with_free_func (g_free);
  self->connections = g_array_new (FALSE, FALSE, sizeof (WeirLogConnection));
  g_mutex_init (&self->marks_lock);
  self->max_rows = WEIR_LOG_MAX_ROWS;
}

static void
weir_log_finalize (GObject *object)
{
  WeirLog *self = WEIR_LOG (object);

  if (self->storage != NULL)
    self->storage->class->free (self->storage);
  weir_blocks_clear (&self->bytes);
  weir_blocks_clear (&self->records);
  weir_blocks_clear (&self->reads);
  weir_type_table_free (self->types);
  g_ptr_array_unref (self->marks);
  g_ptr_array_unref (self->meters);
  g_array_unref (self->connections);
  weir_memory_count (-self->counted_bytes);
  g_mutex_clear (&self->marks_lock);
  G_OBJECT_CLASS (weir_log_parent_class)->finalize (object);
}

static void
weir_log_class_init (WeirLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_log_finalize;
}

WeirLog *
weir_log_new (void)
{
  return g_object_new (WEIR_TYPE_LOG, NULL);
}

/* --- The writer ------------------------------------------------------------ */

/* Whether the storage keeps what the log is given. */
static gboolean
is_recorded (WeirLog *self)
{
  return self->storage != NULL && self->storage->class->hand_over != NULL;
}

/* Bytes of the log outside of its blocks count against the limit of all logs. */
static void
count_memory (WeirLog *self, gssize bytes)
{
  self->counted_bytes += bytes;
  weir_memory_count (bytes);
}

void
weir_log_begin_connection (WeirLog *self, guint number, guint64 from)
{
  WeirLogConnection connection = { number, self->appended_rows, self->appended_bytes, from };

  g_mutex_lock (&self->marks_lock);
  g_array_append_val (self->connections, connection);
  count_memory (self, sizeof connection);
  g_mutex_unlock (&self->marks_lock);
}

void
weir_log_begin_meter (WeirLog *self, guint connection, gint64 began_us)
{
  WeirMeter *meter = g_new0 (WeirMeter, 1);

  meter->connection = connection;
  meter->first_row = self->appended_rows;
  meter->begin = self->appended_bytes;
  meter->began_us = began_us;
  g_mutex_lock (&self->marks_lock);
  g_ptr_array_add (self->meters, meter);
  count_memory (self, sizeof *meter);
  if (self->meters->len > WEIR_LOG_KEPT_CONNECTIONS)
    {
      count_memory (self, -(gssize) sizeof *meter);
      g_ptr_array_remove_index (self->meters, 0);
    }
  g_mutex_unlock (&self->marks_lock);
  self->meter = meter;
}

void
weir_log_publish (WeirLog *self, guint64 rows, guint64 bytes, guint64 events)
{
  atomic_store_explicit (&self->n_bytes, bytes, memory_order_relaxed);
  atomic_store_explicit (&self->n_events, events, memory_order_relaxed);
  atomic_store_explicit (&self->n_rows, rows, memory_order_release);
  atomic_store_explicit (&self->records.n_evictable, rows / WEIR_RECORDS_PER_BLOCK,
                         memory_order_release);
}

void
weir_log_publish_appended (WeirLog *self)
{
  /* Reads are few, so their blocks may be evicted as soon as they are full. */
  atomic_store_explicit (&self->reads.n_evictable, self->appended_reads / WEIR_READS_PER_BLOCK,
                         memory_order_release);
  weir_blocks_set_filled (&self->bytes, self->appended_bytes);
  weir_blocks_set_filled (&self->records, self->appended_rows * sizeof (WeirRecord));
  weir_blocks_set_filled (&self->reads, self->appended_reads * sizeof (WeirRead));
  self->handed_over_bytes = self->appended_bytes;
  self->handed_over_rows = self->appended_rows;
  if (is_recorded (self))
    {
      const WeirLogReady ready = { self->appended_rows, self->appended_bytes, self->appended_events,
                                   self->last_event_end };

      self->storage->class->hand_over (self->storage, &ready);
      return;
    }
  weir_log_publish (self, self->appended_rows, self->appended_bytes, self->appended_events);
  atomic_store_explicit (&self->bytes.n_evictable, self->appended_bytes / WEIR_BLOCK_SIZE,
                         memory_order_release);
}

/* The place of element number of a store with per_block elements of size bytes, made if need be. */
static gpointer
append_place (WeirBlocks *blocks, guint64 number, gsize per_block, gsize size)
{
  gsize within = number % per_block;

  return (within == 0 ? weir_blocks_add (blocks) : weir_blocks_get_last (blocks)) + within * size;
}

static void
append_record (WeirLog *self, const WeirRecord *record)
{
  WeirRecord *place = append_place (&self->records, self->appended_rows, WEIR_RECORDS_PER_BLOCK,
                                    sizeof (WeirRecord));

  *place = *record;
  self->appended_rows++;
}

void
weir_log_append_read (WeirLog *self, guint64 offset, gint64 time_us)
{
  WeirRead *place;

  if (self->appended_reads > 0 && time_us - self->read_time_us < WEIR_READ_GRAIN_US
      && time_us >= self->read_time_us)
    return;
  place =
      append_place (&self->reads, self->appended_reads, WEIR_READS_PER_BLOCK, sizeof (WeirRead));
  place->offset = offset;
  place->time_us = self->read_time_us = time_us;
  self->appended_reads++;
  if (is_recorded (self))
    self->storage->class->add_mark (self->storage,
                                    &(WeirStoredMark){ .kind = WEIR_STORED_READ,
                                                       .offset = offset - self->connection_offset,
                                                       .time_us = time_us },
                                    NULL);
}

static void
append_bytes (WeirLog *self, const guint8 *bytes, gsize length)
{
  while (length > 0)
    {
      guint8 *place = append_place (&self->bytes, self->appended_bytes, WEIR_BLOCK_SIZE, 1);
      gsize n = MIN (length, WEIR_BLOCK_SIZE - self->appended_bytes % WEIR_BLOCK_SIZE);

      memcpy (place, bytes, n);
      self->appended_bytes += n;
      bytes += n;
      length -= n;
    }
}

static gssize
get_text_bytes (const WeirLogMark *mark)
{
  return mark->text != NULL ? (gssize) strlen (mark->text) + 1 : 0;
}

/* Under the lock. A server that flaps for weeks must not fill the memory with sentences. */
static void
forget_old_texts (WeirLog *self)
{
  while (self->counted_bytes > WEIR_LOG_KEPT_MARK_BYTES
         && self->n_forgotten_texts < self->marks->len)
    {
      WeirLogMark *old = g_ptr_array_index (self->marks, self->n_forgotten_texts++);

      count_memory (self, -get_text_bytes (old));
      g_clear_pointer (&old->text, g_free);
    }
}

void
weir_log_append_mark (WeirLog *self, const WeirStoredMark *stored, WeirConnectionInfo *info)
{
  WeirLogMark *mark = g_new0 (WeirLogMark, 1);
  WeirRecord record = { .offset = self->appended_bytes, .kind = WEIR_ROW_MARK };

  mark->row = self->appended_rows;
  mark->offset = stored->offset;
  mark->time_us = stored->time_us;
  mark->note = stored->note;
  mark->text = g_strdup (stored->text);
  if (info != NULL)
    mark->connection = weir_connection_info_ref (info);

  g_mutex_lock (&self->marks_lock);
  record.size = self->marks->len;
  g_ptr_array_add (self->marks, mark);
  count_memory (self, MARK_BYTES + get_text_bytes (mark));
  if (self->marks->len > WEIR_LOG_KEPT_CONNECTIONS)
    {
      WeirLogMark *old =
          g_ptr_array_index (self->marks, self->marks->len - 1 - WEIR_LOG_KEPT_CONNECTIONS);

      g_clear_pointer (&old->connection, weir_connection_info_unref);
    }
  forget_old_texts (self);
  g_mutex_unlock (&self->marks_lock);

  record.id_row = (guint32) self->id_row;
  append_record (self, &record);
  weir_log_publish_appended (self);
}

/* Appends a mark of the live stream, which is recorded as well; its offset is set here. */
static void
mark_live (WeirLog *self, WeirStoredMark mark, WeirConnectionInfo *info)
{
  mark.offset = self->appended_bytes - self->connection_offset;
  if (is_recorded (self))
    self->storage->class->add_mark (self->storage, &mark, info);
  weir_log_append_mark (self, &mark, info);
}

static void
note_deleted (WeirLog *self, const char *format, guint64 n_bytes)
{
  g_autofree char *size = n_bytes > 0 ? g_format_size (n_bytes) : NULL;
  g_autofree char *text = NULL;

  if (size == NULL)
    return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (format, size);
#pragma GCC diagnostic pop
  mark_live (self,
             (WeirStoredMark){ .kind = WEIR_STORED_NOTE,
                               .note = WEIR_NOTE_DELETED,
                               .time_us = g_get_real_time (),
                               .text = text },
             NULL);
}

/* Nothing that was shown disappears without a word. */
static void
report_deleted (WeirLog *self)
{
  guint64 own, others;

  self->storage->class->take_freed (self->storage, &own, &others);
  note_deleted (
      self, _ ("To keep to the limit of disk space, the oldest %s of this recording were deleted."),
      own);
  note_deleted (
      self,
      _ ("To keep to the limit of disk space, the oldest %s of other recordings were deleted."),
      others);
}

static void
weir_log_connection_began (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirLog *self = WEIR_LOG (sink);

  self->connection_offset = self->appended_bytes;
  weir_log_begin_connection (self, self->connections->len + 1, 0);
  weir_log_begin_meter (self, info->number, info->began_us);
  if (is_recorded (self))
    self->storage->class->begin_connection (self->storage, self->appended_bytes, info);
}

static void
weir_log_connection_opened (WeirSink *sink, WeirConnectionInfo *info)
{
  g_autofree char *text = NULL;

  WEIR_LOG (sink)->format = info->format;
  if (info->status == 0)
    text = g_strdup (info->url);
  else
    text =
        g_strdup_printf ("HTTP/%s %u %s", info->http_version != NULL ? info->http_version : "1.1",
                         info->status, info->reason_phrase != NULL ? info->reason_phrase : "");
  mark_live (
      WEIR_LOG (sink),
      (WeirStoredMark){ .kind = WEIR_STORED_OPENED, .time_us = info->began_us, .text = text },
      info);
}

static void
weir_log_connection_ended (WeirSink *sink, WeirConnectionInfo *info)
{
  g_autofree char *text = weir_connection_info_describe_end (info);

  mark_live (
      WEIR_LOG (sink),
      (WeirStoredMark){
          .kind = WEIR_STORED_ENDED, .time_us = info->ended_us, .reason = info->end, .text = text },
      info);
}

static void
weir_log_note (WeirSink *sink, const WeirNote *note)
{
  mark_live (WEIR_LOG (sink),
             (WeirStoredMark){ .kind = WEIR_STORED_NOTE,
                               .note = note->kind,
                               .time_us = note->time_us,
                               .text = note->text },
             NULL);
}

static void
weir_log_bytes_read (WeirSink *sink, gint64 time_us, const guint8 *bytes, gsize length)
{
  WeirLog *self = WEIR_LOG (sink);

  weir_log_append_read (self, self->appended_bytes, time_us);
  append_bytes (self, bytes, length);
  /* Bytes are handed over with their rows, so that files can be cut where events end; but a large
   * event must not make the disk wait. */
  if (is_recorded (self) && self->appended_bytes - self->handed_over_bytes > WEIR_BLOCK_SIZE)
    weir_log_publish_appended (self);
}

static void
weir_log_drained (WeirSink *sink)
{
  WeirLog *self = WEIR_LOG (sink);

  if (is_recorded (self))
    report_deleted (self);
  if (self->appended_bytes != self->handed_over_bytes
      || self->appended_rows != self->handed_over_rows)
    weir_log_publish_appended (self);
}

void
weir_log_append_item (WeirLog *self, const WeirItem *item)
{
  WeirRecord record = {
    .offset = self->connection_offset + item->begin,
    .kind = item->kind,
    .finding = item->finding,
    .format = self->format,
    .has_id = item->has_id,
    .at_start = item->begin == 0,
    .size = (guint32) MIN (item->end - item->begin, G_MAXUINT32),
    .read = (guint32) self->appended_reads - 1,
  };

  if (item->has_id)
    self->id_row = self->appended_rows + 1;
  record.id_row = (guint32) self->id_row;
  if (item->kind == WEIR_ITEM_EVENT)
    {
      record.type =
          (guint16) weir_type_table_count (self->types, item->type.text, item->type.length);
      self->appended_events++;
      if (self->meter != NULL)
        weir_meter_add_event (self->meter, self->read_time_us);
      self->last_event_end = record.offset + record.size;
    }
  else if (item->kind == WEIR_ITEM_FINDING)
    atomic_fetch_add_explicit (&self->n_findings, 1, memory_order_relaxed);
  append_record (self, &record);
}

/* (transfer full) */
static char *
weir_log_describe_end (WeirSink *sink)
{
  WeirLog *self = WEIR_LOG (sink);

  if (!self->is_full)
    return NULL;
  return g_strdup_printf (
      ngettext ("The stream was closed: Weir keeps at most %llu row of a stream. "
                "Open it again to go on.",
                "The stream was closed: Weir keeps at most %llu rows of a stream. "
                "Open it again to go on.",
                self->max_rows),
      (unsigned long long) self->max_rows);
}

/* Appends a mark, once, that reports why no more rows are appended. */
static void
report_full (WeirLog *self)
{
  g_autofree char *text = NULL;

  if (self->is_full)
    return;
  self->is_full = TRUE;
  text = weir_log_describe_end (WEIR_SINK (self));
  mark_live (self,
             (WeirStoredMark){ .kind = WEIR_STORED_NOTE,
                               .note = WEIR_NOTE_FULL,
                               .time_us = g_get_real_time (),
                               .text = text },
             NULL);
}

static gboolean
weir_log_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  WeirLog *self = WEIR_LOG (sink);

  if (self->appended_rows + n_items > self->max_rows)
    {
      report_full (self);
      return FALSE;
    }
  for (gsize i = 0; i < n_items; i++)
    weir_log_append_item (self, &items[i]);
  /* Waking the recorder for each of many small reads would cost more than they do. */
  if (!is_recorded (self) || self->appended_bytes - self->handed_over_bytes >= WEIR_HAND_OVER_BYTES)
    weir_log_publish_appended (self);
  return TRUE;
}

static void
weir_log_sink_init (WeirSinkInterface *iface)
{
  iface->connection_began = weir_log_connection_began;
  iface->connection_opened = weir_log_connection_opened;
  iface->connection_ended = weir_log_connection_ended;
  iface->bytes_read = weir_log_bytes_read;
  iface->items = weir_log_items;
  iface->describe_end = weir_log_describe_end;
  iface->note = weir_log_note;
  iface->drained = weir_log_drained;
}

/* --- Readers --------------------------------------------------------------- */

guint64
weir_log_get_n_rows (WeirLog *self)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  return atomic_load_explicit (&self->n_rows, memory_order_acquire);
}

guint64
weir_log_get_n_bytes (WeirLog *self)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  return atomic_load_explicit (&self->n_bytes, memory_order_relaxed);
}

guint64
weir_log_get_n_events (WeirLog *self)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  return atomic_load_explicit (&self->n_events, memory_order_relaxed);
}

guint64
weir_log_get_n_findings (WeirLog *self)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  return atomic_load_explicit (&self->n_findings, memory_order_relaxed);
}

/* One element of a store, copied. */
static gboolean
copy_element (WeirBlocks *blocks, guint64 number, gsize per_block, gsize size, gpointer element)
{
  const guint8 *bytes = weir_blocks_pin (blocks, number / per_block);

  if (bytes == NULL)
    return weir_blocks_read_spilled (blocks, number / per_block, number % per_block * size, size,
                                     element);
  memcpy (element, bytes + number % per_block * size, size);
  weir_blocks_unpin (blocks, number / per_block);
  return TRUE;
}

gboolean
weir_log_get_record (WeirLog *self, guint64 row, WeirRecord *record)
{
  return copy_element (&self->records, row, WEIR_RECORDS_PER_BLOCK, sizeof *record, record);
}

gboolean
weir_log_get_read (WeirLog *self, guint64 number, WeirRead *read)
{
  return copy_element (&self->reads, number, WEIR_READS_PER_BLOCK, sizeof *read, read);
}

guint
weir_log_copy_records (WeirLog *self, guint64 row, guint n, WeirRecord *records)
{
  guint64 block = row / WEIR_RECORDS_PER_BLOCK;
  gsize within = row % WEIR_RECORDS_PER_BLOCK;
  const guint8 *bytes = weir_blocks_pin (&self->records, block);

  n = (guint) MIN (n, WEIR_RECORDS_PER_BLOCK - within);
  if (bytes == NULL)
    return weir_blocks_read_spilled (&self->records, block, within * sizeof *records,
                                     n * sizeof *records, records)
               ? n
               : 0;
  memcpy (records, bytes + within * sizeof *records, n * sizeof *records);
  weir_blocks_unpin (&self->records, block);
  return n;
}

gint64
weir_log_get_record_time (WeirLog *self, const WeirRecord *record)
{
  WeirRead read;
  gint64 time_us = 0;

  if (record->kind != WEIR_ROW_MARK)
    return weir_log_get_read (self, record->read, &read) ? read.time_us : 0;

  g_mutex_lock (&self->marks_lock);
  if (record->size < self->marks->len)
    time_us = ((WeirLogMark *) g_ptr_array_index (self->marks, record->size))->time_us;
  g_mutex_unlock (&self->marks_lock);
  return time_us;
}

/* Whether bytes existed and are no longer kept. */
static gboolean
is_gone (WeirLog *self, guint64 offset)
{
  guint64 block = offset / WEIR_BLOCK_SIZE;

  if (self->storage != NULL && self->storage->class->has_byte (self->storage, offset))
    return FALSE;
  if (weir_blocks_pin (&self->bytes, block) == NULL)
    return TRUE;
  weir_blocks_unpin (&self->bytes, block);
  return FALSE;
}

gboolean
weir_log_get_row (WeirLog *self, guint64 row, WeirRowInfo *info)
{
  WeirRecord record;

  g_return_val_if_fail (WEIR_IS_LOG (self), FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  if (row >= weir_log_get_n_rows (self))
    return FALSE;
  *info = (WeirRowInfo){ .kind = WEIR_ROW_GONE, .id_row = WEIR_NO_ROW };
  if (!weir_log_get_record (self, row, &record))
    return TRUE;
  if (record.kind != WEIR_ROW_MARK && record.size > 0 && is_gone (self, record.offset))
    return TRUE;

  info->kind = record.kind;
  info->finding = record.finding;
  info->type = record.type;
  info->format = record.format;
  info->has_id = record.has_id;
  info->at_start = record.at_start;
  info->offset = record.offset;
  info->id_row = record.id_row != 0 ? record.id_row - 1u : WEIR_NO_ROW;
  info->time_us = weir_log_get_record_time (self, &record);
  if (record.kind == WEIR_ROW_MARK)
    info->mark = record.size;
  else
    info->size = record.size;
  return TRUE;
}

/* So many records are copied at once. */
#define LOOK_BACK_ROWS 1024u

guint64
weir_log_find_previous (WeirLog *self, guint64 row, guint type, guint64 max_rows)
{
  const guint64 first = row - MIN (row, max_rows);
  WeirRecord records[LOOK_BACK_ROWS];

  g_return_val_if_fail (WEIR_IS_LOG (self), WEIR_NO_ROW);
  g_return_val_if_fail (row <= weir_log_get_n_rows (self), WEIR_NO_ROW);

  while (row > first)
    {
      /* Within one block of records. */
      const guint64 block = (row - 1) / WEIR_RECORDS_PER_BLOCK * WEIR_RECORDS_PER_BLOCK;
      const guint64 begin = MAX (MAX (first, block), row - MIN (row, LOOK_BACK_ROWS));
      const guint n = weir_log_copy_records (self, begin, (guint) (row - begin), records);

      for (guint i = n; i > 0; i--)
        if (records[i - 1].kind == WEIR_ROW_EVENT && records[i - 1].type == type)
          return begin + i - 1;
      row = begin;
    }
  return WEIR_NO_ROW;
}

gboolean
weir_log_copy_bytes (WeirLog *self, guint64 offset, gsize length, guint8 *bytes)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), FALSE);

  while (length > 0)
    {
      guint64 block = offset / WEIR_BLOCK_SIZE;
      gsize within = offset % WEIR_BLOCK_SIZE;
      gsize n = MIN (length, WEIR_BLOCK_SIZE - within);
      const guint8 *pinned = weir_blocks_pin (&self->bytes, block);

      if (pinned != NULL)
        {
          memcpy (bytes, pinned + within, n);
          weir_blocks_unpin (&self->bytes, block);
        }
      else if (self->storage == NULL
               || !self->storage->class->read (self->storage, offset, n, bytes))
        return FALSE;
      offset += n;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

guint64
weir_log_get_counted_bytes (WeirLog *self)
{
  gssize bytes;

  g_mutex_lock (&self->marks_lock);
  bytes = self->counted_bytes;
  g_mutex_unlock (&self->marks_lock);
  return (guint64) bytes;
}

void
weir_log_close_files (WeirLog *self)
{
  if (self->storage != NULL)
    self->storage->class->close_files (self->storage);
}

guint
weir_log_get_n_types (WeirLog *self)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  return weir_type_table_get_n_types (self->types);
}

const char *
weir_log_get_type_name (WeirLog *self, guint type)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), NULL);
  return weir_type_table_get_name (self->types, type);
}

guint64
weir_log_get_type_count (WeirLog *self, guint type)
{
  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  return weir_type_table_get_count (self->types, type);
}

/* --- Marks ----------------------------------------------------------------- */

void
weir_log_mark_free (WeirLogMark *mark)
{
  g_free (mark->text);
  g_clear_pointer (&mark->connection, weir_connection_info_unref);
  g_free (mark);
}

WeirLogMark *
weir_log_get_mark (WeirLog *self, guint number)
{
  WeirLogMark *copy = NULL;

  g_return_val_if_fail (WEIR_IS_LOG (self), NULL);

  g_mutex_lock (&self->marks_lock);
  if (number < self->marks->len)
    {
      const WeirLogMark *mark = g_ptr_array_index (self->marks, number);

      copy = g_memdup2 (mark, sizeof *mark);
      copy->text = g_strdup (mark->text);
      if (mark->connection != NULL)
        weir_connection_info_ref (mark->connection);
    }
  g_mutex_unlock (&self->marks_lock);
  return copy;
}

typedef struct
{
  WeirLog *log;
  guint64 row, offset;
  gboolean is_lost; /* a read is no longer kept */
} Sought;

static gboolean
mark_is_before_row (gconstpointer data, guint64 number)
{
  const Sought *sought = data;

  return ((WeirLogMark *) g_ptr_array_index (sought->log->marks, number))->row < sought->row;
}

guint
weir_log_count_marks (WeirLog *self, guint64 row)
{
  const Sought sought = { .log = self, .row = row };

  return (guint) weir_bisect (0, self->marks->len, mark_is_before_row, &sought);
}

guint64
weir_log_find_connection (WeirLog *self, guint64 row)
{
  const WeirConnectionInfo *found = NULL;
  guint64 found_row = WEIR_NO_ROW;
  guint i;

  g_return_val_if_fail (WEIR_IS_LOG (self), WEIR_NO_ROW);

  g_mutex_lock (&self->marks_lock);
  for (i = weir_log_count_marks (self, row + 1); i > 0 && found == NULL; i--)
    found = ((const WeirLogMark *) g_ptr_array_index (self->marks, i - 1))->connection;
  for (; found != NULL && i < self->marks->len; i++)
    {
      const WeirLogMark *mark = g_ptr_array_index (self->marks, i);

      if (mark->connection == NULL)
        continue;
      if (mark->connection->number != found->number)
        break;
      found_row = mark->row;
    }
  g_mutex_unlock (&self->marks_lock);
  return found_row;
}

/* --- Reads ----------------------------------------------------------------- */

static gboolean
read_begins_before (gconstpointer data, guint64 number)
{
  Sought *sought = (gpointer) data;
  WeirRead read;

  if (!weir_log_get_read (sought->log, number, &read))
    {
      sought->is_lost = TRUE;
      return FALSE;
    }
  return read.offset <= sought->offset;
}

/* Finds the last read up to last that began at offset or before it.
 * Returns: FALSE if there is none, or if it is not kept. */
static gboolean
find_read (WeirLog *self, guint64 last, guint64 offset, guint64 *found)
{
  Sought sought = { .log = self, .offset = offset };
  const guint64 n = weir_bisect (0, last + 1, read_begins_before, &sought);

  *found = n - 1;
  return n > 0 && !sought.is_lost;
}

guint
weir_log_get_reads (WeirLog *self, guint64 row, guint n, WeirRead *reads)
{
  WeirRecord record;
  guint64 number;
  guint i = 0;

  g_return_val_if_fail (WEIR_IS_LOG (self), 0);
  g_return_val_if_fail (reads != NULL || n == 0, 0);

  if (row >= weir_log_get_n_rows (self) || !weir_log_get_record (self, row, &record)
      || record.kind == WEIR_ROW_MARK || !find_read (self, record.read, record.offset, &number))
    return 0;
  for (; i < n && number + i <= record.read; i++)
    if (!weir_log_get_read (self, number + i, &reads[i])
        || (i > 0 && reads[i].offset >= record.offset + record.size))
      break;
  return i;
}
