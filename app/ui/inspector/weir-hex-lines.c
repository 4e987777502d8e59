/* SPDX-License-Identifier: MIT */
#include "weir-hex-lines.h"

#include "app/engine/base/weir-bisect.h"

struct _WeirHexLines
{
  GObject parent_instance;

  GBytes *bytes;
  GArray *pieces;
  GArray *reads;
  WeirHexLayout layout;
  guint32 *first; /* the number of each piece's first line, and of all lines */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirHexLines,
                               weir_hex_lines,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
count_lines (WeirHexLines *self)
{
  guint32 n = 0;

  self->first = g_new (guint32, self->pieces->len + 1);
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const WeirPiece *piece = &g_array_index (self->pieces, WeirPiece, i);

      self->first[i] = n;
      n += piece->kind == WEIR_PIECE_READ
               ? 1
               : (piece->end - piece->begin + self->layout.per_line - 1) / self->layout.per_line;
    }
  self->first[self->pieces->len] = n;
}

typedef struct
{
  const guint32 *first;
  guint line;
} Sought;

static gboolean
piece_begins_before (gconstpointer data, guint64 place)
{
  const Sought *sought = data;

  return sought->first[place] <= sought->line;
}

/* The place of the piece that line is of. */
static guint
find_piece (WeirHexLines *self, guint line)
{
  const Sought sought = { self->first, line };

  return (guint) weir_bisect (1, self->pieces->len, piece_begins_before, &sought) - 1;
}

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_HEX_LINE;
}

static guint
get_n_items (GListModel *model)
{
  WeirHexLines *self = WEIR_HEX_LINES (model);

  return self->first[self->pieces->len];
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirHexLines *self = WEIR_HEX_LINES (model);
  const WeirPiece *piece;
  guint32 begin;
  guint i;

  if (position >= get_n_items (model))
    return NULL;
  i = find_piece (self, position);
  piece = &g_array_index (self->pieces, WeirPiece, i);
  if (piece->kind == WEIR_PIECE_READ)
    return weir_hex_line_new_read (
        &g_array_index (self->reads, WeirRead, piece->read),
        piece->read > 0 ? &g_array_index (self->reads, WeirRead, piece->read - 1) : NULL);
  begin = piece->begin + (position - self->first[i]) * self->layout.per_line;
  return weir_hex_line_new (g_bytes_get_data (self->bytes, NULL), piece, begin, &self->layout);
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
  WeirHexLines *self = WEIR_HEX_LINES (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->pieces, g_array_unref);
  g_clear_pointer (&self->reads, g_array_unref);
  g_free (self->first);
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
weir_hex_lines_new (GBytes *bytes, GArray *pieces, GArray *reads, const WeirHexLayout *layout)
{
  WeirHexLines *self = g_object_new (WEIR_TYPE_HEX_LINES, NULL);

  self->bytes = g_bytes_ref (bytes);
  self->pieces = g_array_ref (pieces);
  self->reads = g_array_ref (reads);
  self->layout = *layout;
  count_lines (self);
  return self;
}
