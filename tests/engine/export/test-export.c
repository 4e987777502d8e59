/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "log-writer.h"
#include "export/weir-export.h"
#include "base/weir-json-text.h"
#include "recording/weir-recording.h"
#include "log/weir-row.h"

static const char stream[] =
    ": a comment\nid: 1\ndata: one\ndata: two\n\nretry: 250\nevent: =SUM(A1)\ndata: =1+1\n\n"
    "data: \"quoted\", and \x01 control\n\nid\ndata: @x\n\nid: 9\n\n"
    "data: \xE9\x95\xBF \xFF\n\ndata\n\nevent: t\nid: \nid: 10\ndata: last\n\n";

static WeirLog *
make_log (void)
{
  WeirLog *log = weir_log_new ();
  LogWriter writer;

  log_writer_init (&writer, log);
  for (guint i = 0; i < 2; i++)
    {
      log_writer_begin (&writer);
      log_writer_write (&writer, stream, strlen (stream), 7);
      log_writer_end (&writer);
    }
  log_writer_clear (&writer);
  return log;
}

typedef struct
{
  gboolean done;
  GError *error;
} Result;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Result *done = data;

  weir_export_run_finish (WEIR_EXPORT (source), result, &done->error);
  done->done = TRUE;
}

static GError *
run (WeirExport *export, GCancellable *cancellable)
{
  Result result = { 0 };

  weir_export_run_async (export, cancellable, on_done, &result);
  while (!result.done)
    g_main_context_iteration (NULL, TRUE);
  return result.error;
}

static char *folder;

static char *export(WeirLog *log, const WeirRows *rows, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (WeirExport) one = NULL;
  g_autoptr (GError) error = NULL;
  WeirExportFormat format;
  guint64 total;
  char *content;

  g_assert_true (weir_export_guess_format (path, &format));
  one = weir_export_new (log, rows, format, path);
  error = run (one, NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (weir_export_get_progress (one, &total), ==, total);
  g_assert_true (g_file_get_contents (path, &content, length, &error));
  g_assert_no_error (error);
  g_unlink (path);
  return content;
}

static GPtrArray *
list_events (WeirLog *log)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      WeirRow *row = weir_row_new (log, i);

      if (weir_row_get_kind (row) == WEIR_ROW_EVENT || weir_row_get_kind (row) == WEIR_ROW_COMMENT
          || weir_row_get_kind (row) == WEIR_ROW_RETRY)
        g_ptr_array_add (rows, row);
      else
        g_object_unref (row);
    }
  return rows;
}

/* Each start that a spreadsheet takes for a formula. It skips a tab. No data start with a carriage return,
 * which ends a line. */
static void
test_formulas (void)
{
  static const char *const starts[] = { "=", "+", "-", "@", "\t", "\t=" };
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autofree char *content = NULL;
  LogWriter writer;
  gsize length;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autofree char *event = g_strdup_printf ("event: %s1+1\nid: %s1+1\ndata: %s1+1\n\n",
                                                starts[i], starts[i], starts[i]);

      log_writer_write (&writer, event, strlen (event), 0);
    }
  log_writer_end (&writer);
  log_writer_clear (&writer);
  content = export(log, NULL, "a.csv", &length);
  for (const char *cell = strchr (content, '"'); cell != NULL; cell = strstr (cell + 1, ",\""))
    g_assert_null (strchr ("=+-@\t\r", cell[*cell == ',' ? 2 : 1]));
  g_assert_nonnull (strstr (content, "\"'\t=1+1\""));
  g_assert_nonnull (strstr (content, "\"'-1+1\""));
}

