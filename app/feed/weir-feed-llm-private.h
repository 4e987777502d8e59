/* SPDX-License-Identifier: MIT */
/*
 * weir-feed-llm: what a client of a language model must ask, by the APIs of OpenAI (POST
 * /v1/chat/completions) and Anthropic (POST /v1/messages).
 */
#pragma once

#include "weir-feed-exchange-private.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_FEED_LLM_OPENAI,
  WEIR_FEED_LLM_ANTHROPIC,
} WeirFeedLlmApi;

/* Whether the body, of so many bytes, is a JSON object with a model and messages; stream says whether
 * it asks for a stream. Where it is not, it has been answered 400, with the error object of the API. */
gboolean weir_feed_llm_check (WeirFeedExchange *exchange,
                              WeirFeedLlmApi api,
                              const char *body,
                              gsize length,
                              gboolean *stream);

G_END_DECLS
