/* SPDX-License-Identifier: MIT */
#include "weir-audit-private.h"

#include <string.h>

/* So many steps of one make a sequence in which a gap means something. */
#define SEQUENCE 3

/* The last eight bytes of text as a number, the last one the highest; fewer, and zeros below. */
static guint64
load_tail (const char *text, gsize length)
{
  guint64 word = 0;
  guint32 first, last;

  if (length >= sizeof word)
    {
      memcpy (&word, text + length - sizeof word, sizeof word);
      return GUINT64_FROM_LE (word);
    }
  if (length >= sizeof first)
    {
      memcpy (&first, text, sizeof first);
      memcpy (&last, text + length - sizeof last, sizeof last);
      return (guint64) GUINT32_FROM_LE (last) << 32
             | (guint64) GUINT32_FROM_LE (first) << (64 - 8 * length);
    }
  for (gsize i = 0; i < length; i++)
    word = word >> 8 | (guint64) (guchar) text[i] << 56;
  return word;
}

static guint32
hash_id (WeirSpan id)
{
  guint64 hash = id.length;
  gsize rest = id.length;

  for (;;)
    {
      hash = (hash ^ load_tail (id.text, rest)) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
      if (rest <= sizeof (guint64))
        return (guint32) (hash >> 32);
      hash ^= hash >> 29;
      rest -= sizeof (guint64);
    }
}

#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* How many of the bytes of word are decimal digits, from the highest on. */
static guint
count_digits (guint64 word)
{
  guint64 other = ((word & EACH (0xF0)) ^ EACH ('0'))
                  | ((((word & EACH (0x7F)) + EACH (0x06)) & EACH (0xF0)) ^ EACH ('0'));

  return other == 0 ? 8 : (guint) __builtin_clzll (other) / 8;
}

/* The number in the eight digits of word, whose highest byte is the last digit. Combines digits to pairs,
 * pairs to fours, and fours to the result. */
static guint64
read_digits (guint64 word)
{
  word = (word & EACH (0x0F)) * (1 + (10 << 8)) >> 8;
  word = (word & G_GUINT64_CONSTANT (0x00FF00FF00FF00FF)) * (1 + (100 << 16)) >> 16;
  return (word & G_GUINT64_CONSTANT (0x0000FFFF0000FFFF)) * (1 + (G_GUINT64_CONSTANT (10000) << 32))
         >> 32;
}

/* The decimal number at the end of an id, if it has one that fits. */
static gboolean
get_number (WeirSpan id, guint64 *number)
{
  guint64 scale = 1;
  gsize digits = 0;
  guint n;

  *number = 0;
  do
    {
      guint64 word = load_tail (id.text, id.length - digits);

      n = count_digits (word);
      if (n == 0)
        break;
      *number += read_digits (n == 8 ? word : word >> (64 - 8 * n) << (64 - 8 * n)) * scale;
      scale *= 100000000;
      digits += n;
    }
  while (n == 8 && digits <= 18);
  return digits > 0 && digits <= 18;
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
