/* SPDX-License-Identifier: MIT */
#include "weir-feed-files-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file is in memory while it is sent. */
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

/* The file that path names in the folder. Returns NULL if there is none, or if it is outside of the
 * folder, through ".." or a symbolic link. */
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

/* Reads a regular file. Opening does not block on a FIFO, and follows no link that has been put in the
 * place of the file since. */
static char *
read_file (const char *path, gsize *length)
{
  const int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *bytes = NULL;
  struct stat info;
  gsize n = 0;
  gssize got = 1;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size <= MAX_FILE_BYTES)
    {
      bytes = g_malloc ((gsize) info.st_size + 1);
      while (n < (gsize) info.st_size && got > 0)
        {
          got = read (fd, bytes + n, (gsize) info.st_size - n);
          if (got > 0)
            n += (gsize) got;
          else if (got < 0 && errno == EINTR)
            got = 1;
        }
    }
  close (fd);
  *length = n;
  return got >= 0 ? g_steal_pointer (&bytes) : NULL;
}

void
weir_feed_files_answer (const char *folder, WeirFeedExchange *exchange)
{
  g_autofree char *path = find_file (folder, exchange->path);
  g_autofree char *bytes = NULL;
  gsize length;

  if (!weir_feed_exchange_has_method (exchange, "GET, HEAD"))
    return;
  bytes = path != NULL ? read_file (path, &length) : NULL;
  if (bytes == NULL)
    {
      weir_feed_exchange_say (exchange, 404, "There is no such page here.");
      return;
    }
  g_string_append (exchange->fields,
                   "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n");
  weir_feed_exchange_respond (exchange, 200, guess_type (path), bytes, (gssize) length);
}
