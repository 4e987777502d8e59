/* SPDX-License-Identifier: MIT */
/* What a provider's reader uses: the event's members picked by path, and the answer's items. */
#ifndef WEIR_ANSWER_PRIVATE_H
#define WEIR_ANSWER_PRIVATE_H

#include "weir-answer.h"

#define WEIR_ANSWER_N(array) (sizeof (array) / sizeof (array)[0])

/* --- Picking members -------------------------------------------------------------- */

/* "choices", "delta.content": members of objects inside each other. Entry 0 is "", the value itself. At
 * most 64 of them, each shorter than 120 bytes. */
typedef struct
{
  const char *const *paths;
  unsigned n_paths;
} WeirAnswerPaths;

#define WEIR_ANSWER_PATHS(array)                                                                   \
  {                                                                                                \
    (array), (unsigned) WEIR_ANSWER_N (array)                                                      \
  }

/* The members of one value: slots[i] is that of paths[i]; its kind is 0 where the value has none, and a
 * container's token covers the whole container. */
typedef struct
{
  const char *text;
  WeirJsonToken slots[64];
} WeirAnswerPicked;

/* Picks from a whole text. FALSE: it is not JSON. */
bool
weir_answer_pick_text (WeirAnswerPicked *self, const WeirAnswerPaths *paths, const WeirSpan *text);
/* Picks from a value that was picked. */
void weir_answer_pick (WeirAnswerPicked *self,
                       const WeirAnswerPaths *paths,
                       const WeirAnswerPicked *from,
                       unsigned slot);

/* Walks the elements of an array that was picked; where the value is not an array there are none. */
typedef struct
{
  WeirJson json;
  bool is_over;
} WeirAnswerEach;

void weir_answer_each (WeirAnswerEach *self, const WeirAnswerPicked *from, unsigned slot);
bool weir_answer_each_next (WeirAnswerEach *self,
                            const WeirAnswerPaths *paths,
                            WeirAnswerPicked *picked);

/* --- Values ------------------------------------------------------------------------- */

bool weir_answer_has (const WeirAnswerPicked *picked, unsigned slot); /* and it is not null */
bool weir_answer_has_string (const WeirAnswerPicked *picked, unsigned slot); /* that is not empty */
bool weir_answer_has_object (const WeirAnswerPicked *picked, unsigned slot);
bool weir_answer_has_array (const WeirAnswerPicked *picked, unsigned slot);
bool weir_answer_is_true (const WeirAnswerPicked *picked, unsigned slot);
bool weir_answer_is (const WeirAnswerPicked *picked, unsigned slot, const char *string);
bool weir_answer_begins (const WeirAnswerPicked *picked, unsigned slot, const char *prefix);
/* Not negative; otherwise otherwise. */
int64_t weir_answer_number (const WeirAnswerPicked *picked, unsigned slot, int64_t otherwise);
/* WEIR_ANSWER_NO_INDEX: none. */
uint32_t weir_answer_index (const WeirAnswerPicked *picked, unsigned slot);
/* An object or array that holds nothing. */
bool weir_answer_is_empty (const WeirAnswerPicked *picked, unsigned slot);

/* A word of an API and what it means; a table of them ends with a NULL. */
typedef struct
{
  const char *word;
  int meaning;
} WeirAnswerWord;

/* 0: not in the table. */
int weir_answer_find (const WeirAnswerWord *words, const char *text, size_t length);
int
weir_answer_find_slot (const WeirAnswerWord *words, const WeirAnswerPicked *picked, unsigned slot);

bool weir_answer_span_is (const WeirSpan *span, const char *string);

/* Reads a text to its end or its first error, which json then has. text may be NULL if length is 0. Returns:
 * whether it is JSON. */
bool weir_answer_is_json (WeirJson *json, const char *text, size_t length);

/* --- Filling the answer --------------------------------------------------------------- */

/* Makes room for length more bytes and the NUL. Returns: false if there is no memory. */
bool weir_answer_reserve (WeirAnswer *self, WeirAnswerText *text, size_t length);
/* Where a slot is no string, or an empty one, nothing changes. */
void weir_answer_set (WeirAnswer *self,
                      WeirAnswerText *text,
                      const WeirAnswerPicked *picked,
                      unsigned slot);
