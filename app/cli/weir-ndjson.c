/* SPDX-License-Identifier: MIT */
#include "weir-ndjson.h"

#include <string.h>

/* The compiler computes the literal's length. */
#define PUT(text) weir_output_bytes (self->output, text, sizeof text - 1)

static void
put_span (const WeirNdjson *self, WeirSpan span)
{
  weir_output_json (self->output, span.text, span.length);
}

static void
put_offsets (const WeirNdjson *self, const WeirItem *item)
{
  if (!self->offsets)
    return;
  PUT (",\"begin\":");
  weir_output_number (self->output, item->begin);
  PUT (",\"end\":");
  weir_output_number (self->output, item->end);
}

static void
put_stream (const WeirNdjson *self)
{
  if (self->stream == 0)
    return;
  PUT (",\"stream\":");
  weir_output_number (self->output, self->stream);
}

void
weir_ndjson_print_item (const WeirNdjson *self, const WeirItem *item)
{
  switch (item->kind)
    {
    case WEIR_ITEM_EVENT:
      PUT ("{\"kind\":\"event\",\"type\":\"");
      put_span (self, item->type);
      PUT ("\",\"data\":\"");
      put_span (self, item->data);
      PUT ("\",\"lastEventId\":\"");
      put_span (self, item->last_event_id);
      PUT ("\"");
      break;
    case WEIR_ITEM_COMMENT:
      PUT ("{\"kind\":\"comment\",\"text\":\"");
      put_span (self, item->text);
      PUT ("\"");
      break;
    case WEIR_ITEM_RETRY:
      PUT ("{\"kind\":\"retry\",\"ms\":");
      weir_output_number (self->output, item->retry_ms);
      break;
    case WEIR_ITEM_FINDING:
    default:
      PUT ("{\"kind\":\"finding\",\"code\":\"");
      weir_output_string (self->output, weir_finding_name (item->finding));
      PUT ("\",\"text\":\"");
      put_span (self, item->text);
      PUT ("\"");
      if (item->last_event_id.length > 0)
        {
          PUT (",\"lastEventId\":\"");
          put_span (self, item->last_event_id);
          PUT ("\"");
        }
      break;
    }
  put_offsets (self, item);
  put_stream (self);
  PUT ("}\n");
}

static void
put_text (const WeirNdjson *self, const char *name, const char *text)
{
  if (!text)
    return;
  PUT (",\"");
  weir_output_string (self->output, name);
  PUT ("\":\"");
  weir_output_json (self->output, text, strlen (text));
  PUT ("\"");
}

static void
put_number (const WeirNdjson *self, const char *name, gint64 number)
{
  if (number < 0)
    return;
  PUT (",\"");
  weir_output_string (self->output, name);
  PUT ("\":");
  weir_output_number (self->output, (guint64) number);
}

/* Microseconds as milliseconds with three decimals; omitted if the step did not happen. */
static void
put_ms (const WeirNdjson *self, const char *name, gint64 us)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (us < 0)
    return;
  PUT (",\"");
  weir_output_string (self->output, name);
  PUT ("\":");
  weir_output_string (self->output, g_ascii_formatd (digits, sizeof digits, "%.3f", us / 1e3));
}

/* Header lines as an array of strings, because a name may be repeated. */
static void
put_headers (const WeirNdjson *self, const char *name, const char *lines)
{
  if (!lines)
    return;
  PUT (",\"");
  weir_output_string (self->output, name);
  PUT ("\":[");
  for (const char *line = lines; *line;)
    {
      gsize length = strcspn (line, "\n");

      if (line != lines)
        PUT (",");
      PUT ("\"");
      weir_output_json (self->output, line, length);
      PUT ("\"");
      line += length + (line[length] == '\n');
    }
  PUT ("]");
}

static void
put_request_body (const WeirNdjson *self, const WeirConnectionInfo *info)
{
  if (info->request_body == NULL)
    return;
  put_text (self, "requestBody", info->request_body);
  put_number (self, "requestBytes", (gint64) info->request_bytes);
}

