/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-bookmarks-file-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/weir-recording-folder.h"
#include "base/weir-threads.h"

/* A note that is typed is not written with each key. */
#define SAVE_AFTER_MS 300
/* A file with more is not from a user. */
#define MOST_BYTES ((guint64) 16 << 20)

struct _WeirBookmarksFile
{
  gatomicrefcount refs;
  char *path;
  WeirBookmarksFailed failed; /* NULL once it is freed */
  gpointer data;
  GHashTable *changes; /* the line without its end, or NULL: none, by its first three words */
  guint timeout;

  GMutex lock;
  GCond written;
  guint n_pending; /* under the lock: jobs */
};

typedef struct
{
  WeirBookmarksFile *file;
  GHashTable *changes;
  GError *error;
} Job;

static void
unref (WeirBookmarksFile *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->changes);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->written);
  g_free (self->path);
  g_free (self);
}

/* --- Lines ----------------------------------------------------------------------- */

static gboolean
take_number (const char **at, guint64 *number)
{
  char *end;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  errno = 0;
  *number = g_ascii_strtoull (*at, &end, 10);
  *at = end;
  return errno == 0;
}

static gboolean
take_kind (const char **at, WeirRowKind *kind)
{
  for (*kind = WEIR_ROW_EVENT; *kind < WEIR_ROW_GONE; ++*kind)
    {
      const char *name = weir_row_kind_get_name (*kind);

      if (!g_str_has_prefix (*at, name))
        continue;
      *at += strlen (name);
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_note (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > WEIR_BOOKMARK_MAX_NOTE_LENGTH)
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

/* Reads a line without its end. */
static gboolean
parse (const char *line, WeirLogKey *key, const char **note)
{
  guint64 connection, offset, nth = 0;
  const char *at = line;
  WeirRowKind kind;

  if (!take_number (&at, &connection) || *at++ != ' ' || !take_number (&at, &offset) || *at++ != ' '
      || !take_kind (&at, &kind))
    return FALSE;
  if (*at == '+' && (at++, !take_number (&at, &nth)))
    return FALSE;
  if ((*at != ' ' && *at != '\0') || connection > G_MAXUINT || nth > G_MAXUINT)
    return FALSE;
  *key = (WeirLogKey){ (guint) connection, offset, kind, (guint) nth };
  *note = *at == ' ' ? at + 1 : at;
  return is_note (*note);
}

static char *
format_key (const WeirLogKey *key)
{
  const char *kind = weir_row_kind_get_name (key->kind);

  if (key->nth > 0)
    return g_strdup_printf ("%u %" G_GUINT64_FORMAT " %s+%u", key->connection, key->offset, kind,
                            key->nth);
  return g_strdup_printf ("%u %" G_GUINT64_FORMAT " %s", key->connection, key->offset, kind);
}

/* --- Reading ----------------------------------------------------------------------- */

/* Returns: (transfer full): the text of the file, or NULL: with error set, or without an error if there
 * is no file. */
static char *
load (const char *path, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gsize length;
  g_autofree char *text = weir_recorded_file_read_text (path, MOST_BYTES, &length, &failure);
  g_autofree char *shown = g_filename_display_name (path);

  if (failure != NULL)
    g_set_error (error, failure->domain, failure->code,
                 _ ("%s Bookmarks that you make now will not be kept."), failure->message);
  if (text == NULL)
    return NULL;
  if (!g_str_has_prefix (text, WEIR_BOOKMARKS_HEAD) || strlen (text) != length)
    {
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
          _ ("“%s” does not hold bookmarks, or a newer version of Weir wrote it. Bookmarks "
             "that you make now will not be kept."),
          shown);
      return NULL;
    }
  return g_steal_pointer (&text);
}

char *
weir_bookmarks_file_read (WeirBookmarksFile *self, WeirBookmarksRead read, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = load (self->path, &error);
  guint n_unread = 0;

  if (text == NULL)
    return error != NULL ? g_strdup (error->message) : NULL;
  for (char *at = text + strlen (WEIR_BOOKMARKS_HEAD); *at != '\0';)
    {
      char *end = at + strcspn (at, "\n");
      char *next = *end != '\0' ? end + 1 : end;
      WeirLogKey key;
      const char *note;

      *end = '\0';
      if (parse (at, &key, &note))
        read (data, &key, note);
      else if (*at != '\0')
        n_unread++;
      at = next;
    }
  if (n_unread == 0)
    return NULL;
  return g_strdup_printf (
      ngettext ("%u bookmark in “%s” could not be read; its line is kept as it is.",
                "%u bookmarks in “%s” could not be read; their lines are kept as they are.",
                n_unread),
      n_unread, self->path);
}

/* --- Writing, in a thread -------------------------------------------------------------- */

static void
append_line (GString *text, const char *line)
{
  if (line != NULL)
    g_string_append_printf (text, "%s\n", line);
}

/* The text of the file with the changes applied. Lines that are not valid keep their places. */
static GString *
merge (const char *before, GHashTable *changes)
{
  GString *after = g_string_new (WEIR_BOOKMARKS_HEAD);
  g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) lines =
      g_strsplit (before != NULL ? before + strlen (WEIR_BOOKMARKS_HEAD) : "", "\n", -1);
  GHashTableIter iter;
  gpointer word, line;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      WeirLogKey key;
      const char *note;
      g_autofree char *name = parse (lines[i], &key, &note) ? format_key (&key) : NULL;

      if (name == NULL || !g_hash_table_lookup_extended (changes, name, &word, &line))
        append_line (after, *lines[i] != '\0' ? lines[i] : NULL);
      else if (g_hash_table_add (used, word))
        append_line (after, line);
    }
  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &word, &line))
    if (!g_hash_table_contains (used, word))
      append_line (after, line);
  return after;
}

