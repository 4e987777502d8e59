/* SPDX-License-Identifier: MIT */
#include "recorded.h"

#include <string.h>

#include "recording/weir-recording.h"
#include "log/weir-row.h"

char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("weir-recording-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

WeirLog *
open_log (const char *path)
{
  g_autoptr (GError) error = NULL;
  WeirLog *log = weir_log_open (path, &error);

  g_assert_no_error (error);
  weir_log_wait_indexed (log);
  return log;
}

char *
data_of (WeirLog *log, guint64 number)
{
  g_autoptr (WeirRow) row = weir_row_new (log, number);
  GBytes *data = weir_row_get_data (row);

  return g_bytes_get_size (data) > 0
             ? g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data))
             : g_strdup ("");
}

void
write_numbers (LogWriter *writer, guint64 first, guint64 n)
{
  g_autoptr (GString) stream = g_string_new (NULL);

  for (guint64 i = first; i < first + n; i++)
    g_string_append_printf (stream, "data: %" G_GUINT64_FORMAT " %0*d\n\n", i, 230, 0);
  log_writer_write (writer, stream->str, stream->len, 65536);
}
