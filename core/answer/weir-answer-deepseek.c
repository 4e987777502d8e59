/* SPDX-License-Identifier: MIT */
/* DeepSeek: Chat Completions with reasoning_content and counts of the cache. */
#include "weir-answer-private.h"

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  (void) event;
  return weir_answer_begins (sniff, SNIFF_MODEL, "deepseek-") && weir_answer_chat_recognise (sniff);
}

const WeirAnswerReader weir_answer_deepseek = {
  WEIR_ANSWER_API_DEEPSEEK, "finish_reason", "[DONE]", true, recognise, weir_answer_chat_take,
};
