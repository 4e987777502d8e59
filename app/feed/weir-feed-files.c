/* SPDX-License-Identifier: MIT */
#include "weir-feed-files-private.h"

#include <stdlib.h>
#include <string.h>

/* A page may be large, but this server holds a file in memory while it sends it. */
#define MAX_FILE_BYTES ((goffset) 256 << 20)

static const char *
guess_type (const char *path)
{
  static const char *const types[][2] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".map", "application/json" },
    { ".wasm", "application/wasm" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".ico", "image/x-icon" },
    { ".sse", "text/event-stream" },
    { ".txt", WEIR_FEED_TEXT },
    { ".md", WEIR_FEED_TEXT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (path, types[i][0]))
      return types[i][1];
  return "application/octet-stream";
}

/* The file that path names in the folder; NULL where it leads out of it. */
static char *
find_file (const char *folder, const char *path)
{
  g_autofree char *joined = g_build_filename (folder, path, NULL);
  g_autofree char *file = NULL;
  g_autofree char *root = realpath (folder, NULL);
  gsize length;

  if (g_str_has_suffix (path, "/"))
    {
      char *index = g_build_filename (joined, "index.html", NULL);
      g_free (joined);
      joined = index;
    }
  file = realpath (joined, NULL);
  if (file == NULL || root == NULL)
    return NULL;
  length = strlen (root);
  if (strncmp (file, root, length) != 0 || (file[length] != '/' && root[length - 1] != '/'))
    return NULL;
  return g_steal_pointer (&file);
}

void
weir_feed_files_answer (const char *folder, WeirFeedExchange *exchange)
{
  g_autofree char *path = find_file (folder, exchange->path);
  g_autofree char *bytes = NULL;
  g_autoptr (GFile) file = path ? g_file_new_for_path (path) : NULL;
  g_autoptr (GFileInfo) info =
      file ? g_file_query_info (file, "standard::type,standard::size", 0, NULL, NULL) : NULL;
  gsize length;

  if (!weir_feed_exchange_has_method (exchange, "GET, HEAD"))
    return;
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
      || g_file_info_get_size (info) > MAX_FILE_BYTES
      || !g_file_get_contents (path, &bytes, &length, NULL))
    {
      weir_feed_exchange_say (exchange, 404, "There is no such page here.");
      return;
    }
  g_string_append (exchange->fields,
                   "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n");
  weir_feed_exchange_respond (exchange, 200, guess_type (path), bytes, (gssize) length);
}
