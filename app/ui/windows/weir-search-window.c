/* SPDX-License-Identifier: MIT */
#include "weir-search-window.h"

#include <glib/gi18n.h>

#include "app/engine/recording/weir-recording.h"
#include "app/engine/filter/weir-search.h"
#include "common/weir-format.h"
#include "common/weir-settings.h"
#include "app/engine/filter/weir-query.h"

/* Interval of result updates. */
#define TICK_MS 100

/* The source of the rows: exactly one of these is set. */
typedef struct
{
  WeirStreamItem *item;
  char *path;
} Origin;

struct _WeirSearchWindow
{
  AdwWindow parent_instance;

  GtkWidget *entry;
  GtkStack *stack;
  AdwStatusPage *hint;
  GtkListView *list;
  GtkLabel *summary;

  WeirStreamList *streams;
  WeirLogCache *cache; /* what was opened, until the window is closed */
  WeirSearch *search;
  GPtrArray *origins; /* in the order of the search's sources */
  guint tick;
};

G_DEFINE_FINAL_TYPE (WeirSearchWindow, weir_search_window, ADW_TYPE_WINDOW)

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
origin_free (gpointer data)
{
  Origin *origin = data;

  g_clear_object (&origin->item);
  g_free (origin->path);
  g_free (origin);
}

/* --- What is searched ------------------------------------------------------ */

static void
add_origin (WeirSearchWindow *self, WeirStreamItem *item, const char *path)
{
  Origin *origin = g_new0 (Origin, 1);

  origin->item = item != NULL ? g_object_ref (item) : NULL;
  origin->path = g_strdup (path);
  g_ptr_array_add (self->origins, origin);
}

/* Returns the recordings that the streams' logs are searched to, or read from: their rows are searched. */
static GHashTable *
add_streams (WeirSearchWindow *self)
{
  GHashTable *searched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *streams = G_LIST_MODEL (self->streams);

  for (guint i = 0; i < g_list_model_get_n_items (streams); i++)
    {
      g_autoptr (WeirStreamItem) item = g_list_model_get_item (streams, i);
      WeirLog *log = weir_stream_item_get_log (item);
      WeirRecordingState state = { 0 };

      if (log == NULL)
        continue;
      weir_search_add_log (self->search, log, weir_stream_item_get_title (item));
      add_origin (self, item, NULL);
      weir_log_get_recording_state (log, &state);
      if (state.path != NULL)
        g_hash_table_add (searched, g_path_get_basename (state.path));
      weir_recording_state_clear (&state);
    }
  return searched;
}

static void
add_recordings (WeirSearchWindow *self, GHashTable *searched)
{
  g_autofree char *folder = weir_settings_get_recordings ();
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *shown = g_filename_display_name (name);

      if (!g_str_has_suffix (name, WEIR_RECORDING_SUFFIX) || g_hash_table_contains (searched, name))
        continue;
      weir_search_add_path (self->search, path, shown);
      add_origin (self, NULL, path);
    }
}

/* --- What is found --------------------------------------------------------- */

static void
set_hint (WeirSearchWindow *self, const char *title, const char *description)
{
  g_autofree char *escaped = g_markup_escape_text (description, -1);

  adw_status_page_set_title (self->hint, title);
  adw_status_page_set_description (self->hint, escaped);
  gtk_stack_set_visible_child_name (self->stack, "hint");
  gtk_widget_set_visible (GTK_WIDGET (self->summary), FALSE);
}

static void
show_summary (WeirSearchWindow *self, gboolean done)
{
  const guint n_failed = weir_search_get_n_failed (self->search);
  const guint n_sources = weir_search_get_n_sources (self->search);
  guint64 n_matches = 0;
  guint n_with = 0;
  g_autofree char *text = NULL;
  g_autofree char *failed = NULL;
  g_autofree char *matches = NULL;

  for (guint i = 0; i < n_sources; i++)
    {
      const guint64 n = weir_search_get_n_matches (self->search, i);

      n_matches += n;
      n_with += n > 0;
    }
  if (n_failed > 0)
    failed = g_strdup_printf (ngettext ("%u recording could not be opened",
                                        "%u recordings could not be opened", n_failed),
                              n_failed);
  matches = g_strdup_printf (ngettext ("%'llu match in %u of %u streams and recordings",
                                       "%'llu matches in %u of %u streams and recordings",
                                       (gulong) n_matches),
                             (unsigned long long) n_matches, n_with, n_sources - n_failed);
  text = g_strconcat (matches, done ? "" : "…", failed != NULL ? " · " : NULL, failed, NULL);
  gtk_label_set_text (self->summary, text);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), TRUE);
}

