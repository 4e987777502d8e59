/* SPDX-License-Identifier: MIT */
/* Streams written from the providers' documentation, one file each, with what they are put together to
 * beside it; each also cut at every byte. With WEIR_WRITE_EXPECTED set it writes what it finds. */
#include "assemble.h"

#include <string.h>

typedef struct
{
  char *bytes, *expected, *expected_path;
  gsize length;
  Format format;
} Stream;

static Stream *
stream_load (const char *path)
{
  Stream *self = g_new0 (Stream, 1);
  g_autoptr (GError) error = NULL;

  self->format = g_str_has_suffix (path, ".ndjson") ? FORMAT_LINES
                 : g_str_has_suffix (path, ".bin")  ? FORMAT_FRAMES
                                                    : FORMAT_EVENTS;
  self->expected_path = g_strconcat (path, ".txt", NULL);
  g_file_get_contents (path, &self->bytes, &self->length, &error);
  g_assert_no_error (error);
  g_file_get_contents (self->expected_path, &self->expected, NULL, NULL);
  return self;
}

static void
stream_free (gpointer data)
{
  Stream *self = data;

  g_free (self->bytes);
  g_free (self->expected);
  g_free (self->expected_path);
  g_free (self);
}

static void
test_stream (gconstpointer data)
{
  const Stream *self = data;
  g_autofree char *whole = assemble (self->bytes, self->length, self->format, self->length);

  if (g_getenv ("WEIR_WRITE_EXPECTED") != NULL)
    g_file_set_contents (self->expected_path, whole, -1, NULL);
  else
    g_assert_cmpstr (whole, ==, self->expected);
  for (gsize split = 0; split < self->length; split++)
    {
      g_autofree char *cut = assemble (self->bytes, self->length, self->format, split);

      g_assert_cmpstr (cut, ==, whole);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    if (!g_str_has_suffix (name, ".txt"))
      {
        g_autofree char *path = g_build_filename (argv[1], name, NULL);
        g_autofree char *test = g_strdup_printf ("/streams/%s", name);

        g_test_add_data_func_full (test, stream_load (path), test_stream, stream_free);
      }
  return g_test_run ();
}