void
weir_answer_set_bytes (WeirAnswer *self, WeirAnswerText *text, const char *bytes, size_t length);
bool
weir_answer_text_is (const WeirAnswerText *text, const WeirAnswerPicked *picked, unsigned slot);

typedef struct
{
  WeirAnswerItemKind kind;
  uint32_t choice, index, part;
} WeirAnswerKey;

/* The item of that key, NULL if there is none. */
WeirAnswerItem *weir_answer_find_item (WeirAnswer *self, const WeirAnswerKey *key);
/* Makes one. NULL: too many, or no memory. */
WeirAnswerItem *weir_answer_add_item (WeirAnswer *self, const WeirAnswerKey *key);
/* Finds or makes it. */
WeirAnswerItem *weir_answer_get_item (WeirAnswer *self, const WeirAnswerKey *key);
/* The newest of that kind; index: WEIR_ANSWER_NO_INDEX for any. */
WeirAnswerItem *weir_answer_last_item (WeirAnswer *self, const WeirAnswerKey *key);
/* By id; NULL where the slot is no string, or there is none. */
WeirAnswerItem *weir_answer_item_by_id (WeirAnswer *self,
                                        WeirAnswerItemKind kind,
                                        const WeirAnswerPicked *picked,
                                        unsigned slot);

/* The text item to which text of that choice belongs, where an API does not number its texts: the
 * last one, unless an image or a tool of the server came since, or else a new one. */
WeirAnswerItem *weir_answer_flowing_text (WeirAnswer *self, uint32_t choice);

/* Appends a string, or another value as it is spelled. item may be NULL. */
void weir_answer_append (WeirAnswer *self,
                         WeirAnswerItem *item,
                         const WeirAnswerPicked *picked,
                         unsigned slot);
void
weir_answer_append_bytes (WeirAnswer *self, WeirAnswerItem *item, const char *bytes, size_t length);
/* The whole text, after the pieces of it: appends what is missing. */
void weir_answer_append_rest (WeirAnswer *self,
                              WeirAnswerItem *item,
                              const WeirAnswerPicked *picked,
                              unsigned slot);
/* Sets the text aside, so that another takes its place. */
void weir_answer_clear_text (WeirAnswer *self, WeirAnswerItem *item);
void weir_answer_close_item (WeirAnswer *self, WeirAnswerItem *item);
/* Finds or makes the item of a numbered block. The number of a text is its part, because texts share one
 * index and follow each other. */
WeirAnswerItem *weir_answer_get_block (WeirAnswer *self, WeirAnswerItemKind kind, uint32_t number);
/* Closes the items of a numbered block. */
void weir_answer_close_block (WeirAnswer *self, uint32_t number);
/* Content that is no text, such as an image. */
void weir_answer_note_content (WeirAnswer *self);

/* In place of a slot: none. */
#define WEIR_ANSWER_NO_SLOT 64u

/* A citation, once each: slots of its text and its source. */
void weir_answer_cite (WeirAnswer *self,
                       uint32_t choice,
                       const WeirAnswerPicked *picked,
                       const unsigned slots[2]);

WeirAnswerChoice *weir_answer_get_choice (WeirAnswer *self, uint32_t index);
/* The finish reason of a choice in the API's word; words says what it means, other words mean that
 * the answer is complete. */
void weir_answer_finish (WeirAnswer *self,
                         uint32_t choice,
                         const WeirAnswerWord *words,
                         const WeirAnswerPicked *picked,
                         unsigned slot);
/* Every choice that there is has a finish reason. */
bool weir_answer_is_finished (const WeirAnswer *self);

void weir_answer_count_unknown (WeirAnswer *self, const char *name, size_t length);
void
weir_answer_count_unknown_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot);

/* Sets *count where the slot is a number. */
void weir_answer_count (int64_t *count, const WeirAnswerPicked *picked, unsigned slot);

/* --- Errors ---------------------------------------------------------------------------- */

