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

#include "log/weir-row-private.h"
#include "log/weir-rows-private.h"
#include "core/weir-encoder.h"
#include "base/weir-json-text.h"

/* --- Formats ------------------------------------------------------------------- */

/* What an export knows of a row. */
typedef struct
{
  guint64 number;
  WeirRowInfo info;
  WeirSpan type;
  WeirSpan id;   /* event: the last event ID as of here */
  WeirSpan text; /* event: its data; otherwise the text of the row */
  guint64 retry_ms;
  const WeirLogMark *mark; /* mark, or NULL */
} WeirExportRow;

/* Appends to out; state is the export's own, zero at first. */
typedef struct
{
  GString *out;
  char *id;          /* sse: the last event ID that the reader of the file has */
  gboolean in_entry; /* har */
  gboolean has_entries;
  gboolean has_messages;
  gint64 entry_us;
  gint64 latest_us;
} WeirExportWriter;

typedef struct
{
  void (*begin) (WeirExportWriter *self);
  void (*row) (WeirExportWriter *self, const WeirExportRow *row);
  void (*end) (WeirExportWriter *self);
} WeirExportFormatClass;

static void
append_time (GString *out, gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;

  if (date != NULL)
    g_string_append_printf (out, "%s.%06dZ", date, (int) (time_us % G_USEC_PER_SEC));
}

static void
append_member (GString *out, const char *name, const char *text, gsize length)
{
  g_string_append_printf (out, ",\"%s\":", name);
  weir_json_text_append_string (out, text, length);
}

static void
append_text_member (GString *out, const char *name, const char *text)
{
  append_member (out, name, text != NULL ? text : "", text != NULL ? strlen (text) : 0);
}

static void
write_nothing (WeirExportWriter *self)
{
}

/* --- .sse -------------------------------------------------------------------- */

static void
append_message (GString *out, const WeirMessage *message)
{
  gsize length = 0, begin = out->len;

  if (weir_encode (message, NULL, 0, &length) != WEIR_ENCODE_SPACE)
    return;
  g_string_set_size (out, begin + length);
  weir_encode (message, out->str + begin, length, &length);
}

static void
sse_row (WeirExportWriter *self, const WeirExportRow *row)
{
  WeirMessage message = { 0 };

  switch (row->info.kind)
    {
    case WEIR_ROW_EVENT:
      message.type = row->type;
      if (row->type.length == strlen ("message") && memcmp (row->type.text, "message", 7) == 0)
        message.type.length = 0;
      message.data = row->text;
      message.has_data = true;
      message.id = row->id;
      message.has_id =
          strlen (self->id != NULL ? self->id : "") != row->id.length
          || memcmp (self->id != NULL ? self->id : "", row->id.text, row->id.length) != 0;
      if (message.has_id)
        {
          g_free (self->id);
          self->id = g_strndup (row->id.text, row->id.length);
        }
      break;
    case WEIR_ROW_COMMENT:
      message.comment = row->text;
      message.has_comment = true;
      break;
    case WEIR_ROW_RETRY:
      message.retry_ms = row->retry_ms;
      message.has_retry = true;
      break;
    case WEIR_ROW_FINDING:
    case WEIR_ROW_MARK:
    case WEIR_ROW_GONE:
    default:
      return;
    }
  append_message (self->out, &message);
}

/* --- NDJSON ------------------------------------------------------------------ */

static void
ndjson_row (WeirExportWriter *self, const WeirExportRow *row)
{
  GString *out = self->out;

  g_string_append_printf (out, "{\"kind\":\"%s\"", weir_row_kind_get_name (row->info.kind));
  switch (row->info.kind)
    {
    case WEIR_ROW_EVENT:
      append_member (out, "type", row->type.text, row->type.length);
      append_member (out, "data", row->text.text, row->text.length);
      append_member (out, "lastEventId", row->id.text, row->id.length);
      break;
    case WEIR_ROW_RETRY:
      g_string_append_printf (out, ",\"ms\":%" G_GUINT64_FORMAT, row->retry_ms);
      break;
    case WEIR_ROW_FINDING:
      append_text_member (out, "code", weir_finding_name (row->info.finding));
      append_member (out, "text", row->text.text, row->text.length);
      break;
    case WEIR_ROW_COMMENT:
    case WEIR_ROW_MARK:
    case WEIR_ROW_GONE:
    default:
      append_member (out, "text", row->text.text, row->text.length);
      break;
    }
  if (row->info.time_us > 0)
    {
      g_string_append (out, ",\"time\":\"");
      append_time (out, row->info.time_us);
      g_string_append_c (out, '"');
    }
  g_string_append (out, "}\n");
}

/* --- CSV --------------------------------------------------------------------- */

/* A cell in quotes. A spreadsheet takes what starts with one of these for a formula. */
static void
append_cell (GString *out, const char *text, gsize length)
{
  g_string_append (out, ",\"");
  if (length > 0 && strchr ("=+-@\t\r", text[0]) != NULL && text[0] != '\0')
    g_string_append_c (out, '\'');
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, text[i] != '\0' ? text[i] : ' ');
    }
  g_string_append_c (out, '"');
}

static void
csv_begin (WeirExportWriter *self)
{
  g_string_append (self->out, "number,time,kind,type,id,size,data\r\n");
}

static void
csv_row (WeirExportWriter *self, const WeirExportRow *row)
{
  GString *out = self->out;

  g_string_append_printf (out, "%" G_GUINT64_FORMAT ",", row->number + 1);
  if (row->info.time_us > 0)
    append_time (out, row->info.time_us);
  g_string_append_printf (out, ",%s", weir_row_kind_get_name (row->info.kind));
  append_cell (out, row->type.text, row->type.length);
  append_cell (out, row->id.text, row->id.length);
  g_string_append_printf (out, ",%u", row->info.size);
  append_cell (out, row->text.text, row->text.length);
  g_string_append (out, "\r\n");
}

