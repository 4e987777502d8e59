/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-export.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "weir-export-writer-private.h"
#include "log/weir-row-private.h"
#include "log/weir-rows-private.h"

#define FLUSH_BYTES ((gsize) 256 << 10)

struct _WeirExport
{
  GObject parent_instance;

  WeirLog *log;
  roaring_bitmap_t *rows; /* NULL: all */
  WeirExportFormat format;
  char *path;
  guint64 n_rows;
  _Atomic guint64 n_done, n_gone;

  /* The thread's. */
  int fd;
  const WeirExportFormatClass *class;
  WeirExportWriter writer;
  WeirParser parser;
  guint8 *buffer;
  gsize buffer_size;
  guint64 id_row; /* whose id is in id */
  char *id;
};

G_DEFINE_FINAL_TYPE (WeirExport, weir_export, G_TYPE_OBJECT)

gboolean
weir_export_guess_format (const char *path, WeirExportFormat *format)
{
  static const char *const endings[] = { ".sse", ".ndjson", ".csv", ".har" };

  g_return_val_if_fail (path != NULL && format != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (path, endings[i]))
      {
        *format = (WeirExportFormat) i;
        return TRUE;
      }
  return FALSE;
}

static void
weir_export_init (WeirExport *self)
{
  self->fd = -1;
  self->id_row = WEIR_NO_ROW;
}

static void
weir_export_finalize (GObject *object)
{
  WeirExport *self = WEIR_EXPORT (object);

  g_clear_object (&self->log);
  g_clear_pointer (&self->rows, roaring_bitmap_free);
  g_free (self->path);
  g_free (self->buffer);
  g_free (self->id);
  g_free (self->writer.id);
  G_OBJECT_CLASS (weir_export_parent_class)->finalize (object);
}

static void
weir_export_class_init (WeirExportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_export_finalize;
}

