/* SPDX-License-Identifier: MIT */
/*
 * A scenario makes the bytes of an event from its number. Event N is always the same, so that
 * Last-Event-ID works although the server keeps no events.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *summary;
  double rate; /* events per second by default; 0: as fast as the client reads */
  /* Appends the bytes of event number (from 1): exactly one event, whose ID is number if the scenario has
   * IDs, and possibly comments and other fields. */
  void (*append) (GString *out, guint64 number);
} WeirScenario;

extern const WeirScenario weir_scenario_demo;
extern const WeirScenario weir_scenario_meeting;
extern const WeirScenario weir_scenario_llm;
extern const WeirScenario weir_scenario_metrics;
extern const WeirScenario weir_scenario_flood;
extern const WeirScenario weir_scenario_hostile;

/* Returns NULL if there is no scenario of that name. */
const WeirScenario *weir_scenario_find (const char *name);

/* Appends an event. id 0: without id; type NULL: without event field. Each line of data becomes a
 * data field. */
void weir_scenario_append_event (GString *out, guint64 id, const char *type, const char *data);

/* Appends text as a JSON string, quotes included. */
void weir_scenario_append_json (GString *out, const char *text);

G_END_DECLS
