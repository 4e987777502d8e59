/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-expectations.h"

#include "app/engine/filter/weir-query.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *text;
  WeirFilter *filter;
  gboolean is_met;
} Expectation;

struct _WeirExpectations
{
  GStrv texts;
  GArray *all; /* of Expectation */
  guint n_unmet;
  guint64 n_events;
};

static void
expectation_clear (gpointer data)
{
  g_clear_pointer (&((Expectation *) data)->filter, weir_filter_unref);
}

/* (transfer full) */
static char *
normalise (const char *text)
{
  static const char *const names[] = { "type", "id", "kind" };
  char *copy = g_strdup (text);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (copy, names[i]) && copy[strlen (names[i])] == '=')
      copy[strlen (names[i])] = ':';
  return copy;
}

WeirExpectations *
weir_expectations_new (const char *const *texts, GError **error)
{
  WeirExpectations *self = g_new0 (WeirExpectations, 1);

  self->texts = g_strdupv ((GStrv) texts);
  self->all = g_array_new (FALSE, TRUE, sizeof (Expectation));
  g_array_set_clear_func (self->all, expectation_clear);
  for (gsize i = 0; self->texts[i] != NULL; i++)
    {
      g_autofree char *text = normalise (self->texts[i]);
      Expectation expectation = { self->texts[i], weir_query_parse_option (text, error), FALSE };

      if (expectation.filter == NULL)
        {
          weir_expectations_free (self);
          return NULL;
        }
      g_array_append_val (self->all, expectation);
      self->n_unmet++;
    }
  return self;
}

void
weir_expectations_free (WeirExpectations *self)
{
  g_array_unref (self->all);
  g_strfreev (self->texts);
  g_free (self);
}

gboolean
weir_expectations_take (WeirExpectations *self, const WeirItem *item)
{
  self->n_events += item->kind == WEIR_ITEM_EVENT;
  for (guint i = 0; self->n_unmet > 0 && i < self->all->len; i++)
    {
      Expectation *expectation = &g_array_index (self->all, Expectation, i);

      if (expectation->is_met || !weir_filter_matches_item (expectation->filter, item))
        continue;
      expectation->is_met = TRUE;
      self->n_unmet--;
    }
  return self->n_unmet == 0;
}

GStrv
weir_expectations_describe_unmet (const WeirExpectations *self)
{
  g_autoptr (GStrvBuilder) sentences = g_strv_builder_new ();
  const unsigned long long n = self->n_events;

  for (guint i = 0; i < self->all->len; i++)
    {
      const Expectation *expectation = &g_array_index (self->all, Expectation, i);
      g_autofree char *sentence = NULL;

      if (expectation->is_met)
        continue;
      sentence = g_strdup_printf (ngettext ("Not met: “%s” matched none of %llu event.",
                                            "Not met: “%s” matched none of %llu events.", n),
                                  expectation->text, n);
      g_strv_builder_add (sentences, sentence);
    }
  return g_strv_builder_end (sentences);
}
