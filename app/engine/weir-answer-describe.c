/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer.h"

#include <glib/gi18n-lib.h>

static void
add (GString *text, char *words)
{
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, words);
  g_free (words);
}

static void
add_first_token (GString *text, gint64 after_us)
{
  if (after_us < G_USEC_PER_SEC)
    add (text, g_strdup_printf (_ ("first token after %.0f ms"), (double) after_us / 1e3));
  else
    add (text, g_strdup_printf (_ ("first token after %.1f s"), (double) after_us / 1e6));
}

static void
add_tokens (GString *text, const WeirAnswer *self)
{
  const double rate = weir_answer_get_token_rate (self);

  if (rate > 0)
    add (text, g_strdup_printf (_ ("%.1f tokens/s"), rate));
  if (self->n_output_tokens >= 0)
    add (text, g_strdup_printf (
                   ngettext ("%lld token out", "%lld tokens out", (gulong) self->n_output_tokens),
                   (long long) self->n_output_tokens));
  else if (self->n_pieces > 0)
    add (text, g_strdup_printf (ngettext ("%lld piece", "%lld pieces", (gulong) self->n_pieces),
                                (long long) self->n_pieces));
  if (self->n_input_tokens >= 0)
    add (text, g_strdup_printf (_ ("%lld in"), (long long) self->n_input_tokens));
}

char *
weir_answer_describe (const WeirAnswer *self, gint64 asked_us)
{
  GString *text = g_string_new (NULL);

  if (self->model != NULL)
    add (text, g_strdup (self->model));
  add (text, g_strdup (weir_answer_api_get_name (self->api)));
  if (asked_us > 0 && self->first_us >= asked_us)
    add_first_token (text, self->first_us - asked_us);
  add_tokens (text, self);
  if (self->error != NULL)
    add (text, g_strdup_printf (_ ("failed: %s"), self->error));
  else if (self->finish_reason != NULL)
    add (text, g_strdup_printf (_ ("finished: %s"), self->finish_reason));
  return g_string_free (text, FALSE);
}
