/* SPDX-License-Identifier: MIT */
#include "weir-sse-table.h"

#include "weir-passing.h"
#include "weir-sse-text.h"

#include <string.h>

WeirTable weir_table;

void
weir_table_clear (void)
{
  weir_table.n_rows = 0;
  weir_table.answer.narrow = UINT32_MAX;
  weir_table.answer.narrow_end = weir_table.answer.wide_end = weir_table.answer.n_larges = 0;
}

void
weir_table_put_range (uint32_t row, double begin, double end)
{
  if ((weir_table.want & WEIR_WANT_RANGES) == 0)
    return;
  weir_table.ranges[2 * row] = begin;
  weir_table.ranges[2 * row + 1] = end;
}

static void
widen_narrow (uint32_t begin, uint32_t end)
{
  WeirAnswer *answer = &weir_table.answer;

  if (begin < answer->narrow)
    answer->narrow = begin;
  if (end > answer->narrow_end)
    answer->narrow_end = end;
}

static uint32_t
put_large (WeirSpan span, bool is_ascii, uint32_t *begin, uint32_t *end)
{
  WeirAnswer *answer = &weir_table.answer;

  *begin = *end = answer->n_larges;
  weir_table.larges[answer->n_larges++] =
      (WeirLarge){ span.text, (uint32_t) span.length, !is_ascii };
  return WEIR_TEXT_LARGE;
}

/* Whether so many bytes fit behind the piece. */
static bool
has_room (size_t n_bytes)
{
  WeirAnswer *answer = &weir_table.answer;

  if (answer->narrow_end < weir_table.length)
    answer->narrow_end = weir_table.length;
  return n_bytes <= WEIR_PIECE + WEIR_NARROW_ROOM - answer->narrow_end;
}

uint32_t
weir_table_put (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  WeirAnswer *answer = &weir_table.answer;
  uintptr_t at = (uintptr_t) span.text - (uintptr_t) weir_table.text;
  bool is_near = at >= weir_table.first && at < WEIR_PIECE + WEIR_NARROW_ROOM;
  bool raw = (weir_table.want & WEIR_WANT_RAW) != 0;
  bool is_ascii = (is_near && weir_table.ascii) || weir_text_is_ascii (span.text, span.length);
  size_t units;

  *begin = *end = 0;
  if (span.length == 0)
    return WEIR_TEXT_NARROW;
  if (raw && !is_ascii)
    answer->wide_end = 1;
  if (is_ascii || raw)
    {
      if (!is_near)
        {
          if (!has_room (span.length))
            return put_large (span, is_ascii, begin, end);
          at = answer->narrow_end;
          weir_text_copy (weir_table.text + at, span.text, span.length);
        }
      *begin = (uint32_t) at;
      *end = *begin + (uint32_t) span.length;
      widen_narrow (*begin, *end);
      return WEIR_TEXT_NARROW + !is_ascii;
    }
  if (span.length > WEIR_WIDE_ROOM - answer->wide_end)
    return weir_passing_valid_length (span.text, span.length) < span.length
               ? WEIR_TEXT_BAD
               : put_large (span, false, begin, end);
  units = weir_text_widen (weir_table.wide + answer->wide_end, span.text, span.length);
  if (units == SIZE_MAX)
    return WEIR_TEXT_BAD;
  *begin = answer->wide_end;
  *end = answer->wide_end += (uint32_t) units;
  return WEIR_TEXT_WIDE;
}

/* 1 + the index of a short type in names, or 0 where its place is taken. */
static uint32_t
name_of (WeirSpan type)
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
  uint32_t name = name_of (type), end, how;

  if (name > 0)
    return 1u << WEIR_HEAD_HAS_TYPE | 1u << WEIR_HEAD_NAMED | name << WEIR_HEAD_CODE;
  how = type.length < 65536
            ? weir_table_put (type, &row->type, &end)
            : put_large (type, weir_text_is_ascii (type.text, type.length), &row->type, &end);
  return 1u << WEIR_HEAD_HAS_TYPE | how << WEIR_HEAD_TYPE
         | (how == WEIR_TEXT_LARGE ? 0 : end - row->type) << WEIR_HEAD_CODE;
}
