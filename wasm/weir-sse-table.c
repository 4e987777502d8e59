/* SPDX-License-Identifier: MIT */
#include "weir-sse-table.h"

#include "weir-sse-text.h"

#include <string.h>

WeirTable weir_table;

/* Whether no byte is above 0x7F. */
static bool
is_ascii_text (const char *text, size_t length)
{
  const char *end = text + length;
  uint64_t high = 0, eight;

  for (; end - text >= (ptrdiff_t) sizeof eight; text += sizeof eight)
    {
      memcpy (&eight, text, sizeof eight);
      high |= eight;
    }
  for (; text < end; text++)
    high |= (uint8_t) *text;
  return (high & UINT64_C (0x8080808080808080)) == 0;
}

void
weir_table_clear (void)
{
  weir_table.n_rows = 0;
  weir_table.answer.n_larges = weir_table.answer.cut_end = 0;
  weir_table.answer.main = weir_table.answer.extra = (WeirText16){ .is_ascii = true };
}

void
weir_table_put_range (uint32_t row, double begin, double end)
{
  if ((weir_table.want & WEIR_WANT_RANGES) == 0)
    return;
  weir_table.ranges[2 * row] = begin;
  weir_table.ranges[2 * row + 1] = end;
}

static uint32_t
put_large (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  uint32_t n = weir_table.answer.n_larges++;

  *begin = *end = n;
  weir_table.larges[n] =
      (WeirLarge){ span.text, (uint32_t) span.length, is_ascii_text (span.text, span.length) };
  return WEIR_TEXT_LARGE;
}

/* Appends a text and a line feed to the extra text, which has room for both. */
static inline void
copy (WeirSpan span)
{
  WeirText16 *extra = &weir_table.answer.extra;

  weir_text_copy (weir_table.extra + extra->end, span.text, span.length);
  extra->end += (uint32_t) span.length;
  weir_table.extra[extra->end++] = '\n';
}

/* Returns how the row refers to the text that was copied to at. The line feed after it is not part of it;
 * it ends a character that is cut, so that no decoder waits for its rest. is_ascii: the text is known to
 * be ASCII. */
static uint32_t
give (uint32_t at, bool is_ascii, uint32_t *begin, uint32_t *end)
{
  WeirText16 *extra = &weir_table.answer.extra;
  const uint8_t *text = weir_table.extra + at;
  uint32_t length = extra->end - at - 1, units = length;

  if (!is_ascii && !is_ascii_text ((const char *) text, length))
    {
      extra->is_ascii = false;
      if ((weir_table.want & WEIR_WANT_RAW) == 0)
        units -= weir_text_surplus (text, length);
    }
  *begin = extra->units;
  *end = *begin + units;
  extra->units = *end + 1;
  return WEIR_TEXT_EXTRA;
}

static bool
has_room (size_t n_bytes)
{
  return n_bytes <= WEIR_EXTRA - weir_table.answer.extra.end;
}

uint32_t
weir_table_put (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  uint32_t at;

  *begin = *end = 0;
  if (span.length == 0)
    return WEIR_TEXT_MAIN;
  if (!has_room (span.length + 1))
    return put_large (span, begin, end);
  at = weir_table.answer.extra.end;
  copy (span);
  return give (at, false, begin, end);
}

bool
weir_table_put_lines (const WeirSpan *lines, uint32_t n, uint32_t *begin, uint32_t *end)
{
  uint32_t at = weir_table.answer.extra.end;

  /* The names between them take more room than the line feeds. */
  if (!has_room ((size_t) (lines[n - 1].text - lines[0].text) + lines[n - 1].length + 1))
    return false;
  for (uint32_t i = 0; i < n; i++)
    copy (lines[i]);
  give (at, weir_table.ascii, begin, end);
  return true;
}

uint32_t
weir_table_name (WeirSpan type)
{
  uint32_t hash = (uint32_t) type.length;
  WeirName *name;

  if (type.length > WEIR_NAME_LENGTH)
    return 0;
  for (size_t i = 0; i < type.length; i++)
    hash = hash * 31 + (uint8_t) type.text[i];
  name = &weir_table.names[(hash ^ hash >> 6) % WEIR_NAMES];
  if (name->length == 0)
    {
      name->length = (uint8_t) type.length;
      memcpy (name->text, type.text, type.length);
    }
  else if (name->length != type.length || memcmp (name->text, type.text, type.length) != 0)
    {
      return 0;
    }
  return 1 + (uint32_t) (name - weir_table.names);
}

uint32_t
weir_table_put_type (WeirRow *row, WeirSpan type)
{
  uint32_t name = weir_table_name (type), end, how;

  if (name > 0)
    return weir_table_name_head (name);
  how = type.length < 65536 ? weir_table_put (type, &row->type, &end)
                            : put_large (type, &row->type, &end);
  return weir_table_type_head (how, end - row->type);
}
