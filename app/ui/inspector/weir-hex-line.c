/* SPDX-License-Identifier: MIT */
#include "weir-hex-line.h"

#include <glib/gi18n.h>

#include "common/weir-format.h"

struct _WeirHexLine
{
  GObject parent_instance;

  gboolean is_read;
  char *text;
  char *spoken; /* bytes: what they are, in words */
  GArray *runs; /* of WeirHexRun */
};

G_DEFINE_FINAL_TYPE (WeirHexLine, weir_hex_line, G_TYPE_OBJECT)

static void
weir_hex_line_finalize (GObject *object)
{
  WeirHexLine *self = WEIR_HEX_LINE (object);

  g_free (self->text);
  g_free (self->spoken);
  g_array_unref (self->runs);
  G_OBJECT_CLASS (weir_hex_line_parent_class)->finalize (object);
}

static void
weir_hex_line_class_init (WeirHexLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_hex_line_finalize;
}

static void
weir_hex_line_init (WeirHexLine *self)
{
  self->runs = g_array_new (FALSE, FALSE, sizeof (WeirHexRun));
}

/* One character for each byte, a dot for unprintable bytes, and the standard's name for a
 * line end. */
static void
append_picture (GString *text, guint8 byte, gboolean is_first)
{
  if (byte == '\n' || byte == '\r')
    g_string_append_printf (text, "%s%s", is_first ? "" : " ", byte == '\n' ? "LF" : "CR");
  else
    g_string_append_unichar (text, byte >= 0x20 && byte < 0x7f ? byte : 0xb7);
}

/* The text from begin on is of that kind. It joins the previous text if that is of the same
 * kind. */
static void
add_run (WeirHexLine *self, WeirByteKind kind, gsize first, gsize begin, const GString *text)
{
  const WeirHexRun run = { kind, (guint) begin, (guint) text->len };
  WeirHexRun *last =
      self->runs->len > 0 ? &g_array_index (self->runs, WeirHexRun, self->runs->len - 1) : NULL;

  if (last != NULL && last->kind == kind && last->begin >= first)
    last->end = run.end;
  else
    g_array_append_val (self->runs, run);
}

static void
pad (GString *text, gsize n)
{
  while (n-- > 0)
    g_string_append_c (text, ' ');
}

static const char *
get_line_end (const guint8 *bytes, const WeirPiece *piece, guint32 end)
{
  if (piece->line_end == piece->end || end < piece->end)
    return NULL;
  if (bytes[piece->end - 1] == '\r')
    return "CR";
  return piece->end > 1 && bytes[piece->end - 2] == '\r' ? "CR LF" : "LF";
}

/* The kind of the whole line, for screen readers: they do not see that an ignored line is dim. */
static const char *
get_note (const WeirPiece *piece, guint32 end)
{
  if (end < piece->end)
    return NULL;
  if (piece->kind == WEIR_PIECE_BLANK)
    return _ ("blank line");
  if (piece->kind == WEIR_PIECE_BOM)
    return _ ("byte order mark");
  return piece->kind == WEIR_PIECE_IGNORED ? _ ("ignored") : NULL;
}

/* The name of characters of a kind; NULL if they need none. */
static char *
speak_part (WeirByteKind kind, const char *characters)
{
  switch (kind)
    {
    case WEIR_BYTE_NAME:
      return g_strdup_printf (_ ("name %s"), characters);
    case WEIR_BYTE_SEPARATOR:
      return g_strdup (characters[1] == ' ' ? _ ("colon and space") : _ ("colon"));
    case WEIR_BYTE_VALUE:
      return g_strdup_printf (_ ("value %s"), characters);
    case WEIR_BYTE_COMMENT:
      return g_strdup_printf (_ ("comment %s"), characters);
    case WEIR_BYTE_IGNORED:
    case WEIR_BYTE_UNKNOWN:
      return g_strdup (characters);
    case WEIR_BYTE_LINE_END:
    case WEIR_BYTE_BOM:
    default:
      return NULL;
    }
}

