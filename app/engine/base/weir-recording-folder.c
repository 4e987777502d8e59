/* SPDX-License-Identifier: MIT */
#include "weir-recording-folder.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>

static void
clear_file (gpointer data)
{
  g_free (((WeirRecordedFile *) data)->path);
}

GArray *
weir_recorded_files_new (void)
{
  GArray *files = g_array_new (FALSE, FALSE, sizeof (WeirRecordedFile));

  g_array_set_clear_func (files, clear_file);
  return files;
}

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const WeirRecordedFile *first = a;
  const WeirRecordedFile *second = b;

  if (first->connection != second->connection)
    return first->connection < second->connection ? -1 : 1;
  return (first->offset > second->offset) - (first->offset < second->offset);
}

gboolean
weir_recorded_file_parse_name (const char *name, guint *connection, guint64 *offset)
{
  int used = 0;

  return sscanf (name, "%9u-%15" G_GINT64_MODIFIER "u.sse%n", connection, offset, &used) == 2
         && used > 0 && name[used] == '\0';
}

/* Adds folder/name where it is a connection's file. */
static void
add_segment (GArray *files, const char *folder, const char *name)
{
  WeirRecordedFile file = { 0 };
  GStatBuf info;

  if (!weir_recorded_file_parse_name (name, &file.connection, &file.offset))
    return;
  file.path = g_build_filename (folder, name, NULL);
  if (g_stat (file.path, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_free (file.path);
      return;
    }
  file.size = (guint64) info.st_size;
  file.changed_ns = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
  g_array_append_val (files, file);
}

GArray *
weir_recording_list_files (const char *path, GError **error)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, error);
  GArray *files;
  const char *name;

  if (directory == NULL)
    return NULL;
  files = weir_recorded_files_new ();
  while ((name = g_dir_read_name (directory)) != NULL)
    add_segment (files, path, name);
  g_array_sort (files, compare_files);
  return files;
}

gboolean
weir_recording_is (const char *path)
{
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  g_autoptr (GArray) files = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;
  if (g_file_test (marks, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  files = weir_recording_list_files (path, NULL);
  return files != NULL && files->len > 0;
}