static void
write_changes (const char *path, GHashTable *changes, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *before = load (path, &failure);
  g_autoptr (GString) after = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return;
    }
  after = merge (before, changes);
  if (after->len == strlen (WEIR_BOOKMARKS_HEAD))
    {
      g_unlink (path);
      return;
    }
  if (!g_file_set_contents_full (path, after->str, (gssize) after->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &failure))
    g_set_error (error, failure->domain, failure->code, _ ("Bookmarks could not be saved: %s"),
                 failure->message);
}

static gboolean
job_done (gpointer data)
{
  Job *job = data;
  WeirBookmarksFile *self = job->file;
  GHashTableIter iter;
  gpointer word, line;

  if (job->error == NULL || self->failed == NULL)
    return G_SOURCE_REMOVE;
  /* With the next change it is tried again. */
  g_hash_table_iter_init (&iter, job->changes);
  while (g_hash_table_iter_next (&iter, &word, &line))
    if (!g_hash_table_contains (self->changes, word))
      g_hash_table_insert (self->changes, g_strdup (word), g_strdup (line));
  self->failed (self->data, job->error->message);
  return G_SOURCE_REMOVE;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_hash_table_unref (job->changes);
  g_clear_error (&job->error);
  unref (job->file);
  g_free (job);
}

static void
run_job (gpointer data, gpointer unused)
{
  Job *job = data;
  WeirBookmarksFile *self = job->file;

  weir_threads_begin ();
  write_changes (self->path, job->changes, &job->error);
  /* The idle source is added before the waiting thread wakes up. The main thread may free the job at
   * once. */
  g_atomic_ref_count_inc (&self->refs);
  g_idle_add_full (G_PRIORITY_DEFAULT, job_done, job, job_free);
  g_mutex_lock (&self->lock);
  self->n_pending--;
  g_cond_signal (&self->written);
  g_mutex_unlock (&self->lock);
  unref (self);
}

/* One thread for all files, so that nothing is overtaken, even where two are the same. */
static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool = NULL;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, g_thread_pool_new (run_job, NULL, 1, FALSE, NULL));
  return pool;
}

static GHashTable *
new_changes (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean
save (gpointer data)
{
  WeirBookmarksFile *self = data;
  Job *job = g_new0 (Job, 1);

  self->timeout = 0;
  job->file = self;
  g_atomic_ref_count_inc (&self->refs);
  job->changes = self->changes;
  self->changes = new_changes ();
  g_mutex_lock (&self->lock);
  self->n_pending++;
  g_mutex_unlock (&self->lock);
  g_thread_pool_push (get_pool (), job, NULL);
  return G_SOURCE_REMOVE;
}

/* --- The main thread ------------------------------------------------------------------- */

WeirBookmarksFile *
weir_bookmarks_file_new (const char *path, WeirBookmarksFailed failed, gpointer data)
{
  WeirBookmarksFile *self = g_new0 (WeirBookmarksFile, 1);

  g_atomic_ref_count_init (&self->refs);
  self->path = g_build_filename (path, WEIR_BOOKMARKS_NAME, NULL);
  self->failed = failed;
  self->data = data;
  self->changes = new_changes ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->written);
  return self;
}

void
weir_bookmarks_file_free (WeirBookmarksFile *self)
{
  weir_bookmarks_file_flush (self);
  self->failed = NULL;
  unref (self);
}

void
weir_bookmarks_file_change (WeirBookmarksFile *self, const WeirLogKey *key, const char *note)
{
  char *name = format_key (key);
  char *line = NULL;

  if (note != NULL)
    line = g_strconcat (name, *note != '\0' ? " " : "", note, NULL);
  g_hash_table_replace (self->changes, name, line);
  if (self->timeout == 0)
    self->timeout = g_timeout_add (SAVE_AFTER_MS, save, self);
}

void
weir_bookmarks_file_flush (WeirBookmarksFile *self)
{
  if (self->timeout != 0)
    {
      g_clear_handle_id (&self->timeout, g_source_remove);
      save (self);
    }
  g_mutex_lock (&self->lock);
  while (self->n_pending > 0)
    g_cond_wait (&self->written, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* --- As a part of its recording ----------------------------------------------------------- */

guint64
weir_bookmarks_file_measure (const char *recording)
{
  g_autofree char *path = g_build_filename (recording, WEIR_BOOKMARKS_NAME, NULL);
  GStatBuf info;

  return g_lstat (path, &info) == 0 && S_ISREG (info.st_mode) ? (guint64) info.st_size : 0;
}

void
weir_bookmarks_file_delete (const char *recording)
{
  g_autofree char *path = g_build_filename (recording, WEIR_BOOKMARKS_NAME, NULL);

  g_unlink (path);
}
