/* SPDX-License-Identifier: MIT */
#include "weir-audit-private.h"

#include "core/weir-json.h"

#include <string.h>

/* So many steps of one make a sequence in which a gap means something. */
#define SEQUENCE 3

static guint32
hash_id (WeirSpan id)
{
  guint64 hash = id.length;
  guint64 word = 0;
  gsize at = 0;

  for (; id.length - at >= sizeof word; at += sizeof word)
    {
      memcpy (&word, id.text + at, sizeof word);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
      hash ^= hash >> 29;
    }
  word = 0;
  for (; at < id.length; at++)
    word = word << 8 | (guchar) id.text[at];
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return (guint32) (hash >> 32);
}

/* The decimal number at the end of an id, where it has one that fits. */
static gboolean
get_number (WeirSpan id, guint64 *number)
{
  gsize digits = 0;

  while (digits < id.length && g_ascii_isdigit (id.text[id.length - 1 - digits]))
    digits++;
  if (digits == 0 || digits > 18)
    return FALSE;
  *number = 0;
  for (gsize i = id.length - digits; i < id.length; i++)
    *number = *number * 10 + (guint64) (id.text[i] - '0');
  return TRUE;
}

void
weir_audit_clear (WeirAudit *self)
{
  g_clear_pointer (&self->before, g_hash_table_unref);
}

void
weir_audit_reconnected (WeirAudit *self)
{
  guint n = MIN (self->n_ids, WEIR_AUDIT_RECENT);

  g_clear_pointer (&self->before, g_hash_table_unref);
  self->n_repeated = 0;
  if (n == 0)
    return;
  self->before = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < n; i++)
    g_hash_table_add (self->before, GUINT_TO_POINTER (self->recent[i]));
}

gboolean
weir_sequence_follow (WeirSequence *self, guint64 number)
{
  gboolean gap = FALSE;

  if (self->has_number && number == self->number + 1)
    self->n_steps++;
  else if (self->has_number && number > self->number && self->n_steps >= SEQUENCE)
    {
      self->gap_from = self->number;
      self->gap_to = number;
      self->n_steps = SEQUENCE;
      gap = TRUE;
    }
  else
    self->n_steps = 0;
  self->number = number;
  self->has_number = TRUE;
  return gap;
}

WeirAuditVerdict
weir_audit_event (WeirAudit *self, WeirSpan id)
{
  guint32 hash = hash_id (id);
  WeirAuditVerdict verdict = WEIR_AUDIT_NOTHING;
  guint64 number;

  if (self->before)
    {
      if (g_hash_table_contains (self->before, GUINT_TO_POINTER (hash)))
        {
          self->n_repeated++;
          return WEIR_AUDIT_NOTHING;
        }
      g_clear_pointer (&self->before, g_hash_table_unref);
      verdict = self->n_repeated > 0 ? WEIR_AUDIT_REPEATED : WEIR_AUDIT_RESUMED;
    }

  self->recent[self->n_ids++ % WEIR_AUDIT_RECENT] = hash;
  if (get_number (id, &number) && weir_sequence_follow (&self->ids, number))
    return WEIR_AUDIT_GAP;
  return verdict;
}

/* --- A counter in the data ----------------------------------------------- */

static gboolean
key_is (const char *text, const WeirJsonToken *token, const char *name, gsize length)
{
  return !token->escaped && token->end - token->begin - 2 == length
         && memcmp (text + token->begin + 1, name, length) == 0;
}

/* Behind an object's begin: goes to the value of the key, and gives its first token. */
static gboolean
find_member (WeirJson *json, const char *text, const char *name, gsize length, WeirJsonToken *token)
{
  while (weir_json_next (json, token) == WEIR_JSON_TOKEN && token->kind == WEIR_JSON_KEY)
    {
      gboolean found = key_is (text, token, name, length);

      if (weir_json_next (json, token) != WEIR_JSON_TOKEN)
        return FALSE;
      if (found)
        return TRUE;
      if (weir_json_skip (json, token) != WEIR_JSON_TOKEN)
        return FALSE;
    }
  return FALSE;
}

gboolean
weir_audit_find_counter (const char *text, gsize length, const char *path, guint64 *number)
{
  WeirJson json;
  WeirJsonToken token;
  gsize quote;

  weir_json_init (&json, text, length, 0);
  if (weir_json_next (&json, &token) != WEIR_JSON_TOKEN)
    return FALSE;
  for (;;)
    {
      gsize name = strcspn (path, ".");

      if (token.kind != WEIR_JSON_OBJECT_BEGIN || !find_member (&json, text, path, name, &token))
        return FALSE;
      path += name;
      if (!*path)
        break;
      path++;
    }

  if (token.kind != WEIR_JSON_NUMBER && token.kind != WEIR_JSON_STRING)
    return FALSE;
  quote = token.kind == WEIR_JSON_STRING;
  for (gsize i = token.begin + quote; i < token.end - quote; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return get_number (
    (WeirSpan) { text + token.begin + quote, token.end - token.begin - 2 * quote }, number);
}