static void
put_connection_open (const WeirNdjson *self, const WeirConnectionInfo *info)
{
  put_number (self, "status", info->status ? (gint64) info->status : -1);
  put_text (self, "http", info->http_version);
  put_text (self, "contentType", info->content_type);
  put_text (self, "remote", info->remote_address);
  put_text (self, "tls", info->tls);
  put_text (self, "certificate", info->certificate);
  put_text (self, "certificateErrors", info->certificate_errors);
  if (info->insecure)
    PUT (",\"insecure\":true");
  put_number (self, "redirects", info->n_redirects ? (gint64) info->n_redirects : -1);
  put_ms (self, "dnsMs", info->dns_us);
  put_ms (self, "tcpMs", info->tcp_us);
  put_ms (self, "tlsMs", info->tls_us);
  put_ms (self, "sentMs", info->sent_us);
  put_ms (self, "headMs", info->head_us);
  put_headers (self, "requestHeaders", info->request_headers);
  put_request_body (self, info);
  put_headers (self, "responseHeaders", info->response_headers);
}

static void
put_connection_end (const WeirNdjson *self, const WeirConnectionInfo *info)
{
  put_text (self, "reason", weir_end_reason_get_name (info->end));
  put_text (self, "evidence", info->evidence);
  if (self->stream == 0)
    put_number (self, "status", info->status ? (gint64) info->status : -1);
  put_ms (self, "firstByteMs", info->first_byte_us);
  /* A recording does not count them. */
  put_number (self, "reads", info->n_reads > 0 || info->n_bytes == 0 ? (gint64) info->n_reads : -1);
  put_number (self, "bytes", (gint64) info->n_bytes);
  put_number (self, "events", (gint64) info->n_events);
}

/* Whether the end is all that a tap shows of an exchange. */
static gboolean
never_opened (const WeirNdjson *self, const WeirConnectionInfo *info)
{
  return self->stream > 0 && !info->no_event
         && (info->end == WEIR_END_STATUS || info->end == WEIR_END_CONTENT_TYPE);
}

void
weir_ndjson_print_state (const WeirNdjson *self, const WeirStreamStatus *status)
{
  const WeirConnectionInfo *info = status->connection;

  PUT ("{\"kind\":\"state\",\"state\":\"");
  weir_output_string (self->output, weir_stream_state_get_name (status->state));
  PUT ("\"");
  if (info)
    {
      put_number (self, "connection", info->number);
      put_text (self, "url", info->url);
      put_text (self, "method", info->method);
      put_text (self, "lastEventId", info->last_event_id);
      if (status->state == WEIR_STREAM_STATE_OPEN || never_opened (self, info))
        put_connection_open (self, info);
      if (info->end != WEIR_END_NONE)
        put_connection_end (self, info);
    }
  if (status->state == WEIR_STREAM_STATE_WAITING)
    {
      put_number (self, "delayMs", status->delay_ms);
      put_number (self, "attempt", status->attempt);
    }
  if (status->sent_us > 0)
    put_ms (self, "sentMsAgo", g_get_monotonic_time () - status->sent_us);
  put_text (self, status->failed ? "error" : "text", status->text);
  put_stream (self);
  PUT ("}\n");
}

void
weir_ndjson_print_note (const WeirNdjson *self, WeirStreamState state, const WeirNote *note)
{
  PUT ("{\"kind\":\"state\",\"state\":\"");
  weir_output_string (self->output, weir_stream_state_get_name (state));
  PUT ("\",\"note\":\"");
  weir_output_string (self->output, weir_note_kind_get_name (note->kind));
  PUT ("\"");
  put_text (self, "text", note->text);
  put_stream (self);
  PUT ("}\n");
}

/* --- Answers of language models ------------------------------------------- */

static void
put_json_text (const WeirNdjson *self, const char *name, const WeirAnswerText *text)
{
  if (text->length > 0)
    put_text (self, name, text->text);
}

static void
put_seconds (const WeirNdjson *self, const char *name, gint64 us)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  PUT (",\"");
  weir_output_string (self->output, name);
  PUT ("\":");
  weir_output_string (self->output, g_ascii_formatd (digits, sizeof digits, "%.6f", us / 1e6));
}

