/* SPDX-License-Identifier: MIT */
#include "weir-hex-lines.h"

struct _WeirHexLines
{
  GObject parent_instance;

  GBytes *bytes;
  guint64 offset;
  guint per_line;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirHexLines,
                               weir_hex_lines,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* One character for one byte; line ends have arrows, what else cannot be shown is a dot. */
static gunichar
get_picture (guint8 byte)
{
  if (byte == '\n')
    return WEIR_HEX_LINE_FEED;
  if (byte == '\r')
    return WEIR_HEX_CARRIAGE_RETURN;
  return byte >= 0x20 && byte < 0x7f ? byte : 0xb7;
}

static char *
write_line (WeirHexLines *self, guint line)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &length);
  const gsize begin = (gsize) line * self->per_line;
  const gsize end = MIN (begin + self->per_line, length);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%08" G_GINT64_MODIFIER "x  ", self->offset + begin);
  for (gsize i = begin; i < begin + self->per_line; i++)
    if (i < end)
      g_string_append_printf (text, "%02x ", bytes[i]);
    else
      g_string_append (text, "   ");
  g_string_append_c (text, ' ');
  for (gsize i = begin; i < end; i++)
    g_string_append_unichar (text, get_picture (bytes[i]));
  return g_string_free (text, FALSE);
}

static GType
get_item_type (GListModel *model)
{
  return GTK_TYPE_STRING_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  WeirHexLines *self = WEIR_HEX_LINES (model);

  return (guint) ((g_bytes_get_size (self->bytes) + self->per_line - 1) / self->per_line);
}

static gpointer
get_item (GListModel *model, guint position)
{
  g_autofree char *line = NULL;

  if (position >= get_n_items (model))
    return NULL;
  line = write_line (WEIR_HEX_LINES (model), position);
  return gtk_string_object_new (line);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
weir_hex_lines_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_HEX_LINES (object)->bytes, g_bytes_unref);
  G_OBJECT_CLASS (weir_hex_lines_parent_class)->finalize (object);
}

static void
weir_hex_lines_class_init (WeirHexLinesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_hex_lines_finalize;
}

static void
weir_hex_lines_init (WeirHexLines *self)
{
}

WeirHexLines *
weir_hex_lines_new (GBytes *bytes, guint64 offset, guint per_line)
{
  WeirHexLines *self = g_object_new (WEIR_TYPE_HEX_LINES, NULL);

  self->bytes = g_bytes_ref (bytes);
  self->offset = offset;
  self->per_line = per_line;
  return self;
}
