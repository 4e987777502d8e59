/* SPDX-License-Identifier: MIT */
/* WeirLlmRequest: what a request to the API of a language model asks for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_LLM_API_OPENAI, /* Chat Completions */
  WEIR_LLM_API_ANTHROPIC,
  WEIR_LLM_API_RESPONSES, /* of OpenAI; only streams */
  WEIR_LLM_API_GEMINI,    /* only streams */
} WeirLlmApi;

typedef struct
{
  WeirLlmApi api;
  gboolean stream;
  gboolean has_tools;
  const char *problem; /* a sentence if the request is invalid, or NULL */
  const char *field;   /* the invalid member, or NULL for the whole body */
} WeirLlmRequest;

/* Reads the body of a request. The strings of *self are static.
 * Returns: FALSE if the request is invalid. */
gboolean
weir_llm_request_read (WeirLlmRequest *self, WeirLlmApi api, const char *body, gsize length);

/* Returns: (transfer full): the API's error object for an invalid request. */
char *weir_llm_request_describe_error (const WeirLlmRequest *self);

G_END_DECLS
