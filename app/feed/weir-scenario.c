/* SPDX-License-Identifier: MIT */
#include "weir-feed-options.h"
#include "weir-scenario-private.h"

#include "core/weir-encoder.h"

#include <string.h>

static const WeirScenario *const scenarios[] = {
  &weir_scenario_demo,    &weir_scenario_meeting, &weir_scenario_llm,
  &weir_scenario_metrics, &weir_scenario_flood,   &weir_scenario_hostile,
};

const WeirScenario *
weir_scenario_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (strcmp (scenarios[i]->name, name) == 0)
      return scenarios[i];
  return NULL;
}

const WeirFeedScenarioInfo *
weir_feed_list_scenarios (void)
{
  static WeirFeedScenarioInfo infos[G_N_ELEMENTS (scenarios) + 1];
  static gsize filled;

  if (g_once_init_enter (&filled))
    {
      for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
        infos[i] = (WeirFeedScenarioInfo){ scenarios[i]->name, scenarios[i]->summary };
      g_once_init_leave (&filled, 1);
    }
  return infos;
}

void
weir_scenario_append_event (GString *out, guint64 id, const char *type, const char *data)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  WeirMessage message = {
    .type = { type, type ? strlen (type) : 0 },
    .id = { digits, strlen (digits) },
    .has_id = id != 0,
    .data = { data, strlen (data) },
    .has_data = TRUE,
  };
  gsize before = out->len;
  gsize length;

  if (weir_encode (&message, NULL, 0, &length) != WEIR_ENCODE_SPACE)
    g_assert_not_reached ();
  g_string_set_size (out, before + length);
  weir_encode (&message, out->str + before, length, &length);
}

void
weir_scenario_append_json (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (out, '\\');
      if (*text == '\n')
        g_string_append (out, "\\n");
      else if ((guchar) *text < 0x20)
        g_string_append_printf (out, "\\u%04x", (guint) *text);
      else
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}
