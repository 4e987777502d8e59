/* SPDX-License-Identifier: MIT */
/* Answers that call two tools at once, by each API, and plain answers of the two that have no long text:
 * OpenAI's Responses and Gemini. Written after the APIs' documentation. */
#include "weir-config.h"

#include "weir-llm-private.h"

#define MODEL "weir-sample-1"

typedef struct
{
  const char *type, *data;
} Event;

/* --- OpenAI Chat Completions --------------------------------------------------- */

#define CHUNK(choice)                                                                              \
  {                                                                                                \
    NULL,                                                                                          \
        "{\"id\":\"chatcmpl-tools\",\"object\":\"chat.completion.chunk\",\"created\":1772413200,"  \
        "\"model\":\"" MODEL "\",\"choices\":[{\"index\":0," choice "}]}"                          \
  }
#define CHUNK_DELTA(delta) CHUNK ("\"delta\":{" delta "},\"finish_reason\":null")
#define CALL_START(index, id, name)                                                                \
  CHUNK_DELTA ("\"tool_calls\":[{\"index\":" #index ",\"id\":\"" id "\",\"type\":\"function\","    \
               "\"function\":{\"name\":\"" name "\",\"arguments\":\"\"}}]")
#define CALL_MORE(index, text)                                                                     \
  CHUNK_DELTA ("\"tool_calls\":[{\"index\":" #index ",\"function\":{\"arguments\":\"" text "\"}}"  \
               "]")

static const Event chat_tools[] = {
  CHUNK_DELTA ("\"role\":\"assistant\",\"content\":\"\""),
  CHUNK_DELTA ("\"content\":\"I check \""),
  CHUNK_DELTA ("\"content\":\"both. 🌊\""),
  CALL_START (0, "call_gates", "list_gates"),
  CALL_START (1, "call_level", "read_level"),
  CALL_MORE (0, "{\\\"river\\\":"),
  CALL_MORE (1, "{\\\"gauge\\\":7,"),
  CALL_MORE (0, "\\\"Elbe\\\"}"),
  CALL_MORE (1, "\\\"unit\\\":\\\"m\\\"}"),
  CHUNK ("\"delta\":{},\"finish_reason\":\"tool_calls\""),
  { NULL, "[DONE]" },
};

/* --- Anthropic Messages ---------------------------------------------------------- */

#define BLOCK(index, block)                                                                        \
  {                                                                                                \
    "content_block_start",                                                                         \
        "{\"type\":\"content_block_start\",\"index\":" #index ",\"content_block\":{" block "}}"    \
  }
#define BLOCK_DELTA(index, delta)                                                                  \
  {                                                                                                \
    "content_block_delta",                                                                         \
        "{\"type\":\"content_block_delta\",\"index\":" #index ",\"delta\":{" delta "}}"            \
  }
#define BLOCK_STOP(index)                                                                          \
  {                                                                                                \
    "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" #index "}"                 \
  }
#define INPUT_DELTA(index, text)                                                                   \
  BLOCK_DELTA (index, "\"type\":\"input_json_delta\",\"partial_json\":\"" text "\"")

static const Event messages_tools[] = {
  { "message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_tools\","
                     "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"" MODEL "\","
                     "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                     "\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}" },
  BLOCK (0, "\"type\":\"text\",\"text\":\"\""),
  BLOCK_DELTA (0, "\"type\":\"text_delta\",\"text\":\"I check \""),
  BLOCK_DELTA (0, "\"type\":\"text_delta\",\"text\":\"both. 🌊\""),
  BLOCK_STOP (0),
  BLOCK (1, "\"type\":\"tool_use\",\"id\":\"toolu_gates\",\"name\":\"list_gates\",\"input\":{}"),
  INPUT_DELTA (1, ""),
  INPUT_DELTA (1, "{\\\"river\\\":"),
  INPUT_DELTA (1, "\\\"Elbe\\\"}"),
  BLOCK_STOP (1),
  BLOCK (2, "\"type\":\"tool_use\",\"id\":\"toolu_level\",\"name\":\"read_level\",\"input\":{}"),
  INPUT_DELTA (2, "{\\\"gauge\\\":7,"),
  INPUT_DELTA (2, "\\\"unit\\\":\\\"m\\\"}"),
  BLOCK_STOP (2),
  { "message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\","
                     "\"stop_sequence\":null},\"usage\":{\"output_tokens\":31}}" },
  { "message_stop", "{\"type\":\"message_stop\"}" },
};

/* --- OpenAI Responses --------------------------------------------------------------- */

#define RESPONSE(status, output, usage)                                                            \
  "\"response\":{\"id\":\"resp_weir\",\"object\":\"response\",\"created_at\":1772413200,"          \
  "\"status\":\"" status "\",\"error\":null,\"incomplete_details\":null,\"model\":\"" MODEL "\","  \
  "\"output\":[" output "],\"usage\":" usage "}}"
