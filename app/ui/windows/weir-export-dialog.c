/* SPDX-License-Identifier: MIT */
#include "weir-export-dialog.h"

#include <glib/gi18n.h>

#include "app/engine/export/weir-export.h"

/* Interval of progress updates. */
#define TICK_MS 100

/* Maximum length of the part of a stream's name that a file name uses, in characters. */
#define MAX_NAME 60

typedef enum
{
  ROWS_SELECTED,
  ROWS_SHOWN,
  ROWS_ALL,
} Rows;

struct _WeirExportDialog
{
  AdwWindow parent_instance;

  GtkWidget *stack;
  AdwComboRow *rows;
  AdwComboRow *format;
  GtkWidget *export;
  GtkLabel *progress_label;
  GtkProgressBar *progress;

  WeirView *view;
  WeirRows *selected;
  char *name;
  Rows choices[3]; /* what the items of rows mean */

  GtkFileChooserNative *chooser;
  WeirExport *job;
  char *file_name;
  GCancellable *cancellable;
  guint tick;
};

G_DEFINE_FINAL_TYPE (WeirExportDialog, weir_export_dialog, ADW_TYPE_WINDOW)

enum
{
  EXPORTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *const endings[] = {
  [WEIR_EXPORT_SSE] = "sse",
  [WEIR_EXPORT_NDJSON] = "ndjson",
  [WEIR_EXPORT_CSV] = "csv",
  [WEIR_EXPORT_HAR] = "har",
};

/* --- Writing --------------------------------------------------------------- */

static gboolean
show_progress (gpointer data)
{
  WeirExportDialog *self = WEIR_EXPORT_DIALOG (data);
  guint64 total, done = weir_export_get_progress (self->job, &total);
  g_autofree char *text = g_strdup_printf (_ ("%'llu of %'llu rows"), (unsigned long long) done,
                                           (unsigned long long) total);

  gtk_label_set_text (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress, total > 0 ? (double) done / (double) total : 0);
  return G_SOURCE_CONTINUE;
}

static char *
describe_result (WeirExportDialog *self)
{
  guint64 total, gone = weir_export_get_n_gone (self->job);

  weir_export_get_progress (self->job, &total);
  if (gone > 0)
    return g_strdup_printf (
        ngettext ("Exported %'llu of %'llu rows to %s. The missing row was deleted before.",
                  "Exported %'llu of %'llu rows to %s. The missing rows were deleted before.",
                  (gulong) gone),
        (unsigned long long) (total - gone), (unsigned long long) total, self->file_name);
  return g_strdup_printf (
      ngettext ("Exported %'llu row to %s", "Exported %'llu rows to %s", (gulong) total),
      (unsigned long long) total, self->file_name);
}

static void
show_failure (WeirExportDialog *self, const char *sentence)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Nothing Was Exported"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), sentence);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
stop_showing_progress (WeirExportDialog *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "choices");
  gtk_widget_set_sensitive (self->export, TRUE);
}

