/* SPDX-License-Identifier: MIT */
#include "weir-check-window.h"

#include <glib/gi18n.h>

#include "app/engine/checks/weir-check-text.h"
#include "app/engine/checks/weir-check.h"
#include "common/weir-format.h"

/* Interval of progress updates. */
#define TICK_MS 100

struct _WeirCheckWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkEditable *by;
  GtkStack *stack;
  GtkLabel *progress_label;
  GtkProgressBar *progress;
  AdwStatusPage *hint;
  GtkListView *list;
  GtkLabel *summary;

  WeirStreamItem *item;
  WeirLog *log; /* that is checked, or was */
  WeirCheck *job;
  GCancellable *cancellable; /* NULL: nothing runs */
  guint tick;
};

G_DEFINE_FINAL_TYPE (WeirCheckWindow, weir_check_window, ADW_TYPE_WINDOW)

enum
{
  ACTIVATED,
  REMEMBERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- What was found ----------------------------------------------------------- */

static void
show_hint (WeirCheckWindow *self, const char *icon, const char *title, const char *description)
{
  g_autofree char *escaped = g_markup_escape_text (description, -1);

  adw_status_page_set_icon_name (self->hint, icon);
  adw_status_page_set_title (self->hint, title);
  adw_status_page_set_description (self->hint, escaped);
  gtk_stack_set_visible_child_name (self->stack, "hint");
  gtk_widget_set_visible (GTK_WIDGET (self->summary), FALSE);
}

/* Both sums, a line each, and what they leave out. */
static char *
describe_all (WeirCheckWindow *self,
              const WeirSequenceSummary *sequence,
              const WeirSchemaSummary *schema)
{
  const guint64 n_left = weir_check_get_n_left (self->job);
  const guint64 n_gone = weir_check_get_n_gone (self->job);
  g_autofree char *numbering = weir_sequence_summary_describe (sequence);
  g_autofree char *shape = weir_schema_summary_describe (schema);
  GString *all = g_string_new (NULL);

  g_string_append_printf (all, "%s\n%s", numbering, shape);
  if (n_left > 0)
    {
      g_string_append_c (all, '\n');
      g_string_append_printf (all,
                              ngettext ("%'llu more finding is not listed.",
                                        "%'llu more findings are not listed.", (gulong) n_left),
                              (unsigned long long) n_left);
    }
  if (n_gone > 0)
    {
      g_string_append_c (all, '\n');
      g_string_append_printf (
          all,
          ngettext ("%'llu row could not be checked because it was deleted.",
                    "%'llu rows could not be checked because they were deleted.", (gulong) n_gone),
          (unsigned long long) n_gone);
    }
  return g_string_free (all, FALSE);
}

/* There are no findings: for all events, for some of them, or because no event has a number. */
static void
show_in_order (WeirCheckWindow *self,
               const WeirSequenceSummary *sequence,
               const WeirSchemaSummary *schema,
               const char *description)
{
  if (sequence->n_numbered == 0)
    show_hint (self, "edit-find-symbolic", _ ("No Numbered Events"), description);
  else if (sequence->n_over + schema->n_over + schema->n_left > 0)
    show_hint (self, "edit-find-symbolic", _ ("Some Events Could Not Be Checked"), description);
  else
    show_hint (self, "emblem-ok-symbolic", _ ("No Gaps Found"), description);
}

static void
show_no_events (WeirCheckWindow *self)
{
  show_hint (self, "edit-find-symbolic", _ ("No Events Yet"),
             _ ("This stream has no events to check so far."));
}

static void
show_findings (WeirCheckWindow *self)
{
  g_autoptr (GListModel) findings = weir_check_get_findings (self->job);
  const gboolean none = g_list_model_get_n_items (findings) == 0;
  g_autoptr (GtkSelectionModel) model = NULL;
  g_autofree char *all = NULL;
  WeirSequenceSummary sequence;
  WeirSchemaSummary schema;

  weir_check_get_sequence (self->job, &sequence);
  weir_check_get_schema (self->job, &schema);
  all = describe_all (self, &sequence, &schema);
  if (schema.n_events + schema.n_over == 0)
    {
      show_no_events (self);
      return;
    }
  if (none)
    {
      show_in_order (self, &sequence, &schema, all);
      return;
    }
  model = GTK_SELECTION_MODEL (gtk_no_selection_new (g_steal_pointer (&findings)));
  gtk_list_view_set_model (self->list, model);
  gtk_label_set_text (self->summary, all);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), TRUE);
  gtk_stack_set_visible_child_name (self->stack, "findings");
}

static void
finding_activated (WeirCheckWindow *self, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (self->list));
  g_autoptr (WeirCheckFinding) finding = g_list_model_get_item (model, position);
  const gboolean is_there = weir_stream_item_get_log (self->item) == self->log;

  g_signal_emit (self, signals[ACTIVATED], 0,
                 is_there ? weir_check_finding_get_row (finding) : WEIR_NO_ROW);
}

/* --- Checking ------------------------------------------------------------------ */

