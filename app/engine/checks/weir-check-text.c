/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-check-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "log/weir-row-private.h"

#define SHOWN_BYTES 200u

static char *
clean (const char *text)
{
  GString *line = g_string_new (NULL);

  weir_row_append_preview (line, text, strlen (text), SHOWN_BYTES - 8);
  if (line->len >= SHOWN_BYTES - 8)
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

/* With separators of thousands if it fits an integer. */
static char *
group_digits (const char *decimal)
{
  const guint64 number = g_ascii_strtoull (decimal, NULL, 10);

  return strlen (decimal) > 18 ? g_strdup (decimal)
                               : g_strdup_printf ("%'llu", (unsigned long long) number);
}

/* --- Sequence -------------------------------------------------------------------- */

static char *
describe_gap (const WeirSequenceFinding *self)
{
  g_autofree char *first = clean (self->first);
  g_autofree char *last = clean (self->last);
  g_autofree char *before = clean (self->before);
  g_autofree char *after = clean (self->after);
  g_autofree char *n = group_digits (self->n);

  if (g_str_equal (self->n, "1"))
    return g_strdup_printf (_ ("%s is missing, between %s and %s"), first, before, after);
  /* Translators: how many; the first and the last of them; the numbers around them. */
  return g_strdup_printf (_ ("%s numbers are missing: %s to %s, between %s and %s"), n, first, last,
                          before, after);
}

static char *
describe_late (const WeirSequenceFinding *self)
{
  g_autofree char *first = clean (self->first);
  g_autofree char *last = clean (self->last);
  g_autofree char *before = clean (self->before);

  if (g_str_equal (self->n, "1"))
    return g_strdup_printf (_ ("%s was late, after %s"), first, before);
  return g_strdup_printf (_ ("%s to %s were late, after %s"), first, last, before);
}

static char *
describe_repeated (const WeirSequenceFinding *self)
{
  g_autofree char *first = clean (self->first);
  g_autofree char *last = clean (self->last);
  g_autofree char *n = group_digits (self->n);

  if (g_str_equal (self->n, "1"))
    return g_strdup_printf (_ ("%s was repeated"), first);
  /* Translators: how many events; the first and the last of them. */
  return g_strdup_printf (_ ("%s events were repeated: %s to %s"), n, first, last);
}

static char *
describe_restart (const WeirSequenceFinding *self)
{
  g_autofree char *first = clean (self->first);
  g_autofree char *before = clean (self->before);

  return g_strdup_printf (_ ("The numbering restarted at %s, after %s"), first, before);
}

static char *
describe_numbers (const WeirSequenceFinding *self)
{
  switch (self->kind)
    {
    case WEIR_SEQUENCE_GAP:
      return describe_gap (self);
    case WEIR_SEQUENCE_LATE:
      return describe_late (self);
    case WEIR_SEQUENCE_REPEATED:
      return describe_repeated (self);
    case WEIR_SEQUENCE_RESTARTED:
      return describe_restart (self);
    default:
      g_assert_not_reached ();
    }
}

char *
weir_sequence_finding_describe (const WeirSequenceFinding *self)
{
  g_autofree char *numbers = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  numbers = describe_numbers (self);
  if (!self->reconnected)
    return g_steal_pointer (&numbers);
  /* Translators: what was found, as in “41 is missing, between 40 and 42; at a reconnect”. */
  return g_strdup_printf (_ ("%s; at a reconnect"), numbers);
}

gboolean
weir_sequence_summary_is_clean (const WeirSequenceSummary *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->n_gaps + self->n_late + self->n_repeated + self->n_restarts == 0;
}

static void
add_count (GPtrArray *parts, const char *what, guint64 n)
{
  if (n > 0)
    /* Translators: what, and how many: “gaps: 3”. */
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s: %'llu"), what, (unsigned long long) n));
}

static char *
join (GPtrArray *parts)
{
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

/* IDs such as UUIDs and CouchDB's have no number after a common beginning: the first number of a series
 * has nothing to be compared with. */
static gboolean
compares_nothing (const WeirSequenceSummary *self)
{
  return self->n_series > 1 && self->n_numbered <= self->n_series;
}

/* How many there are, and how they are numbered. */
static char *
describe_numbered (const WeirSequenceSummary *self)
{
  const unsigned long long n = self->n_numbered;
  g_autofree char *lowest = NULL, *highest = NULL;

  if (n == 0 && self->n_opaque > 0)
    return g_strdup (_ ("Nothing could be compared"));
  if (n == 0)
    return g_strdup (_ ("No event has such a number"));
  if (compares_nothing (self))
    return g_strdup_printf (
        _ ("Nothing could be compared: %'llu events, each the only one of its series"), n);
  if (self->lowest == NULL)
    return g_strdup_printf (
        ngettext ("%'llu event in %u series", "%'llu events in %u series", (gulong) n), n,
        self->n_series);
  lowest = clean (self->lowest);
  highest = clean (self->highest);
  if (self->n_restarts > 0)
    return g_strdup_printf (ngettext ("%'llu event", "%'llu events", (gulong) n), n);
  return g_strdup_printf (
      ngettext ("%'llu event, numbered %s to %s", "%'llu events, numbered %s to %s", (gulong) n), n,
      lowest, highest);
}

char *
weir_sequence_summary_describe (const WeirSequenceSummary *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *numbered = NULL;
  g_autofree char *missing = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  numbered = describe_numbered (self);
  if (self->n_jumps > 0 && weir_sequence_summary_is_clean (self))
    /* Translators: how many events, as in “In order: 12,345 events, numbered 1-0 to 9-3”. */
    g_ptr_array_add (parts, g_strdup_printf (_ ("In order: %s"), numbered));
  else if (self->n_numbered > 0 && !compares_nothing (self)
           && weir_sequence_summary_is_clean (self))
    /* Translators: how many events, as in “No gaps: 12,345 events, numbered 1 to 12,345”. */
    g_ptr_array_add (parts, g_strdup_printf (_ ("No gaps: %s"), numbered));
  else
    g_ptr_array_add (parts, g_steal_pointer (&numbered));
  if (!g_str_equal (self->missing, "0"))
    {
      missing = group_digits (self->missing);
      g_ptr_array_add (parts, g_strdup_printf (_ ("missing: %s"), missing));
    }
  add_count (parts, _ ("gaps"), self->n_gaps);
  add_count (parts, _ ("late"), self->n_late);
  add_count (parts, _ ("repeated"), self->n_repeated);
  add_count (parts, _ ("restarted"), self->n_restarts);
  add_count (parts, _ ("events without a number"), self->n_without);
  add_count (parts, _ ("events whose number is not an integer"), self->n_not_number);
  add_count (parts, _ ("events whose ID has no order, such as a UUID"), self->n_opaque);
  add_count (parts, _ ("changes of the first number, at which gaps cannot be seen"), self->n_jumps);
  add_count (parts, _ ("events of further series, or with a number that is too long"),
             self->n_over);
  add_count (parts, _ ("gaps beyond the limit, so late events are not recognised"),
             self->n_forgotten);
  return join (parts);
}

/* --- Schema ---------------------------------------------------------------------- */

/* "number or null". */
static char *
describe_kinds (guint kinds)
{
  static const char *const names[WEIR_SCHEMA_N_KINDS] = {
    N_ ("object"),  N_ ("array"), N_ ("string"),   N_ ("number"),
    N_ ("boolean"), N_ ("null"),  N_ ("not JSON"),
  };
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  for (guint i = 0; i < WEIR_SCHEMA_N_KINDS; i++)
    if (kinds >> i & 1)
      g_ptr_array_add (parts, (gpointer) _ (names[i]));
  g_ptr_array_add (parts, NULL);
  /* Translators: between kinds of JSON values, as in “number or null”. */
  return g_strjoinv (_ (" or "), (char **) parts->pdata);
}

char *
weir_schema_drift_describe (const WeirSchemaDrift *self)
{
  g_autofree char *type = NULL, *path = NULL, *from = NULL, *to = NULL;
  unsigned long long n;

  g_return_val_if_fail (self != NULL, NULL);

  type = clean (self->type);
  path = clean (self->path);
  n = self->n;
  to = describe_kinds (self->to);
  switch (self->change)
    {
    case WEIR_SCHEMA_NEW:
      /* Translators: JSON path, event type, kind: “$.level of metrics is new: number”. */
      return g_strdup_printf (_ ("%s of %s is new: %s"), path, type, to);
    case WEIR_SCHEMA_MISSING:
      return g_strdup_printf (
          self->row_again == G_MAXUINT64
              ? ngettext ("%s of %s is missing from here on: %'llu event",
                          "%s of %s is missing from here on: %'llu events", (gulong) n)
              : ngettext ("%s of %s is missing in %'llu event, then it is present again",
                          "%s of %s is missing in %'llu events, then it is present again",
                          (gulong) n),
          path, type, n);
    case WEIR_SCHEMA_CHANGED:
      from = describe_kinds (self->from);
      return g_strdup_printf (_ ("%s of %s changed from %s to %s"), path, type, from, to);
    default:
      g_assert_not_reached ();
    }
}

char *
weir_schema_summary_describe (const WeirSchemaSummary *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const unsigned long long n = self != NULL ? self->n_drifts : 0;

  g_return_val_if_fail (self != NULL, NULL);

  g_ptr_array_add (
      parts, n == 0 ? g_strdup (_ ("The JSON schema did not change"))
                    : g_strdup_printf (ngettext ("%'llu change of the JSON schema",
                                                 "%'llu changes of the JSON schema", (gulong) n),
                                       n));
  add_count (parts, _ ("event types"), self->n_types);
  add_count (parts, _ ("paths"), self->n_paths);
  add_count (parts, _ ("events of further types"), self->n_over);
  add_count (parts, _ ("values at further paths"), self->n_left);
  return join (parts);
}
