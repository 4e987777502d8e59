/* SPDX-License-Identifier: MIT */
/* What the reader of an API uses: members of an event, picked by path, and the items of the answer. */
#ifndef WEIR_ANSWER_PRIVATE_H
#define WEIR_ANSWER_PRIVATE_H

#include "weir-answer.h"

#define WEIR_ANSWER_N(array) (sizeof (array) / sizeof (array)[0])

/* --- Picking members -------------------------------------------------------------- */

/* Paths of members in nested objects, such as "delta.content". Entry 0 is "", the value itself. There are at
 * most 64 paths, each shorter than 120 bytes. */
typedef struct
{
  const char *const *paths;
  unsigned n_paths;
} WeirAnswerPaths;

#define WEIR_ANSWER_PATHS(array)                                                                   \
  {                                                                                                \
    (array), (unsigned) WEIR_ANSWER_N (array)                                                      \
  }

/* The members of one value: slots[i] is the member at paths[i]. Its kind is 0 if the value has no such member.
 * The token of a container covers the whole container. */
typedef struct
{
  const char *text;
  WeirJsonToken slots[64];
} WeirAnswerPicked;

/* Picks from a whole text. Returns: false if it is not JSON. */
bool
weir_answer_pick_text (WeirAnswerPicked *self, const WeirAnswerPaths *paths, const WeirSpan *text);
/* Picks from a member that was picked. */
void weir_answer_pick (WeirAnswerPicked *self,
                       const WeirAnswerPaths *paths,
                       const WeirAnswerPicked *from,
                       unsigned slot);

/* Iterates over the elements of an array that was picked. Any other value has no elements. */
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
/* Returns: the number, or otherwise if it is not a number or negative. */
int64_t weir_answer_number (const WeirAnswerPicked *picked, unsigned slot, int64_t otherwise);
/* Returns: the number, or WEIR_ANSWER_NO_INDEX. */
uint32_t weir_answer_index (const WeirAnswerPicked *picked, unsigned slot);
/* Returns: whether it is an object or array without members. */
bool weir_answer_is_empty (const WeirAnswerPicked *picked, unsigned slot);

/* A word of an API and its meaning. A table of words ends with NULL. */
typedef struct
{
  const char *word;
  int meaning;
} WeirAnswerWord;

/* Return: the meaning, or 0 if the table does not have the word. */
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
/* Sets the text. If the slot is not a string, or an empty one, nothing changes. */
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

/* Returns: the item with that key, or NULL. */
WeirAnswerItem *weir_answer_find_item (WeirAnswer *self, const WeirAnswerKey *key);
/* Adds an item. Returns: NULL if there are too many or there is no memory. */
WeirAnswerItem *weir_answer_add_item (WeirAnswer *self, const WeirAnswerKey *key);
/* Finds or adds an item. */
WeirAnswerItem *weir_answer_get_item (WeirAnswer *self, const WeirAnswerKey *key);
/* Returns: the newest item of that kind and choice, or NULL. The index WEIR_ANSWER_NO_INDEX matches any. */
WeirAnswerItem *weir_answer_last_item (WeirAnswer *self, const WeirAnswerKey *key);
/* Returns: the item with that id, or NULL. */
WeirAnswerItem *weir_answer_item_by_id (WeirAnswer *self,
                                        WeirAnswerItemKind kind,
                                        const WeirAnswerPicked *picked,
                                        unsigned slot);

/* For APIs that do not number their texts. Returns: the last text item of that choice, or a new one if an image or
 * a tool of the server follows it. */
WeirAnswerItem *weir_answer_flowing_text (WeirAnswer *self, uint32_t choice);

/* Appends a string, or the source text of another value. item may be NULL. */
void weir_answer_append (WeirAnswer *self,
                         WeirAnswerItem *item,
                         const WeirAnswerPicked *picked,
                         unsigned slot);
