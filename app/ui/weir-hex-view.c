/* SPDX-License-Identifier: MIT */
#include "weir-hex-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-hex-lines.h"

/* What a line of sixteen needs, in pixels at the usual size of letters. */
#define WIDE 640

struct _WeirHexView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkListView *list;
  GBytes *bytes;
  guint64 offset;
  guint per_line;
};

G_DEFINE_FINAL_TYPE (WeirHexView, weir_hex_view, GTK_TYPE_WIDGET)

static void
update (WeirHexView *self)
{
  g_autoptr (GtkNoSelection) model = NULL;

  if (self->bytes != NULL)
    model = gtk_no_selection_new (
        G_LIST_MODEL (weir_hex_lines_new (self->bytes, self->offset, self->per_line)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
}

static PangoAttribute *
over (PangoAttribute *attribute, guint begin, guint end)
{
  attribute->start_index = begin;
  attribute->end_index = end;
  return attribute;
}

/* Marks line ends, and makes the offset give way to what matters. */
static PangoAttrList *
get_attributes (WeirHexView *self, const char *line)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  const guint text = WEIR_HEX_TEXT_CHAR (self->per_line);
  guint column = 0;

  pango_attr_list_insert (attributes,
                          over (pango_attr_foreground_alpha_new (36000), 0, WEIR_HEX_OFFSET_CHARS));
  for (const char *p = line + text; *p != '\0'; p = g_utf8_next_char (p), column++)
    {
      const gunichar c = g_utf8_get_char (p);
      const guint at = (guint) (p - line), byte = WEIR_HEX_OFFSET_CHARS + 3 * column;

      if (c != WEIR_HEX_LINE_FEED && c != WEIR_HEX_CARRIAGE_RETURN)
        continue;
      pango_attr_list_insert (
          attributes, over (pango_attr_foreground_new (0xb000, 0x5000, 0xc000), at, at + 3));
      pango_attr_list_insert (attributes,
                              over (pango_attr_weight_new (PANGO_WEIGHT_BOLD), byte, byte + 2));
    }
  return attributes;
}

static void
setup (WeirHexView *self, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, label);
}

static void
bind (WeirHexView *self, GtkListItem *item)
{
  const char *line = gtk_string_object_get_string (gtk_list_item_get_item (item));
  g_autoptr (PangoAttrList) attributes = get_attributes (self, line);
  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));

  gtk_label_set_text (label, line);
  gtk_label_set_attributes (label, attributes);
}

static void
weir_hex_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);
  const guint per_line = width >= WIDE ? 16 : 8;

  if (per_line != self->per_line)
    {
      self->per_line = per_line;
      update (self);
    }
  gtk_widget_size_allocate (self->scroller, &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static void
weir_hex_view_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  gtk_widget_measure (WEIR_HEX_VIEW (widget)->scroller, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static void
weir_hex_view_dispose (GObject *object)
{
  WeirHexView *self = WEIR_HEX_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  G_OBJECT_CLASS (weir_hex_view_parent_class)->dispose (object);
}

static void
weir_hex_view_class_init (WeirHexViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_hex_view_dispose;
  widget_class->size_allocate = weir_hex_view_size_allocate;
  widget_class->measure = weir_hex_view_measure;
}

static void
weir_hex_view_init (WeirHexView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->per_line = 16;
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind), self);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "hex");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Raw bytes"), -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->list));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

void
weir_hex_view_set_bytes (WeirHexView *self, GBytes *bytes, guint64 offset)
{
  g_return_if_fail (WEIR_IS_HEX_VIEW (self));

  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  self->offset = offset;
  update (self);
}