static void
put_double (const WeirNdjson *self, const char *name, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  PUT (",\"");
  weir_output_string (self->output, name);
  PUT ("\":");
  weir_output_string (self->output, g_ascii_formatd (digits, sizeof digits, "%.9g", number));
}

static void
put_verdict (const WeirNdjson *self, const WeirAnswer *answer)
{
  g_autofree char *sentence = weir_answer_describe_verdict (answer);
  WeirAnswerVerdict verdict;

  weir_answer_judge (answer, &verdict);
  PUT ("\"verdict\":\"");
  weir_output_string (self->output, weir_answer_state_get_name (verdict.state));
  PUT ("\"");
  put_text (self, "reason", verdict.reason);
  if (verdict.missing[0] != NULL)
    {
      PUT (",\"missing\":[\"");
      weir_output_json (self->output, verdict.missing[0], strlen (verdict.missing[0]));
      if (verdict.missing[1] != NULL)
        {
          PUT ("\",\"");
          weir_output_json (self->output, verdict.missing[1], strlen (verdict.missing[1]));
        }
      PUT ("\"]");
    }
  if (verdict.tool != NULL)
    {
      PUT (",\"invalidToolCall\":{\"byte\":");
      weir_output_number (self->output, verdict.tool_position);
      put_json_text (self, "name", &verdict.tool->name);
      put_text (self, "error", weir_json_error_sentence (verdict.tool_error));
      PUT ("}");
    }
  if (verdict.is_refusal)
    PUT (",\"refusal\":true");
  put_text (self, "summary", sentence);
  if (verdict.state == WEIR_ANSWER_FAILED)
    put_text (self, "error.type",
              answer->error_code.length > 0 ? answer->error_code.text : "_OTHER");
  put_json_text (self, "detail", &answer->detail);
}

static void
put_finish_reasons (const WeirNdjson *self, const WeirAnswer *answer)
{
  const char *before = ",\"gen_ai.response.finish_reasons\":[\"";

  for (gsize i = 0; i < answer->n_choices; i++)
    {
      const WeirAnswerText *reason = &answer->choices[i].reason;

      if (reason->length == 0)
        continue;
      weir_output_string (self->output, before);
      weir_output_json (self->output, reason->text, reason->length);
      before = "\",\"";
    }
  if (*before == '"')
    PUT ("\"]");
}

/* OpenTelemetry's names and units: seconds. */
static void
put_gen_ai (const WeirNdjson *self, const WeirAnswer *answer, const WeirAnswerContext *context)
{
  const WeirAnswerUsage *usage = &answer->usage;
  const char *provider = weir_answer_api_get_provider (answer->api);

  put_text (self, "gen_ai.operation.name", "chat");
  put_text (self, "gen_ai.provider.name", *provider != '\0' ? provider : NULL);
  put_json_text (self, "gen_ai.response.id", &answer->id);
  put_json_text (self, "gen_ai.response.model", &answer->model);
  put_finish_reasons (self, answer);
  put_number (self, "gen_ai.usage.input_tokens", usage->input);
  put_number (self, "gen_ai.usage.output_tokens", usage->output);
  put_number (self, "gen_ai.usage.cache_read.input_tokens", usage->cache_read);
  put_number (self, "gen_ai.usage.cache_creation.input_tokens", usage->cache_write);
  put_number (self, "gen_ai.usage.reasoning.output_tokens", usage->reasoning);
  if (context->asked_us <= 0 || answer->first_us < context->asked_us)
    return;
  put_seconds (self, "gen_ai.response.time_to_first_chunk", answer->first_us - context->asked_us);
  put_seconds (self, "gen_ai.client.operation.duration", answer->last_us - context->asked_us);
}

static void
put_figures (const WeirNdjson *self, const WeirAnswer *answer, const WeirAnswerContext *context)
{
  gboolean is_estimate;
  const double rate = context->is_live ? weir_answer_get_rate (answer, &is_estimate) : 0;
  double cost;

  if (rate > 0)
    put_double (self, is_estimate ? "estimatedTokensPerSecond" : "tokensPerSecond", rate);
  put_number (self, "chunks", (gint64) answer->n_pieces);
  if (context->prices == NULL || !weir_prices_get_cost (context->prices, answer, &cost))
    return;
  put_double (self, "cost", cost);
  put_text (self, "currency", weir_prices_get_currency (context->prices));
}

