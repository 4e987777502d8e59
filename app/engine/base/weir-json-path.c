/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-json-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "weir-json-text.h"

typedef enum
{
  SEGMENT_NAME,
  SEGMENT_INDEX,
  SEGMENT_WILDCARD,
  SEGMENT_FILTER,
} SegmentKind;

typedef enum
{
  COMPARE_NONE,
  COMPARE_EQUAL,
  COMPARE_UNEQUAL,
  COMPARE_LESS,
  COMPARE_LESS_EQUAL,
  COMPARE_GREATER,
  COMPARE_GREATER_EQUAL,
} Comparison;

typedef struct
{
  SegmentKind kind;
  gboolean descendant;
  char *name;
  gsize name_length;
  gint64 index;
  WeirJsonPath *filter;
} Segment;

struct _WeirJsonPath
{
  GArray *segments; /* Segment */
  Comparison comparison;
  WeirJsonTokenKind literal_kind;
  char *literal; /* string: unescaped; number: as spelled */
  gsize literal_length;
};

static void
clear_segment (gpointer data)
{
  Segment *segment = data;

  g_free (segment->name);
  g_clear_pointer (&segment->filter, weir_json_path_unref);
}

static void
clear_path (gpointer data)
{
  WeirJsonPath *self = data;

  g_array_unref (self->segments);
  g_free (self->literal);
}