/* Takes an error in any of the spellings that APIs use, from a whole event. FALSE: it holds none. */
bool weir_answer_take_error (WeirAnswer *self, const WeirAnswerEvent *event);
/* From a value: a string, or an object with a message. */
bool weir_answer_take_error_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot);
void weir_answer_fail (WeirAnswer *self,
                       const WeirAnswerPicked *picked,
                       const unsigned slots[2] /* message, code */);

/* --- Readers ------------------------------------------------------------------------------ */

/* What is picked of an event to recognise it. */
enum
{
  SNIFF_ALL,
  SNIFF_TYPE,
  SNIFF_OBJECT,
  SNIFF_MODEL,
  SNIFF_CHOICES,
  SNIFF_CANDIDATES,
  SNIFF_PROMPT_FEEDBACK,
  SNIFF_PROMPT_FILTER,
  SNIFF_USAGE_METADATA,
  SNIFF_MODEL_VERSION,
  SNIFF_RESPONSE,
  SNIFF_RESPONSE_CANDIDATES,
  SNIFF_EVENT_TYPE,
  SNIFF_DONE,
  SNIFF_CREATED_AT,
  SNIFF_MESSAGE,
  SNIFF_ERROR,
  SNIFF_ERROR_TYPE,
  SNIFF_ERROR_CODE,
  SNIFF_ERROR_PARAM,
  SNIFF_ERROR_TEXT,
  SNIFF_SEQUENCE,
  SNIFF_INDEX,
  SNIFF_ID,
  SNIFF_DELTA,
  SNIFF_USAGE,
  SNIFF_MESSAGE_START,
  SNIFF_BLOCK_START,
  SNIFF_BLOCK_DELTA,
  SNIFF_BLOCK_STOP,
  SNIFF_MESSAGE_STOP,
  SNIFF_BLOCK_INDEX,
  SNIFF_STOP_REASON,
  SNIFF_ROLE,
  SNIFF_THREAD,
  SNIFF_RUN,
  SNIFF_MESSAGE_ID,
  SNIFF_TOOL_CALL,
  SNIFF_TOOL_CALL_ID,
  SNIFF_ITEM_ID,
  SNIFF_OUTPUT_INDEX,
  SNIFF_INTERACTION,
  SNIFF_CONVERSATION,
  N_SNIFF,
};

typedef struct
{
  WeirAnswerApi api;
  const char *missing_finish, *missing_end; /* how the API calls its ends; NULL: it has no such */
  bool end_is_optional;                     /* a finish reason is enough */
  bool (*recognise) (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff);
  WeirAnswerStep (*take) (WeirAnswer *self, const WeirAnswerEvent *event);
} WeirAnswerReader;

extern const WeirAnswerReader weir_answer_agui, weir_answer_anthropic, weir_answer_bedrock,
    weir_answer_chat, weir_answer_cohere, weir_answer_deepseek, weir_answer_gemini,
    weir_answer_interactions, weir_answer_mistral, weir_answer_mistral_conversations,
    weir_answer_ollama, weir_answer_responses, weir_answer_vercel;

/* The event's own "type", or else the stream's name for it. */
int weir_answer_find_type (const WeirAnswerWord *words,
                           const WeirAnswerEvent *event,
                           const WeirAnswerPicked *picked,
                           unsigned slot);
/* Counts an event that the reader does not know under that type, unless it is another API's: then the
 * next answer begins. */
WeirAnswerStep weir_answer_take_unknown (WeirAnswer *self,
                                         const WeirAnswerEvent *event,
                                         const WeirAnswerPicked *picked,
                                         unsigned slot);
/* Takes an event without a known type: an error, or else as weir_answer_take_unknown(). */
WeirAnswerStep weir_answer_take_other (WeirAnswer *self,
                                       const WeirAnswerEvent *event,
                                       const WeirAnswerPicked *picked,
                                       unsigned slot);

/* --- Chat Completions and its dialects --- */

bool weir_answer_chat_recognise (const WeirAnswerPicked *sniff);
WeirAnswerStep weir_answer_chat_take (WeirAnswer *self, const WeirAnswerEvent *event);

/* The content of a message: a string, or an array of parts. */
void weir_answer_take_content (WeirAnswer *self,
                               uint32_t choice,
                               const WeirAnswerPicked *picked,
                               unsigned slot);

#endif
