/* SPDX-License-Identifier: MIT */
#include "weir-json-find.h"

#include <string.h>

#include "core/weir-json.h"
#include "weir-filter-private.h"

/* The cancellable is checked after this many tokens. */
#define TOKENS_AT_ONCE 4096u

typedef struct
{
  const char *text;
  WeirFilter *word;
  pcre2_match_data *match_data;
  GByteArray *unescaped;
} Search;

static const char *
find_in (Search *search, const char *text, gsize length)
{
  const WeirFilter *word = search->word;

  if (word->has_finder)
    return (const char *) weir_finder_find (&word->finder, (const guint8 *) text,
                                            (const guint8 *) text + length);
  if (pcre2_match (word->code, (PCRE2_SPTR) text, length, 0, PCRE2_NO_UTF_CHECK, search->match_data,
                   NULL)
      < 0)
    return NULL;
  return text + pcre2_get_ovector_pointer (search->match_data)[0];
}

/* Whether a key or string contains the word once its escapes are decoded. */
static gboolean
is_in_unescaped (Search *search, const WeirJsonToken *token)
{
  gsize length;

  if (!token->escaped)
    return FALSE;
  g_byte_array_set_size (search->unescaped, (guint) (token->end - token->begin));
  length = weir_json_unescape (search->text, token, (char *) search->unescaped->data);
  return find_in (search, (const char *) search->unescaped->data, length) != NULL;
}

static gboolean
is_in_name (Search *search, const WeirJsonToken *key)
{
  return find_in (search, search->text + key->begin + 1, key->end - key->begin - 2) != NULL
         || is_in_unescaped (search, key);
}

/* Sets *hit where the word is in the value. */
static gboolean
is_in_value (Search *search, const WeirJsonToken *value, gsize *hit)
{
  const char *at;

  *hit = value->begin;
  if (value->kind == WEIR_JSON_OBJECT_BEGIN || value->kind == WEIR_JSON_ARRAY_BEGIN)
    return FALSE;
  at = find_in (search, search->text + value->begin, value->end - value->begin);
  if (at == NULL)
    return is_in_unescaped (search, value);
  *hit = (gsize) (at - search->text);
  return TRUE;
}

static GArray *
find_all (Search *search, gsize length, GCancellable *cancellable)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (WeirJsonMatch));
  gboolean name_has_it = FALSE;
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, search->text, length, 0);
  for (guint n = 1; weir_json_next (&json, &token) == WEIR_JSON_TOKEN; n++)
    {
      WeirJsonMatch match = { .value = token.begin };

      if (n % TOKENS_AT_ONCE == 0 && g_cancellable_is_cancelled (cancellable))
        return NULL;
      if (token.kind == WEIR_JSON_OBJECT_END || token.kind == WEIR_JSON_ARRAY_END)
        continue;
      if (token.kind == WEIR_JSON_KEY)
        {
          name_has_it = is_in_name (search, &token);
          continue;
        }
      if (is_in_value (search, &token, &match.hit) || name_has_it)
        g_array_append_val (matches, match);
      name_has_it = FALSE;
      if (matches->len == WEIR_JSON_FIND_MOST)
        break;
    }
  return g_steal_pointer (&matches);
}

GArray *
weir_json_find (GBytes *text, const char *word, GCancellable *cancellable)
{
  g_autoptr (WeirFilter) filter = NULL;
  Search search = { 0 };
  GArray *matches;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (word != NULL && g_utf8_validate (word, -1, NULL), NULL);

  if (*word == '\0')
    return g_array_new (FALSE, FALSE, sizeof (WeirJsonMatch));
  filter = weir_filter_new_text (word, FALSE);
  search.text = g_bytes_get_data (text, &length);
  search.word = filter;
  search.match_data = pcre2_match_data_create (1, NULL);
  search.unescaped = g_byte_array_new ();
  matches = find_all (&search, length, cancellable);
  g_byte_array_unref (search.unescaped);
  pcre2_match_data_free (search.match_data);
  return matches;
}
