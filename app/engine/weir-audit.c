/* SPDX-License-Identifier: MIT */
#include "weir-audit-private.h"

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
  self->n_after = self->n_repeated = 0;
  if (n == 0)
    return;
  self->before = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < n; i++)
    g_hash_table_add (self->before, GUINT_TO_POINTER (self->recent[i]));
}

static WeirAuditVerdict
follow_number (WeirAudit *self, guint64 number)
{
  WeirAuditVerdict verdict = WEIR_AUDIT_NOTHING;

  if (self->has_number && number == self->number + 1)
    self->n_sequential++;
  else if (self->has_number && number > self->number && self->n_sequential >= SEQUENCE)
    {
      self->gap_from = self->number;
      self->gap_to = number;
      self->n_sequential = SEQUENCE;
      verdict = WEIR_AUDIT_GAP;
    }
  else
    self->n_sequential = 0;
  self->number = number;
  self->has_number = TRUE;
  return verdict;
}

WeirAuditVerdict
weir_audit_number (WeirAudit *self, guint64 number)
{
  return follow_number (self, number);
}

WeirAuditVerdict
weir_audit_event (WeirAudit *self, WeirSpan id)
{
  guint32 hash = hash_id (id);
  WeirAuditVerdict verdict = WEIR_AUDIT_NOTHING;
  guint64 number;

  if (self->before)
    {
      self->n_after++;
      if (g_hash_table_contains (self->before, GUINT_TO_POINTER (hash)))
        {
          self->n_repeated++;
          return WEIR_AUDIT_NOTHING;
        }
      g_clear_pointer (&self->before, g_hash_table_unref);
      verdict = self->n_repeated > 0 ? WEIR_AUDIT_REPEATED : WEIR_AUDIT_RESUMED;
    }

  self->recent[self->n_ids++ % WEIR_AUDIT_RECENT] = hash;
  if (get_number (id, &number) && follow_number (self, number) == WEIR_AUDIT_GAP)
    return WEIR_AUDIT_GAP;
  return verdict;
}
