/* SPDX-License-Identifier: MIT */
#include "weir-log-private.h"

#include <string.h>

static void weir_log_sink_init (WeirSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirLog,
                               weir_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, weir_log_sink_init))

const char *
weir_row_kind_get_name (WeirRowKind kind)
{
  static const char *const names[] = { NULL, "event", "comment", "retry", "finding", "mark", "gone" };

  g_return_val_if_fail (kind >= WEIR_ROW_EVENT && kind <= WEIR_ROW_GONE, NULL);
  return names[kind];
}

void
weir_log_mark_free (WeirLogMark *mark)
{
  g_free (mark->text);
  g_clear_pointer (&mark->connection, weir_connection_info_unref);
  g_free (mark);
}

static void
weir_log_init (WeirLog *self)
{
  weir_blocks_init (&self->bytes);
  weir_blocks_init (&self->records);
  weir_blocks_init (&self->reads);
  self->types = weir_type_table_new ();
  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_log_mark_free);
  g_mutex_init (&self->marks_lock);
}

static void
weir_log_finalize (GObject *object)
{
  WeirLog *self = WEIR_LOG (object);

  weir_blocks_clear (&self->bytes);
  weir_blocks_clear (&self->records);
  weir_blocks_clear (&self->reads);
  weir_type_table_free (self->types);
  g_ptr_array_unref (self->marks);
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

static void
publish (WeirLog *self)
{
  atomic_store_explicit (&self->n_bytes, self->appended_bytes, memory_order_relaxed);
  atomic_store_explicit (&self->n_events, self->appended_events, memory_order_relaxed);
  atomic_store_explicit (&self->n_rows, self->appended_rows, memory_order_release);
}

/* The place of element number of a store with per_block elements of size bytes, made if need be. */
static gpointer
append_place (WeirBlocks *blocks, guint64 number, gsize per_block, gsize size)
{
  gsize within = number % per_block;
  WeirBlock *group;

  if (within == 0)
    return weir_blocks_add (blocks);
  group = atomic_load_explicit (&blocks->groups[(blocks->n_blocks - 1) / WEIR_BLOCKS_PER_GROUP],
                                memory_order_relaxed);
  return atomic_load_explicit (&group[(blocks->n_blocks - 1) % WEIR_BLOCKS_PER_GROUP].bytes,
                               memory_order_relaxed)
         + within * size;
}

static void
append_record (WeirLog *self, const WeirRecord *record)
{
  WeirRecord *place = append_place (&self->records, self->appended_rows, WEIR_RECORDS_PER_BLOCK,
                                    sizeof (WeirRecord));

  *place = *record;
  self->appended_rows++;
}

static void
append_read (WeirLog *self, gint64 time_us)
{
  WeirRead *place;

  if (self->appended_reads > 0 && time_us - self->read_time_us < WEIR_READ_GRAIN_US
      && time_us >= self->read_time_us)
    return;
  place = append_place (&self->reads, self->appended_reads, WEIR_READS_PER_BLOCK, sizeof (WeirRead));
  place->offset = self->appended_bytes;
  place->time_us = self->read_time_us = time_us;
  self->appended_reads++;
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

static void
append_mark (WeirLog *self, gint64 time_us, WeirNoteKind note, char *text, WeirConnectionInfo *info)
{
  WeirLogMark *mark = g_new0 (WeirLogMark, 1);
  WeirRecord record = { .offset = self->appended_bytes, .kind = WEIR_ROW_MARK };

  mark->time_us = time_us;
  mark->note = note;
  mark->text = text;
  if (info != NULL)
    mark->connection = weir_connection_info_ref (info);

  g_mutex_lock (&self->marks_lock);
  record.size = self->marks->len;
  g_ptr_array_add (self->marks, mark);
  if (self->marks->len > WEIR_LOG_KEPT_CONNECTIONS)
    {
      WeirLogMark *old = g_ptr_array_index (self->marks,
                                            self->marks->len - 1 - WEIR_LOG_KEPT_CONNECTIONS);

      g_clear_pointer (&old->connection, weir_connection_info_unref);
    }
  g_mutex_unlock (&self->marks_lock);

  record.id_row = (guint32) self->id_row;
  append_record (self, &record);
  publish (self);
}

static void
weir_log_connection_began (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirLog *self = WEIR_LOG (sink);

  self->connection_offset = self->appended_bytes;
}

static void
weir_log_connection_opened (WeirSink *sink, WeirConnectionInfo *info)
{
  char *text = info->status != 0
                   ? g_strdup_printf ("HTTP/%s %u %s",
                                      info->http_version != NULL ? info->http_version : "1.1",
                                      info->status,
                                      info->reason_phrase != NULL ? info->reason_phrase : "")
                   : g_strdup (info->url);

  append_mark (WEIR_LOG (sink), info->began_us, 0, text, info);
}

static void
weir_log_connection_ended (WeirSink *sink, WeirConnectionInfo *info)
{
  append_mark (WEIR_LOG (sink), info->ended_us, 0, weir_connection_info_describe_end (info), info);
}

static void
weir_log_note (WeirSink *sink, const WeirNote *note)
{
  append_mark (WEIR_LOG (sink), note->time_us, note->kind, g_strdup (note->text), NULL);
}

static void
weir_log_bytes_read (WeirSink *sink, gint64 time_us, const guint8 *bytes, gsize length)
{
  WeirLog *self = WEIR_LOG (sink);

  append_read (self, time_us);
  append_bytes (self, bytes, length);
}

static void
append_item (WeirLog *self, const WeirItem *item)
{
  WeirRecord record = {
    .offset = self->connection_offset + item->begin,
    .kind = item->kind,
    .finding = item->finding,
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
      record.type = (guint16) weir_type_table_count (self->types, item->type.text,
                                                     item->type.length);
      self->appended_events++;
    }
  append_record (self, &record);
}

static gboolean
weir_log_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  WeirLog *self = WEIR_LOG (sink);

  /* Row numbers are kept in 32 bits. */
  if (self->appended_rows + n_items >= G_MAXUINT32 - 1)
    return FALSE;
  for (gsize i = 0; i < n_items; i++)
    append_item (self, &items[i]);
  publish (self);
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
  iface->note = weir_log_note;
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

/* One element of a store, copied. */
static gboolean
copy_element (WeirBlocks *blocks, guint64 number, gsize per_block, gsize size, gpointer element)
{
  const guint8 *bytes = weir_blocks_pin (blocks, number / per_block);

  if (bytes == NULL)
    return FALSE;
  memcpy (element, bytes + number % per_block * size, size);
  weir_blocks_unpin (blocks, number / per_block);
  return TRUE;
}

gboolean
weir_log_get_record (WeirLog *self, guint64 row, WeirRecord *record)
{
  return copy_element (&self->records, row, WEIR_RECORDS_PER_BLOCK, sizeof *record, record);
}

static gint64
get_time (WeirLog *self, const WeirRecord *record)
{
  WeirRead read;
  gint64 time_us = 0;

  if (record->kind != WEIR_ROW_MARK)
    return copy_element (&self->reads, record->read, WEIR_READS_PER_BLOCK, sizeof read, &read)
               ? read.time_us
               : 0;

  g_mutex_lock (&self->marks_lock);
  if (record->size < self->marks->len)
    time_us = ((WeirLogMark *) g_ptr_array_index (self->marks, record->size))->time_us;
  g_mutex_unlock (&self->marks_lock);
  return time_us;
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

  info->kind = record.kind;
  info->finding = record.finding;
  info->type = record.type;
  info->has_id = record.has_id;
  info->at_start = record.at_start;
  info->offset = record.offset;
  info->id_row = record.id_row != 0 ? record.id_row - 1u : WEIR_NO_ROW;
  info->time_us = get_time (self, &record);
  if (record.kind == WEIR_ROW_MARK)
    info->mark = record.size;
  else
    info->size = record.size;
  return TRUE;
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

      if (pinned == NULL)
        return FALSE;
      memcpy (bytes, pinned + within, n);
      weir_blocks_unpin (&self->bytes, block);
      offset += n;
      bytes += n;
      length -= n;
    }
  return TRUE;
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
