/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-filter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * expression = term { "or" term }
 * term       = factor { factor }
 * factor     = "not" factor | "-" atom | atom
 * atom       = "(" expression ")" | NAME ":" VALUE | "size" OP NUMBER | "/" regex "/" | "$" path
 *            | "quoted text" | word
 */
typedef struct
{
  const char *text;
  const char *at;
  gboolean match_case;
  guint depth;
  GError **error;
} Reader;

#define MOST_DEPTH 32

static WeirFilter *read_expression (Reader *reader);

static WeirFilter *
complain (Reader *reader, const char *what)
{
  g_set_error (reader->error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("The filter is not understood at character %ld: %s."),
               g_utf8_pointer_to_offset (reader->text, reader->at) + 1, what);
  return NULL;
}

static void
skip_blanks (Reader *reader)
{
  while (g_ascii_isspace (*reader->at))
    reader->at++;
}

/* A word that stands by itself. */
static gboolean
take_word (Reader *reader, const char *word)
{
  gsize length = strlen (word);
  char after;

  skip_blanks (reader);
  if (g_ascii_strncasecmp (reader->at, word, length) != 0)
    return FALSE;
  after = reader->at[length];
  if (after != '\0' && after != '(' && !g_ascii_isspace (after))
    return FALSE;
  reader->at += length;
  return TRUE;
}

/* What stands between a quote and the next, in which \" is a quote and \\ a backslash. */
static char *
read_quoted (Reader *reader)
{
  char quote = *reader->at;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = reader->at + 1;

  for (; *at != quote; at++)
    {
      if (*at == '\0')
        {
          complain (reader, _("a quote is missing"));
          return NULL;
        }
      if (*at == '\\' && (at[1] == quote || at[1] == '\\'))
        at++;
      g_string_append_c (text, *at);
    }
  reader->at = at + 1;
  return g_strdup (text->str);
}

/* Quoted, or up to a blank or a closing parenthesis. */
static char *
read_value (Reader *reader)
{
  const char *begin = reader->at;

  if (*begin == '"' || *begin == '\'')
    return read_quoted (reader);
  while (*reader->at != '\0' && !g_ascii_isspace (*reader->at) && *reader->at != ')')
    reader->at++;
  return g_strndup (begin, (gsize) (reader->at - begin));
}

static WeirFilter *
read_regex (Reader *reader)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  const char *at = reader->at + 1;

  for (; *at != '/'; at++)
    {
      if (*at == '\0')
        return complain (reader, _("the closing “/” is missing"));
      if (*at == '\\' && at[1] == '/')
        at++;
      else if (*at == '\\' && at[1] != '\0')
        g_string_append_c (pattern, *at++);
      g_string_append_c (pattern, *at);
    }
  reader->at = at + 1;
  return weir_filter_new_regex (pattern->str, reader->match_case, reader->error);
}

/* A path ends at a blank outside of brackets and quotes, unless a comparison follows: then behind its
 * literal. */
static WeirFilter *
read_json_path (Reader *reader)
{
  const char *at = reader->at, *comparison;
  g_autofree char *path = NULL;
  guint brackets = 0;
  char quote = '\0';

  for (; *at != '\0'; at++)
    {
      if (quote != '\0' && *at == '\\' && at[1] != '\0')
        at++;
      else if (quote != '\0')
        quote = *at == quote ? '\0' : quote;
      else if (*at == '"' || *at == '\'')
        quote = *at;
      else if (*at == '[')
        brackets++;
      else if (*at == ']' && brackets > 0)
        brackets--;
      else if (brackets == 0 && (*at == ')' || strchr ("=!<>", *at) != NULL))
        break;
      else if (brackets == 0 && g_ascii_isspace (*at))
        {
          comparison = at + strspn (at, " \t");
          if (*comparison == '\0' || strchr ("=!<>", *comparison) == NULL)
            break;
        }
    }
  if (*at != '\0' && strchr ("=!<>", *at) != NULL)
    {
      g_autofree char *literal = NULL;
      Reader rest = *reader;

      at += strspn (at, "=!<>");
      at += strspn (at, " \t");
      rest.at = at;
      literal = read_value (&rest);
      if (literal == NULL)
        return NULL;
      at = rest.at;
    }
  path = g_strndup (reader->at, (gsize) (at - reader->at));
  g_strchomp (path);
  reader->at = at;
  return weir_filter_new_json_path (path, reader->error);
}

static gboolean
read_bytes (Reader *reader, guint64 *bytes)
{
  char *end;

  if (!g_ascii_isdigit (*reader->at))
    return FALSE;
  *bytes = g_ascii_strtoull (reader->at, &end, 10);
  reader->at = end;
  if (*end == 'k' || *end == 'K')
    *bytes *= 1000;
  else if (*end == 'm' || *end == 'M')
    *bytes *= 1000000;
  else
    return TRUE;
  reader->at++;
  return TRUE;
}

