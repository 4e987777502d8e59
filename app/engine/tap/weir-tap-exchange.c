/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tap-exchange-private.h"

#include "stream/weir-intake-private.h"
#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DECODED_BYTES ((gsize) 64 << 10)

struct WeirTapExchange
{
  WeirTapViewer *viewer;
  WeirConnectionInfo *info;
  gint64 began_us; /* monotonic */
  gboolean answered;
  guint number;
  WeirSink *sink; /* NULL: nobody looks */
  WeirIntake *intake;
  GConverter *decoder; /* NULL: the body is not compressed */
  char *decoded;
};

static char *
mask_fields (const WeirHttpHead *head)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);
      g_autofree char *value = weir_secrets_mask_header (field->name, field->value);

      g_string_append_printf (lines, "%s: %s\n", field->name, value);
    }
  return g_string_free (lines, FALSE);
}

WeirTapExchange *
weir_tap_exchange_new (WeirTapViewer *viewer, const WeirHttpHead *request, const char *url)
{
  WeirTapExchange *self = g_new0 (WeirTapExchange, 1);

  self->viewer = viewer;
  self->began_us = g_get_monotonic_time ();
  self->info = weir_connection_info_new (1);
  self->info->began_us = g_get_real_time ();
  self->info->url = weir_secrets_mask_url (url);
  self->info->method = g_strdup (request->method);
  self->info->last_event_id = g_strdup (weir_http_head_get (request, "Last-Event-ID"));
  self->info->request_headers = mask_fields (request);
  return self;
}

const char *
weir_tap_exchange_get_method (WeirTapExchange *self)
{
  return self->info->method;
}

/* --- Telling the sink ---------------------------------------------------------------- */

static void
tell_state (WeirTapExchange *self, WeirStreamState state, const char *text)
{
  const WeirStreamStatus status = {
    .state = state,
    .connection = self->info,
    .failed = self->info->failed,
    .text = text,
  };

  weir_sink_state_changed (self->sink, &status);
}

/* Sinks may keep the info, which must not change under their eyes. */
static WeirConnectionInfo *
change_info (WeirTapExchange *self)
{
  WeirConnectionInfo *fresh = weir_connection_info_copy (self->info);

  weir_connection_info_unref (self->info);
  self->info = fresh;
  return fresh;
}

/* FALSE: nobody wants to see it. */
static gboolean
open_sink (WeirTapExchange *self)
{
  self->number = ++self->viewer->n_streams;
  self->sink = self->viewer->func (self->number, self->viewer->user_data);
  if (self->sink == NULL)
    return FALSE;
  self->intake = g_new0 (WeirIntake, 1);
  weir_intake_init (self->intake, self->viewer->upstream, self->sink);
  weir_intake_begin (self->intake);
  weir_sink_connection_began (self->sink, self->info);
  return TRUE;
}

static void
close_sink (WeirTapExchange *self)
{
  if (self->sink == NULL)
    return;
  weir_intake_clear (self->intake);
  g_clear_pointer (&self->intake, g_free);
  g_clear_object (&self->sink);
}

/* --- The answer ----------------------------------------------------------------------- */

static gboolean
is_event_stream (const WeirHttpHead *answer)
{
  const char *type = weir_http_head_get (answer, "Content-Type");
  gsize length = type ? strcspn (type, "; \t") : 0;

  return answer->status == 200 && length == strlen ("text/event-stream")
         && g_ascii_strncasecmp (type, "text/event-stream", length) == 0;
}

/* FALSE: it is compressed in a way that can't be read here. */
static gboolean
choose_decoder (WeirTapExchange *self, const WeirHttpHead *answer)
{
  const char *coding = weir_http_head_get (answer, "Content-Encoding");
  GZlibCompressorFormat format;

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0)
    return TRUE;
  if (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0)
    format = G_ZLIB_COMPRESSOR_FORMAT_GZIP;
  else if (g_ascii_strcasecmp (coding, "deflate") == 0)
    format = G_ZLIB_COMPRESSOR_FORMAT_ZLIB;
  else
    return FALSE;
  self->decoder = G_CONVERTER (g_zlib_decompressor_new (format));
  self->decoded = g_malloc (DECODED_BYTES);
  return TRUE;
}

