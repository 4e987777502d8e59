/* SPDX-License-Identifier: MIT */
/* A reader that dawdles slows the server down, and nothing piles up in between. */
#include "raw-server.h"

#include <string.h>
#include <unistd.h>

#define TOTAL_BYTES (G_GUINT64_CONSTANT (2) << 30)
#define BLOCK_BYTES (256 * 1024)
/* What the two sockets and the pipe hold, generously. */
#define ON_THE_WAY_BYTES (64 << 20)
/* Under the sanitizers, freed memory is kept for a while. */
#define MOST_GROWTH_KB (48 << 10)

static const char *program;
static guint64 sent; /* atomic */

static void
flood (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *block = g_malloc (BLOCK_BYTES);

  for (gsize i = 0; i < BLOCK_BYTES; i += 256)
    {
      memset (block + i, 'x', 256);
      memcpy (block + i, "data: ", 6);
      memcpy (block + i + 254, "\n\n", 2);
    }
  raw_send_head (fd);
  for (guint64 i = 0; i < TOTAL_BYTES; i += BLOCK_BYTES)
    {
      raw_send_bytes (fd, block, BLOCK_BYTES);
      __atomic_store_n (&sent, i + BLOCK_BYTES, __ATOMIC_RELAXED);
    }
}

/* In kB. */
static guint64
get_rss_anon (GSubprocess *process)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (process));
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents (path, &status, NULL, NULL) || !(line = strstr (status, "RssAnon:")))
    return 0;
  return g_ascii_strtoull (line + 8, NULL, 10);
}

static void
test_dawdling_reader (void)
{
  RawServer *server = raw_server_new (flood, NULL);
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program, "--format=raw",
                        "--no-reconnect", raw_server_get_address (server), NULL);
  GInputStream *out = g_subprocess_get_stdout_pipe (process);
  g_autofree char *bytes = g_malloc (BLOCK_BYTES);
  guint64 total = 0, first = 0, most = 0;
  gssize n;

  while ((n = g_input_stream_read (out, bytes, BLOCK_BYTES, NULL, NULL)) > 0)
    {
      total += (guint64) n;
      if (total / (64 << 20) == (total - (guint64) n) / (64 << 20))
        continue;
      /* A pause, in which a program that does not push back would swallow the rest. */
      g_usleep (20 * 1000);
      g_assert_cmpuint (__atomic_load_n (&sent, __ATOMIC_RELAXED), <, total + ON_THE_WAY_BYTES);
      most = MAX (most, get_rss_anon (process));
      first = first ? first : most;
    }
  g_test_message ("RssAnon: %" G_GUINT64_FORMAT " kB at first, %" G_GUINT64_FORMAT " kB at most",
                  first, most);
  g_assert_cmpuint (total, ==, TOTAL_BYTES);
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (most, <, first + MOST_GROWTH_KB);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  raw_server_free (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/flood/dawdling-reader", test_dawdling_reader);
  return g_test_run ();
}