/* What is exported as a stream reads as the same events. */
static void
test_sse (void)
{
  g_autoptr (WeirLog) log = make_log ();
  g_autoptr (WeirLog) again = NULL;
  g_autofree char *path = g_build_filename (folder, "again.sse", NULL);
  gsize length;
  g_autofree char *content = export(log, NULL, "a.sse", &length);
  g_autoptr (GPtrArray) before = list_events (log);
  g_autoptr (GPtrArray) after = NULL;

  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
  again = weir_log_open (path, NULL);
  weir_log_wait_indexed (again);
  after = list_events (again);
  g_assert_cmpuint (before->len, ==, after->len);
  for (guint i = 0; i < before->len; i++)
    {
      WeirRow *one = before->pdata[i], *other = after->pdata[i];

      g_assert_cmpint (weir_row_get_kind (one), ==, weir_row_get_kind (other));
      g_assert_cmpstr (weir_row_get_type_name (one), ==, weir_row_get_type_name (other));
      g_assert_cmpstr (weir_row_get_id (one), ==, weir_row_get_id (other));
      g_assert_true (g_bytes_equal (weir_row_get_data (one), weir_row_get_data (other)));
    }
  g_unlink (path);
}

static void
test_ndjson (void)
{
  g_autoptr (WeirLog) log = make_log ();
  gsize length;
  g_autofree char *content = export(log, NULL, "a.ndjson", &length);
  g_auto (GStrv) lines = g_strsplit (content, "\n", -1);
  g_autoptr (GPtrArray) rows = list_events (log);
  guint n_events = 0;

  g_assert_cmpuint (g_strv_length (lines), ==, weir_log_get_n_rows (log) + 1);
  for (guint i = 0; lines[i + 1] != NULL; i++)
    {
      g_autoptr (WeirRow) row = weir_row_new (log, i);
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *object = json_node_get_object (node);
      const char *data = g_bytes_get_data (weir_row_get_data (row), NULL);

      g_assert_true (weir_json_text_is_valid (lines[i], strlen (lines[i]), NULL, NULL));
      g_assert_cmpstr (json_object_get_string_member (object, "kind"), ==,
                       weir_row_kind_get_name (weir_row_get_kind (row)));
      if (weir_row_get_kind (row) != WEIR_ROW_EVENT)
        continue;
      n_events++;
      g_assert_cmpstr (json_object_get_string_member (object, "type"), ==,
                       weir_row_get_type_name (row));
      g_assert_cmpstr (json_object_get_string_member (object, "lastEventId"), ==,
                       weir_row_get_id (row));
      g_assert_cmpmem (json_object_get_string_member (object, "data"),
                       strlen (json_object_get_string_member (object, "data")),
                       data != NULL ? data : "", g_bytes_get_size (weir_row_get_data (row)));
    }
  g_assert_cmpuint (n_events, ==, weir_log_get_n_events (log));
}

static void
test_csv (void)
{
  g_autoptr (WeirLog) log = make_log ();
  gsize length;
  g_autofree char *content = export(log, NULL, "a.csv", &length);

  g_assert_true (g_str_has_prefix (content, "number,time,kind,type,id,size,data\r\n"));
  g_assert_nonnull (strstr (content, ",event,\"'=SUM(A1)\",\"1\","));
  g_assert_nonnull (strstr (content, ",\"'=1+1\"\r\n"));
  g_assert_nonnull (strstr (content, ",\"'@x\"\r\n"));
  g_assert_nonnull (strstr (content, "\"\"\"quoted\"\", and \x01 control\"\r\n"));
  g_assert_nonnull (strstr (content, "\"one\ntwo\"\r\n"));
  g_assert_null (strstr (content, "\"="));
  g_assert_null (strstr (content, "\"@"));
}

