/* SPDX-License-Identifier: MIT */
#include "weir-bookmarks.h"

#include "base/weir-bisect.h"
#include "weir-bookmarks-file-private.h"
#include "log/weir-log-key.h"
#include "weir-recording.h"

typedef struct
{
  guint64 row; /* WEIR_NO_ROW: not found yet */
  WeirLogKey key;
  char *note;
} Bookmark;

struct _WeirBookmarks
{
  GObject parent_instance;

  WeirLog *log;
  char *path;              /* of the recording; NULL: they are not kept */
  WeirBookmarksFile *file; /* the same */
  GHashTable *by_row;      /* Bookmark; its keys are their rows */
  GPtrArray *found;        /* the same, in the order of their rows */
  GPtrArray *sought;       /* Bookmark, in the order of their keys: without a row, or none yet */
  guint64 n_rows;          /* of the log when they were last looked up */
  GHashTable *old_notes;   /* of rows that are bookmarked no longer, by their numbers */
  char *problem;
};

G_DEFINE_FINAL_TYPE (WeirBookmarks, weir_bookmarks, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
bookmark_free (gpointer data)
{
  g_free (((Bookmark *) data)->note);
  g_free (data);
}

static void
emit_changed (WeirBookmarks *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
set_problem (gpointer data, const char *problem)
{
  WeirBookmarks *self = data;

  g_free (self->problem);
  self->problem = g_strdup (problem);
  emit_changed (self);
}

/* --- Rows ------------------------------------------------------------------------ */

typedef struct
{
  const WeirBookmarks *bookmarks;
  guint64 row;
} Sought;

static gboolean
bookmark_is_before (gconstpointer data, guint64 number)
{
  const Sought *sought = data;

  return ((Bookmark *) g_ptr_array_index (sought->bookmarks->found, number))->row < sought->row;
}

/* Returns: how many bookmarks with a known row are before row. */
static guint
count_before (WeirBookmarks *self, guint64 row)
{
  const Sought sought = { self, row };

  return (guint) weir_bisect (0, self->found->len, bookmark_is_before, &sought);
}

static Bookmark *
get (WeirBookmarks *self, guint64 row)
{
  return g_hash_table_lookup (self->by_row, &row);
}

/* Takes bookmark over, which has its row. */
static void
insert (WeirBookmarks *self, Bookmark *bookmark)
{
  g_ptr_array_insert (self->found, (int) count_before (self, bookmark->row), bookmark);
  g_hash_table_insert (self->by_row, &bookmark->row, bookmark);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return weir_log_key_compare (&(*(Bookmark *const *) a)->key, &(*(Bookmark *const *) b)->key);
}

static void
forget (WeirBookmarks *self)
{
  g_hash_table_remove_all (self->by_row);
  g_hash_table_remove_all (self->old_notes);
  g_ptr_array_set_size (self->found, 0);
  g_ptr_array_set_size (self->sought, 0);
}

/* Their rows are to be found in another log. */
static void
lose_rows (WeirBookmarks *self)
{
  g_hash_table_remove_all (self->by_row);
  g_hash_table_remove_all (self->old_notes);
  while (self->found->len > 0)
    g_ptr_array_add (self->sought, g_ptr_array_steal_index (self->found, self->found->len - 1));
  g_ptr_array_sort (self->sought, compare_keys);
}

/* --- The log ----------------------------------------------------------------------- */

static void
add_read (gpointer data, const WeirLogKey *key, const char *note)
{
  WeirBookmarks *self = data;
  Bookmark *bookmark = g_new0 (Bookmark, 1);

  bookmark->row = WEIR_NO_ROW;
  bookmark->key = *key;
  bookmark->note = g_strdup (note);
  g_ptr_array_add (self->sought, bookmark);
}

static void
read_file (WeirBookmarks *self)
{
  g_autofree char *problem = weir_bookmarks_file_read (self->file, add_read, self);

  g_ptr_array_sort (self->sought, compare_keys);
  if (problem != NULL)
    {
      g_free (self->problem);
      self->problem = g_steal_pointer (&problem);
    }
}

/* The recording of log, written or opened; NULL: it has none. (transfer full) */
static char *
get_path (WeirLog *log)
{
  WeirRecordingState state;
  char *path = NULL;

  if (log == NULL)
    return NULL;
  weir_log_get_recording_state (log, &state);
  if (state.path != NULL && weir_recording_is (state.path))
    path = g_steal_pointer (&state.path);
  weir_recording_state_clear (&state);
  return path;
}

void
weir_bookmarks_set_log (WeirBookmarks *self, WeirLog *log)
{
  g_autofree char *path = NULL;

  g_return_if_fail (WEIR_IS_BOOKMARKS (self));
  g_return_if_fail (log == NULL || WEIR_IS_LOG (log));

  if (self->log == log)
    return;
  path = get_path (log);
  g_set_object (&self->log, log);
  g_clear_pointer (&self->file, weir_bookmarks_file_free);
  if (log == NULL || path != NULL || self->path != NULL)
    forget (self);
  else
    lose_rows (self);
  g_free (self->path);
  self->path = g_steal_pointer (&path);
  if (self->path != NULL)
    {
      self->file = weir_bookmarks_file_new (self->path, set_problem, self);
      read_file (self);
    }
  self->n_rows = 0;
  weir_bookmarks_find_rows (self);
  emit_changed (self);
}

WeirLog *
weir_bookmarks_get_log (WeirBookmarks *self)
{
  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), NULL);

  return self->log;
}