WeirExport *
weir_export_new (WeirLog *log, const WeirRows *rows, WeirExportFormat format, const char *path)
{
  WeirExport *self;

  g_return_val_if_fail (WEIR_IS_LOG (log), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (WEIR_TYPE_EXPORT, NULL);
  self->log = g_object_ref (log);
  self->rows = rows != NULL ? roaring_bitmap_copy (rows->bitmap) : NULL;
  self->format = format;
  self->path = g_strdup (path);
  self->n_rows = rows != NULL ? weir_rows_get_n (rows) : weir_log_get_n_rows (log);
  return self;
}

/* --- In the thread ------------------------------------------------------------ */

static gboolean
flush (WeirExport *self)
{
  GString *out = self->writer.out;

  for (gsize at = 0; at < out->len;)
    {
      gssize n = write (self->fd, out->str + at, out->len - at);

      if (n < 0 && errno != EINTR)
        return FALSE;
      at += n > 0 ? (gsize) n : 0;
    }
  g_string_truncate (out, 0);
  return TRUE;
}

static WeirSpan
span_of (const char *text)
{
  return (WeirSpan){ text != NULL ? text : "", text != NULL ? strlen (text) : 0 };
}

/* The row's bytes, or NULL. */
static const guint8 *
load (WeirExport *self, const WeirRowInfo *info)
{
  if (self->buffer_size < info->size)
    {
      g_free (self->buffer);
      self->buffer_size = MAX (info->size, 65536u);
      self->buffer = g_malloc (self->buffer_size);
    }
  return weir_log_copy_bytes (self->log, info->offset, info->size, self->buffer) ? self->buffer
                                                                                 : NULL;
}

static WeirSpan
find_id (WeirExport *self, guint64 id_row)
{
  if (id_row == WEIR_NO_ROW)
    return span_of ("");
  if (id_row != self->id_row)
    {
      g_autoptr (WeirRow) setter = weir_row_new (self->log, id_row);

      g_free (self->id);
      self->id = weir_row_dup_own_id (setter);
      self->id_row = id_row;
    }
  return span_of (self->id);
}

static void
fill_from_item (WeirExport *self, WeirExportRow *row, const WeirItem *item)
{
  row->text = item->kind == WEIR_ITEM_EVENT ? item->data : item->text;
  row->retry_ms = item->retry_ms;
  if (item->kind != WEIR_ITEM_EVENT)
    return;
  row->type = item->type;
  row->id = row->info.has_id ? item->last_event_id : find_id (self, row->info.id_row);
}

static void
write_row (WeirExport *self, guint64 number)
{
  WeirExportRow row = {
    .number = number, .type = span_of (""), .id = span_of (""), .text = span_of ("")
  };
  g_autoptr (WeirLogMark) mark = NULL;
  const guint8 *bytes;
  WeirItem item;

  weir_log_get_row (self->log, number, &row.info);
  switch (row.info.kind)
    {
    case WEIR_ROW_MARK:
      mark = weir_log_get_mark (self->log, row.info.mark);
      row.mark = mark;
      row.text = span_of (mark != NULL ? mark->text : NULL);
      break;
    case WEIR_ROW_FINDING:
      row.text = span_of (weir_finding_sentence (row.info.finding));
      break;
    case WEIR_ROW_EVENT:
    case WEIR_ROW_COMMENT:
    case WEIR_ROW_RETRY:
      bytes = load (self, &row.info);
      if (bytes != NULL && weir_row_parse (&self->parser, &row.info, bytes, row.info.size, &item))
        {
          fill_from_item (self, &row, &item);
          break;
        }
      G_GNUC_FALLTHROUGH;
    case WEIR_ROW_GONE:
    default:
      atomic_fetch_add (&self->n_gone, 1);
      return;
    }
  self->class->row (&self->writer, &row);
}

static gboolean
write_rows (WeirExport *self, GCancellable *cancellable)
{
  roaring_uint32_iterator_t *iterator =
      self->rows != NULL ? roaring_iterator_create (self->rows) : NULL;
  gboolean ok = TRUE;

  self->class->begin (&self->writer);
  for (guint64 i = 0; ok && i < self->n_rows; i++)
    {
      write_row (self, iterator != NULL ? iterator->current_value : i);
      if (iterator != NULL)
        roaring_uint32_iterator_advance (iterator);
      atomic_store_explicit (&self->n_done, i + 1, memory_order_relaxed);
      if (self->writer.out->len >= FLUSH_BYTES)
        ok = flush (self);
      if (i % 256 == 0 && g_cancellable_is_cancelled (cancellable))
        {
          errno = ECANCELED;
          ok = FALSE;
        }
    }
  g_clear_pointer (&iterator, roaring_uint32_iterator_free);
  self->class->end (&self->writer);
  return ok && flush (self);
}

/* Writes beside the target, and takes its place at the end. */
static gboolean
write_file (WeirExport *self, GCancellable *cancellable)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *beside = g_build_filename (folder, ".weir-export-XXXXXX", NULL);
  gboolean ok;
  int saved;

  self->fd = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return FALSE;
  ok = write_rows (self, cancellable) && fsync (self->fd) == 0;
  saved = errno;
  close (self->fd);
  if (ok && g_rename (beside, self->path) == 0)
    return TRUE;
  if (!ok)
    errno = saved;
  saved = errno;
  g_unlink (beside);
  errno = saved;
  return FALSE;
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WeirExport *self = source;
  gboolean ok;
  int saved;

  self->class = weir_export_format_class (self->format);
  self->writer.out = g_string_sized_new (FLUSH_BYTES * 2);
  weir_row_parser_init (&self->parser);
  ok = write_file (self, cancellable);
  saved = errno;
  weir_parser_clear (&self->parser);
  g_string_free (self->writer.out, TRUE);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (saved),
                             _ ("“%s” could not be written: %s."), self->path, g_strerror (saved));
}

void
weir_export_run_async (WeirExport *self,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_EXPORT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_run_in_thread (task, run);
}

gboolean
weir_export_run_finish (WeirExport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

guint64
weir_export_get_progress (WeirExport *self, guint64 *total)
{
  g_return_val_if_fail (WEIR_IS_EXPORT (self), 0);
  g_return_val_if_fail (total != NULL, 0);

  *total = self->n_rows;
  return atomic_load_explicit (&self->n_done, memory_order_relaxed);
}

guint64
weir_export_get_n_gone (WeirExport *self)
{
  g_return_val_if_fail (WEIR_IS_EXPORT (self), 0);
  return atomic_load (&self->n_gone);
}