#define CREATED                                                                                    \
  {                                                                                                \
    "response.created", "{\"type\":\"response.created\",\"sequence_number\":0," RESPONSE (         \
                            "in_progress", "", "null")                                             \
  }
#define TEXT_OF(text) "{\"type\":\"output_text\",\"text\":\"" text "\",\"annotations\":[]}"
#define MESSAGE_OF(status, content)                                                                \
  "{\"id\":\"msg_weir\",\"type\":\"message\",\"status\":\"" status "\",\"role\":\"assistant\","    \
  "\"content\":[" content "]}"
#define FUNCTION_OF(id, call, name, status, text)                                                  \
  "{\"id\":\"" id "\",\"type\":\"function_call\",\"status\":\"" status "\",\"call_id\":\"" call    \
  "\",\"name\":\"" name "\",\"arguments\":\"" text "\"}"
#define ITEM_ADDED(index, item)                                                                    \
  {                                                                                                \
    "response.output_item.added", "{\"type\":\"response.output_item.added\","                      \
                                  "\"output_index\":" #index ",\"item\":" item "}"                 \
  }
#define ITEM_DONE(index, item)                                                                     \
  {                                                                                                \
    "response.output_item.done", "{\"type\":\"response.output_item.done\","                        \
                                 "\"output_index\":" #index ",\"item\":" item "}"                  \
  }
#define PART_ADDED                                                                                 \
  {                                                                                                \
    "response.content_part.added", "{\"type\":\"response.content_part.added\","                    \
                                   "\"item_id\":\"msg_weir\",\"output_index\":0,"                  \
                                   "\"content_index\":0,\"part\":" TEXT_OF ("") "}"                \
  }
#define TEXT_DELTA(text)                                                                           \
  {                                                                                                \
    "response.output_text.delta", "{\"type\":\"response.output_text.delta\","                      \
                                  "\"item_id\":\"msg_weir\",\"output_index\":0,"                   \
                                  "\"content_index\":0,\"delta\":\"" text "\"}"                    \
  }
#define TEXT_DONE(text)                                                                            \
  {                                                                                                \
    "response.output_text.done", "{\"type\":\"response.output_text.done\","                        \
                                 "\"item_id\":\"msg_weir\",\"output_index\":0,"                    \
                                 "\"content_index\":0,\"text\":\"" text "\"}"                      \
  }
#define FUNCTION_DELTA(index, id, text)                                                            \
  {                                                                                                \
    "response.function_call_arguments.delta",                                                      \
        "{\"type\":\"response.function_call_arguments.delta\",\"item_id\":\"" id                   \
        "\",\"output_index\":" #index ",\"delta\":\"" text "\"}"                                   \
  }
#define FUNCTION_DONE(index, id, text)                                                             \
  {                                                                                                \
    "response.function_call_arguments.done",                                                       \
        "{\"type\":\"response.function_call_arguments.done\",\"item_id\":\"" id                    \
        "\",\"output_index\":" #index ",\"arguments\":\"" text "\"}"                               \
  }
#define COMPLETED(output)                                                                          \
  {                                                                                                \
    "response.completed",                                                                          \
        "{\"type\":\"response.completed\"," RESPONSE (                                             \
            "completed", output,                                                                   \
            "{\"input_tokens\":12,\"input_tokens_details\":{\"cached_tokens\":4},"                 \
            "\"output_tokens\":31,\"output_tokens_details\":{\"reasoning_tokens\":0},"             \
            "\"total_tokens\":43}")                                                                \
  }

#define BOTH "I check both. 🌊"
#define WEIR "A weir holds the water back. 堰。"
#define GATES "{\\\"river\\\":\\\"Elbe\\\"}"
#define LEVEL "{\\\"gauge\\\":7,\\\"unit\\\":\\\"m\\\"}"
#define GATES_CALL(status, text) FUNCTION_OF ("fc_gates", "call_gates", "list_gates", status, text)
#define LEVEL_CALL(status, text) FUNCTION_OF ("fc_level", "call_level", "read_level", status, text)

static const Event responses_text[] = {
  CREATED,
  ITEM_ADDED (0, MESSAGE_OF ("in_progress", "")),
  PART_ADDED,
  TEXT_DELTA ("A weir holds "),
  TEXT_DELTA ("the water back. 堰。"),
  TEXT_DONE (WEIR),
  ITEM_DONE (0, MESSAGE_OF ("completed", TEXT_OF (WEIR))),
  COMPLETED (MESSAGE_OF ("completed", TEXT_OF (WEIR))),
};

