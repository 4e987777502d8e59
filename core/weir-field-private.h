/* SPDX-License-Identifier: MIT */
/* Which field a line is: HTML Standard 9.2.6, "process the field". */
#ifndef WEIR_FIELD_PRIVATE_H
#define WEIR_FIELD_PRIVATE_H

#include "weir-parser-state-private.h"

#include <string.h>

typedef enum
{
  FIELD_OTHER,
  FIELD_COMMENT,
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_ID,
  FIELD_RETRY,
} WeirField;

/* Returns: the field with this name, or FIELD_OTHER if the standard defines none. */
WeirField weir_field_called (WeirSpan name);

/* Returns: the finding for a line whose field name the standard does not define. */
WeirFindingCode weir_finding_for_field_name (WeirSpan line);

/* Returns: the eight bytes at text as a number, the first byte in the lowest bits. */
static inline uint64_t
weir_load_head (const char *text)
{
  uint64_t head;

  memcpy (&head, text, sizeof head);
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  head = __builtin_bswap64 (head);
#endif
  return head;
}

#define WEIR_HEAD_4(a, b, c, d)                                                                    \
  ((uint64_t) (a) | (uint64_t) (b) << 8 | (uint64_t) (c) << 16 | (uint64_t) (d) << 24)
#define WEIR_HEAD_6(a, b, c, d, e, f)                                                              \
  (WEIR_HEAD_4 (a, b, c, d) | (uint64_t) (e) << 32 | (uint64_t) (f) << 40)

#define WEIR_DATA_HEAD WEIR_HEAD_6 ('d', 'a', 't', 'a', ':', 0)
#define WEIR_DATA_MASK UINT64_C (0xFFFFFFFFFF)

/* Returns: the field of a line, which is not empty, and its value. head is weir_load_head() of the line.
 * The byte after the line is its line end or NUL; it may be part of head. */
static inline WeirField
weir_field_of (WeirSpan line, uint64_t head, WeirSpan *value)
{
  WeirField field;
  size_t n;

  if ((head & WEIR_DATA_MASK) == WEIR_DATA_HEAD)
    {
      field = FIELD_DATA;
      n = 5;
    }
  else if ((head & 0xFF) == ':')
    {
      *value = (WeirSpan){ line.text + 1, line.length - 1 };
      return FIELD_COMMENT;
    }
  else if ((head & UINT64_C (0xFFFFFFFFFFFF)) == WEIR_HEAD_6 ('e', 'v', 'e', 'n', 't', ':'))
    {
      field = FIELD_EVENT;
      n = 6;
    }
  else if ((head & UINT64_C (0xFFFFFF)) == WEIR_HEAD_4 ('i', 'd', ':', 0))
    {
      field = FIELD_ID;
      n = 3;
    }
  else if ((head & UINT64_C (0xFFFFFFFFFFFF)) == WEIR_HEAD_6 ('r', 'e', 't', 'r', 'y', ':'))
    {
      field = FIELD_RETRY;
      n = 6;
    }
  else
    {
      *value = (WeirSpan){ line.text + line.length, 0 };
      return weir_field_called (line);
    }
  n += line.text[n] == ' ';
  *value = (WeirSpan){ line.text + n, line.length - n };
  return field;
}

#endif
