/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-llm-private.h"
#include "weir-scenario-private.h"

#include <glib/gi18n-lib.h>

/* A tour of one minute, which newcomers see first in any client. Then a mix of all scenarios. */

static const char *const tour[] = {
  "Welcome to Weir. This is the sample feed: Weir's own server sends these events.",
  "Each message is one event. In the window, choose its row to see its fields and its raw bytes.",
  "The window's list follows the newest event. Scroll up, and it stays where you read.",
  "Events have types. This one is a \"welcome\"; the others are notices, metrics, alarms, answers.",
  "Pause stops the view while reading goes on. Who connects again goes on behind the last event "
  "ID.\n"
  "(This event has two lines of data. In a terminal, weir-tail --all shows comments as well.)",
};

static void
append_samples (GString *out, guint64 number)
{
  switch (number % 12)
    {
    case 0:
      g_string_append (out, ": a comment, as servers send to keep a connection alive\n");
      weir_scenario_append_event (
          out, number, "text",
          "Data need not be JSON.\nIt may have several lines,\n各种文字，🐟 included.");
      return;
    case 4:
      weir_scenario_append_event (
          out, number, "json",
          "{\"big\":12345678901234567890,\"exact\":1.10,\"nested\":{\"list\":[1,[2,[3,[]]]],"
          "\"empty\":{},\"null\":null},\"text\":\"line\\nbreak, \\u4f60\\u597d, 你好\"}");
      return;
    case 8:
      g_string_append (out, "retry: 2000\n");
      weir_scenario_metrics.append (out, number);
      return;
    default:
      if (number % 2 != 0)
        weir_scenario_meeting.append (out, number);
      else
        weir_scenario_metrics.append (out, number);
    }
}

/* Every half minute, a part of a language model's answer. */
#define ROUND 72
#define ANSWER 32

static void
append_demo (GString *out, guint64 number)
{
  if (number <= G_N_ELEMENTS (tour))
    weir_scenario_append_event (out, number, "welcome", tour[number - 1]);
  else if (number % ROUND >= ROUND - ANSWER)
    {
      guint64 answered = number / ROUND * ANSWER + (number % ROUND - (ROUND - ANSWER));

      weir_llm_append_round (out, number, answered);
    }
  else
    append_samples (out, number);
}

const WeirScenario weir_scenario_demo = {
  .name = "demo",
  .summary = N_ ("a tour, then a mix of the others"),
  .rate = 2,
  .append = append_demo,
};
