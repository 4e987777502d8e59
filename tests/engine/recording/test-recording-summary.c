/* SPDX-License-Identifier: MIT */
#include "recorded.h"
#include "tree.h"
#include "recording/weir-recording-summary.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define MARKS                                                                                      \
  "weir-recording 1\n"                                                                             \
  "c 1 1700000000000000 http://example.org/first\n"                                                \
  "nonsense\n"                                                                                     \
  "r 0 1700000001000000\n"                                                                         \
  "e 30 1700000002000000 server It ended.\n"                                                       \
  "c 2 1700000003000000 http://example.org/second\n"                                               \
  "r 0 1700000004000000\n"                                                                         \
  "r 9 1700000005000000" /* not ended: not written completely */

#define FIRST "id: 1\ndata: a\n\ndata: b\n\n: c\n\n"
/* The last event is not finished. */
#define SECOND "data: d\n\ndata: e"

static char *
make_recording (const char *folder)
{
  static const struct
  {
    const char *name, *text;
  } files[] = { { "marks", MARKS }, { "1-0.sse", FIRST }, { "2-0.sse", SECOND } };
  char *path = g_build_filename (folder, "a.weir", NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (path, files[i].name, NULL);

      g_assert_true (g_file_set_contents (file, files[i].text, -1, NULL));
    }
  return path;
}

static void
test_summary (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder);
  g_autofree char *none = g_build_filename (folder, "none.weir", NULL);
  g_autoptr (GError) error = NULL;
  WeirRecordingSummary summary;

  g_assert_true (weir_recording_summary_load (&summary, path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (summary.url, ==, "http://example.org/second");
  g_assert_cmpint (summary.begin_us, ==, 1700000000000000);
  g_assert_cmpint (summary.end_us, ==, 1700000004000000);
  g_assert_cmpuint (summary.n_bytes, ==, strlen (MARKS FIRST SECOND));
  g_assert_false (summary.is_written);
  weir_recording_summary_clear (&summary);

  g_assert_false (weir_recording_summary_load (&summary, none, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  remove_tree (folder);
}

static void
test_count (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (weir_recording_count_events (path, NULL, &error), ==, 3);
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (weir_recording_count_events (path, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  remove_tree (folder);
}

/* One that is being written stays. */
static void
test_delete (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder);
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  const int fd = open (marks, O_RDONLY | O_CLOEXEC);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_false (weir_recording_delete (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_true (g_file_test (marks, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  close (fd);
  g_assert_true (weir_recording_delete (path, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  remove_tree (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording-summary/load", test_summary);
  g_test_add_func ("/recording-summary/count", test_count);
  g_test_add_func ("/recording-summary/delete", test_delete);
  return g_test_run ();
}