static gboolean
show_progress (gpointer data)
{
  WeirCheckWindow *self = WEIR_CHECK_WINDOW (data);
  guint64 total, done = weir_check_get_progress (self->job, &total);
  g_autofree char *text = g_strdup_printf (_ ("%'llu of %'llu rows"), (unsigned long long) done,
                                           (unsigned long long) total);

  gtk_label_set_text (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress, total > 0 ? (double) done / (double) total : 0);
  return G_SOURCE_CONTINUE;
}

static void
stop (WeirCheckWindow *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->job);
}

static void
checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WeirCheckWindow) self = WEIR_CHECK_WINDOW (data);

  /* Cancelled: another one runs, or the window is closed. */
  if (!weir_check_run_finish (WEIR_CHECK (source), result, NULL)
      || WEIR_CHECK (source) != self->job)
    return;
  show_findings (self);
  stop (self);
}

static void
remember (WeirCheckWindow *self, const char *by)
{
  const char *before = weir_stream_item_get_config (self->item)->numbered_by;

  if (g_str_equal (before != NULL ? before : "id", by))
    return;
  weir_stream_item_set_numbered_by (self->item, by);
  g_signal_emit (self, signals[REMEMBERED], 0);
}

static void
check (WeirCheckWindow *self)
{
  g_autofree char *by = g_strstrip (g_strdup (gtk_editable_get_text (self->by)));
  g_autoptr (GError) error = NULL;

  stop (self);
  gtk_list_view_set_model (self->list, NULL);
  g_set_object (&self->log, weir_stream_item_get_log (self->item));
  if (self->log == NULL)
    {
      show_no_events (self);
      return;
    }
  self->job = weir_check_new (self->log, *by != '\0' ? by : "id", &error);
  if (self->job == NULL)
    {
      show_hint (self, "dialog-warning-symbolic", _ ("Invalid Path"), error->message);
      return;
    }
  remember (self, by);
  self->cancellable = g_cancellable_new ();
  weir_check_run_async (self->job, self->cancellable, checked, g_object_ref (self));
  gtk_widget_set_visible (GTK_WIDGET (self->summary), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "progress");
  show_progress (self);
  self->tick = g_timeout_add (TICK_MS, show_progress, self);
}

/* --- Rows ---------------------------------------------------------------------- */

static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *about = gtk_label_new (NULL);

  gtk_widget_set_margin_start (box, 8);
  gtk_widget_set_margin_end (box, 8);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (text, "numeric");
  gtk_label_set_xalign (GTK_LABEL (about), 0);
  gtk_label_set_ellipsize (GTK_LABEL (about), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (about, "dim-label");
  gtk_widget_add_css_class (about, "numeric");
  gtk_widget_add_css_class (about, "caption");
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), about);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  WeirCheckFinding *finding = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  char time[WEIR_FORMAT_LENGTH];
  /* Translators: a row’s number, its time, and what is wrong with it. */
  g_autofree char *about = g_strdup_printf (
      _ ("No. %'llu · %s · %s"), (unsigned long long) weir_check_finding_get_row (finding) + 1,
      weir_format_time (time, weir_check_finding_get_time_us (finding), 0, WEIR_TIME_CLOCK),
      weir_check_finding_is_schema (finding) ? _ ("Schema") : _ ("Sequence"));

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (box)),
                      weir_check_finding_get_text (finding));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (box)), about);
}

/* --- The object ------------------------------------------------------------------ */

static void
weir_check_window_dispose (GObject *object)
{
  WeirCheckWindow *self = WEIR_CHECK_WINDOW (object);

  stop (self);
  g_clear_object (&self->log);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (weir_check_window_parent_class)->dispose (object);
}

/* The callback of the job references the window, so the job is cancelled here. */
static gboolean
weir_check_window_close_request (GtkWindow *window)
{
  stop (WEIR_CHECK_WINDOW (window));
  return GTK_WINDOW_CLASS (weir_check_window_parent_class)->close_request (window);
}

static void
weir_check_window_class_init (WeirCheckWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_check_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = weir_check_window_close_request;
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[REMEMBERED] = g_signal_new ("remembered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-check-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, title);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, by);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, progress_label);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, list);
  gtk_widget_class_bind_template_child (widget_class, WeirCheckWindow, summary);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, finding_activated);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
weir_check_window_init (WeirCheckWindow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
}

GtkWidget *
weir_check_window_new (GtkWindow *parent, WeirStreamItem *item)
{
  WeirCheckWindow *self = g_object_new (WEIR_TYPE_CHECK_WINDOW, "transient-for", parent,
                                        "application", gtk_window_get_application (parent), NULL);
  const char *by = weir_stream_item_get_config (item)->numbered_by;

  self->item = g_object_ref (item);
  adw_window_title_set_subtitle (self->title, weir_stream_item_get_title (item));
  gtk_editable_set_text (self->by, by != NULL ? by : "id");
  check (self);
  return GTK_WIDGET (self);
}

WeirStreamItem *
weir_check_window_get_item (WeirCheckWindow *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_WINDOW (self), NULL);
  return self->item;
}
