/* SPDX-License-Identifier: MIT */
/* usage: export-all RECORDING FOLDER: exports it in each format. Prints a line for each: "NAME ok", or
 * the sentence that the export ended with. */
#include "export/weir-export.h"
#include "recording/weir-recording.h"

static gboolean is_done;

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  is_done = TRUE;
  if (weir_export_run_finish (WEIR_EXPORT (source), result, &error))
    g_print ("%s ok\n", (const char *) data);
  else
    g_print ("%s\n", error->message);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "x.sse", "x.ndjson", "x.csv", "x.har" };
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLog) log = weir_log_open (argv[1], &error);

  if (log == NULL)
    {
      g_print ("%s\n", error->message);
      return 1;
    }
  weir_log_wait_indexed (log);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (argv[2], names[i], NULL);
      g_autoptr (WeirExport) one = weir_export_new (log, NULL, (WeirExportFormat) i, path);

      weir_export_run_async (one, NULL, on_exported, (gpointer) names[i]);
      for (is_done = FALSE; !is_done;)
        g_main_context_iteration (NULL, TRUE);
    }
  return 0;
}