static void
put_item (const WeirNdjson *self, const WeirAnswerItem *item)
{
  static const char *const kinds[] = { "text",       "thinking", "refusal", "toolCall",
                                       "toolResult", "citation", "image",   "audio" };

  PUT ("{\"kind\":\"");
  weir_output_string (self->output, kinds[item->kind]);
  PUT ("\"");
  if (item->choice > 0)
    put_number (self, "choice", item->choice);
  put_json_text (self, "id", &item->id);
  put_json_text (self, "name", &item->name);
  if (item->is_server_side)
    PUT (",\"serverSide\":true");
  put_text (self, item->kind == WEIR_ANSWER_TOOL_CALL ? "arguments" : "text",
            item->text.length > 0 ? item->text.text : "");
  put_json_text (self, "source", &item->source);
  PUT ("}");
}

static void
put_items (const WeirNdjson *self, const WeirAnswer *answer)
{
  PUT (",\"items\":[");
  for (gsize i = 0; i < answer->n_items; i++)
    {
      if (i > 0)
        PUT (",");
      put_item (self, answer->items[i]);
    }
  PUT ("]");
}

static void
put_unknown_events (const WeirNdjson *self, const WeirAnswer *answer)
{
  if (answer->n_unknown == 0)
    return;
  PUT (",\"unknownEvents\":{");
  for (gsize i = 0; i < answer->n_unknown; i++)
    {
      PUT ("\"");
      weir_output_json (self->output, answer->unknown[i].name.text, answer->unknown[i].name.length);
      PUT ("\":");
      weir_output_number (self->output, answer->unknown[i].count);
      if (i + 1 < answer->n_unknown)
        PUT (",");
    }
  PUT ("}");
}

void
weir_ndjson_print_answer (const WeirNdjson *self,
                          const WeirAnswer *answer,
                          const WeirAnswerContext *context)
{
  const guint64 n_repaired = answer->n_doubled_events + answer->n_joined_events;

  PUT ("{\"kind\":\"answer\",");
  put_verdict (self, answer);
  put_text (self, "api", weir_answer_api_get_name (answer->api));
  put_gen_ai (self, answer, context);
  put_figures (self, answer, context);
  put_items (self, answer);
  put_unknown_events (self, answer);
  put_number (self, "invalidEvents",
              answer->n_invalid_events > 0 ? (gint64) answer->n_invalid_events : -1);
  put_number (self, "repairedEvents", n_repaired > 0 ? (gint64) n_repaired : -1);
  put_stream (self);
  PUT ("}\n");
}

/* --- JSON-RPC ---------------------------------------------------------------- */

static void
put_error (const WeirNdjson *self, const WeirRpcMessage *message)
{
  char digits[24];

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, message->error_code);
  PUT (",\"code\":");
  weir_output_string (self->output, digits);
  put_text (self, "error", message->error_message);
}

void
weir_ndjson_print_rpc (const WeirNdjson *self,
                       const WeirRpcMessage *message,
                       const char *method,
                       gint64 latency_us)
{
  PUT ("{\"kind\":\"rpc\",\"message\":\"");
  weir_output_string (self->output, weir_rpc_kind_get_name (message->kind));
  PUT ("\"");
  put_text (self, "method", message->method != NULL ? message->method : method);
  if (message->id != NULL)
    {
      PUT (",\"id\":");
      weir_output_string (self->output, message->id);
    }
  put_ms (self, "latencyMs", latency_us);
  if (message->kind == WEIR_RPC_ERROR)
    put_error (self, message);
  if (message->progress >= 0)
    put_double (self, "progress", message->progress);
  if (message->total >= 0)
    put_double (self, "total", message->total);
  put_text (self, "progressText", message->progress_text);
  put_stream (self);
  PUT ("}\n");
}
