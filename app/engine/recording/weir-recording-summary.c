/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recording-summary.h"

#include "base/weir-recording-folder.h"
#include "core/weir-allocator.h"
#include "core/weir-parser.h"
#include "weir-disk-private.h"
#include "weir-replay.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Of the beginning and of the end of the marks. */
#define PART_BYTES ((gsize) 64 << 10)

void
weir_recording_summary_clear (WeirRecordingSummary *self)
{
  g_clear_pointer (&self->url, g_free);
}

/* --- The marks ------------------------------------------------------------- */

static gint64
get_time (const char *text)
{
  const gint64 time_us = g_ascii_strtoll (text, NULL, 10);

  return time_us > 0 && time_us <= G_GINT64_CONSTANT (253402300799999999) ? time_us : 0;
}

/* A line of the marks: a letter, a number and a time; of a "c" line, the address follows. */
static void
take_line (WeirRecordingSummary *self, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 4);
  gint64 time_us;

  if (g_strv_length (parts) < 3 || strlen (parts[0]) != 1 || strchr ("corne", *parts[0]) == NULL)
    return;
  time_us = get_time (parts[2]);
  if (self->begin_us == 0)
    self->begin_us = time_us;
  self->end_us = MAX (self->end_us, time_us);
  if (*parts[0] == 'c' && parts[3] != NULL)
    {
      g_free (self->url);
      self->url = g_utf8_make_valid (parts[3], -1);
    }
}

/* Takes the complete lines of length bytes from offset on. */
static void
take_part (WeirRecordingSummary *self, int fd, guint64 offset, gsize length)
{
  g_autofree char *text = g_malloc (length + 1);
  const ssize_t n = pread (fd, text, length, (off_t) offset);
  char *line = text, *end;

  if (n <= 0)
    return;
  text[n] = '\0';
  /* A part from the middle begins within a line. */
  if (offset > 0)
    line = (line = strchr (line, '\n')) != NULL ? line + 1 : text + n;
  for (; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      *end = '\0';
      take_line (self, line);
    }
}

static void
read_marks (WeirRecordingSummary *self, const char *path)
{
  g_autofree char *marks = g_build_filename (path, WEIR_MARKS_NAME, NULL);
  guint64 size;
  const int fd = weir_recorded_file_open (marks, WEIR_LINKS_REFUSED, &size, NULL);

  if (fd < 0)
    return;
  self->n_bytes += size;
  take_part (self, fd, 0, (gsize) MIN (size, PART_BYTES));
  if (size > PART_BYTES)
    {
      const guint64 begin = MAX (PART_BYTES, size - MIN (size, PART_BYTES));

      take_part (self, fd, begin, (gsize) (size - begin));
    }
  close (fd);
}

gboolean
weir_recording_summary_load (WeirRecordingSummary *self, const char *path, GError **error)
{
  g_autoptr (GArray) files = NULL;
  gint64 changed_us = 0;

  *self = (WeirRecordingSummary){ 0 };
  if (!weir_recording_is (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("“%s” is not a recording."), path);
      return FALSE;
    }
  files = weir_recording_list_files (path, NULL, error);
  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const WeirRecordedFile *file = &g_array_index (files, WeirRecordedFile, i);

      self->n_bytes += file->size;
      changed_us = MAX (changed_us, file->changed_ns / 1000);
    }
  read_marks (self, path);
  if (self->end_us == 0)
    self->end_us = changed_us;
  self->is_written = weir_disk_is_written (path);
  return TRUE;
}

/* --- Its events ------------------------------------------------------------ */

static gint64
count_items (WeirParser *parser)
{
  gint64 n = 0;
  WeirItem item;

  while (weir_parser_next (parser, &item) == WEIR_ITEM)
    n += item.kind == WEIR_ITEM_EVENT;
  return n;
}

static gint64
count_step (WeirParser *parser, const WeirReplayStep *step)
{
  gint64 n = 0;

  if (step->kind == WEIR_REPLAY_BEGAN || step->kind == WEIR_REPLAY_GAP)
    weir_parser_reset (parser);
  if (step->kind != WEIR_REPLAY_BYTES)
    return 0;
  weir_parser_feed (parser, step->bytes, step->length);
  n = count_items (parser);
  return n;
}

gint64
weir_recording_count_events (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (WeirReplay) replay = weir_replay_new (path, error);
  const WeirParserOptions options = {
    .on_limit = WEIR_ON_LIMIT_SKIP,
    .allocator = weir_allocator_malloc (),
  };
  WeirReplayStep step;
  WeirParser parser;
  GError *problem = NULL;
  gint64 n = 0;

  if (replay == NULL)
    return -1;
  weir_parser_init (&parser, &options);
  while (!g_cancellable_set_error_if_cancelled (cancellable, &problem)
         && weir_replay_next (replay, &step, &problem))
    n += count_step (&parser, &step);
  weir_parser_clear (&parser);
  if (problem == NULL)
    return n;
  g_propagate_error (error, problem);
  return -1;
}

/* --- Deleting it ----------------------------------------------------------- */

gboolean
weir_recording_delete (const char *path, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GArray) files = NULL;
  static const char *const others[] = { WEIR_MARKS_NAME, WEIR_BOOKMARKS_NAME };

  if (weir_disk_is_written (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   _ ("“%s” is being recorded. Disconnect its stream first."), path);
      return FALSE;
    }
  files = weir_recording_list_files (path, NULL, error);
  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    g_unlink (g_array_index (files, WeirRecordedFile, i).path);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *other = g_build_filename (path, others[i], NULL);

      g_unlink (other);
    }
  return g_file_delete (folder, NULL, error);
}
