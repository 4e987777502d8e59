/* SPDX-License-Identifier: MIT */
#include "weir-query.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DEPTH 32

typedef struct
{
  const char *at;
  GStrvBuilder *words;
  guint depth;
  gboolean negated; /* what is refused need not be marked */
} Query;

static WeirFilter *parse_or (Query *query, GError **error);

static gboolean
fail (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, sentence);
  return FALSE;
}

static void
skip_space (Query *query)
{
  while (g_ascii_isspace (*query->at))
    query->at++;
}

/* Takes word if it is a whole word. */
static gboolean
take_word (Query *query, const char *word)
{
  const gsize length = strlen (word);

  skip_space (query);
  if (strncmp (query->at, word, length) != 0
      || (query->at[length] != '\0' && !g_ascii_isspace (query->at[length])
          && query->at[length] != '('))
    return FALSE;
  query->at += length;
  return TRUE;
}

/* Reads up to the quote that closes; a backslash takes the quote's meaning. */
static char *
read_quoted (Query *query, char quote, gboolean keep_backslash, GError **error)
{
  GString *text = g_string_new (NULL);

  for (query->at++; *query->at != quote; query->at++)
    {
      if (*query->at == '\\' && query->at[1] != '\0')
        {
          if (keep_backslash && query->at[1] != quote)
            g_string_append_c (text, '\\');
          query->at++;
        }
      if (*query->at == '\0')
        {
          g_string_free (text, TRUE);
          fail (error, quote == '/' ? _ ("The regular expression has no closing slash.")
                                    : _ ("The quotation has no closing mark."));
          return NULL;
        }
      g_string_append_c (text, *query->at);
    }
  query->at++;
  return g_string_free (text, FALSE);
}

/* Reads up to a space or an unmatched closing bracket. */
static char *
read_bare (Query *query)
{
  const char *begin = query->at;
  int brackets = 0;

  for (; *query->at != '\0' && !(g_ascii_isspace (*query->at) && brackets == 0); query->at++)
    if (*query->at == '(' || *query->at == '[')
      brackets++;
    else if (*query->at == ')' || *query->at == ']')
      {
        if (brackets == 0)
          break;
        brackets--;
      }
  return g_strndup (begin, (gsize) (query->at - begin));
}

/* Takes an operator that compares, and what it compares with, into path. */
static void
read_comparison (Query *query, GString *path)
{
  static const struct
  {
    const char *text;
    const char *meaning;
  } operators[] = { { "==", "==" }, { "!=", "!=" }, { "<=", "<=" }, { ">=", ">=" },
                    { "<", "<" },   { ">", ">" },   { "=", "==" } };
  const char *before = query->at;
  const char *begin;

  skip_space (query);
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      if (!g_str_has_prefix (query->at, operators[i].text))
        continue;
      query->at += strlen (operators[i].text);
      skip_space (query);
      begin = query->at;
      if (*begin == '"' || *begin == '\'')
        {
          for (query->at++; *query->at != '\0' && *query->at != *begin; query->at++)
            if (*query->at == '\\' && query->at[1] != '\0')
              query->at++;
          query->at += *query->at != '\0';
        }
      else
        g_free (read_bare (query));
      g_string_append_printf (path, " %s %.*s", operators[i].meaning, (int) (query->at - begin),
                              begin);
      return;
    }
  query->at = before;
}

static char *
read_path (Query *query)
{
  g_autofree char *bare = read_bare (query);
  GString *path = g_string_new (bare);

  read_comparison (query, path);
  return g_string_free (path, FALSE);
}

static char *
read_value (Query *query, GError **error)
{
  return *query->at == '"' ? read_quoted (query, '"', FALSE, error) : read_bare (query);
}

static WeirFilter *
make_type (const char *value, GError **error)
{
  return weir_filter_new_type (value);
}

static WeirFilter *
make_id (const char *value, GError **error)
{
  return weir_filter_new_id (value);
}