static void
written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WeirExportDialog) self = WEIR_EXPORT_DIALOG (data);
  g_autoptr (GError) error = NULL;

  weir_export_run_finish (WEIR_EXPORT (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (error == NULL)
    {
      g_autofree char *sentence = describe_result (self);

      g_signal_emit (self, signals[EXPORTED], 0, sentence);
      stop_showing_progress (self);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  stop_showing_progress (self);
  g_clear_object (&self->job);
  show_failure (self, error->message);
}

static WeirRows *
get_rows (WeirExportDialog *self)
{
  switch (self->choices[adw_combo_row_get_selected (self->rows)])
    {
    case ROWS_ALL:
      return NULL;
    case ROWS_SHOWN:
      return weir_view_get_rows (self->view);
    case ROWS_SELECTED:
    default:
      return weir_rows_copy (self->selected);
    }
}

static void
start (WeirExportDialog *self, const char *path)
{
  g_autoptr (WeirRows) rows = get_rows (self);

  self->job = weir_export_new (weir_view_get_log (self->view), rows,
                               (WeirExportFormat) adw_combo_row_get_selected (self->format), path);
  g_free (self->file_name);
  self->file_name = g_filename_display_basename (path);
  weir_export_run_async (self->job, self->cancellable, written, g_object_ref (self));
  gtk_widget_set_sensitive (self->export, FALSE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "progress");
  show_progress (self);
  self->tick = g_timeout_add (TICK_MS, show_progress, self);
}

/* --- Asking ---------------------------------------------------------------- */

static void
file_chosen (WeirExportDialog *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  g_assert (WEIR_IS_EXPORT_DIALOG (self));

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (chooser);
  path = file != NULL ? g_file_get_path (file) : NULL;
  g_clear_object (&self->chooser);
  if (path != NULL)
    start (self, path);
  else if (file != NULL)
    show_failure (self, _ ("This location is not a local folder. Choose a local folder."));
}

static void
choose_file (WeirExportDialog *self)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autoptr (GFile) folder =
      g_file_new_for_path (documents != NULL ? documents : g_get_home_dir ());
  g_autofree char *name =
      g_strconcat (self->name, ".", endings[adw_combo_row_get_selected (self->format)], NULL);

  self->chooser = gtk_file_chooser_native_new (_ ("Export"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_chosen), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
add_choice (WeirExportDialog *self, GtkStringList *model, Rows rows, char *text)
{
  self->choices[g_list_model_get_n_items (G_LIST_MODEL (model))] = rows;
  gtk_string_list_take (model, text);
}

static char *
describe_selected (guint64 n)
{
  return g_strdup_printf (_ ("Selected: %'llu"), (unsigned long long) n);
}

/* Offers only choices that differ, the most likely one first. */
static void
fill_rows (WeirExportDialog *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  WeirFilter *filter = weir_view_get_filter (self->view);
  const guint64 n_selected = weir_rows_get_n (self->selected);
  const guint64 n_all = weir_log_get_n_rows (weir_view_get_log (self->view));

  if (n_selected > 1)
    add_choice (self, model, ROWS_SELECTED, describe_selected (n_selected));
  if (filter != NULL)
    {
      g_autoptr (WeirRows) shown = weir_view_get_rows (self->view);

      add_choice (self, model, ROWS_SHOWN,
                  g_strdup_printf (_ ("Shown in the list: %'llu"),
                                   (unsigned long long) weir_rows_get_n (shown)));
    }
  add_choice (self, model, ROWS_ALL,
              g_strdup_printf (_ ("All: %'llu"), (unsigned long long) n_all));
  if (n_selected == 1)
    add_choice (self, model, ROWS_SELECTED, describe_selected (n_selected));
  adw_combo_row_set_model (self->rows, G_LIST_MODEL (model));
}

/* --- The object ------------------------------------------------------------ */

static gboolean
weir_export_dialog_close_request (GtkWindow *window)
{
  g_cancellable_cancel (WEIR_EXPORT_DIALOG (window)->cancellable);
  return GTK_WINDOW_CLASS (weir_export_dialog_parent_class)->close_request (window);
}

static void
weir_export_dialog_dispose (GObject *object)
{
  WeirExportDialog *self = WEIR_EXPORT_DIALOG (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_object (&self->job);
  g_clear_object (&self->view);
  g_clear_pointer (&self->selected, weir_rows_free);
  G_OBJECT_CLASS (weir_export_dialog_parent_class)->dispose (object);
}

static void
weir_export_dialog_finalize (GObject *object)
{
  WeirExportDialog *self = WEIR_EXPORT_DIALOG (object);

  g_object_unref (self->cancellable);
  g_free (self->name);
  g_free (self->file_name);
  G_OBJECT_CLASS (weir_export_dialog_parent_class)->finalize (object);
}

static void
weir_export_dialog_class_init (WeirExportDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_export_dialog_dispose;
  object_class->finalize = weir_export_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = weir_export_dialog_close_request;

  signals[EXPORTED] = g_signal_new ("exported", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/weir_monitor/Weir/weir-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, rows);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, format);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, export);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, WeirExportDialog, progress);
  gtk_widget_class_bind_template_callback (widget_class, choose_file);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
weir_export_dialog_init (WeirExportDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->export);
  gtk_window_set_focus (GTK_WINDOW (self), self->export);
}

/* A name that is valid on every file system, without the extension of a file stream. */
static char *
make_file_name (const char *title)
{
  g_autofree char *start = g_utf8_substring (title, 0, MIN (g_utf8_strlen (title, -1), MAX_NAME));
  char *name = g_strdelimit (g_steal_pointer (&start), "/\\:?*\"<>|\n\r\t", '-');
  WeirExportFormat format;

  if (weir_export_guess_format (name, &format))
    *strrchr (name, '.') = '\0';
  return name;
}

GtkWidget *
weir_export_dialog_new (GtkWindow *parent,
                        WeirView *view,
                        const WeirRows *selected,
                        const char *name)
{
  WeirExportDialog *self = g_object_new (WEIR_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);

  self->view = g_object_ref (view);
  self->selected = weir_rows_copy (selected);
  self->name = make_file_name (name);
  fill_rows (self);
  return GTK_WIDGET (self);
}
