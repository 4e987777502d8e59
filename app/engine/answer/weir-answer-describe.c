/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer-parts.h"

#include <glib/gi18n-lib.h>

#include "base/weir-direction.h"

static void
add (GString *text, char *words)
{
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, words);
  g_free (words);
}

/* What the API says, on a line of ours. */
static char *
clean (const char *said)
{
  GString *line = g_string_new (NULL);

  for (const char *p = said; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (line,
                               g_unichar_iscntrl (c) || weir_turns_direction (c) ? 0xFFFD : c);
    }
  return g_string_free (line, FALSE);
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
  g_autofree char *error = self->error != NULL ? clean (self->error) : NULL;
  g_autofree char *reason = self->finish_reason != NULL ? clean (self->finish_reason) : NULL;
  GString *text = g_string_new (NULL);

  if (self->model != NULL)
    add (text, clean (self->model));
  add (text, g_strdup (weir_answer_api_get_name (self->api)));
  if (asked_us > 0 && self->first_us >= asked_us)
    add_first_token (text, self->first_us - asked_us);
  add_tokens (text, self);
  if (error != NULL)
    add (text, g_strdup_printf (_ ("failed: %s"), error));
  else if (reason != NULL)
    add (text, g_strdup_printf (_ ("finished: %s"), reason));
  return g_string_free (text, FALSE);
}