static WeirFilter *
make_kind (const char *value, GError **error)
{
  static const char *const names[] = { [WEIR_ROW_EVENT] = "event",
                                       [WEIR_ROW_COMMENT] = "comment",
                                       [WEIR_ROW_RETRY] = "retry",
                                       [WEIR_ROW_FINDING] = "finding",
                                       [WEIR_ROW_MARK] = "mark" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], value) == 0)
      return weir_filter_new_kinds (1u << i);
  fail (error, _ ("A kind is event, comment, retry, finding or mark."));
  return NULL;
}

/* Digits, and k or M for thousands and millions. Returns: FALSE if text has anything else. */
static gboolean
read_bytes (const char *text, guint64 *bytes)
{
  char *end;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  *bytes = g_ascii_strtoull (text, &end, 10);
  if (*end == 'k' || *end == 'M')
    *bytes = MIN (*bytes, G_MAXUINT64 / 1000000) * (*end++ == 'k' ? 1000 : 1000000);
  return *end == '\0';
}

static WeirFilter *
make_is (const char *value, GError **error)
{
  if (g_str_equal (value, "bookmark"))
    return weir_filter_new_bookmarks ();
  fail (error, _ ("Write is:bookmark for the rows that are bookmarked."));
  return NULL;
}

static WeirFilter *
make_size (const char *value, GError **error)
{
  g_auto (GStrv) range = g_strsplit (value, "..", 2);
  const char *digits = value + strspn (value, "<>=");
  const gsize n = (gsize) (digits - value);
  guint64 from, to;

  if (g_strv_length (range) == 2 && read_bytes (range[0], &from) && read_bytes (range[1], &to))
    return weir_filter_new_size (from, to);
  if (read_bytes (digits, &from))
    {
      if (n == 0)
        return weir_filter_new_size (from, from);
      if (strncmp (value, ">=", 2) == 0 && n == 2)
        return weir_filter_new_size (from, G_MAXUINT64);
      if (strncmp (value, "<=", 2) == 0 && n == 2)
        return weir_filter_new_size (0, from);
      if (*value == '>' && n == 1 && from < G_MAXUINT64)
        return weir_filter_new_size (from + 1, G_MAXUINT64);
      if (*value == '<' && n == 1 && from > 0)
        return weir_filter_new_size (0, from - 1);
    }
  fail (error, _ ("A size is a number of bytes, as in size:>1000, size:<2k or size:100..200."));
  return NULL;
}

static WeirFilter *
parse_named (Query *query,
             const char *prefix,
             WeirFilter *(*make) (const char *value, GError **error),
             GError **error)
{
  g_autofree char *value = NULL;

  query->at += strlen (prefix);
  value = read_value (query, error);
  if (value == NULL)
    return NULL;
  if (*value == '\0')
    {
      fail (error, _ ("The name after the colon is missing."));
      return NULL;
    }
  return make (value, error);
}

static WeirFilter *
parse_term (Query *query, GError **error)
{
  g_autofree char *value = NULL;

  static const struct
  {
    const char *prefix;
    WeirFilter *(*make) (const char *value, GError **error);
  } named[] = { { "type:", make_type },
                { "id:", make_id },
                { "kind:", make_kind },
                { "size:", make_size },
                { "is:", make_is } };

  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_str_has_prefix (query->at, named[i].prefix))
      return parse_named (query, named[i].prefix, named[i].make, error);
  if (*query->at == '/')
    {
      value = read_quoted (query, '/', TRUE, error);
      return value != NULL ? weir_filter_new_regex (value, FALSE, error) : NULL;
    }
  if (*query->at == '$')
    {
      value = read_path (query);
      return weir_filter_new_json_path (value, error);
    }
  value = read_value (query, error);
  if (value == NULL)
    return NULL;
  if (*value == '\0')
    {
      fail (error, _ ("The search text is missing."));
      return NULL;
    }
  if (!query->negated)
    g_strv_builder_add (query->words, value);
  return weir_filter_new_text (value, FALSE);
}

