/* SPDX-License-Identifier: MIT */
#include "weir-ndjson.h"

#include <string.h>

/* A literal that the compiler measures. */
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

/* Microseconds as milliseconds with three places; left out where it did not happen. */
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

/* Header lines as an array of strings: a name may come twice. */
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
  put_headers (self, "responseHeaders", info->response_headers);
}

static void
put_connection_end (const WeirNdjson *self, const WeirConnectionInfo *info)
{
  put_text (self, "reason", weir_end_reason_get_name (info->end));
  put_text (self, "evidence", info->evidence);
  put_number (self, "status", info->status ? (gint64) info->status : -1);
  put_ms (self, "firstByteMs", info->first_byte_us);
  put_number (self, "reads", (gint64) info->n_reads);
  put_number (self, "bytes", (gint64) info->n_bytes);
  put_number (self, "events", (gint64) info->n_events);
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
      if (status->state == WEIR_STREAM_STATE_OPEN)
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