static WeirFilter *
read_size (Reader *reader)
{
  gboolean less = *reader->at == '<';
  gboolean equal;
  guint64 bytes;

  reader->at++;
  equal = *reader->at == '=';
  reader->at += equal;
  if (!read_bytes (reader, &bytes))
    return complain (reader, _("a number of bytes is expected"));
  if (less)
    return weir_filter_new_size (0, equal || bytes == 0 ? bytes : bytes - 1);
  return weir_filter_new_size (equal ? bytes : bytes + 1, G_MAXUINT64);
}

static WeirFilter *
read_kind (Reader *reader, const char *name)
{
  for (guint kind = WEIR_ROW_EVENT; kind <= WEIR_ROW_GONE; kind++)
    if (strcmp (name, weir_row_kind_get_name (kind)) == 0)
      return weir_filter_new_kinds (1u << kind);
  return complain (reader, _("a kind is event, comment, retry, finding, mark or gone"));
}

static WeirFilter *
read_word (Reader *reader)
{
  g_autofree char *value = NULL;
  gboolean type = g_str_has_prefix (reader->at, "type:");
  gboolean id = g_str_has_prefix (reader->at, "id:");
  gboolean kind = g_str_has_prefix (reader->at, "kind:");

  if (type || kind)
    reader->at += strlen ("type:");
  else if (id)
    reader->at += strlen ("id:");
  value = read_value (reader);
  if (value == NULL)
    return NULL;
  if (type)
    return weir_filter_new_type (value);
  if (id)
    return weir_filter_new_id (value);
  if (kind)
    return read_kind (reader, value);
  return weir_filter_new_text (value, reader->match_case);
}

static WeirFilter *
read_atom (Reader *reader)
{
  WeirFilter *filter;

  skip_blanks (reader);
  if (*reader->at == '\0' || *reader->at == ')')
    return complain (reader, _("something to look for is expected"));
  if (*reader->at == '/')
    return read_regex (reader);
  if (*reader->at == '$' && (reader->at[1] == '.' || reader->at[1] == '['))
    return read_json_path (reader);
  if (g_str_has_prefix (reader->at, "size<") || g_str_has_prefix (reader->at, "size>"))
    {
      reader->at += strlen ("size");
      return read_size (reader);
    }
  if (*reader->at != '(')
    return read_word (reader);

  reader->at++;
  if (++reader->depth > MOST_DEPTH)
    return complain (reader, _("too many parentheses in one another"));
  filter = read_expression (reader);
  reader->depth--;
  skip_blanks (reader);
  if (filter == NULL)
    return NULL;
  if (*reader->at != ')')
    {
      weir_filter_unref (filter);
      return complain (reader, _("“)” is expected"));
    }
  reader->at++;
  return filter;
}

static WeirFilter *
read_factor (Reader *reader)
{
  g_autoptr (WeirFilter) filter = NULL;
  gboolean negated = FALSE;

  while (take_word (reader, "not"))
    negated = !negated;
  skip_blanks (reader);
  if (*reader->at == '-' && reader->at[1] != '\0' && !g_ascii_isspace (reader->at[1]))
    {
      negated = !negated;
      reader->at++;
    }
  filter = read_atom (reader);
  if (filter == NULL)
    return NULL;
  return negated ? weir_filter_new_not (filter) : g_steal_pointer (&filter);
}

static gboolean
is_term_over (Reader *reader)
{
  const char *before = reader->at;
  gboolean over;

  skip_blanks (reader);
  over = *reader->at == '\0' || *reader->at == ')' || take_word (reader, "or");
  reader->at = before;
  return over;
}

static WeirFilter *
read_term (Reader *reader)
{
  g_autoptr (WeirFilter) term = read_factor (reader);

  while (term != NULL && !is_term_over (reader))
    {
      g_autoptr (WeirFilter) before = g_steal_pointer (&term);
      g_autoptr (WeirFilter) next = NULL;

      take_word (reader, "and");
      next = read_factor (reader);
      if (next != NULL)
        term = weir_filter_new_and (before, next);
    }
  return g_steal_pointer (&term);
}

static WeirFilter *
read_expression (Reader *reader)
{
  g_autoptr (WeirFilter) expression = read_term (reader);

  while (expression != NULL && take_word (reader, "or"))
    {
      g_autoptr (WeirFilter) before = g_steal_pointer (&expression);
      g_autoptr (WeirFilter) next = read_term (reader);

      if (next != NULL)
        expression = weir_filter_new_or (before, next);
    }
  return g_steal_pointer (&expression);
}

WeirFilter *
weir_filter_parse (const char *expression, gboolean match_case, GError **error)
{
  Reader reader = { expression, expression, match_case, 0, error };
  WeirFilter *filter;

  g_return_val_if_fail (expression != NULL && g_utf8_validate (expression, -1, NULL), NULL);

  filter = read_expression (&reader);
  skip_blanks (&reader);
  if (filter == NULL || *reader.at == '\0')
    return filter;
  weir_filter_unref (filter);
  return complain (&reader, _("a parenthesis too many"));
}