static WeirFilter *
parse_group (Query *query, GError **error)
{
  g_autoptr (WeirFilter) filter = NULL;

  query->at++;
  filter = parse_or (query, error);
  if (filter == NULL)
    return NULL;
  skip_space (query);
  if (*query->at != ')')
    {
      fail (error, _ ("A closing bracket is missing."));
      return NULL;
    }
  query->at++;
  return g_steal_pointer (&filter);
}

static WeirFilter *
parse_not (Query *query, GError **error)
{
  g_autoptr (WeirFilter) filter = NULL;
  gboolean negated = query->negated;

  skip_space (query);
  if (query->depth >= MAX_DEPTH)
    {
      fail (error, _ ("There are too many brackets."));
      return NULL;
    }
  if (*query->at == '-' && query->at[1] != '\0' && !g_ascii_isspace (query->at[1]))
    query->at++;
  else if (!take_word (query, "NOT"))
    {
      query->depth++;
      filter = *query->at == '(' ? parse_group (query, error) : parse_term (query, error);
      query->depth--;
      return g_steal_pointer (&filter);
    }
  query->negated = !negated;
  query->depth++;
  filter = parse_not (query, error);
  query->depth--;
  query->negated = negated;
  return filter != NULL ? weir_filter_new_not (filter) : NULL;
}

static WeirFilter *
parse_and (Query *query, GError **error)
{
  g_autoptr (WeirFilter) filter = parse_not (query, error);

  while (filter != NULL)
    {
      const char *before;
      g_autoptr (WeirFilter) other = NULL;
      WeirFilter *both;

      skip_space (query);
      before = query->at;
      if (*query->at == '\0' || *query->at == ')' || take_word (query, "OR"))
        {
          query->at = before;
          break;
        }
      take_word (query, "AND");
      other = parse_not (query, error);
      both = other != NULL ? weir_filter_new_and (filter, other) : NULL;
      weir_filter_unref (filter);
      filter = both;
    }
  return g_steal_pointer (&filter);
}

static WeirFilter *
parse_or (Query *query, GError **error)
{
  g_autoptr (WeirFilter) filter = parse_and (query, error);

  while (filter != NULL && take_word (query, "OR"))
    {
      g_autoptr (WeirFilter) other = parse_and (query, error);
      WeirFilter *either = other != NULL ? weir_filter_new_or (filter, other) : NULL;

      weir_filter_unref (filter);
      filter = either;
    }
  return g_steal_pointer (&filter);
}

/* *end becomes the place at which reading ended. */
static WeirFilter *
parse (const char *text, char ***words, const char **end, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  Query query = { .at = text, .words = builder };
  g_autoptr (WeirFilter) filter = NULL;

  *end = text;
  if (words != NULL)
    *words = NULL;
  if (!g_utf8_validate (text, -1, NULL))
    {
      fail (error, _ ("The filter is not valid UTF-8."));
      return NULL;
    }
  skip_space (&query);
  if (*query.at == '\0')
    return NULL;
  filter = parse_or (&query, error);
  *end = query.at;
  if (filter == NULL)
    return NULL;
  skip_space (&query);
  if (*query.at != '\0')
    {
      fail (error, _ ("There is one closing bracket too many."));
      return NULL;
    }
  if (words != NULL)
    *words = g_strv_builder_end (builder);
  return g_steal_pointer (&filter);
}

WeirFilter *
weir_query_parse (const char *text, char ***words, GError **error)
{
  const char *end;

  return parse (text, words, &end, error);
}

WeirFilter *
weir_query_parse_option (const char *text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *end;
  WeirFilter *filter = parse (text, NULL, &end, &problem);

  if (filter != NULL && !weir_filter_names_bookmarks (filter))
    return filter;
  if (filter != NULL)
    {
      fail (&problem, _ ("is:bookmark is available in the filter of the window only."));
      g_clear_pointer (&filter, weir_filter_unref);
    }
  if (problem == NULL)
    fail (&problem, _ ("The filter is empty."));
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               /* Translators: a number, and a sentence on what is wrong there. */
               _ ("At character %ld: %s"),
               end > text ? g_utf8_pointer_to_offset (text, end) + 1 : 1L, problem->message);
  return NULL;
}