void
weir_tap_exchange_answered (WeirTapExchange *self, const WeirHttpHead *answer)
{
  g_autofree char *text = NULL;
  WeirConnectionInfo *info;

  self->answered = TRUE;
  if (!is_event_stream (answer) || !open_sink (self))
    return;
  info = change_info (self);
  info->status = answer->status;
  info->reason_phrase = g_strdup (answer->reason);
  info->http_version = g_strdup_printf ("1.%u", answer->minor_version);
  info->content_type = g_strdup (weir_http_head_get (answer, "Content-Type"));
  info->response_headers = mask_fields (answer);
  info->head_us = g_get_monotonic_time () - self->began_us;
  weir_sink_connection_opened (self->sink, info);
  /* Translators: a request's method and address. */
  text = g_strdup_printf (_ ("Tapped: %s %s"), info->method, info->url);
  tell_state (self, WEIR_STREAM_STATE_OPEN, text);
  weir_sink_drained (self->sink);
  if (!choose_decoder (self, answer))
    weir_tap_exchange_ended (self, WEIR_END_MALFORMED,
                             _ ("it is compressed in a way that the tap can't read; it was passed "
                                "on as it is."));
}

static void
push (WeirTapExchange *self, const char *bytes, gsize length)
{
  if (length == 0 || self->sink == NULL)
    return;
  if (self->intake->n_reads == 0)
    change_info (self)->first_byte_us = g_get_monotonic_time () - self->began_us;
  switch (weir_intake_push (self->intake, (const guint8 *) bytes, length))
    {
    case WEIR_INTAKE_MORE:
      return;
    case WEIR_INTAKE_ENOUGH:
      weir_tap_exchange_ended (self, WEIR_END_CANCELLED, _ ("enough was read."));
      return;
    case WEIR_INTAKE_LIMIT:
    case WEIR_INTAKE_MEMORY:
    default:
      {
        g_autofree char *evidence = weir_intake_describe_limit (self->intake);

        weir_tap_exchange_ended (self, WEIR_END_TOO_LARGE, evidence);
      }
    }
}

static void
push_decoded (WeirTapExchange *self, const char *bytes, gsize length)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gsize used = 0;
      gsize written = 0;
      GConverterResult result =
          g_converter_convert (self->decoder, bytes, length, self->decoded, DECODED_BYTES,
                               G_CONVERTER_NO_FLAGS, &used, &written, &error);

      if (result == G_CONVERTER_ERROR)
        {
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
            weir_tap_exchange_ended (self, WEIR_END_MALFORMED, error->message);
          return;
        }
      push (self, self->decoded, written);
      bytes += used;
      length -= used;
      if (result == G_CONVERTER_FINISHED || self->sink == NULL
          || (length == 0 && written < DECODED_BYTES))
        return;
    }
}

void
weir_tap_exchange_read (WeirTapExchange *self, const char *bytes, gsize length)
{
  if (self->sink == NULL)
    return;
  if (self->decoder != NULL)
    push_decoded (self, bytes, length);
  else
    push (self, bytes, length);
  if (self->sink != NULL)
    weir_sink_drained (self->sink);
}

/* --- The end --------------------------------------------------------------------------- */

static gboolean
is_failure (WeirEndReason reason)
{
  return reason != WEIR_END_SERVER && reason != WEIR_END_CANCELLED;
}

void
weir_tap_exchange_ended (WeirTapExchange *self, WeirEndReason reason, const char *evidence)
{
  WeirConnectionInfo *info;
  g_autofree char *text = NULL;

  /* A failure before the answer is worth telling: otherwise one would only see nothing come. */
  if (self->sink == NULL && (self->answered || !is_failure (reason) || !open_sink (self)))
    return;
  weir_intake_finish (self->intake);
  info = change_info (self);
  info->n_reads = self->intake->n_reads;
  info->n_bytes = self->intake->n_bytes;
  info->n_events = self->intake->n_events;
  info->ended_us = g_get_real_time ();
  info->end = reason;
  info->failed = is_failure (reason);
  info->evidence = g_strdup (evidence);
  text = weir_connection_info_describe_end (info);
  weir_sink_connection_ended (self->sink, info);
  tell_state (self, WEIR_STREAM_STATE_ENDED, text);
  weir_sink_drained (self->sink);
  close_sink (self);
  self->viewer->ended (self->viewer->tap_data, self->number, info);
}

void
weir_tap_exchange_free (WeirTapExchange *self)
{
  if (self->sink != NULL)
    weir_tap_exchange_ended (self, WEIR_END_CANCELLED, _ ("the client closed the connection."));
  close_sink (self);
  g_clear_object (&self->decoder);
  g_free (self->decoded);
  weir_connection_info_unref (self->info);
  g_free (self);
}
