/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-filter-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (WeirFilter, weir_filter, weir_filter_ref, weir_filter_unref)

static void
clear_filter (gpointer data)
{
  WeirFilter *self = data;

  g_clear_pointer (&self->a, weir_filter_unref);
  g_clear_pointer (&self->b, weir_filter_unref);
  g_clear_pointer (&self->text, g_free);
  weir_finder_clear (&self->finder);
  g_clear_pointer (&self->code, pcre2_code_free);
  g_clear_pointer (&self->json_path, weir_json_path_unref);
  g_clear_pointer (&self->rows, weir_rows_free);
}

static WeirFilter *
new_filter (FilterKind kind)
{
  WeirFilter *self = g_atomic_rc_box_new0 (WeirFilter);

  self->kind = kind;
  return self;
}

WeirFilter *
weir_filter_ref (WeirFilter *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
weir_filter_unref (WeirFilter *self)
{
  g_atomic_rc_box_release_full (self, clear_filter);
}

/* --- Making one ------------------------------------------------------------- */

static gboolean
compile (WeirFilter *self, const char *pattern, guint32 options, GError **error)
{
  PCRE2_SIZE offset;
  int code;

  self->code = pcre2_compile ((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED, options | PCRE2_UTF,
                              &code, &offset, NULL);
  if (self->code == NULL)
    {
      guint8 message[256];

      pcre2_get_error_message (code, message, sizeof message);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The expression “%s” has an error at character %ld: %s."), pattern,
                   g_utf8_pointer_to_offset (pattern, pattern + offset) + 1, (char *) message);
      return FALSE;
    }
  pcre2_jit_compile (self->code, PCRE2_JIT_COMPLETE);
  return TRUE;
}

/* Whether folding ASCII letters alone is folding all of text. */
static gboolean
has_ascii_letters_only (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (c >= 0x80 && (g_unichar_tolower (c) != c || g_unichar_toupper (c) != c))
        return FALSE;
    }
  return TRUE;
}

WeirFilter *
weir_filter_new_text (const char *text, gboolean match_case)
{
  WeirFilter *self;

  g_return_val_if_fail (text != NULL && g_utf8_validate (text, -1, NULL), NULL);

  self = new_filter (FILTER_TEXT);
  self->text = g_strdup (text);
  self->length = strlen (text);
  /* Raw bytes do not contain a text that spans lines, or a U+FFFD that replaces invalid bytes. */
  self->has_finder = self->length > 0 && strchr (text, '\n') == NULL
                     && strstr (text, "\uFFFD") == NULL
                     && (match_case || has_ascii_letters_only (text));
  if (self->has_finder)
    weir_finder_init (&self->finder, text, self->length, !match_case);
  else
    compile (self, text, PCRE2_LITERAL | (match_case ? 0 : PCRE2_CASELESS), NULL);
  return self;
}

WeirFilter *
weir_filter_new_regex (const char *pattern, gboolean match_case, GError **error)
{
  WeirFilter *self;

  g_return_val_if_fail (pattern != NULL && g_utf8_validate (pattern, -1, NULL), NULL);

  self = new_filter (FILTER_REGEX);
  if (!compile (self, pattern,
                PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | (match_case ? 0 : PCRE2_CASELESS),
                error))
    g_clear_pointer (&self, weir_filter_unref);
  return self;
}

WeirFilter *
weir_filter_new_json_path (const char *expression, GError **error)
{
  WeirJsonPath *path = weir_json_path_new (expression, error);
  WeirFilter *self;

  if (path == NULL)
    return NULL;
  self = new_filter (FILTER_JSON_PATH);
  self->json_path = path;
  self->text = g_strdup (expression);
  return self;
}

WeirFilter *
weir_filter_new_type (const char *type)
{
  WeirFilter *self = new_filter (FILTER_TYPE);

  self->text = g_strdup (type);
  self->length = strlen (type);
  return self;
}

WeirFilter *
weir_filter_new_id (const char *id)
{
  WeirFilter *self = new_filter (FILTER_ID);

  self->text = g_strdup (id);
  self->length = strlen (id);
  return self;
}

