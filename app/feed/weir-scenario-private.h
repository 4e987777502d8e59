/* SPDX-License-Identifier: MIT */
/*
 * A scenario: a function from a number to the bytes of an event. Event N is the same whenever and
 * however often it is asked for, which is what makes Last-Event-ID work without a memory.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *summary;
  double rate; /* events a second where nobody says otherwise; 0: as fast as they go */
  /* Appends the bytes of event number (from 1): comments and the like, and exactly one event,
   * whose id, where the scenario has ids, is number. */
  void (*append) (GString *out, guint64 number);
} WeirScenario;

extern const WeirScenario weir_scenario_demo;
extern const WeirScenario weir_scenario_meeting;
extern const WeirScenario weir_scenario_llm;
extern const WeirScenario weir_scenario_metrics;
extern const WeirScenario weir_scenario_flood;
extern const WeirScenario weir_scenario_hostile;

/* NULL where there is none of that name. */
const WeirScenario *weir_scenario_find (const char *name);

/* Appends an event. id 0: without id; type NULL: without event field. Each line of data becomes a
 * data field. */
void weir_scenario_append_event (GString *out, guint64 id, const char *type, const char *data);

/* Appends text as a JSON string, quotes included. */
void weir_scenario_append_json (GString *out, const char *text);

G_END_DECLS
