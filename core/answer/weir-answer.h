/* SPDX-License-Identifier: MIT */
/*
 * weir-answer: assembles the answer of a language model from the events of its stream.
 *
 * It reads OpenAI Chat Completions and Responses, Anthropic Messages, Gemini (generateContent and
 * Interactions), Mistral, Cohere v2, DeepSeek, Ollama, Bedrock ConverseStream, the Vercel AI SDK's UI
 * stream and AG-UI, and recognises them by their events.
 *
 *   WeirAnswer *answer = weir_answer_new (&allocator);
 *
 *   for each event { type, data, time }
 *     if (weir_answer_take (answer, &event) == WEIR_ANSWER_NEXT)
 *       ... the event begins another answer: close this one, make a new one, take it there
 *   weir_answer_close (answer);
 *   weir_answer_judge (answer, &verdict);
 *
 * C11, freestanding except for memory and string functions, without a clock. One thread at a time.
 */
#ifndef WEIR_ANSWER_H
#define WEIR_ANSWER_H

#include "weir-json.h"
#include "weir-parser.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  WEIR_ANSWER_API_NONE = 0, /* not recognised (yet) */
  WEIR_ANSWER_API_OPENAI_CHAT,
  WEIR_ANSWER_API_OPENAI_RESPONSES,
  WEIR_ANSWER_API_ANTHROPIC,
  WEIR_ANSWER_API_GEMINI,
  WEIR_ANSWER_API_GEMINI_INTERACTIONS,
  WEIR_ANSWER_API_MISTRAL,
  WEIR_ANSWER_API_COHERE,
  WEIR_ANSWER_API_DEEPSEEK,
  WEIR_ANSWER_API_OLLAMA,
  WEIR_ANSWER_API_BEDROCK,
  WEIR_ANSWER_API_VERCEL,
  WEIR_ANSWER_API_AG_UI,
  WEIR_ANSWER_N_APIS,
} WeirAnswerApi;

/* Returns: a name such as "OpenAI Chat Completions", which is not translated; "" for WEIR_ANSWER_API_NONE. */
const char *weir_answer_api_get_name (WeirAnswerApi api);
/* Returns: OpenTelemetry's gen_ai.provider.name, such as "aws.bedrock"; "" if the API does not determine it. */
const char *weir_answer_api_get_provider (WeirAnswerApi api);

/* --- The model ------------------------------------------------------------------- */

/* UTF-8 that ends with NUL and contains no other NUL. text is NULL if nothing was set. */
typedef struct
{
  char *text;
  size_t length;
  size_t room; /* private */
} WeirAnswerText;

typedef enum
{
  WEIR_ANSWER_TEXT = 0,
  WEIR_ANSWER_THINKING,    /* reasoning, or its summary */
  WEIR_ANSWER_REFUSAL,     /* the model's explanation of why it refuses */
  WEIR_ANSWER_TOOL_CALL,   /* name, and arguments as text */
  WEIR_ANSWER_TOOL_RESULT, /* of a tool that the server ran; text is JSON where is_json */
  WEIR_ANSWER_CITATION,    /* text: the quoted passage or title; source: its URL or document */
  WEIR_ANSWER_IMAGE,       /* source: its URL, or its media type if it is data */
  WEIR_ANSWER_AUDIO,       /* text: the transcript */
} WeirAnswerItemKind;

#define WEIR_ANSWER_NO_INDEX UINT32_MAX

typedef struct
{
  WeirAnswerItemKind kind;
  uint32_t choice;       /* the number of the answer, if a request has several; otherwise 0 */
  uint32_t index, part;  /* the API's numbers, or WEIR_ANSWER_NO_INDEX */
  WeirAnswerText id;     /* the API's identifier */
  WeirAnswerText name;   /* tool call, tool result */
  WeirAnswerText text;   /* only grows, unless is_replaced */
  WeirAnswerText source; /* citation, image */
  uint64_t n_data_bytes; /* image, audio: base64 characters */
  bool is_json;          /* text is meant to be JSON */
  bool is_server_side;   /* the provider runs the tool */
  bool is_closed;        /* the API reported that it is complete */
  bool is_replaced;      /* a later text has replaced the text */
  bool begins_paragraph; /* text: it does not continue the text item before it */

  uint16_t high_surrogate; /* private: half of a character, to be joined with the next piece */
  bool is_provisional;     /* private: the text may be replaced */
} WeirAnswerItem;

typedef enum
{
  WEIR_ANSWER_FINISH_NONE = 0, /* without a reason */
  WEIR_ANSWER_FINISH_COMPLETE,
  WEIR_ANSWER_FINISH_MAX_TOKENS,
  WEIR_ANSWER_FINISH_CONTENT_FILTER,
  WEIR_ANSWER_FINISH_OTHER, /* stopped or paused for another reason */
  WEIR_ANSWER_FINISH_BLOCKED,
  WEIR_ANSWER_FINISH_FAILED,
} WeirAnswerFinish;

typedef struct
{
  uint32_t index;
  WeirAnswerFinish finish;
  WeirAnswerText reason; /* the API's word */
} WeirAnswerChoice;

/* Tokens as the API counts them, or -1 if it does not report them. */
typedef struct
{
  int64_t input;       /* including those read from or written to a cache */
  int64_t output;      /* including reasoning */
  int64_t cache_read;  /* of input */
  int64_t cache_write; /* of input */
  int64_t reasoning;   /* of output */
  int64_t total;       /* as reported */
} WeirAnswerUsage;

