/* SPDX-License-Identifier: MIT */
#include "weir-field-private.h"

WeirField
weir_field_called (WeirSpan name)
{
  static const char *const names[] = {
    [FIELD_DATA] = "data", [FIELD_EVENT] = "event", [FIELD_ID] = "id", [FIELD_RETRY] = "retry"
  };

  for (unsigned field = FIELD_DATA; field <= FIELD_RETRY; field++)
    if (name.length == strlen (names[field]) && memcmp (name.text, names[field], name.length) == 0)
      return (WeirField) field;
  return FIELD_OTHER;
}

static bool
is_known_in_any_case (WeirSpan name)
{
  char lower[8];

  if (name.length >= sizeof lower)
    return false;
  for (size_t i = 0; i < name.length; i++)
    lower[i] =
        (char) (name.text[i] >= 'A' && name.text[i] <= 'Z' ? name.text[i] + 32 : name.text[i]);
  return weir_field_called ((WeirSpan){ lower, name.length }) != FIELD_OTHER;
}

static bool
is_space (char c)
{
  return c == ' ' || c == '\t';
}

WeirFindingCode
weir_finding_for_field_name (WeirSpan line)
{
  const char *colon = memchr (line.text, ':', line.length);
  WeirSpan name = { line.text, colon != NULL ? (size_t) (colon - line.text) : line.length };
  WeirSpan bare = name;

  if (name.length >= BOM_LENGTH && memcmp (name.text, BYTE_ORDER_MARK, BOM_LENGTH) == 0)
    return WEIR_FINDING_BOM_IN_STREAM;
  while (bare.length > 0 && is_space (bare.text[bare.length - 1]))
    bare.length--;
  while (bare.length > 0 && is_space (bare.text[0]))
    bare = (WeirSpan){ bare.text + 1, bare.length - 1 };
  if (!is_known_in_any_case (bare))
    return WEIR_FINDING_UNKNOWN_FIELD;
  return bare.length < name.length ? WEIR_FINDING_FIELD_NAME_SPACE : WEIR_FINDING_FIELD_NAME_CASE;
}