gboolean
weir_bookmarks_are_kept (WeirBookmarks *self)
{
  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), FALSE);

  return self->file != NULL;
}

void
weir_bookmarks_find_rows (WeirBookmarks *self)
{
  guint n_before;
  guint64 n_rows;
  WeirLogKey last;

  g_return_if_fail (WEIR_IS_BOOKMARKS (self));

  if (self->sought->len == 0 || self->log == NULL)
    return;
  n_before = self->found->len;
  n_rows = weir_log_get_n_rows (self->log);
  if (n_rows == self->n_rows || !weir_log_get_key (self->log, n_rows - 1, &last))
    return;
  self->n_rows = n_rows;
  for (guint i = 0; i < self->sought->len;)
    {
      Bookmark *bookmark = g_ptr_array_index (self->sought, i);

      /* Connections before the last one get no more rows. */
      if (bookmark->key.connection > last.connection
          || (bookmark->key.connection == last.connection && bookmark->key.offset > last.offset))
        break;
      bookmark->row = weir_log_find_key (self->log, &bookmark->key);
      if (bookmark->row == WEIR_NO_ROW || get (self, bookmark->row) != NULL)
        i++;
      else
        insert (self, g_ptr_array_steal_index (self->sought, i));
    }
  if (self->found->len != n_before)
    emit_changed (self);
}

/* --- Changes ------------------------------------------------------------------------- */

static void
write_bookmark (WeirBookmarks *self, const Bookmark *bookmark, gboolean gone)
{
  if (self->file != NULL)
    weir_bookmarks_file_change (self->file, &bookmark->key, gone ? NULL : bookmark->note);
}

static gboolean
add (WeirBookmarks *self, guint64 row)
{
  gpointer old_row = NULL, note = NULL;
  Bookmark *bookmark;
  WeirLogKey key;

  if (!weir_log_get_key (self->log, row, &key))
    return FALSE;
  bookmark = g_new0 (Bookmark, 1);
  bookmark->row = row;
  bookmark->key = key;
  if (g_hash_table_steal_extended (self->old_notes, &row, &old_row, &note))
    g_free (old_row);
  bookmark->note = note != NULL ? note : g_strdup ("");
  insert (self, bookmark);
  write_bookmark (self, bookmark, FALSE);
  return TRUE;
}

static void
remove_bookmark (WeirBookmarks *self, Bookmark *bookmark)
{
  write_bookmark (self, bookmark, TRUE);
  if (*bookmark->note != '\0')
    g_hash_table_replace (self->old_notes, g_memdup2 (&bookmark->row, sizeof bookmark->row),
                          g_strdup (bookmark->note));
  g_hash_table_remove (self->by_row, &bookmark->row);
  g_ptr_array_remove_index (self->found, count_before (self, bookmark->row));
}

