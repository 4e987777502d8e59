/* SPDX-License-Identifier: MIT */
/*
 * Answers of a language model, as the APIs of OpenAI and Anthropic stream them. There are four texts. Each is
 * sent in pieces of about one word, like tokens.
 */
#pragma once

#include "weir-scenario-private.h"

G_BEGIN_DECLS

/* The texts are 0, 1, 2 and this one, which is all three in one. */
#define WEIR_LLM_WHOLE 3

const char *weir_llm_get_text (guint text);

/* The answers of the two APIs: WEIR_LLM_WHOLE, without IDs. */
extern const WeirScenario weir_scenario_openai;
extern const WeirScenario weir_scenario_anthropic;

/* How many events the answer with this text has. */
guint weir_llm_count_openai (guint text);
guint weir_llm_count_anthropic (guint text);

/* Appends event index (from 0) of that answer. id 0: without ID, like the real APIs. */
void weir_llm_append_openai (GString *out, guint64 id, guint text, guint index);
void weir_llm_append_anthropic (GString *out, guint64 id, guint text, guint index);

/* Short answers: with two tool calls at once, and those of APIs without a long text. */
typedef enum
{
  WEIR_LLM_CHAT_TOOLS,
  WEIR_LLM_MESSAGES_TOOLS,
  WEIR_LLM_RESPONSES_TEXT,
  WEIR_LLM_RESPONSES_TOOLS,
  WEIR_LLM_GEMINI_TEXT,
  WEIR_LLM_GEMINI_TOOLS,
  WEIR_LLM_N_ANSWERS,
} WeirLlmAnswer;

const WeirScenario *weir_llm_get_answer (WeirLlmAnswer answer, guint *n_events);

/* Appends event index of an endless sequence of answers: each text by OpenAI's API, then by Anthropic's. */
void weir_llm_append_round (GString *out, guint64 id, guint64 index);

/* The response to a request without "stream": true. */
char *weir_llm_dup_openai (guint text);
char *weir_llm_dup_anthropic (guint text);

G_END_DECLS