/* --- HAR --------------------------------------------------------------------- */

/* "Name: value" lines as HAR's list of objects. */
static void
append_headers (GString *out, const char *lines)
{
  g_auto (GStrv) split = g_strsplit (lines != NULL ? lines : "", "\n", -1);
  gboolean first = TRUE;

  g_string_append (out, ",\"headers\":[");
  for (guint i = 0; split[i] != NULL; i++)
    {
      char *colon = strchr (split[i], ':');

      if (colon == NULL)
        continue;
      g_string_append (out, first ? "{\"name\":" : ",{\"name\":");
      weir_json_text_append_string (out, split[i], (gsize) (colon - split[i]));
      g_strstrip (++colon);
      append_text_member (out, "value", colon);
      g_string_append_c (out, '}');
      first = FALSE;
    }
  g_string_append (out, "],\"cookies\":[],\"headersSize\":-1,\"bodySize\":-1");
}

static void
har_begin (WeirExportWriter *self)
{
  g_string_append (
      self->out,
      "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Weir\",\"version\":\"" WEIR_VERSION
      "\"},\"entries\":[");
}

static void
har_begin_entry (WeirExportWriter *self, gint64 time_us, const WeirConnectionInfo *info)
{
  GString *out = self->out;
  g_autofree char *version = g_strconcat (
      "HTTP/", info != NULL && info->http_version != NULL ? info->http_version : "1.1", NULL);

  g_string_append (out,
                   self->has_entries ? ",\n{\"startedDateTime\":\"" : "\n{\"startedDateTime\":\"");
  append_time (out, time_us);
  g_string_append (out, "\",\"request\":{\"queryString\":[]");
  append_text_member (out, "method", info != NULL && info->method != NULL ? info->method : "GET");
  append_text_member (out, "url", info != NULL ? info->url : NULL);
  append_text_member (out, "httpVersion", version);
  append_headers (out, info != NULL ? info->request_headers : NULL);
  g_string_append_printf (out, "},\"response\":{\"status\":%u,\"redirectURL\":\"\"",
                          info != NULL ? info->status : 0);
  append_text_member (out, "statusText", info != NULL ? info->reason_phrase : NULL);
  append_text_member (out, "httpVersion", version);
  append_headers (out, info != NULL ? info->response_headers : NULL);
  g_string_append (out,
                   ",\"content\":{\"size\":-1,\"mimeType\":\"text/event-stream\"}},\"cache\":{},"
                   "\"_resourceType\":\"eventsource\",\"_eventSourceMessages\":[");
  self->in_entry = self->has_entries = TRUE;
  self->has_messages = FALSE;
  self->entry_us = self->latest_us = time_us;
}

static void
har_end_entry (WeirExportWriter *self)
{
  char wait[G_ASCII_DTOSTR_BUF_SIZE];

  if (!self->in_entry)
    return;
  g_ascii_formatd (wait, sizeof wait, "%.3f", (double) (self->latest_us - self->entry_us) / 1000);
  g_string_append_printf (
      self->out, "],\"time\":%s,\"timings\":{\"send\":0,\"wait\":0,\"receive\":%s}}", wait, wait);
  self->in_entry = FALSE;
}

static void
har_row (WeirExportWriter *self, const WeirExportRow *row)
{
  GString *out = self->out;

  if (row->mark != NULL && row->mark->connection != NULL
      && row->mark->connection->end == WEIR_END_NONE)
    {
      har_end_entry (self);
      har_begin_entry (self, row->info.time_us, row->mark->connection);
    }
  self->latest_us = MAX (self->latest_us, row->info.time_us);
  if (row->info.kind != WEIR_ROW_EVENT)
    return;
  if (!self->in_entry)
    har_begin_entry (self, row->info.time_us, NULL);
  g_string_append_printf (out, "%s\n{\"time\":%" G_GINT64_FORMAT ".%06d",
                          self->has_messages ? "," : "", row->info.time_us / G_USEC_PER_SEC,
                          (int) (row->info.time_us % G_USEC_PER_SEC));
  append_member (out, "eventName", row->type.text, row->type.length);
  append_member (out, "eventId", row->id.text, row->id.length);
  append_member (out, "data", row->text.text, row->text.length);
  g_string_append_c (out, '}');
  self->has_messages = TRUE;
}

static void
har_end (WeirExportWriter *self)
{
  har_end_entry (self);
  g_string_append (self->out, "]}}\n");
}

static const WeirExportFormatClass *
weir_export_format_class (WeirExportFormat format)
{
  static const WeirExportFormatClass classes[] = {
    [WEIR_EXPORT_SSE] = { write_nothing, sse_row, write_nothing },
    [WEIR_EXPORT_NDJSON] = { write_nothing, ndjson_row, write_nothing },
    [WEIR_EXPORT_CSV] = { csv_begin, csv_row, write_nothing },
    [WEIR_EXPORT_HAR] = { har_begin, har_row, har_end },
  };

  return &classes[format];
}

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
  WeirReader *reader;
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
      if (bytes != NULL && weir_row_parse (self->reader, &row.info, bytes, row.info.size, &item))
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

/* Writes to a temporary file in the same folder, and renames it at the end. */
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
  self->reader = weir_row_reader_new ();
  ok = write_file (self, cancellable);
  saved = errno;
  g_clear_pointer (&self->reader, weir_reader_free);
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
