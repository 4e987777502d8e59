/* SPDX-License-Identifier: MIT */
#include "weir-byte-map.h"

#include <string.h>

typedef struct
{
  const guint8 *bytes;
  guint32 length;
  const WeirByteMapOptions *options;
  guint32 next_read;
  GArray *pieces;
} Map;

/* Where the line that begins at begin ends, and where its line end begins. */
static guint32
find_line_end (const Map *map, guint32 begin, guint32 *end)
{
  guint32 at = begin;

  while (at < map->length && map->bytes[at] != '\n' && map->bytes[at] != '\r')
    at++;
  *end = at;
  if (at < map->length)
    *end += map->bytes[at] == '\r' && at + 1 < map->length && map->bytes[at + 1] == '\n' ? 2 : 1;
  return at;
}

static gboolean
is_name (const Map *map, const WeirPiece *line, const char *name)
{
  const gsize length = strlen (name);

  return line->name_end - line->begin == length
         && memcmp (map->bytes + line->begin, name, length) == 0;
}

static gboolean
is_digits (const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (bytes[i]))
      return FALSE;
  return length > 0;
}

/* Whether the standard does something with the field. */
static gboolean
counts (const Map *map, const WeirPiece *line)
{
  const guint8 *value = map->bytes + line->value;
  const gsize length = line->line_end - line->value;

  if (is_name (map, line, "data") || is_name (map, line, "event"))
    return TRUE;
  if (is_name (map, line, "id"))
    return memchr (value, 0, length) == NULL;
  return is_name (map, line, "retry") && is_digits (value, length);
}

static void
classify_line (const Map *map, WeirPiece *line)
{
  const guint8 *colon = memchr (map->bytes + line->begin, ':', line->line_end - line->begin);

  line->name_end = line->value = line->line_end;
  if (line->line_end == line->begin)
    line->kind = WEIR_PIECE_BLANK;
  else if (map->bytes[line->begin] == ':')
    line->kind = WEIR_PIECE_COMMENT;
  else
    {
      if (colon != NULL)
        {
          line->name_end = (guint32) (colon - map->bytes);
          line->value = line->name_end + 1;
          if (line->value < line->line_end && map->bytes[line->value] == ' ')
            line->value++;
        }
      line->kind = counts (map, line) ? WEIR_PIECE_FIELD : WEIR_PIECE_IGNORED;
    }
}

static guint32
get_read_begin (const Map *map)
{
  const WeirByteMapOptions *options = map->options;
  guint64 offset;

  if (map->next_read >= options->n_reads)
    return map->length;
  offset = options->reads[map->next_read].offset;
  if (offset <= options->offset)
    return 0;
  return (guint32) MIN (offset - options->offset, map->length);
}

/* Adds the line, and before its bytes the reads that begin among them. */
static void
add_line (Map *map, const WeirPiece *line)
{
  WeirPiece rest = *line;

  while (map->next_read < map->options->n_reads && get_read_begin (map) < line->end)
    {
      const WeirPiece read = { .kind = WEIR_PIECE_READ,
                               .begin = get_read_begin (map),
                               .end = get_read_begin (map),
                               .read = map->next_read };
      WeirPiece before = rest;

      if (read.begin > rest.begin)
        {
          before.end = read.begin;
          before.line_end = MIN (rest.line_end, before.end);
          g_array_append_val (map->pieces, before);
          rest.begin = read.begin;
          rest.line_end = MAX (rest.line_end, rest.begin);
        }
      g_array_append_val (map->pieces, read);
      map->next_read++;
    }
  g_array_append_val (map->pieces, rest);
}

GArray *
weir_byte_map_new (const guint8 *bytes, gsize length, const WeirByteMapOptions *options)
{
  Map map = { .bytes = bytes, .length = (guint32) length, .options = options };
  guint32 at = 0;

  g_return_val_if_fail (options != NULL, NULL);
  g_return_val_if_fail (length < G_MAXUINT32, NULL);

  map.pieces = g_array_new (FALSE, TRUE, sizeof (WeirPiece));
  if (options->at_stream_start && length >= 3 && memcmp (bytes, "\xEF\xBB\xBF", 3) == 0)
    {
      add_line (&map, &(WeirPiece){ .kind = WEIR_PIECE_BOM, .end = 3, .line_end = 3 });
      at = 3;
    }
  for (guint n = 0; at < map.length; n++)
    {
      WeirPiece line = { .begin = at };

      line.line_end = find_line_end (&map, at, &line.end);
      if (n == WEIR_BYTE_MAP_MOST_LINES)
        line.line_end = line.end = map.length;
      if (n == WEIR_BYTE_MAP_MOST_LINES || (n == 0 && options->in_line))
        line.kind = WEIR_PIECE_UNKNOWN;
      else
        classify_line (&map, &line);
      add_line (&map, &line);
      at = line.end;
    }
  return map.pieces;
}

WeirByteKind
weir_piece_get_byte_kind (const WeirPiece *piece, guint32 at)
{
  if (at >= piece->line_end)
    return WEIR_BYTE_LINE_END;
  switch (piece->kind)
    {
    case WEIR_PIECE_COMMENT:
      return WEIR_BYTE_COMMENT;
    case WEIR_PIECE_IGNORED:
      return WEIR_BYTE_IGNORED;
    case WEIR_PIECE_BOM:
      return WEIR_BYTE_BOM;
    case WEIR_PIECE_FIELD:
      if (at < piece->name_end)
        return WEIR_BYTE_NAME;
      return at < piece->value ? WEIR_BYTE_SEPARATOR : WEIR_BYTE_VALUE;
    case WEIR_PIECE_BLANK:
    case WEIR_PIECE_UNKNOWN:
    case WEIR_PIECE_READ:
    default:
      return WEIR_BYTE_UNKNOWN;
    }
}
