/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-export-writer-private.h"

#include <string.h>

#include "core/weir-encoder.h"
#include "base/weir-json-text.h"

static void
append_time (GString *out, gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;

  if (date != NULL)
    g_string_append_printf (out, "%s.%06dZ", date, (int) (time_us % G_USEC_PER_SEC));
}

static void
append_member (GString *out, const char *name, const char *text, gsize length)
{
  g_string_append_printf (out, ",\"%s\":", name);
  weir_json_text_append_string (out, text, length);
}

static void
append_text_member (GString *out, const char *name, const char *text)
{
  append_member (out, name, text != NULL ? text : "", text != NULL ? strlen (text) : 0);
}

static void
nothing (WeirExportWriter *self)
{
}

/* --- .sse -------------------------------------------------------------------- */

static void
append_message (GString *out, const WeirMessage *message)
{
  gsize length = 0, begin = out->len;

  if (weir_encode (message, NULL, 0, &length) != WEIR_ENCODE_SPACE)
    return;
  g_string_set_size (out, begin + length);
  weir_encode (message, out->str + begin, length, &length);
}

static void
sse_row (WeirExportWriter *self, const WeirExportRow *row)
{
  WeirMessage message = { 0 };

  switch (row->info.kind)
    {
    case WEIR_ROW_EVENT:
      message.type = row->type;
      if (row->type.length == strlen ("message") && memcmp (row->type.text, "message", 7) == 0)
        message.type.length = 0;
      message.data = row->text;
      message.has_data = true;
      message.id = row->id;
      message.has_id =
          strlen (self->id != NULL ? self->id : "") != row->id.length
          || memcmp (self->id != NULL ? self->id : "", row->id.text, row->id.length) != 0;
      if (message.has_id)
        {
          g_free (self->id);
          self->id = g_strndup (row->id.text, row->id.length);
        }
      break;
    case WEIR_ROW_COMMENT:
      message.comment = row->text;
      message.has_comment = true;
      break;
    case WEIR_ROW_RETRY:
      message.retry_ms = row->retry_ms;
      message.has_retry = true;
      break;
    case WEIR_ROW_FINDING:
    case WEIR_ROW_MARK:
    case WEIR_ROW_GONE:
    default:
      return;
    }
  append_message (self->out, &message);
}

/* --- NDJSON ------------------------------------------------------------------ */

static void
ndjson_row (WeirExportWriter *self, const WeirExportRow *row)
{
  GString *out = self->out;

  g_string_append_printf (out, "{\"kind\":\"%s\"", weir_row_kind_get_name (row->info.kind));
  switch (row->info.kind)
    {
    case WEIR_ROW_EVENT:
      append_member (out, "type", row->type.text, row->type.length);
      append_member (out, "data", row->text.text, row->text.length);
      append_member (out, "lastEventId", row->id.text, row->id.length);
      break;
    case WEIR_ROW_RETRY:
      g_string_append_printf (out, ",\"ms\":%" G_GUINT64_FORMAT, row->retry_ms);
      break;
    case WEIR_ROW_FINDING:
      append_text_member (out, "code", weir_finding_name (row->info.finding));
      append_member (out, "text", row->text.text, row->text.length);
      break;
    case WEIR_ROW_COMMENT:
    case WEIR_ROW_MARK:
    case WEIR_ROW_GONE:
    default:
      append_member (out, "text", row->text.text, row->text.length);
      break;
    }
  if (row->info.time_us > 0)
    {
      g_string_append (out, ",\"time\":\"");
      append_time (out, row->info.time_us);
      g_string_append_c (out, '"');
    }
  g_string_append (out, "}\n");
}

/* --- CSV --------------------------------------------------------------------- */

/* A cell in quotes. A spreadsheet takes what starts with one of these for a formula. */
static void
append_cell (GString *out, const char *text, gsize length)
{
  g_string_append (out, ",\"");
  if (length > 0 && strchr ("=+-@\t\r", text[0]) != NULL && text[0] != '\0')
    g_string_append_c (out, '\'');
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, text[i] != '\0' ? text[i] : ' ');
    }
  g_string_append_c (out, '"');
}

static void
csv_begin (WeirExportWriter *self)
{
  g_string_append (self->out, "number,time,kind,type,id,size,data\r\n");
}

static void
csv_row (WeirExportWriter *self, const WeirExportRow *row)
{
  GString *out = self->out;

  g_string_append_printf (out, "%" G_GUINT64_FORMAT ",", row->number + 1);
  if (row->info.time_us > 0)
    append_time (out, row->info.time_us);
  g_string_append_printf (out, ",%s", weir_row_kind_get_name (row->info.kind));
  append_cell (out, row->type.text, row->type.length);
  append_cell (out, row->id.text, row->id.length);
  g_string_append_printf (out, ",%u", row->info.size);
  append_cell (out, row->text.text, row->text.length);
  g_string_append (out, "\r\n");
}