/* An event, or a kind of block in one, that no reader knows. */
typedef struct
{
  WeirAnswerText name;
  uint64_t count;
} WeirAnswerUnknown;

/* The limits of one answer. The excess is discarded. */
#define WEIR_ANSWER_MAX_BYTES ((size_t) 16 << 20)
#define WEIR_ANSWER_MAX_ITEMS 4096
#define WEIR_ANSWER_MAX_CHOICES 128
#define WEIR_ANSWER_MAX_UNKNOWN 32

typedef struct
{
  WeirAnswerApi api;
  WeirAnswerText id, model; /* the last one that is not empty */
  WeirAnswerText error;     /* the error that the API reported; length 0 without one */
  WeirAnswerText error_code;
  WeirAnswerText blocked; /* why the prompt was blocked */
  WeirAnswerText detail;  /* the API's sentence about the finish */

  WeirAnswerItem **items; /* in the order in which they began */
  size_t n_items;
  WeirAnswerChoice *choices;
  size_t n_choices;
  WeirAnswerUnknown *unknown;
  size_t n_unknown;
  uint64_t n_unknown_events; /* including those that are not in unknown */
  uint64_t n_invalid_events; /* data that is not JSON; not counted as unknown */
  WeirAnswerText invalid;    /* the start of the first such data */
  uint64_t n_doubled_events; /* taken although their data begin with "data:" */
  uint64_t n_joined_events;  /* taken although a blank line is missing between several */

  WeirAnswerUsage usage;
  uint64_t n_events;         /* taken */
  uint64_t n_pieces;         /* events that brought content */
  uint64_t n_bytes;          /* of the texts */
  int64_t first_us, last_us; /* when the first and last content arrived, or 0 */
  bool has_error;            /* the API reported one */
  bool is_too_large;         /* more arrived than is kept */
  bool is_out_of_memory;
  bool has_begun;    /* the API's first event, or content, arrived */
  bool has_ended;    /* the API's last event arrived */
  bool is_closed;    /* weir_answer_close() */
  uint64_t revision; /* changes with each event that is taken */

  WeirAllocator allocator; /* private from here on */
  const void *reader;
  size_t items_room, choices_room, unknown_room;
  WeirAnswerText scratch, unwrapped;
  bool brought_content, cache_outside_input;
  uint32_t current; /* what the reader remembers between events */
  WeirAnswerText current_id;
} WeirAnswer;

/* allocator is copied. Returns: NULL if there is no memory. */
WeirAnswer *weir_answer_new (const WeirAllocator *allocator);
void weir_answer_free (WeirAnswer *self);

/* --- Events ------------------------------------------------------------------------ */

typedef struct
{
  /* "message" or empty if the stream names none; for Amazon's frames, :event-type or :exception-type. */
  WeirSpan type;
  WeirSpan data;
  int64_t time_us; /* when it arrived */
} WeirAnswerEvent;

typedef enum
{
  /* Not part of an answer. Nothing changes, except that a damaged event that may belong to an answer is counted
   * as invalid. */
  WEIR_ANSWER_FOREIGN = 0,
  WEIR_ANSWER_TAKEN,
  WEIR_ANSWER_NEXT, /* it begins another answer, and nothing changes */
} WeirAnswerStep;

/* The bytes of the event are used only during the call. is_out_of_memory is set if there is no memory. */
WeirAnswerStep weir_answer_take (WeirAnswer *self, const WeirAnswerEvent *event);

/* Returns: the API of an event, by this event alone. An error or "[DONE]" has none. */
WeirAnswerApi weir_answer_recognise (const WeirAnswerEvent *event);

/* Called when the connection or the recording ended. No event is taken after it. */
void weir_answer_close (WeirAnswer *self);

/* --- The verdict --------------------------------------------------------------------- */

typedef enum
{
  WEIR_ANSWER_GROWING = 0, /* neither ended nor closed */
  WEIR_ANSWER_COMPLETE,
  WEIR_ANSWER_INCOMPLETE,   /* the API reports it: reason */
  WEIR_ANSWER_CUT_OFF,      /* the stream ended too early: missing */
  WEIR_ANSWER_FAILED,       /* the API reports an error: reason */
  WEIR_ANSWER_BLOCKED,      /* reason */
  WEIR_ANSWER_INVALID_TOOL, /* complete, but the arguments of tool are not JSON */
} WeirAnswerState;

typedef struct
{
  WeirAnswerState state;
  WeirAnswerFinish finish; /* incomplete: why */
  const char *reason;      /* the API's word, or NULL; if complete, its finish reason */
  /* If cut off, the ends that are missing, such as "finish_reason" and "[DONE]", then NULL. */
  const char *missing[2];
  const WeirAnswerItem *tool; /* the first with invalid arguments in any state, or NULL */
  WeirJsonError tool_error;
  size_t tool_position; /* the byte in its text */
  bool is_refusal;      /* the model refused in words */
} WeirAnswerVerdict;

/* The strings live until the next event is taken. */
void weir_answer_judge (const WeirAnswer *self, WeirAnswerVerdict *verdict);

/* Joins the text of all items of that kind and choice, as the API's own library does, into out, which needs at
 * most n_bytes + 2 bytes for each item. out may be NULL. Returns: the length. */
size_t
weir_answer_join (const WeirAnswer *self, WeirAnswerItemKind kind, uint32_t choice, char *out);

#ifdef __cplusplus
}
#endif

#endif
