/* SPDX-License-Identifier: MIT */
#include "weir-note-entry.h"

struct _WeirNoteEntry
{
  GtkWidget parent_instance;

  GtkWidget *entry;
  WeirBookmarks *bookmarks;
  WeirRow *row;
  gboolean updating; /* not editing */
};

G_DEFINE_FINAL_TYPE (WeirNoteEntry, weir_note_entry, GTK_TYPE_WIDGET)

/* NULL: the row is not bookmarked, or of a log that is not there any more. */
static const char *
get_note (WeirNoteEntry *self)
{
  if (self->row == NULL || self->bookmarks == NULL
      || weir_bookmarks_get_log (self->bookmarks) != weir_row_get_log (self->row))
    return NULL;
  return weir_bookmarks_get_note (self->bookmarks, weir_row_get_number (self->row));
}

static void
update (WeirNoteEntry *self)
{
  const char *note = get_note (self);

  gtk_widget_set_visible (GTK_WIDGET (self), note != NULL);
  /* Setting the same text would move the cursor to the beginning. */
  if (self->updating || note == NULL
      || g_str_equal (note, gtk_editable_get_text (GTK_EDITABLE (self->entry))))
    return;
  self->updating = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), note);
  self->updating = FALSE;
}

static void
typed (WeirNoteEntry *self)
{
  if (self->updating || get_note (self) == NULL)
    return;
  self->updating = TRUE;
  weir_bookmarks_set_note (self->bookmarks, weir_row_get_number (self->row),
                           gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  self->updating = FALSE;
}

static void
done (WeirNoteEntry *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.end-note", NULL);
}

static void
weir_note_entry_dispose (GObject *object)
{
  WeirNoteEntry *self = WEIR_NOTE_ENTRY (object);

  g_clear_pointer (&self->entry, gtk_widget_unparent);
  g_clear_object (&self->row);
  g_clear_object (&self->bookmarks);
  G_OBJECT_CLASS (weir_note_entry_parent_class)->dispose (object);
}

static void
weir_note_entry_class_init (WeirNoteEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_note_entry_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-note-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirNoteEntry, entry);
  gtk_widget_class_set_css_name (widget_class, "noteentry");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_note_entry_init (WeirNoteEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (typed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (done), self);
}

void
weir_note_entry_set_bookmarks (WeirNoteEntry *self, WeirBookmarks *bookmarks)
{
  g_return_if_fail (WEIR_IS_NOTE_ENTRY (self));
  g_return_if_fail (WEIR_IS_BOOKMARKS (bookmarks));
  g_return_if_fail (self->bookmarks == NULL);

  self->bookmarks = g_object_ref (bookmarks);
  g_signal_connect_object (bookmarks, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

void
weir_note_entry_set_row (WeirNoteEntry *self, WeirRow *row)
{
  g_return_if_fail (WEIR_IS_NOTE_ENTRY (self));

  g_set_object (&self->row, row);
  update (self);
}

void
weir_note_entry_focus (WeirNoteEntry *self)
{
  g_return_if_fail (WEIR_IS_NOTE_ENTRY (self));

  if (get_note (self) != NULL)
    gtk_widget_grab_focus (self->entry);
}