static char *
speak (WeirHexLine *self, gsize first, const char *line_end, const char *note)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->runs->len; i++)
    {
      const WeirHexRun *run = &g_array_index (self->runs, WeirHexRun, i);
      g_autofree char *characters = g_strndup (self->text + run->begin, run->end - run->begin);
      char *part = run->begin >= first ? speak_part (run->kind, characters) : NULL;

      if (part != NULL)
        g_ptr_array_add (words, part);
    }
  if (line_end != NULL)
    g_ptr_array_add (words, g_strdup (line_end));
  if (note != NULL)
    g_ptr_array_add (words, g_strdup (note));
  g_ptr_array_add (words, NULL);
  return g_strjoinv (", ", (char **) words->pdata);
}

WeirHexLine *
weir_hex_line_new (const guint8 *bytes,
                   const WeirPiece *piece,
                   guint32 begin,
                   const WeirHexLayout *layout)
{
  WeirHexLine *self = g_object_new (WEIR_TYPE_HEX_LINE, NULL);
  const guint32 end = MIN (begin + layout->per_line, piece->end);
  const char *note = get_note (piece, end);
  GString *text = g_string_new (NULL);
  gsize numbers, characters;

  g_string_append_printf (text, "%0*" G_GINT64_MODIFIER "x", (int) layout->digits,
                          layout->offset + begin);
  add_run (self, 0, 0, 0, text);
  numbers = text->len + 2;
  for (guint32 i = begin; i < end; i++)
    {
      pad (text, i == begin ? 2 : 1);
      g_string_append_printf (text, "%02x", bytes[i]);
      add_run (self, weir_piece_get_byte_kind (piece, i), numbers, text->len - 2, text);
    }
  pad (text, 3 * (layout->per_line - (end - begin)) + 2);
  characters = text->len;
  for (guint32 i = begin; i < end; i++)
    {
      const gsize at = text->len;

      append_picture (text, bytes[i], i == begin);
      add_run (self, weir_piece_get_byte_kind (piece, i), characters, at, text);
    }
  if (note != NULL && piece->kind != WEIR_PIECE_IGNORED)
    {
      g_string_append_printf (text, " %s", note);
      add_run (self, 0, text->len, text->len - strlen (note), text);
    }
  self->text = g_string_free (text, FALSE);
  self->spoken = speak (self, characters, get_line_end (bytes, piece, end), note);
  return self;
}

WeirHexLine *
weir_hex_line_new_read (const WeirRead *read, const WeirRead *before)
{
  WeirHexLine *self = g_object_new (WEIR_TYPE_HEX_LINE, NULL);
  char time[WEIR_FORMAT_LENGTH], gap[WEIR_FORMAT_LENGTH];

  self->is_read = TRUE;
  weir_format_time (time, read->time_us, 0, WEIR_TIME_CLOCK);
  if (before == NULL)
    self->text = g_strdup_printf (_ ("Read at %s"), time);
  else
    self->text = g_strdup_printf (_ ("Next read at %s, %s"), time,
                                  weir_format_gap (gap, read->time_us - before->time_us));
  return self;
}

const char *
weir_hex_line_get_text (WeirHexLine *self)
{
  g_return_val_if_fail (WEIR_IS_HEX_LINE (self), NULL);

  return self->text;
}

const WeirHexRun *
weir_hex_line_get_runs (WeirHexLine *self, guint *n)
{
  g_return_val_if_fail (WEIR_IS_HEX_LINE (self), NULL);

  *n = self->runs->len;
  return (const WeirHexRun *) (gpointer) self->runs->data;
}

gboolean
weir_hex_line_is_read (WeirHexLine *self)
{
  g_return_val_if_fail (WEIR_IS_HEX_LINE (self), FALSE);

  return self->is_read;
}

char *
weir_hex_line_describe (WeirHexLine *self)
{
  g_return_val_if_fail (WEIR_IS_HEX_LINE (self), NULL);

  if (self->is_read)
    return g_strdup (self->text);
  return g_strdup_printf ("%s; %s", self->spoken, self->text);
}

guint
weir_hex_line_get_width (guint per_line, guint digits)
{
  return digits + 1 + 3 * per_line + 2 + per_line + (guint) strlen (" CR LF");
}