WeirJsonPath *
weir_json_path_ref (WeirJsonPath *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
weir_json_path_unref (WeirJsonPath *self)
{
  g_atomic_rc_box_release_full (self, clear_path);
}

/* --- Reading the expression ------------------------------------------------ */

typedef struct
{
  const char *text;
  const char *at;
  guint depth;
  GError **error;
} Reader;

static gboolean
fail_with (Reader *reader, const char *what)
{
  g_set_error (reader->error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("The JSON path “%s” has an error at character %ld: %s."), reader->text,
               g_utf8_pointer_to_offset (reader->text, reader->at) + 1, what);
  return FALSE;
}

static void
skip_blanks (Reader *reader)
{
  while (*reader->at == ' ' || *reader->at == '\t')
    reader->at++;
}

static gboolean
take (Reader *reader, const char *word)
{
  if (!g_str_has_prefix (reader->at, word))
    return FALSE;
  reader->at += strlen (word);
  return TRUE;
}

/* A string in single or double quotes, with JSON's escapes. */
static gboolean
read_string (Reader *reader, char **string, gsize *length)
{
  char quote = *reader->at++;
  g_autoptr (GString) json = g_string_new ("\"");
  WeirJson tokenizer;
  WeirJsonToken token;

  for (; *reader->at != quote; reader->at++)
    {
      if (*reader->at == '\0')
        return fail_with (reader, _ ("a quote is missing"));
      if (*reader->at == '\\' && reader->at[1] == '\'')
        reader->at++;
      else if (*reader->at == '\\' && reader->at[1] != '\0')
        g_string_append_c (json, *reader->at++);
      else if (*reader->at == '"')
        g_string_append_c (json, '\\');
      g_string_append_c (json, *reader->at);
    }
  reader->at++;
  g_string_append_c (json, '"');
  weir_json_init (&tokenizer, json->str, json->len, 0);
  if (weir_json_next (&tokenizer, &token) != WEIR_JSON_TOKEN)
    return fail_with (reader, _ ("the string is not valid"));
  *string = g_malloc (json->len);
  *length = weir_json_unescape (json->str, &token, *string);
  return TRUE;
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || (guchar) c >= 0x80;
}

static gboolean
read_name (Reader *reader, Segment *segment)
{
  const char *begin = reader->at;

  if (take (reader, "*"))
    {
      segment->kind = SEGMENT_WILDCARD;
      return TRUE;
    }
  while (is_name_byte (*reader->at))
    reader->at++;
  if (reader->at == begin)
    return fail_with (reader, _ ("a name is expected"));
  segment->kind = SEGMENT_NAME;
  segment->name_length = (gsize) (reader->at - begin);
  segment->name = g_strndup (begin, segment->name_length);
  return TRUE;
}

static WeirJsonPath *read_path (Reader *reader, const char *root);

static gboolean
read_bracket (Reader *reader, Segment *segment)
{
  char *end;

  skip_blanks (reader);
  if (*reader->at == '\'' || *reader->at == '"')
    {
      segment->kind = SEGMENT_NAME;
      if (!read_string (reader, &segment->name, &segment->name_length))
        return FALSE;
    }
  else if (take (reader, "*"))
    segment->kind = SEGMENT_WILDCARD;
  else if (take (reader, "?"))
    {
      gboolean parenthesis;

      skip_blanks (reader);
      parenthesis = take (reader, "(");
      segment->kind = SEGMENT_FILTER;
      segment->filter = read_path (reader, "@");
      if (segment->filter == NULL)
        return FALSE;
      if (parenthesis && !take (reader, ")"))
        return fail_with (reader, _ ("“)” is expected"));
    }
  else if (g_ascii_isdigit (*reader->at) || *reader->at == '-')
    {
      segment->kind = SEGMENT_INDEX;
      segment->index = g_ascii_strtoll (reader->at, &end, 10);
      if (end == reader->at)
        return fail_with (reader, _ ("a number is expected"));
      reader->at = end;
    }
  else
    return fail_with (reader, _ ("a quoted name, a number, * or ? is expected"));
  skip_blanks (reader);
  return take (reader, "]") || fail_with (reader, _ ("“]” is expected"));
}

static gboolean
read_segment (Reader *reader, GArray *segments)
{
  Segment segment = { 0 };
  gboolean ok;

  if (take (reader, ".."))
    segment.descendant = TRUE;
  if (take (reader, "["))
    ok = read_bracket (reader, &segment);
  else if (segment.descendant || take (reader, "."))
    ok = read_name (reader, &segment);
  else
    ok = fail_with (reader, _ ("“.” or “[” is expected"));
  if (ok)
    g_array_append_val (segments, segment);
  else
    clear_segment (&segment);
  return ok;
}

static Comparison
read_comparison (Reader *reader)
{
  if (take (reader, "=="))
    return COMPARE_EQUAL;
  if (take (reader, "!="))
    return COMPARE_UNEQUAL;
  if (take (reader, "<="))
    return COMPARE_LESS_EQUAL;
  if (take (reader, ">="))
    return COMPARE_GREATER_EQUAL;
  if (take (reader, "<"))
    return COMPARE_LESS;
  if (take (reader, ">"))
    return COMPARE_GREATER;
  return COMPARE_NONE;
}

static gboolean
read_literal (Reader *reader, WeirJsonPath *self)
{
  const char *begin = reader->at;
  WeirJson tokenizer;
  WeirJsonToken token;

  if (*begin == '\'' || *begin == '"')
    {
      self->literal_kind = WEIR_JSON_STRING;
      return read_string (reader, &self->literal, &self->literal_length);
    }
  while (g_ascii_isalnum (*reader->at) || strchr ("+-.", *reader->at) != NULL)
    if (*reader->at++ == '\0')
      {
        reader->at--;
        break;
      }
  self->literal_length = (gsize) (reader->at - begin);
  weir_json_init (&tokenizer, begin, self->literal_length, 0);
  if (weir_json_next (&tokenizer, &token) != WEIR_JSON_TOKEN
      || weir_json_next (&tokenizer, &token) != WEIR_JSON_DONE)
    {
      reader->at = begin;
      return fail_with (reader, _ ("a string, a number, true, false or null is expected"));
    }
  self->literal_kind = token.kind;
  self->literal = g_strndup (begin, self->literal_length);
  return TRUE;
}

static gboolean
read_rest (Reader *reader, WeirJsonPath *self)
{
  while (*reader->at == '.' || *reader->at == '[')
    if (!read_segment (reader, self->segments))
      return FALSE;
  skip_blanks (reader);
  self->comparison = read_comparison (reader);
  skip_blanks (reader);
  return self->comparison == COMPARE_NONE || read_literal (reader, self);
}

static WeirJsonPath *
read_path (Reader *reader, const char *root)
{
  WeirJsonPath *self;
  gboolean ok;

  skip_blanks (reader);
  if (!take (reader, root))
    {
      fail_with (reader,
                 root[0] == '$' ? _ ("a path begins with “$”") : _ ("a condition begins with “@”"));
      return NULL;
    }
  if (++reader->depth > 8)
    {
      fail_with (reader, _ ("too many nested conditions"));
      return NULL;
    }
  self = g_atomic_rc_box_new0 (WeirJsonPath);
  self->segments = g_array_new (FALSE, TRUE, sizeof (Segment));
  g_array_set_clear_func (self->segments, clear_segment);
  ok = read_rest (reader, self);
  reader->depth--;
  if (!ok)
    g_clear_pointer (&self, weir_json_path_unref);
  return self;
}

WeirJsonPath *
weir_json_path_new (const char *expression, GError **error)
{
  Reader reader = { expression, expression, 0, error };
  WeirJsonPath *self;

  g_return_val_if_fail (expression != NULL, NULL);
  g_return_val_if_fail (g_utf8_validate (expression, -1, NULL), NULL);

  self = read_path (&reader, "$");
  skip_blanks (&reader);
  if (self != NULL && *reader.at != '\0')
    {
      fail_with (&reader, _ ("the path has ended"));
      g_clear_pointer (&self, weir_json_path_unref);
    }
  return self;
}

/* --- Comparing -------------------------------------------------------------- */

static gboolean
is_integer (const char *text, gsize length)
{
  for (gsize i = text[0] == '-'; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

static int
compare_integers (const char *a, gsize a_length, const char *b, gsize b_length)
{
  gboolean a_minus = a[0] == '-', b_minus = b[0] == '-';
  int order;

  if (a_minus != b_minus)
    {
      if (memcmp (a + a_minus, "0", 1) == 0 && memcmp (b + b_minus, "0", 1) == 0)
        return 0;
      return a_minus ? -1 : 1;
    }
  if (a_length != b_length)
    order = a_length < b_length ? -1 : 1;
  else
    order = memcmp (a, b, a_length);
  return a_minus ? -order : order;
}

static double
to_double (const char *text, gsize length)
{
  char buffer[512];

  length = MIN (length, sizeof buffer - 1);
  memcpy (buffer, text, length);
  buffer[length] = '\0';
  return g_ascii_strtod (buffer, NULL);
}

static int
compare_numbers (const char *a, gsize a_length, const char *b, gsize b_length)
{
  double first, second;

  if (is_integer (a, a_length) && is_integer (b, b_length))
    return compare_integers (a, a_length, b, b_length);
  first = to_double (a, a_length);
  second = to_double (b, b_length);
  return (first > second) - (first < second);
}

static int
compare_strings (const char *text, const WeirJsonToken *token, const char *literal, gsize length)
{
  gsize token_length = token->end - token->begin - 2;
  const char *string = text + token->begin + 1;
  g_autofree char *unescaped = NULL;
  int order;

  if (token->escaped)
    {
      unescaped = g_malloc (token_length + 1);
      token_length = weir_json_unescape (text, token, unescaped);
      string = unescaped;
    }
  order = memcmp (string, literal, MIN (token_length, length));
  return order != 0 ? order : (token_length > length) - (token_length < length);
}

static gboolean
holds (Comparison comparison, int order)
{
  switch (comparison)
    {
    case COMPARE_EQUAL:
      return order == 0;
    case COMPARE_UNEQUAL:
      return order != 0;
    case COMPARE_LESS:
      return order < 0;
    case COMPARE_LESS_EQUAL:
      return order <= 0;
    case COMPARE_GREATER:
      return order > 0;
    case COMPARE_GREATER_EQUAL:
      return order >= 0;
    case COMPARE_NONE:
    default:
      return TRUE;
    }
}

/* RFC 9535, section 2.3.5.2.2: values of different types are unequal, and not ordered. */
static gboolean
compare (const WeirJsonPath *self, const char *text, const WeirJsonToken *token)
{
  const char *literal = self->literal;

  if (self->comparison == COMPARE_NONE)
    return TRUE;
  if (token->kind != self->literal_kind)
    return self->comparison == COMPARE_UNEQUAL;
  if (token->kind == WEIR_JSON_STRING)
    return holds (self->comparison, compare_strings (text, token, literal, self->literal_length));
  if (token->kind == WEIR_JSON_NUMBER)
    return holds (self->comparison, compare_numbers (text + token->begin, token->end - token->begin,
                                                     literal, self->literal_length));
  return holds (self->comparison, 0) && self->comparison != COMPARE_LESS
         && self->comparison != COMPARE_GREATER;
}

/* --- Walking ---------------------------------------------------------------- */

/* A value, and what of a path is left to match in it. */
typedef struct
{
  const WeirJsonPath *path;
  guint number;        /* of the next segment */
  WeirJson json;       /* after the first token */
  WeirJsonToken token; /* the first */
} Place;

static gboolean matches_at (const Place *place, WeirJsonToken *found);

static gboolean
name_is (const char *text, const WeirJsonToken *key, const Segment *segment)
{
  if (!key->escaped && key->end - key->begin - 2 != segment->name_length)
    return FALSE;
  return compare_strings (text, key, segment->name, segment->name_length) == 0;
}

static gint64
count_elements (WeirJson json)
{
  WeirJsonToken token;
  gint64 n = 0;

  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN && token.kind != WEIR_JSON_ARRAY_END)
    {
      n++;
      if (weir_json_skip (&json, &token) != WEIR_JSON_TOKEN)
        break;
    }
  return n;
}

/* Whether the segment chooses a child. key: of a member, else NULL; index: of an element. */
static gboolean
is_chosen (const Place *child, const WeirJsonToken *key, gint64 index)
{
  const Segment *segment = &g_array_index (child->path->segments, Segment, child->number);
  Place filtered;

  switch (segment->kind)
    {
    case SEGMENT_NAME:
      return key != NULL && name_is (child->json.text, key, segment);
    case SEGMENT_INDEX:
      return key == NULL && index == segment->index;
    case SEGMENT_WILDCARD:
      return TRUE;
    case SEGMENT_FILTER:
      filtered = (Place){ segment->filter, 0, child->json, child->token };
      return matches_at (&filtered, NULL);
    default:
      g_assert_not_reached ();
    }
}

/* Whether the rest of the path matches in the child, which its segment chose or not. */
static gboolean
child_matches (Place *child, gboolean chosen, WeirJsonToken *found)
{
  const Segment *segment = &g_array_index (child->path->segments, Segment, child->number);
  gboolean matches = FALSE;

  if (chosen)
    {
      child->number++;
      matches = matches_at (child, found);
      child->number--;
    }
  if (matches || !segment->descendant)
    return matches;
  return (child->token.kind == WEIR_JSON_OBJECT_BEGIN || child->token.kind == WEIR_JSON_ARRAY_BEGIN)
         && matches_at (child, found);
}

/* *found, unless it is NULL, becomes the first token of the value that matches. */
static gboolean
matches_at (const Place *place, WeirJsonToken *found)
{
  const WeirJsonPath *path = place->path;
  const gboolean is_object = place->token.kind == WEIR_JSON_OBJECT_BEGIN;
  Place child = *place;
  const Segment *segment;
  gint64 index = 0;

  if (place->number == path->segments->len)
    {
      if (found != NULL)
        *found = place->token;
      return compare (path, place->json.text, &place->token);
    }
  if (!is_object && place->token.kind != WEIR_JSON_ARRAY_BEGIN)
    return FALSE;
  segment = &g_array_index (path->segments, Segment, place->number);
  if (!is_object && segment->kind == SEGMENT_INDEX && segment->index < 0)
    index = -count_elements (place->json);
  for (;; index++)
    {
      WeirJsonToken key;

      if (weir_json_next (&child.json, &child.token) != WEIR_JSON_TOKEN
          || child.token.kind == WEIR_JSON_ARRAY_END || child.token.kind == WEIR_JSON_OBJECT_END)
        return FALSE;
      key = child.token;
      if (is_object && weir_json_next (&child.json, &child.token) != WEIR_JSON_TOKEN)
        return FALSE;
      if (child_matches (&child, is_chosen (&child, is_object ? &key : NULL, index), found))
        return TRUE;
      if (weir_json_skip (&child.json, &child.token) != WEIR_JSON_TOKEN)
        return FALSE;
    }
}

gboolean
weir_json_path_find (const WeirJsonPath *self, const char *text, gsize length, WeirJsonToken *value)
{
  Place place = { .path = self };

  g_return_val_if_fail (self != NULL, FALSE);

  weir_json_init (&place.json, text, length, 0);
  return weir_json_next (&place.json, &place.token) == WEIR_JSON_TOKEN && matches_at (&place, value)
         && weir_json_text_is_valid (text, length, NULL, NULL);
}

gboolean
weir_json_path_matches (const WeirJsonPath *self, const char *text, gsize length)
{
  return weir_json_path_find (self, text, length, NULL);
}
