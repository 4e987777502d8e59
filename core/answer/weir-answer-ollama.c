/* SPDX-License-Identifier: MIT */
/* Ollama's chat and generate: a line of JSON for each piece, the last one "done". */
#include "weir-answer-private.h"

enum
{
  ALL,
  MODEL,
  DONE,
  REASON,
  RESPONSE,
  THINKING,
  CONTENT,
  MESSAGE_THINKING,
  CALLS,
  IMAGES,
  ERROR,
  INPUT,
  OUTPUT,
  MESSAGE,
};

static const char *const event_names[] = {
  [ALL] = "",
  [MODEL] = "model",
  [DONE] = "done",
  [REASON] = "done_reason",
  [RESPONSE] = "response",
  [THINKING] = "thinking",
  [CONTENT] = "message.content",
  [MESSAGE_THINKING] = "message.thinking",
  [CALLS] = "message.tool_calls",
  [IMAGES] = "message.images",
  [ERROR] = "error",
  [INPUT] = "prompt_eval_count",
  [OUTPUT] = "eval_count",
  [MESSAGE] = "message",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

static const WeirAnswerWord finishes[] = {
  { "stop", WEIR_ANSWER_FINISH_COMPLETE },
  { "length", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "load", WEIR_ANSWER_FINISH_COMPLETE },
  { "unload", WEIR_ANSWER_FINISH_COMPLETE },
  { NULL, 0 },
};

enum
{
  CALL_ALL,
  CALL_ID,
  CALL_NAME,
  CALL_ARGUMENTS,
};

static const char *const call_names[] = {
  [CALL_ALL] = "",
  [CALL_ID] = "id",
  [CALL_NAME] = "function.name",
  [CALL_ARGUMENTS] = "function.arguments",
};
static const WeirAnswerPaths call_paths = WEIR_ANSWER_PATHS (call_names);

/* Each call comes whole. */
static void
take_calls (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked call;
  WeirAnswerEach each;

  weir_answer_each (&each, picked, CALLS);
  while (weir_answer_each_next (&each, &call_paths, &call))
    {
      const WeirAnswerKey key = { WEIR_ANSWER_TOOL_CALL, 0, (uint32_t) self->n_items, 0 };
      WeirAnswerItem *item = weir_answer_add_item (self, &key);

      weir_answer_note_content (self);
      if (item == NULL)
        return;
      weir_answer_set (self, &item->id, &call, CALL_ID);
      weir_answer_set (self, &item->name, &call, CALL_NAME);
      weir_answer_append (self, item, &call, CALL_ARGUMENTS);
      weir_answer_close_item (self, item);
    }
}

static void
take_images (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  static const char *const names[] = { "" };
  static const WeirAnswerPaths paths = WEIR_ANSWER_PATHS (names);
  WeirAnswerPicked image;
  WeirAnswerEach each;

  weir_answer_each (&each, picked, IMAGES);
  while (weir_answer_each_next (&each, &paths, &image))
    {
      const WeirAnswerKey key = { WEIR_ANSWER_IMAGE, 0, (uint32_t) self->n_items, 0 };
      WeirAnswerItem *item = weir_answer_add_item (self, &key);

      weir_answer_note_content (self);
      if (item != NULL)
        item->n_data_bytes = image.slots[0].end - image.slots[0].begin - 2;
    }
}

static void
take_thinking (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirAnswerKey key = { WEIR_ANSWER_THINKING, 0, 0, 0 };

  if (weir_answer_has_string (picked, slot))
    weir_answer_append (self, weir_answer_get_item (self, &key), picked, slot);
}

static void
take_text (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  if (weir_answer_has_string (picked, slot))
    weir_answer_append (self, weir_answer_flowing_text (self, 0), picked, slot);
}

static WeirAnswerStep
take (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return WEIR_ANSWER_FOREIGN;
  if (weir_answer_take_error_slot (self, &picked, ERROR))
    {
      self->has_ended = true;
      return WEIR_ANSWER_TAKEN;
    }
  if (picked.slots[DONE].kind == 0)
    return weir_answer_take_unknown (self, event, &picked, ALL);
  if (self->has_ended)
    return WEIR_ANSWER_NEXT;
  weir_answer_set (self, &self->model, &picked, MODEL);
  take_thinking (self, &picked, THINKING);
  take_thinking (self, &picked, MESSAGE_THINKING);
  take_text (self, &picked, RESPONSE);
  take_text (self, &picked, CONTENT);
  take_calls (self, &picked);
  take_images (self, &picked);
  weir_answer_count (&self->usage.input, &picked, INPUT);
  weir_answer_count (&self->usage.output, &picked, OUTPUT);
  weir_answer_finish (self, 0, finishes, &picked, REASON);
  self->has_ended = weir_answer_is_true (&picked, DONE);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  const WeirJsonTokenKind done = sniff->slots[SNIFF_DONE].kind;

  (void) event;
  return weir_answer_has_string (sniff, SNIFF_MODEL)
         && (done == WEIR_JSON_TRUE || done == WEIR_JSON_FALSE)
         && (weir_answer_has_object (sniff, SNIFF_MESSAGE)
             || sniff->slots[SNIFF_RESPONSE].kind == WEIR_JSON_STRING
             || weir_answer_has_string (sniff, SNIFF_CREATED_AT));
}

const WeirAnswerReader weir_answer_ollama = {
  WEIR_ANSWER_API_OLLAMA, NULL, "\"done\": true", false, recognise, take,
};