static gboolean
take_in (gpointer data)
{
  WeirSearchWindow *self = WEIR_SEARCH_WINDOW (data);
  gboolean done;

  weir_search_tick (self->search);
  done = weir_search_is_done (self->search);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->search)) > 0)
    gtk_stack_set_visible_child_name (self->stack, "matches");
  else if (done)
    set_hint (self, _ ("No Matches"),
              _ ("No open stream and no recording contains a matching row."));
  show_summary (self, done);
  if (!done)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
forget (WeirSearchWindow *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->search);
  g_ptr_array_set_size (self->origins, 0);
}

static void
search (WeirSearchWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirFilter) filter =
      weir_query_parse (gtk_editable_get_text (GTK_EDITABLE (self->entry)), NULL, &error);
  g_autoptr (GHashTable) searched = NULL;
  g_autoptr (GtkSelectionModel) model = NULL;

  forget (self);
  if (error != NULL)
    {
      set_hint (self, _ ("Invalid Search"), error->message);
      return;
    }
  if (filter == NULL)
    {
      set_hint (self, _ ("Search Everything"),
                _ ("Words, type:name, id:value, /regular expression/, $.path, as in the filter"));
      return;
    }
  self->search = weir_search_new (filter, self->cache);
  searched = add_streams (self);
  add_recordings (self, searched);
  model = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->search))));
  gtk_list_view_set_model (self->list, model);
  if (take_in (self))
    self->tick = g_timeout_add (TICK_MS, take_in, self);
}

static void
match_activated (WeirSearchWindow *self, guint position)
{
  g_autoptr (WeirRow) row = g_list_model_get_item (G_LIST_MODEL (self->search), position);
  const Origin *origin =
      g_ptr_array_index (self->origins, weir_search_get_source_at (self->search, position));

  g_signal_emit (self, signals[ACTIVATED], 0, origin->item, origin->path,
                 weir_row_get_number (row));
}

/* --- Rows ------------------------------------------------------------------ */

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_margin_start (box, 8);
  gtk_widget_set_margin_end (box, 8);
  gtk_widget_set_margin_top (box, 4);
  gtk_widget_set_margin_bottom (box, 4);
  gtk_box_append (GTK_BOX (box), new_label ("monospace"));
  gtk_box_append (GTK_BOX (box), new_label ("dim-label"));
  gtk_widget_add_css_class (gtk_widget_get_last_child (box), "caption");
  gtk_list_item_set_child (list_item, box);
}

static void
bind_row (WeirSearchWindow *self, GtkListItem *list_item)
{
  WeirRow *row = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  const guint source =
      weir_search_get_source_at (self->search, gtk_list_item_get_position (list_item));
  char time[WEIR_FORMAT_LENGTH];
  g_autofree char *about =
      g_strdup_printf ("%s · %s · %s", weir_row_get_type_name (row),
                       weir_search_get_source_name (self->search, source),
                       weir_format_time (time, weir_row_get_time_us (row), 0, WEIR_TIME_CLOCK));

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (box)), weir_row_get_preview (row));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (box)), about);
}

/* --- The object ------------------------------------------------------------ */

static void
weir_search_window_dispose (GObject *object)
{
  WeirSearchWindow *self = WEIR_SEARCH_WINDOW (object);

  if (self->origins != NULL)
    forget (self);
  g_clear_pointer (&self->origins, g_ptr_array_unref);
  g_clear_pointer (&self->cache, weir_log_cache_unref);
  g_clear_object (&self->streams);
  G_OBJECT_CLASS (weir_search_window_parent_class)->dispose (object);
}

static void
weir_search_window_class_init (WeirSearchWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_search_window_dispose;
  signals[ACTIVATED] =
      g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, WEIR_TYPE_STREAM_ITEM, G_TYPE_STRING, G_TYPE_UINT64);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/weir_monitor/Weir/weir-search-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirSearchWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirSearchWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirSearchWindow, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirSearchWindow, list);
  gtk_widget_class_bind_template_child (widget_class, WeirSearchWindow, summary);
  gtk_widget_class_bind_template_callback (widget_class, search);
  gtk_widget_class_bind_template_callback (widget_class, match_activated);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
weir_search_window_init (WeirSearchWindow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->origins = g_ptr_array_new_with_free_func (origin_free);
  self->cache = weir_log_cache_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), NULL);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_row), self);
  gtk_list_view_set_factory (self->list, factory);
  search (self);
}

GtkWidget *
weir_search_window_new (GtkWindow *parent, WeirStreamList *streams)
{
  WeirSearchWindow *self = g_object_new (WEIR_TYPE_SEARCH_WINDOW, "transient-for", parent,
                                         "application", gtk_window_get_application (parent), NULL);

  self->streams = g_object_ref (streams);
  return GTK_WIDGET (self);
}

const char *
weir_search_window_get_expression (WeirSearchWindow *self)
{
  g_return_val_if_fail (WEIR_IS_SEARCH_WINDOW (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}