WeirFilter *
weir_filter_new_size (guint64 min, guint64 max)
{
  WeirFilter *self = new_filter (FILTER_SIZE);

  self->min = min;
  self->max = max;
  return self;
}

WeirFilter *
weir_filter_new_kinds (guint kinds)
{
  WeirFilter *self = new_filter (FILTER_KINDS);

  self->kinds = kinds;
  return self;
}

WeirFilter *
weir_filter_new_bookmarks (void)
{
  return new_filter (FILTER_BOOKMARKS);
}

static WeirFilter *
combine (FilterKind kind, WeirFilter *a, WeirFilter *b)
{
  WeirFilter *self = new_filter (kind);
  gboolean swap = b->kind < a->kind;

  /* The cheaper question first. */
  self->a = weir_filter_ref (swap ? b : a);
  self->b = weir_filter_ref (swap ? a : b);
  return self;
}

WeirFilter *
weir_filter_new_and (WeirFilter *a, WeirFilter *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, NULL);
  return combine (FILTER_AND, a, b);
}

WeirFilter *
weir_filter_new_or (WeirFilter *a, WeirFilter *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, NULL);
  return combine (FILTER_OR, a, b);
}

WeirFilter *
weir_filter_new_not (WeirFilter *a)
{
  WeirFilter *self;

  g_return_val_if_fail (a != NULL, NULL);

  self = new_filter (FILTER_NOT);
  self->a = weir_filter_ref (a);
  return self;
}

WeirFilter *
weir_filter_set_bookmarks (WeirFilter *self, const WeirRows *rows)
{
  WeirFilter *copy;

  if (!weir_filter_names_bookmarks (self))
    return weir_filter_ref (self);
  copy = new_filter (self->kind);
  if (self->kind == FILTER_BOOKMARKS)
    copy->rows = weir_rows_copy (rows);
  if (self->a != NULL)
    copy->a = weir_filter_set_bookmarks (self->a, rows);
  if (self->b != NULL)
    copy->b = weir_filter_set_bookmarks (self->b, rows);
  return copy;
}

/* --- An item ------------------------------------------------------------- */

static guint
get_kind (const WeirItem *item)
{
  switch (item->kind)
    {
    case WEIR_ITEM_COMMENT:
      return WEIR_ROW_COMMENT;
    case WEIR_ITEM_RETRY:
      return WEIR_ROW_RETRY;
    case WEIR_ITEM_FINDING:
      return WEIR_ROW_FINDING;
    case WEIR_ITEM_EVENT:
    default:
      return WEIR_ROW_EVENT;
    }
}

static gboolean
code_matches (const WeirFilter *self, WeirSpan span)
{
  pcre2_match_data *data = pcre2_match_data_create_from_pattern (self->code, NULL);
  const int code = pcre2_match (self->code, (PCRE2_SPTR) (span.text != NULL ? span.text : ""),
                                span.length, 0, PCRE2_NO_UTF_CHECK, data, NULL);

  pcre2_match_data_free (data);
  return code >= 0;
}

static gboolean
span_has_text (const WeirFilter *self, WeirSpan span)
{
  const guint8 *text = (const guint8 *) span.text;

  if (!self->has_finder)
    return code_matches (self, span);
  return text != NULL && weir_finder_find (&self->finder, text, text + span.length) != NULL;
}

static gboolean
item_has_text (const WeirFilter *self, const WeirItem *item)
{
  if (item->kind != WEIR_ITEM_EVENT)
    return span_has_text (self, item->text);
  return span_has_text (self, item->data) || span_has_text (self, item->type)
         || (item->has_id && span_has_text (self, item->last_event_id));
}

static gboolean
span_is (WeirSpan span, const WeirFilter *self)
{
  return span.length == self->length
         && (span.length == 0 || memcmp (span.text, self->text, span.length) == 0);
}

