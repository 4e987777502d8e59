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
 * C11, freestanding but for memory and string functions; it knows no clock. One thread at a time.
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

/* "OpenAI Chat Completions", …: names that are not translated. "" for none. */
const char *weir_answer_api_get_name (WeirAnswerApi api);
/* OpenTelemetry's gen_ai.provider.name: "openai", "aws.bedrock", …; "" where the API does not tell. */
const char *weir_answer_api_get_provider (WeirAnswerApi api);

/* --- The model ------------------------------------------------------------------- */

/* UTF-8 that ends in NUL and holds no other NUL. text is NULL where length is 0 and nothing was set. */
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
  WEIR_ANSWER_REFUSAL,     /* the model's own words of refusal */
  WEIR_ANSWER_TOOL_CALL,   /* name, and arguments as text */
  WEIR_ANSWER_TOOL_RESULT, /* of a tool that the server ran; text is JSON where is_json */
  WEIR_ANSWER_CITATION,    /* text: the quoted passage or title; source: its URL or document */
  WEIR_ANSWER_IMAGE,       /* source: its URL, or its media type where it came as data */
  WEIR_ANSWER_AUDIO,       /* text: the transcript */
} WeirAnswerItemKind;

#define WEIR_ANSWER_NO_INDEX UINT32_MAX

typedef struct
{
  WeirAnswerItemKind kind;
  uint32_t choice;       /* of several answers to one request: which; 0 elsewhere */
  uint32_t index, part;  /* the API's own numbers; WEIR_ANSWER_NO_INDEX: none */
  WeirAnswerText id;     /* the API's name for it */
  WeirAnswerText name;   /* tool call, tool result */
  WeirAnswerText text;   /* only grows, unless is_replaced */
  WeirAnswerText source; /* citation, image */
  uint64_t n_data_bytes; /* image, audio: base64 characters */
  bool is_json;          /* text is meant to be JSON */
  bool is_server_side;   /* the provider runs the tool */
  bool is_closed;        /* the API said that it is whole */
  bool is_replaced;      /* text was set aside once for what came later */
  bool begins_paragraph; /* text: it does not continue the text item before it */

  uint16_t high_surrogate; /* private: half of a character, to be joined with the next piece */
  bool is_provisional;     /* private: the text may be replaced */
} WeirAnswerItem;

typedef enum
{
  WEIR_ANSWER_FINISH_NONE = 0, /* no reason came */
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
  WeirAnswerText reason; /* in the API's word */
} WeirAnswerChoice;

/* Tokens as the API counts them; -1: not reported. */
typedef struct
{
  int64_t input;       /* all of them, those read from or written to a cache included */
  int64_t output;      /* all of them, reasoning included */
  int64_t cache_read;  /* of input */
  int64_t cache_write; /* of input */
  int64_t reasoning;   /* of output */
  int64_t total;       /* as reported */
} WeirAnswerUsage;

/* An event (or a kind of block in one) that no reader knows. */
typedef struct
{
  WeirAnswerText name;
  uint64_t count;
} WeirAnswerUnknown;

/* What is kept of one answer; more is counted. */
#define WEIR_ANSWER_MAX_BYTES ((size_t) 16 << 20)
#define WEIR_ANSWER_MAX_ITEMS 4096
#define WEIR_ANSWER_MAX_CHOICES 128
#define WEIR_ANSWER_MAX_UNKNOWN 32

typedef struct
{
  WeirAnswerApi api;
  WeirAnswerText id, model; /* the last one that is not empty */
  WeirAnswerText error;     /* what the API said went wrong; length 0: nothing */
  WeirAnswerText error_code;
  WeirAnswerText blocked; /* why the prompt was blocked */
  WeirAnswerText detail;  /* what the API says about the finish in a sentence */

  WeirAnswerItem **items; /* in the order in which they began */
  size_t n_items;
  WeirAnswerChoice *choices;
  size_t n_choices;
  WeirAnswerUnknown *unknown;
  size_t n_unknown;
  uint64_t n_unknown_events; /* all of them, also those with no place in unknown */
  uint64_t n_invalid_events; /* data that is not JSON; not counted as unknown */
  WeirAnswerText invalid;    /* the start of the first such data */
  uint64_t n_doubled_events; /* taken although their data begin with "data:" */
  uint64_t n_joined_events;  /* taken although a blank line is missing between several */

  WeirAnswerUsage usage;
  uint64_t n_events;         /* taken */
  uint64_t n_pieces;         /* events that brought content */
  uint64_t n_bytes;          /* of the texts */
  int64_t first_us, last_us; /* when the first and last content arrived; 0: none did */
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

/* allocator is copied. NULL: no memory. */
WeirAnswer *weir_answer_new (const WeirAllocator *allocator);
void weir_answer_free (WeirAnswer *self);

/* --- Events ------------------------------------------------------------------------ */

typedef struct
{
  WeirSpan
      type; /* "message" or empty where the stream names none; of Amazon's frames :event-type or
                    :exception-type */
  WeirSpan data;
  int64_t time_us; /* when it arrived */
} WeirAnswerEvent;

typedef enum
{
  WEIR_ANSWER_FOREIGN =
      0, /* not part of an answer; nothing has changed, but a damaged event that may
                              be of the answer to come is counted as invalid */
  WEIR_ANSWER_TAKEN,
  WEIR_ANSWER_NEXT, /* it begins another answer; nothing has changed */
} WeirAnswerStep;

/* The event's bytes are needed only during the call. Out of memory: see is_out_of_memory. */
WeirAnswerStep weir_answer_take (WeirAnswer *self, const WeirAnswerEvent *event);

/* Which API's answer an event alone shows; an error or "[DONE]" shows none. */
WeirAnswerApi weir_answer_recognise (const WeirAnswerEvent *event);

/* The connection or the recording ended; nothing more is taken. */
void weir_answer_close (WeirAnswer *self);

/* --- The verdict --------------------------------------------------------------------- */

typedef enum
{
  WEIR_ANSWER_GROWING = 0, /* neither ended nor closed */
  WEIR_ANSWER_COMPLETE,
  WEIR_ANSWER_INCOMPLETE,   /* the API says so: reason */
  WEIR_ANSWER_CUT_OFF,      /* the stream ended too early: missing */
  WEIR_ANSWER_FAILED,       /* the API reports an error: reason */
  WEIR_ANSWER_BLOCKED,      /* reason */
  WEIR_ANSWER_INVALID_TOOL, /* complete, but the arguments of tool are not JSON */
} WeirAnswerState;

typedef struct
{
  WeirAnswerState state;
  WeirAnswerFinish finish; /* incomplete: why */
  const char *reason;      /* in the API's word; complete: its finish reason; NULL: it gave none */
  const char
      *missing[2]; /* cut off: the ends that did not come, "finish_reason" and "[DONE]"; NULL: no
                              more */
  const WeirAnswerItem *tool; /* the first with invalid arguments, whatever the state; NULL: none */
  WeirJsonError tool_error;
  size_t tool_position; /* the byte in its text */
  bool is_refusal;      /* the model refused in words */
} WeirAnswerVerdict;

/* The strings live until the next event is taken. */
void weir_answer_judge (const WeirAnswer *self, WeirAnswerVerdict *verdict);

/* The text of all items of that kind and choice, as the API's own library would join it, into out
 * (at most n_bytes + 2 bytes for each item; NULL to ask for the length). Returns its length. */
size_t
weir_answer_join (const WeirAnswer *self, WeirAnswerItemKind kind, uint32_t choice, char *out);

#ifdef __cplusplus
}
#endif

#endif
