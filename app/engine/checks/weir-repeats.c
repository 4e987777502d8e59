/* SPDX-License-Identifier: MIT */
#include "weir-repeats-private.h"

static void
remember (WeirRepeats *self, guint64 hash)
{
  self->hashes[self->n++ % WEIR_REPEATS_RECENT] = hash;
}

/* The latest one of that hash, so that a server whose events are all alike has one of them taken for a
 * repeat at most; n where there is none. */
static guint64
find_latest (const WeirRepeats *self, guint64 hash)
{
  for (guint64 back = 1; back <= MIN (self->n, WEIR_REPEATS_RECENT); back++)
    if (self->hashes[(self->n - back) % WEIR_REPEATS_RECENT] == hash)
      return self->n - back;
  return self->n;
}

void
weir_repeats_reconnected (WeirRepeats *self)
{
  self->judging = self->n > 0;
  self->expected = self->n;
}

gboolean
weir_repeats_is_judging (const WeirRepeats *self)
{
  return self->judging || self->expected < self->n;
}

gboolean
weir_repeats_see (WeirRepeats *self, guint64 hash)
{
  if (hash != 0 && self->judging)
    self->expected = find_latest (self, hash);
  self->judging = FALSE;
  if (hash != 0 && self->expected < self->n
      && self->hashes[self->expected % WEIR_REPEATS_RECENT] == hash)
    {
      self->expected++;
      return TRUE;
    }
  remember (self, hash);
  self->expected = self->n;
  return FALSE;
}
