/* SPDX-License-Identifier: MIT */
/*
 * Answers of a language model, as two well-known APIs stream them. There are a few texts; each is
 * spelt in pieces of about a word, as tokens are.
 */
#pragma once

#include "weir-scenario-private.h"

G_BEGIN_DECLS

/* The texts are 0, 1, 2 and this one, which is all of them. */
#define WEIR_LLM_WHOLE 3

const char *weir_llm_get_text (guint text);

/* What the two APIs answer: the whole text, without ids, as many events as counted below. */
extern const WeirScenario weir_scenario_openai;
extern const WeirScenario weir_scenario_anthropic;

/* How many events the answer that spells text has. */
guint weir_llm_count_openai (guint text);
guint weir_llm_count_anthropic (guint text);

/* Appends event index (from 0) of that answer; id 0: without id, as the real ones are. */
void weir_llm_append_openai (GString *out, guint64 id, guint text, guint index);
void weir_llm_append_anthropic (GString *out, guint64 id, guint text, guint index);

/* Appends event index of the endless round of answers: each text from the one, then from the other.
 */
void weir_llm_append_round (GString *out, guint64 id, guint64 index);

/* The whole answer at once, as both APIs give it where no stream is asked for. */
char *weir_llm_dup_openai (guint text);
char *weir_llm_dup_anthropic (guint text);

G_END_DECLS