static gboolean
contains_all (WeirBookmarks *self, const WeirRows *rows)
{
  for (guint64 row = 0; (row = weir_rows_find (rows, row)) != WEIR_NO_ROW; row++)
    if (get (self, row) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
weir_bookmarks_toggle (WeirBookmarks *self, const WeirRows *rows)
{
  gboolean adds, done = FALSE;

  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), FALSE);
  g_return_val_if_fail (rows != NULL, FALSE);
  g_return_val_if_fail (self->log != NULL, FALSE);

  adds = !contains_all (self, rows);
  for (guint64 row = 0; (row = weir_rows_find (rows, row)) != WEIR_NO_ROW; row++)
    {
      Bookmark *bookmark = get (self, row);

      if (adds && bookmark == NULL)
        done |= add (self, row);
      else if (!adds)
        remove_bookmark (self, bookmark);
    }
  emit_changed (self);
  return done;
}

gboolean
weir_bookmarks_contains (WeirBookmarks *self, guint64 row)
{
  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), FALSE);

  return get (self, row) != NULL;
}

const char *
weir_bookmarks_get_note (WeirBookmarks *self, guint64 row)
{
  const Bookmark *bookmark;

  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), NULL);

  bookmark = get (self, row);
  return bookmark != NULL ? bookmark->note : NULL;
}

/* One line of not too many characters. (transfer full) */
static char *
make_note (const char *text)
{
  GString *note = g_string_new (NULL);
  guint n = 0;

  for (const char *at = text; *at != '\0' && n < WEIR_BOOKMARK_MAX_NOTE_LENGTH; n++)
    {
      const gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (note, g_unichar_iscntrl (c) ? ' ' : c);
      at = g_utf8_next_char (at);
    }
  return g_string_free (note, FALSE);
}

void
weir_bookmarks_set_note (WeirBookmarks *self, guint64 row, const char *note)
{
  g_autofree char *kept = NULL;
  Bookmark *bookmark;

  g_return_if_fail (WEIR_IS_BOOKMARKS (self));
  g_return_if_fail (note != NULL && g_utf8_validate (note, -1, NULL));

  bookmark = get (self, row);
  g_return_if_fail (bookmark != NULL);

  kept = make_note (note);
  if (g_str_equal (kept, bookmark->note))
    return;
  g_free (bookmark->note);
  bookmark->note = g_steal_pointer (&kept);
  write_bookmark (self, bookmark, FALSE);
  emit_changed (self);
}

/* --- Finding --------------------------------------------------------------------------- */

guint64
weir_bookmarks_find_next (WeirBookmarks *self, guint64 row, gboolean backwards)
{
  guint at;

  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), WEIR_NO_ROW);

  if (self->found->len == 0)
    return WEIR_NO_ROW;
  if (backwards)
    at = count_before (self, row) + self->found->len - 1;
  else
    at = row == WEIR_NO_ROW ? 0 : count_before (self, row + 1);
  return ((Bookmark *) g_ptr_array_index (self->found, at % self->found->len))->row;
}

guint
weir_bookmarks_get_n (WeirBookmarks *self)
{
  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), 0);

  return self->found->len + self->sought->len;
}

char *
weir_bookmarks_take_problem (WeirBookmarks *self)
{
  g_return_val_if_fail (WEIR_IS_BOOKMARKS (self), NULL);

  return g_steal_pointer (&self->problem);
}

void
weir_bookmarks_flush (WeirBookmarks *self)
{
  g_return_if_fail (WEIR_IS_BOOKMARKS (self));

  if (self->file != NULL)
    weir_bookmarks_file_flush (self->file);
}

/* --- The object ------------------------------------------------------------------------ */

static void
weir_bookmarks_finalize (GObject *object)
{
  WeirBookmarks *self = WEIR_BOOKMARKS (object);

  g_clear_pointer (&self->file, weir_bookmarks_file_free);
  g_hash_table_unref (self->by_row);
  g_hash_table_unref (self->old_notes);
  g_ptr_array_unref (self->found);
  g_ptr_array_unref (self->sought);
  g_clear_object (&self->log);
  g_free (self->path);
  g_free (self->problem);
  G_OBJECT_CLASS (weir_bookmarks_parent_class)->finalize (object);
}

static void
weir_bookmarks_class_init (WeirBookmarksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_bookmarks_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_bookmarks_init (WeirBookmarks *self)
{
  self->by_row = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->found = g_ptr_array_new_with_free_func (bookmark_free);
  self->sought = g_ptr_array_new_with_free_func (bookmark_free);
  self->old_notes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

WeirBookmarks *
weir_bookmarks_new (void)
{
  return g_object_new (WEIR_TYPE_BOOKMARKS, NULL);
}
