/* SPDX-License-Identifier: MIT */
#include "weir-json-search.h"

#include <glib/gi18n.h>

#include "common/weir-format.h"
#include "app/engine/base/weir-bisect.h"

struct _WeirJsonSearch
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkEditable *entry;
  GtkLabel *count;
  GtkWidget *previous;
  GtkWidget *next;

  GBytes *json;
  char *word;                /* that is looked for in json, or was; NULL: none yet */
  GCancellable *cancellable; /* of the search that is running, or NULL */
  GArray *matches;           /* of WeirJsonMatch; NULL: not known */
  guint current;
};

G_DEFINE_FINAL_TYPE (WeirJsonSearch, weir_json_search, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_FOUND,
  SIGNAL_CHANGED,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct
{
  GBytes *json;
  char *word;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_bytes_unref (question->json);
  g_free (question->word);
  g_free (question);
}

static void
search_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  GArray *matches = weir_json_find (question->json, question->word, cancellable);

  g_task_return_pointer (task, matches, (GDestroyNotify) g_array_unref);
}

static void
drop (WeirJsonSearch *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static char *
describe (WeirJsonSearch *self)
{
  char at[WEIR_FORMAT_LENGTH], all[WEIR_FORMAT_LENGTH];

  if (self->matches == NULL)
    return g_strdup ("");
  if (self->matches->len == 0)
    return g_strdup (_ ("Nothing found"));
  weir_format_count (at, self->current + 1);
  weir_format_count (all, self->matches->len);
  if (self->matches->len == WEIR_JSON_FIND_MOST)
    return g_strdup_printf (_ ("%s of the first %s"), at, all);
  return g_strdup_printf (_ ("%s of %s"), at, all);
}

static void
update (WeirJsonSearch *self)
{
  const gboolean some = self->matches != NULL && self->matches->len > 0;
  const gboolean none = self->matches != NULL && self->matches->len == 0;
  g_autofree char *text = describe (self);

  gtk_label_set_text (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), *text != '\0');
  gtk_widget_set_sensitive (self->previous, some);
  gtk_widget_set_sensitive (self->next, some);
  if (none)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
set_matches (WeirJsonSearch *self, GArray *matches)
{
  g_clear_pointer (&self->matches, g_array_unref);
  self->matches = matches;
  self->current = 0;
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
go (WeirJsonSearch *self)
{
  const WeirJsonMatch *match;

  if (self->matches == NULL || self->matches->len == 0)
    return;
  match = &g_array_index (self->matches, WeirJsonMatch, self->current);
  g_signal_emit (self, signals[SIGNAL_FOUND], 0, (guint64) match->value);
}

static void
searched (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirJsonSearch *self = WEIR_JSON_SEARCH (source);
  g_autoptr (GArray) matches = g_task_propagate_pointer (G_TASK (result), NULL);

  /* A search that is dropped may have ended before it saw that. */
  if (matches == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  g_clear_object (&self->cancellable);
  set_matches (self, g_steal_pointer (&matches));
  go (self);
}

static void
search (WeirJsonSearch *self)
{
  const char *word = weir_json_search_get_word (self);
  g_autoptr (GTask) task = NULL;
  Question *question;

  /* The entry emits "search-changed" after a delay; Enter does not wait. */
  if (g_strcmp0 (word, self->word) == 0)
    return;
  drop (self);
  g_free (self->word);
  self->word = g_strdup (word);
  if (self->json == NULL || *word == '\0')
    {
      set_matches (self, NULL);
      return;
    }
  question = g_new0 (Question, 1);
  question->json = g_bytes_ref (self->json);
  question->word = g_strdup (word);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, searched, NULL);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, search_in_thread);
}

static void
step_on (WeirJsonSearch *self)
{
  weir_json_search_step (self, FALSE);
}

static void
step_back (WeirJsonSearch *self)
{
  weir_json_search_step (self, TRUE);
}

static gboolean
shift_enter_pressed (GtkWidget *entry, GVariant *arguments, gpointer self)
{
  step_back (self);
  return GDK_EVENT_STOP;
}

/* Bubble phase, so that an input method handles keys first. */
static void
add_shift_enter (WeirJsonSearch *self)
{
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_ISO_Enter };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], GDK_SHIFT_MASK),
                          gtk_callback_action_new (shift_enter_pressed, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->entry), controller);
}