static const Event responses_tools[] = {
  CREATED,
  ITEM_ADDED (0, MESSAGE_OF ("in_progress", "")),
  PART_ADDED,
  TEXT_DELTA ("I check "),
  TEXT_DELTA ("both. 🌊"),
  TEXT_DONE (BOTH),
  ITEM_DONE (0, MESSAGE_OF ("completed", TEXT_OF (BOTH))),
  ITEM_ADDED (1, GATES_CALL ("in_progress", "")),
  ITEM_ADDED (2, LEVEL_CALL ("in_progress", "")),
  FUNCTION_DELTA (1, "fc_gates", "{\\\"river\\\":"),
  FUNCTION_DELTA (2, "fc_level", "{\\\"gauge\\\":7,"),
  FUNCTION_DELTA (1, "fc_gates", "\\\"Elbe\\\"}"),
  FUNCTION_DELTA (2, "fc_level", "\\\"unit\\\":\\\"m\\\"}"),
  FUNCTION_DONE (1, "fc_gates", GATES),
  ITEM_DONE (1, GATES_CALL ("completed", GATES)),
  FUNCTION_DONE (2, "fc_level", LEVEL),
  ITEM_DONE (2, LEVEL_CALL ("completed", LEVEL)),
  COMPLETED (MESSAGE_OF ("completed", TEXT_OF (BOTH)) "," GATES_CALL (
      "completed", GATES) "," LEVEL_CALL ("completed", LEVEL)),
};

/* --- Gemini ----------------------------------------------------------------------------- */

#define PARTS(parts, rest)                                                                         \
  {                                                                                                \
    NULL, "{\"candidates\":[{\"content\":{\"parts\":[" parts "],\"role\":\"model\"}" rest          \
          ",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":12,"                             \
          "\"candidatesTokenCount\":31,\"totalTokenCount\":43},\"modelVersion\":\"" MODEL "\","    \
          "\"responseId\":\"weir\"}"                                                               \
  }
#define STOP ",\"finishReason\":\"STOP\""

static const Event gemini_text[] = {
  PARTS ("{\"text\":\"A weir holds \"}", ""),
  PARTS ("{\"text\":\"the water back. 堰。\"}", ""),
  PARTS ("{\"text\":\"\"}", STOP),
};

static const Event gemini_tools[] = {
  PARTS ("{\"text\":\"I check both. 🌊\"}", ""),
  PARTS ("{\"functionCall\":{\"name\":\"list_gates\",\"args\":{\"river\":\"Elbe\"}}},"
         "{\"functionCall\":{\"name\":\"read_level\",\"args\":{\"gauge\":7,\"unit\":\"m\"}}}",
         ""),
  PARTS ("{\"text\":\"\"}", STOP),
};

/* --- The scenarios ------------------------------------------------------------------------ */

static void
append (GString *out, const Event *events, guint64 number)
{
  weir_scenario_append_event (out, 0, events[number - 1].type, events[number - 1].data);
}

static void
append_chat_tools (GString *out, guint64 number)
{
  append (out, chat_tools, number);
}

static void
append_messages_tools (GString *out, guint64 number)
{
  append (out, messages_tools, number);
}

static void
append_responses_text (GString *out, guint64 number)
{
  append (out, responses_text, number);
}

static void
append_responses_tools (GString *out, guint64 number)
{
  append (out, responses_tools, number);
}

static void
append_gemini_text (GString *out, guint64 number)
{
  append (out, gemini_text, number);
}

static void
append_gemini_tools (GString *out, guint64 number)
{
  append (out, gemini_tools, number);
}

static const struct
{
  WeirScenario scenario;
  guint n_events;
} answers[WEIR_LLM_N_ANSWERS] = {
  [WEIR_LLM_CHAT_TOOLS] = { { .name = "chat-tools", .rate = 40, .append = append_chat_tools },
                            G_N_ELEMENTS (chat_tools) },
  [WEIR_LLM_MESSAGES_TOOLS] = { { .name = "messages-tools",
                                  .rate = 40,
                                  .append = append_messages_tools },
                                G_N_ELEMENTS (messages_tools) },
  [WEIR_LLM_RESPONSES_TEXT] = { { .name = "responses-text",
                                  .rate = 40,
                                  .append = append_responses_text },
                                G_N_ELEMENTS (responses_text) },
  [WEIR_LLM_RESPONSES_TOOLS] = { { .name = "responses-tools",
                                   .rate = 40,
                                   .append = append_responses_tools },
                                 G_N_ELEMENTS (responses_tools) },
  [WEIR_LLM_GEMINI_TEXT] = { { .name = "gemini-text", .rate = 40, .append = append_gemini_text },
                             G_N_ELEMENTS (gemini_text) },
  [WEIR_LLM_GEMINI_TOOLS] = { { .name = "gemini-tools", .rate = 40, .append = append_gemini_tools },
                              G_N_ELEMENTS (gemini_tools) },
};

const WeirScenario *
weir_llm_get_answer (WeirLlmAnswer answer, guint *n_events)
{
  *n_events = answers[answer].n_events;
  return &answers[answer].scenario;
}
