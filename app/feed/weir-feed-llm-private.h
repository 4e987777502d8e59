/* SPDX-License-Identifier: MIT */
/*
 * weir-feed-llm: checks requests to the language model APIs of OpenAI (POST /v1/chat/completions) and
 * Anthropic (POST /v1/messages).
 */
#pragma once

#include "weir-feed-exchange-private.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_FEED_LLM_OPENAI,
  WEIR_FEED_LLM_ANTHROPIC,
} WeirFeedLlmApi;

/* Checks that body (length bytes) is a JSON object with a model and messages. *stream becomes whether
 * it asks for a stream. Otherwise answers 400 with the API's error object and returns FALSE. */
gboolean weir_feed_llm_check (WeirFeedExchange *exchange,
                              WeirFeedLlmApi api,
                              const char *body,
                              gsize length,
                              gboolean *stream);

G_END_DECLS