static void
weir_json_search_dispose (GObject *object)
{
  WeirJsonSearch *self = WEIR_JSON_SEARCH (object);

  drop (self);
  g_clear_pointer (&self->json, g_bytes_unref);
  g_clear_pointer (&self->matches, g_array_unref);
  g_clear_pointer (&self->word, g_free);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_json_search_parent_class)->dispose (object);
}

static void
weir_json_search_class_init (WeirJsonSearchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_json_search_dispose;

  signals[SIGNAL_FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-json-search.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirJsonSearch, box);
  gtk_widget_class_bind_template_child (widget_class, WeirJsonSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirJsonSearch, count);
  gtk_widget_class_bind_template_child (widget_class, WeirJsonSearch, previous);
  gtk_widget_class_bind_template_child (widget_class, WeirJsonSearch, next);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_json_search_init (WeirJsonSearch *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (search), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (step_on), self);
  g_signal_connect_swapped (self->entry, "next-match", G_CALLBACK (step_on), self);
  g_signal_connect_swapped (self->entry, "previous-match", G_CALLBACK (step_back), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (weir_json_search_close), self);
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (step_on), self);
  g_signal_connect_swapped (self->previous, "clicked", G_CALLBACK (step_back), self);
  add_shift_enter (self);
  update (self);
}

void
weir_json_search_set_json (WeirJsonSearch *self, GBytes *json)
{
  g_return_if_fail (WEIR_IS_JSON_SEARCH (self));

  g_clear_pointer (&self->json, g_bytes_unref);
  self->json = json != NULL ? g_bytes_ref (json) : NULL;
  /* What stood in another text marks nothing in this one. */
  g_clear_pointer (&self->matches, g_array_unref);
  g_clear_pointer (&self->word, g_free);
  search (self);
}

void
weir_json_search_open (WeirJsonSearch *self)
{
  const gboolean was_open = weir_json_search_is_open (self);

  g_return_if_fail (WEIR_IS_JSON_SEARCH (self));

  gtk_widget_set_visible (self->box, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (self->entry, 0, -1);
  if (!was_open)
    search (self);
}

void
weir_json_search_close (WeirJsonSearch *self)
{
  g_return_if_fail (WEIR_IS_JSON_SEARCH (self));

  if (!weir_json_search_is_open (self))
    return;
  gtk_widget_set_visible (self->box, FALSE);
  search (self);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

gboolean
weir_json_search_is_open (WeirJsonSearch *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_SEARCH (self), FALSE);

  return gtk_widget_get_visible (self->box);
}

void
weir_json_search_step (WeirJsonSearch *self, gboolean backwards)
{
  guint n;

  g_return_if_fail (WEIR_IS_JSON_SEARCH (self));

  search (self);
  if (self->cancellable != NULL || self->matches == NULL || self->matches->len == 0)
    return;
  n = self->matches->len;
  self->current = (self->current + (backwards ? n - 1 : 1)) % n;
  update (self);
  go (self);
}

const char *
weir_json_search_get_word (WeirJsonSearch *self)
{
  g_return_val_if_fail (WEIR_IS_JSON_SEARCH (self), "");

  return weir_json_search_is_open (self) ? gtk_editable_get_text (self->entry) : "";
}

typedef struct
{
  GArray *matches;
  gsize offset;
} Sought;

static gboolean
match_is_before (gconstpointer data, guint64 place)
{
  const Sought *sought = data;

  return g_array_index (sought->matches, WeirJsonMatch, place).value < sought->offset;
}

const WeirJsonMatch *
weir_json_search_get_match (WeirJsonSearch *self, gsize offset)
{
  const Sought sought = { self->matches, offset };
  guint place;

  g_return_val_if_fail (WEIR_IS_JSON_SEARCH (self), NULL);

  if (self->matches == NULL)
    return NULL;
  place = (guint) weir_bisect (0, self->matches->len, match_is_before, &sought);
  if (place == self->matches->len
      || g_array_index (self->matches, WeirJsonMatch, place).value != offset)
    return NULL;
  return &g_array_index (self->matches, WeirJsonMatch, place);
}