void
weir_answer_append_bytes (WeirAnswer *self, WeirAnswerItem *item, const char *bytes, size_t length);
/* Called with the whole text after its pieces: appends what is missing. */
void weir_answer_append_rest (WeirAnswer *self,
                              WeirAnswerItem *item,
                              const WeirAnswerPicked *picked,
                              unsigned slot);
/* Discards the text, so that another text replaces it. */
void weir_answer_clear_text (WeirAnswer *self, WeirAnswerItem *item);
void weir_answer_close_item (WeirAnswer *self, WeirAnswerItem *item);
/* Finds or adds the item of a numbered block. The number of a text is its part, because texts share one
 * index and follow each other. */
WeirAnswerItem *weir_answer_get_block (WeirAnswer *self, WeirAnswerItemKind kind, uint32_t number);
/* Closes the items of a numbered block. */
void weir_answer_close_block (WeirAnswer *self, uint32_t number);
/* Notes that the event has content other than text, such as an image. */
void weir_answer_note_content (WeirAnswer *self);

/* No slot. */
#define WEIR_ANSWER_NO_SLOT 64u

/* Adds a citation unless there is an equal one. slots: its text and its source. */
void weir_answer_cite (WeirAnswer *self,
                       uint32_t choice,
                       const WeirAnswerPicked *picked,
                       const unsigned slots[2]);

WeirAnswerChoice *weir_answer_get_choice (WeirAnswer *self, uint32_t index);
/* Sets the finish reason of a choice. words has the meanings of the reasons that the API documents; the meaning
 * of any other reason is guessed. */
void weir_answer_finish (WeirAnswer *self,
                         uint32_t choice,
                         const WeirAnswerWord *words,
                         const WeirAnswerPicked *picked,
                         unsigned slot);
/* Returns: whether there are choices and all have a finish reason. */
bool weir_answer_is_finished (const WeirAnswer *self);

void weir_answer_count_unknown (WeirAnswer *self, const char *name, size_t length);
void
weir_answer_count_unknown_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot);

/* Sets *count where the slot is a number. */
void weir_answer_count (int64_t *count, const WeirAnswerPicked *picked, unsigned slot);

/* --- Errors ---------------------------------------------------------------------------- */

/* Takes an error from a whole event, in any of the forms that APIs use. Returns: false if it has no error. */
bool weir_answer_take_error (WeirAnswer *self, const WeirAnswerEvent *event);
/* The same from a value: a string, or an object with a message. */
bool weir_answer_take_error_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot);
void weir_answer_fail (WeirAnswer *self,
                       const WeirAnswerPicked *picked,
                       const unsigned slots[2] /* message, code */);

/* --- Readers ------------------------------------------------------------------------------ */

/* The members of an event by which its API is recognised. */
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
  const char *missing_finish, *missing_end; /* the API's names for its ends, or NULL */
  bool end_is_optional;                     /* a finish reason is enough */
  bool (*recognise) (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff);
  WeirAnswerStep (*take) (WeirAnswer *self, const WeirAnswerEvent *event);
} WeirAnswerReader;

extern const WeirAnswerReader weir_answer_agui, weir_answer_anthropic, weir_answer_bedrock,
    weir_answer_chat, weir_answer_cohere, weir_answer_deepseek, weir_answer_gemini,
    weir_answer_interactions, weir_answer_mistral, weir_answer_mistral_conversations,
    weir_answer_ollama, weir_answer_responses, weir_answer_vercel;

/* Returns: the meaning of the "type" in the event, or else of the type of the event. */
int weir_answer_find_type (const WeirAnswerWord *words,
                           const WeirAnswerEvent *event,
                           const WeirAnswerPicked *picked,
                           unsigned slot);
/* Counts an event that the reader does not know under that type. If it is an event of another API, the next answer
 * begins. */
WeirAnswerStep weir_answer_take_unknown (WeirAnswer *self,
                                         const WeirAnswerEvent *event,
                                         const WeirAnswerPicked *picked,
                                         unsigned slot);
/* Takes an event without a known type: an error, or else like weir_answer_take_unknown(). */
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
