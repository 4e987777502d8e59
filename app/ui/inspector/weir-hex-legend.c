/* SPDX-License-Identifier: MIT */
#include "weir-hex-legend.h"

#include <glib/gi18n.h>

#include "weir-hex-style.h"

typedef struct
{
  const char *sample;
  WeirByteKind kind;
  const char *meaning;
} Entry;

static GtkWidget *
make_sample (const Entry *entry)
{
  GtkWidget *label = gtk_label_new (_ (entry->sample));
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  weir_hex_style_add (attributes, entry->kind, 0, G_MAXUINT);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "monospace");
  return label;
}

static GtkWidget *
make_meaning (const Entry *entry)
{
  GtkWidget *label = gtk_label_new (_ (entry->meaning));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  return label;
}

static void
fill (GtkGrid *grid)
{
  static const Entry entries[] = {
    { "data", WEIR_BYTE_NAME, N_ ("A field’s name: data, event, id or retry") },
    { ": ", WEIR_BYTE_SEPARATOR,
      N_ ("The colon after the name, and the one space that is removed with it") },
    { N_ ("value"), WEIR_BYTE_VALUE, N_ ("The field’s value") },
    { N_ (": words"), WEIR_BYTE_COMMENT, N_ ("A comment: a line that begins with a colon") },
    { N_ ("ignored"), WEIR_BYTE_IGNORED,
      N_ ("A line that the standard ignores, such as one with an unknown field name") },
    { "LF", WEIR_BYTE_LINE_END, N_ ("The line ends with a line feed") },
    { "CR", WEIR_BYTE_LINE_END,
      N_ ("The line ends with a carriage return. CR LF is one line end.") },
    { N_ ("blank line"), 0, N_ ("A blank line, which ends the event") },
    { "·", WEIR_BYTE_VALUE, N_ ("A byte that is not a printable ASCII character") },
    { N_ ("Read at"), 0,
      N_ ("A read of the connection began here. Reads within 0.1 ms count as one.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      gtk_grid_attach (grid, make_sample (&entries[i]), 0, (int) i, 1, 1);
      gtk_grid_attach (grid, make_meaning (&entries[i]), 1, (int) i, 1, 1);
    }
}

/* Filled anew whenever it is opened: light or dark may have changed. */
static void
opened (GtkWidget *popover)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_add_css_class (grid, "weir-legend");
  fill (GTK_GRID (grid));
  gtk_popover_set_child (GTK_POPOVER (popover), grid);
}

GtkWidget *
weir_hex_legend_new (void)
{
  GtkWidget *popover = gtk_popover_new ();

  gtk_widget_set_halign (popover, GTK_ALIGN_END);
  g_signal_connect (popover, "show", G_CALLBACK (opened), NULL);
  return popover;
}
