/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer-describe.h"

#include <glib/gi18n-lib.h>

/* What a token has on average, for estimates. */
#define BYTES_A_TOKEN 4
#define MAX_SHOWN_NAMES 5

/* --- Facts ---------------------------------------------------------------------------- */

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

static gint64
estimate_output (const WeirAnswer *self)
{
  return (gint64) (self->n_bytes / BYTES_A_TOKEN);
}

double
weir_answer_get_rate (const WeirAnswer *self, gboolean *is_estimate)
{
  const gint64 us = self->last_us - self->first_us;
  const gint64 n_tokens = self->usage.output >= 0 ? self->usage.output : estimate_output (self);

  *is_estimate = self->usage.output < 0;
  return us > 0 && n_tokens > 0 ? (double) n_tokens * G_USEC_PER_SEC / (double) us : 0;
}

static void
add_rate (GString *text, const WeirAnswer *self)
{
  gboolean is_estimate;
  const double rate = weir_answer_get_rate (self, &is_estimate);

  if (rate <= 0)
    return;
  add (text, g_strdup_printf (
                 is_estimate ? _ ("about %.1f tokens/s (estimated)") : _ ("%.1f tokens/s"), rate));
}

static void
add_tokens (GString *text, const WeirAnswer *self)
{
  const WeirAnswerUsage *usage = &self->usage;

  if (usage->output >= 0)
    add (text,
         g_strdup_printf (ngettext ("%lld token out", "%lld tokens out", (gulong) usage->output),
                          (long long) usage->output));
  else if (estimate_output (self) > 0)
    add (text, g_strdup_printf (ngettext ("about %lld token out (estimated)",
                                          "about %lld tokens out (estimated)",
                                          (gulong) estimate_output (self)),
                                (long long) estimate_output (self)));
  if (usage->reasoning > 0)
    add (text, g_strdup_printf (_ ("%lld of them reasoning"), (long long) usage->reasoning));
  if (usage->input >= 0)
    add (text, g_strdup_printf (_ ("%lld in"), (long long) usage->input));
  if (usage->cache_read > 0)
    add (text, g_strdup_printf (_ ("%lld read from the cache"), (long long) usage->cache_read));
  if (usage->cache_write > 0)
    add (text, g_strdup_printf (_ ("%lld written to the cache"), (long long) usage->cache_write));
}

static void
add_cost (GString *text, const WeirAnswer *self, const WeirPrices *prices)
{
  double cost;

  if (prices == NULL || !weir_prices_get_cost (prices, self, &cost))
    return;
  /* Translators: a currency, such as USD, and an amount. */
  add (text, g_strdup_printf (_ ("%s %.6f"), weir_prices_get_currency (prices), cost));
}

static void
add_choices (GString *text, const WeirAnswer *self)
{
  if (self->n_choices > 1)
    add (text, g_strdup_printf (ngettext ("%lu choice", "%lu choices", self->n_choices),
                                (gulong) self->n_choices));
}

static void
add_unknown (GString *text, const WeirAnswer *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < MIN (self->n_unknown, MAX_SHOWN_NAMES); i++)
    {
      const WeirAnswerText *unknown = &self->unknown[i].name;
      g_autofree char *name = weir_answer_clean (unknown->length > 0 ? unknown->text : "?");

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    }
  if (self->n_unknown > MAX_SHOWN_NAMES)
    g_string_append (names, ", …");
  if (self->n_unknown_events > 0)
    add (text, g_strdup_printf (ngettext ("%llu unknown event: %s", "%llu unknown events: %s",
                                          (gulong) self->n_unknown_events),
                                (unsigned long long) self->n_unknown_events, names->str));
  if (self->n_invalid_events > 0)
    add (text, g_strdup_printf (ngettext ("%llu event is not JSON", "%llu events are not JSON",
                                          (gulong) self->n_invalid_events),
                                (unsigned long long) self->n_invalid_events));
  if (self->invalid.length > 0)
    {
      g_autofree char *invalid = weir_answer_clean (self->invalid.text);

      add (text, g_strdup_printf (_ ("the first is “%s”"), invalid));
    }
  if (self->n_doubled_events > 0)
    add (text, g_strdup_printf (ngettext ("“data:” is there twice in %llu event",
                                          "“data:” is there twice in %llu events",
                                          (gulong) self->n_doubled_events),
                                (unsigned long long) self->n_doubled_events));
  if (self->n_joined_events > 0)
    add (text, g_strdup_printf (ngettext ("a blank line is missing within %llu event",
                                          "blank lines are missing within %llu events",
                                          (gulong) self->n_joined_events),
                                (unsigned long long) self->n_joined_events));
  if (self->is_too_large)
    add (text, g_strdup (_ ("the rest is too much to keep")));
}

static void
add_facts (GString *text, const WeirAnswer *self, const WeirAnswerContext *context)
{
  if (self->detail.length > 0)
    add (text, weir_answer_clean (self->detail.text));
  if (self->model.length > 0)
    add (text, weir_answer_clean (self->model.text));
  if (self->api != WEIR_ANSWER_API_NONE)
    add (text, g_strdup (weir_answer_api_get_name (self->api)));
  if (context->asked_us > 0 && self->first_us >= context->asked_us)
    add_first_token (text, self->first_us - context->asked_us);
  if (context->is_live)
    add_rate (text, self);
  add_tokens (text, self);
  add_cost (text, self, context->prices);
  add_choices (text, self);
  add_unknown (text, self);
}

char *
weir_answer_describe_facts (const WeirAnswer *self, const WeirAnswerContext *context)
{
  GString *text = g_string_new (NULL);

  add_facts (text, self, context);
  return g_string_free (text, FALSE);
}

char *
weir_answer_describe (const WeirAnswer *self, const WeirAnswerContext *context)
{
  GString *text = g_string_new (NULL);

  add (text, weir_answer_describe_verdict (self));
  add_facts (text, self, context);
  return g_string_free (text, FALSE);
}