gboolean
weir_filter_matches_item (const WeirFilter *self, const WeirItem *item)
{
  const gboolean is_event = item->kind == WEIR_ITEM_EVENT;
  const guint64 size = item->end - item->begin;

  switch (self->kind)
    {
    case FILTER_KINDS:
      return (self->kinds >> get_kind (item) & 1) != 0;
    case FILTER_SIZE:
      return size >= self->min && size <= self->max;
    case FILTER_BOOKMARKS: /* an item is not in a list yet */
      return FALSE;
    case FILTER_TYPE:
      return is_event && span_is (item->type, self);
    case FILTER_ID:
      return is_event && span_is (item->last_event_id, self);
    case FILTER_TEXT:
      return item_has_text (self, item);
    case FILTER_REGEX:
      return is_event ? code_matches (self, item->data)
                      : item->kind == WEIR_ITEM_COMMENT && code_matches (self, item->text);
    case FILTER_JSON_PATH:
      return is_event
             && weir_json_path_matches (self->json_path, item->data.text, item->data.length);
    case FILTER_NOT:
      return !weir_filter_matches_item (self->a, item);
    case FILTER_AND:
      return weir_filter_matches_item (self->a, item) && weir_filter_matches_item (self->b, item);
    case FILTER_OR:
      return weir_filter_matches_item (self->a, item) || weir_filter_matches_item (self->b, item);
    default:
      g_assert_not_reached ();
    }
}

/* --- What a filter needs ------------------------------------------------- */

gboolean
weir_filter_needs_bytes (const WeirFilter *self)
{
  switch (self->kind)
    {
    case FILTER_KINDS:
    case FILTER_SIZE:
    case FILTER_BOOKMARKS:
    case FILTER_TYPE: /* reads the few rows whose type is not in the table by itself */
    case FILTER_ID:   /* the same */
      return FALSE;
    case FILTER_AND:
    case FILTER_OR:
      return weir_filter_needs_bytes (self->a) || weir_filter_needs_bytes (self->b);
    case FILTER_NOT:
      return weir_filter_needs_bytes (self->a);
    case FILTER_TEXT:
    case FILTER_REGEX:
    case FILTER_JSON_PATH:
    default:
      return TRUE;
    }
}

gboolean
weir_filter_names_kinds (const WeirFilter *self)
{
  return self->kind == FILTER_KINDS || (self->a != NULL && weir_filter_names_kinds (self->a))
         || (self->b != NULL && weir_filter_names_kinds (self->b));
}

gboolean
weir_filter_names_bookmarks (const WeirFilter *self)
{
  return self->kind == FILTER_BOOKMARKS
         || (self->a != NULL && weir_filter_names_bookmarks (self->a))
         || (self->b != NULL && weir_filter_names_bookmarks (self->b));
}

/* --- Why a filter may match nothing ---------------------------------------- */

static gboolean
has_type (WeirLog *log, const char *type)
{
  const guint n = weir_log_get_n_types (log);

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (weir_log_get_type_name (log, i), type) == 0)
      return TRUE;
  /* The table is full: other types are not known. */
  return n >= WEIR_TYPE_TABLE_SIZE;
}

const char *
weir_filter_find_missing_type (const WeirFilter *self, WeirLog *log)
{
  const char *missing;

  if (self->kind == FILTER_TYPE)
    return has_type (log, self->text) ? NULL : self->text;
  if (self->kind != FILTER_AND)
    return NULL;
  missing = weir_filter_find_missing_type (self->a, log);
  return missing != NULL ? missing : weir_filter_find_missing_type (self->b, log);
}

/* The length of the path that expression begins with: an operator outside of brackets ends it. */
static gsize
measure_path (const char *expression)
{
  const char *at = expression;
  int brackets = 0;

  for (; *at != '\0' && (brackets > 0 || strchr (" <>=!", *at) == NULL); at++)
    brackets += (*at == '[') - (*at == ']');
  return (gsize) (at - expression);
}

char *
weir_filter_get_required_path (const WeirFilter *self)
{
  char *path;

  if (self->kind == FILTER_JSON_PATH)
    return g_strndup (self->text, measure_path (self->text));
  if (self->kind != FILTER_AND)
    return NULL;
  path = weir_filter_get_required_path (self->a);
  return path != NULL ? path : weir_filter_get_required_path (self->b);
}