/* --- HAR --------------------------------------------------------------------- */

/* "Name: value" lines as HAR's list of objects. */
static void
append_headers (GString *out, const char *lines)
{
  g_auto (GStrv) split = g_strsplit (lines != NULL ? lines : "", "\n", -1);
  gboolean first = TRUE;

  g_string_append (out, ",\"headers\":[");
  for (guint i = 0; split[i] != NULL; i++)
    {
      char *colon = strchr (split[i], ':');

      if (colon == NULL)
        continue;
      g_string_append (out, first ? "{\"name\":" : ",{\"name\":");
      weir_json_text_append_string (out, split[i], (gsize) (colon - split[i]));
      g_strstrip (++colon);
      append_text_member (out, "value", colon);
      g_string_append_c (out, '}');
      first = FALSE;
    }
  g_string_append (out, "],\"cookies\":[],\"headersSize\":-1,\"bodySize\":-1");
}

static void
har_begin (WeirExportWriter *self)
{
  g_string_append (
      self->out,
      "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Weir\",\"version\":\"" WEIR_VERSION
      "\"},\"entries\":[");
}

static void
har_begin_entry (WeirExportWriter *self, gint64 time_us, const WeirConnectionInfo *info)
{
  GString *out = self->out;
  g_autofree char *version = g_strconcat (
      "HTTP/", info != NULL && info->http_version != NULL ? info->http_version : "1.1", NULL);

  g_string_append (out,
                   self->has_entries ? ",\n{\"startedDateTime\":\"" : "\n{\"startedDateTime\":\"");
  append_time (out, time_us);
  g_string_append (out, "\",\"request\":{\"queryString\":[]");
  append_text_member (out, "method", info != NULL && info->method != NULL ? info->method : "GET");
  append_text_member (out, "url", info != NULL ? info->url : NULL);
  append_text_member (out, "httpVersion", version);
  append_headers (out, info != NULL ? info->request_headers : NULL);
  g_string_append_printf (out, "},\"response\":{\"status\":%u,\"redirectURL\":\"\"",
                          info != NULL ? info->status : 0);
  append_text_member (out, "statusText", info != NULL ? info->reason_phrase : NULL);
  append_text_member (out, "httpVersion", version);
  append_headers (out, info != NULL ? info->response_headers : NULL);
  g_string_append (out,
                   ",\"content\":{\"size\":-1,\"mimeType\":\"text/event-stream\"}},\"cache\":{},"
                   "\"_resourceType\":\"eventsource\",\"_eventSourceMessages\":[");
  self->in_entry = self->has_entries = TRUE;
  self->has_messages = FALSE;
  self->entry_us = self->latest_us = time_us;
}

static void
har_end_entry (WeirExportWriter *self)
{
  char wait[G_ASCII_DTOSTR_BUF_SIZE];

  if (!self->in_entry)
    return;
  g_ascii_formatd (wait, sizeof wait, "%.3f", (double) (self->latest_us - self->entry_us) / 1000);
  g_string_append_printf (
      self->out, "],\"time\":%s,\"timings\":{\"send\":0,\"wait\":0,\"receive\":%s}}", wait, wait);
  self->in_entry = FALSE;
}

static void
har_row (WeirExportWriter *self, const WeirExportRow *row)
{
  GString *out = self->out;

  if (row->mark != NULL && row->mark->connection != NULL
      && row->mark->connection->end == WEIR_END_NONE)
    {
      har_end_entry (self);
      har_begin_entry (self, row->info.time_us, row->mark->connection);
    }
  self->latest_us = MAX (self->latest_us, row->info.time_us);
  if (row->info.kind != WEIR_ROW_EVENT)
    return;
  if (!self->in_entry)
    har_begin_entry (self, row->info.time_us, NULL);
  g_string_append_printf (out, "%s\n{\"time\":%" G_GINT64_FORMAT ".%06d",
                          self->has_messages ? "," : "", row->info.time_us / G_USEC_PER_SEC,
                          (int) (row->info.time_us % G_USEC_PER_SEC));
  append_member (out, "eventName", row->type.text, row->type.length);
  append_member (out, "eventId", row->id.text, row->id.length);
  append_member (out, "data", row->text.text, row->text.length);
  g_string_append_c (out, '}');
  self->has_messages = TRUE;
}

static void
har_end (WeirExportWriter *self)
{
  har_end_entry (self);
  g_string_append (self->out, "]}}\n");
}

const WeirExportFormatClass *
weir_export_format_class (WeirExportFormat format)
{
  static const WeirExportFormatClass classes[] = {
    [WEIR_EXPORT_SSE] = { nothing, sse_row, nothing },
    [WEIR_EXPORT_NDJSON] = { nothing, ndjson_row, nothing },
    [WEIR_EXPORT_CSV] = { csv_begin, csv_row, nothing },
    [WEIR_EXPORT_HAR] = { har_begin, har_row, har_end },
  };

  return &classes[format];
}