static void
test_har (void)
{
  g_autoptr (WeirLog) log = make_log ();
  gsize length;
  g_autofree char *content = export(log, NULL, "a.har", &length);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *entries;
  guint n_events = 0;

  g_assert_true (weir_json_text_is_valid (content, length, NULL, NULL));
  node = json_from_string (content, &error);
  g_assert_no_error (error);
  entries = json_object_get_array_member (
      json_object_get_object_member (json_node_get_object (node), "log"), "entries");
  g_assert_cmpuint (json_array_get_length (entries), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      g_assert_cmpstr (
          json_object_get_string_member (json_object_get_object_member (entry, "request"), "url"),
          ==, "http://127.0.0.1/events");
      g_assert_cmpint (
          json_object_get_int_member (json_object_get_object_member (entry, "response"), "status"),
          ==, 200);
      n_events +=
          json_array_get_length (json_object_get_array_member (entry, "_eventSourceMessages"));
    }
  g_assert_cmpuint (n_events, ==, weir_log_get_n_events (log));
}

static void
test_some (void)
{
  g_autoptr (WeirLog) log = make_log ();
  g_autoptr (WeirRows) rows = weir_rows_new ();
  gsize length;
  g_autofree char *content = NULL;

  weir_rows_add (rows, 2, 1);
  content = export(log, rows, "some.sse", &length);
  g_assert_cmpstr (content, ==, "id: 1\ndata: one\ndata: two\n\n");
}

static void
fill (WeirLog *log, guint n_events)
{
  g_autoptr (GString) text = g_string_new (NULL);
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 1; i <= n_events; i++)
    {
      g_string_append_printf (text, "id: %u\ndata: {\"number\": %u}\n\n", i, i);
      if (i % 1000 != 0)
        continue;
      log_writer_write (&writer, text->str, text->len, 0);
      g_string_truncate (text, 0);
    }
  log_writer_end (&writer);
  log_writer_clear (&writer);
}

/* Cancelled midway, in each format, with much written already. */
static void
test_cancelled_midway (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autofree char *path = g_build_filename (folder, "big", NULL);

  fill (log, 1000000);
  for (WeirExportFormat format = WEIR_EXPORT_SSE; format <= WEIR_EXPORT_HAR; format++)
    {
      g_autoptr (WeirExport) one = weir_export_new (log, NULL, format, path);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GDir) directory = NULL;
      g_autofree char *content = NULL;
      Result result = { 0 };
      guint64 total;

      g_assert_true (g_file_set_contents (path, "old", -1, NULL));
      weir_export_run_async (one, cancellable, on_done, &result);
      while (weir_export_get_progress (one, &total) < 1000)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      while (!result.done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&result.error);
      g_assert_cmpuint (weir_export_get_progress (one, &total), <, total);

      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "old");
      directory = g_dir_open (folder, 0, NULL);
      g_assert_cmpstr (g_dir_read_name (directory), ==, "big");
      g_assert_null (g_dir_read_name (directory));
    }
  g_unlink (path);
}

/* Whole or not at all: cancelled or failed, the old file stays and nothing lies about. */
static void
test_atomic (void)
{
  g_autoptr (WeirLog) log = make_log ();
  g_autofree char *path = g_build_filename (folder, "old.csv", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "no", "where.csv", NULL);
  g_autofree char *content = NULL;
  g_autoptr (WeirExport) cancelled = weir_export_new (log, NULL, WEIR_EXPORT_CSV, path);
  g_autoptr (WeirExport) failed = weir_export_new (log, NULL, WEIR_EXPORT_CSV, nowhere);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GDir) directory = NULL;
  GError *error;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_cancellable_cancel (cancellable);
  error = run (cancelled, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");

  error = run (failed, NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  directory = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (directory), ==, "old.csv");
  g_assert_null (g_dir_read_name (directory));
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("weir-export-XXXXXX", NULL);
  g_test_add_func ("/export/sse", test_sse);
  g_test_add_func ("/export/ndjson", test_ndjson);
  g_test_add_func ("/export/csv", test_csv);
  g_test_add_func ("/export/formulas", test_formulas);
  g_test_add_func ("/export/har", test_har);
  g_test_add_func ("/export/some", test_some);
  g_test_add_func ("/export/atomic", test_atomic);
  g_test_add_func ("/export/cancelled-midway", test_cancelled_midway);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
