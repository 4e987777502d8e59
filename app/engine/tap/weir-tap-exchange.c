/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tap-exchange-private.h"

#include "base/weir-secrets.h"
#include "http/weir-content-decoder-private.h"
#include "http/weir-mime-type-private.h"
#include "http/weir-refusal-private.h"
#include "http/weir-request-body.h"
#include "stream/weir-intake-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DECODED_BYTES ((gsize) 64 << 10)

typedef enum
{
  PASSED, /* not shown */
  STREAM, /* an event stream */
  TEXT,   /* shown as one line: refused, or JSON */
} Kind;

struct WeirTapExchange
{
  WeirTapViewer *viewer;
  WeirRequest *request; /* the client's address and headers, for their secrets; NULL: not valid */
  WeirConnectionInfo *info;
  gint64 began_us;         /* monotonic */
  GByteArray *sent_body;   /* of the request, at most WEIR_MAX_REQUEST_BODY bytes */
  gboolean accepts_stream; /* the request asks for an event stream */
  gboolean answered;
  Kind kind;
  GByteArray *text; /* the start of a body that is shown as one line */
  guint64 n_text;   /* its whole size */
  guint number;
  WeirSink *sink; /* NULL: nothing is shown, or not yet */
  WeirIntake *intake;
  GConverter *decoder; /* NULL: the body is not compressed */
  char *decoded;
};

/* Masked "Name: value" lines in UTF-8. (transfer full) */
static char *
mask_fields (const WeirHttpHead *head)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);
      g_autofree char *value = weir_secrets_mask_header (field->name, field->value);
      g_autofree char *valid = g_utf8_make_valid (value, -1);

      g_string_append_printf (lines, "%s: %s\n", field->name, valid);
    }
  return g_string_free (lines, FALSE);
}

static char *
dup_valid (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

/* The request as a WeirRequest, which knows what is secret in it. (transfer full) */
static WeirRequest *
make_request (const WeirHttpHead *head, const char *url)
{
  WeirRequest *request = weir_request_new (url, NULL);

  for (guint i = 0; request != NULL && i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);

      if (g_utf8_validate (field->value, -1, NULL))
        weir_request_add_header (request, field->name, field->value, NULL);
    }
  return request;
}

WeirTapExchange *
weir_tap_exchange_new (WeirTapViewer *viewer, const WeirHttpHead *request, const char *url)
{
  WeirTapExchange *self = g_new0 (WeirTapExchange, 1);
  g_autofree char *valid = dup_valid (url);
  const char *accept = weir_http_head_get (request, "Accept");

  self->viewer = viewer;
  self->request = make_request (request, valid);
  self->began_us = g_get_monotonic_time ();
  self->sent_body = g_byte_array_new ();
  self->text = g_byte_array_new ();
  self->accepts_stream = accept != NULL && strstr (accept, "text/event-stream") != NULL;
  self->info = weir_connection_info_new (1);
  self->info->began_us = g_get_real_time ();
  self->info->url = weir_secrets_mask_url (valid);
  self->info->method = g_strdup (request->method);
  self->info->last_event_id = dup_valid (weir_http_head_get (request, "Last-Event-ID"));
  self->info->request_headers = mask_fields (request);
  return self;
}

const char *
weir_tap_exchange_get_method (WeirTapExchange *self)
{
  return self->info->method;
}

void
weir_tap_exchange_take_body (WeirTapExchange *self, const char *bytes, gsize length)
{
  self->info->request_bytes += length;
  if (self->sent_body->len < WEIR_MAX_REQUEST_BODY)
    g_byte_array_append (self->sent_body, (const guint8 *) bytes,
                         (guint) MIN (length, WEIR_MAX_REQUEST_BODY - self->sent_body->len));
}

/* --- The sink ---------------------------------------------------------------- */

static void
report_state (WeirTapExchange *self, WeirStreamState state, const char *text)
{
  const WeirStreamStatus status = {
    .state = state,
    .connection = self->info,
    .failed = self->info->failed,
    .text = text,
  };

  weir_sink_state_changed (self->sink, &status);
}

/* Sinks may keep the info, which must not change then. */
static WeirConnectionInfo *
change_info (WeirTapExchange *self)
{
  WeirConnectionInfo *fresh = weir_connection_info_copy (self->info);

  weir_connection_info_unref (self->info);
  self->info = fresh;
  return fresh;
}

/* Adds the request's body to info, as far as it was sent. */
static void
take_sent_body (WeirTapExchange *self, WeirConnectionInfo *info)
{
  if (self->sent_body->len == 0)
    return;
  g_free (info->request_body);
  info->request_body = weir_request_body_mask ((const char *) self->sent_body->data,
                                               self->sent_body->len, self->request);
}

static void
warn_insecure (WeirTapExchange *self)
{
  if (weir_request_get_options (self->viewer->upstream)->insecure)
    weir_intake_note (self->intake, WEIR_NOTE_INSECURE,
                      g_strdup (_ ("Certificates are not checked: anyone on the way can read and "
                                   "change this stream.")));
}

/* Returns FALSE if this exchange is not to be shown. */
static gboolean
open_sink (WeirTapExchange *self)
{
  self->number = ++self->viewer->n_streams;
  self->sink = self->viewer->func (self->number, self->viewer->user_data);
  if (self->sink == NULL)
    return FALSE;
  self->intake = g_new0 (WeirIntake, 1);
  weir_intake_init (self->intake, self->viewer->upstream, self->sink);
  weir_intake_begin (self->intake, self->info->format);
  weir_intake_set_request (self->intake, (const char *) self->sent_body->data,
                           self->sent_body->len);
  take_sent_body (self, change_info (self));
  weir_sink_connection_began (self->sink, self->info);
  warn_insecure (self);
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

/* All values of a header, as Fetch joins them. (transfer full) */
static char *
join_values (const WeirHttpHead *head, const char *name)
{
  GString *values = g_string_new (NULL);

  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);

      if (g_ascii_strcasecmp (field->name, name) == 0)
        g_string_append_printf (values, "%s%s", values->len > 0 ? ", " : "", field->value);
    }
  return g_string_free (values, FALSE);
}

static gboolean
is_json (const WeirMimeType *type)
{
  return type->essence != NULL
         && (g_str_has_suffix (type->essence, "/json")
             || g_str_has_suffix (type->essence, "+json"));
}

static Kind
choose_kind (WeirTapExchange *self, const WeirHttpHead *answer)
{
  const WeirRequestOptions *options = weir_request_get_options (self->viewer->upstream);
  g_autofree char *values = join_values (answer, "Content-Type");
  g_auto (WeirMimeType) type = { 0 };
  const gboolean good = answer->status >= 200 && answer->status <= 299 && answer->status != 204;
  gboolean is_of_records;

  weir_mime_type_extract (&type, values);
  is_of_records = weir_mime_type_get_records (&type, &self->info->format);
  if (good && (weir_mime_type_is_event_stream (&type) || is_of_records)
      && (answer->status == 200 || options->accept_any))
    return STREAM;
  if (answer->status >= 400 || self->accepts_stream || is_json (&type)
      || (good && weir_mime_type_is_event_stream (&type)))
    return TEXT;
  return PASSED;
}

/* Returns FALSE if the body is compressed in a way that cannot be decoded here. */
static gboolean
choose_decoder (WeirTapExchange *self, const WeirHttpHead *answer)
{
  const char *coding = weir_http_head_get (answer, "Content-Encoding");

  if (coding == NULL || *coding == '\0' || g_ascii_strcasecmp (coding, "identity") == 0)
    return TRUE;
  self->decoder = weir_content_decoder_new (coding, NULL);
  self->decoded = self->decoder != NULL ? g_malloc (DECODED_BYTES) : NULL;
  return self->decoder != NULL;
}

static void
take_answer (WeirTapExchange *self, const WeirHttpHead *answer)
{
  WeirConnectionInfo *info = change_info (self);
  g_autofree char *type = join_values (answer, "Content-Type");

  info->status = answer->status;
  info->reason_phrase = dup_valid (answer->reason);
  info->http_version = g_strdup_printf ("1.%u", answer->minor_version);
  info->content_type = *type != '\0' ? dup_valid (type) : NULL;
  info->response_headers = mask_fields (answer);
  info->head_us = g_get_monotonic_time () - self->began_us;
}

void
weir_tap_exchange_answered (WeirTapExchange *self, const WeirHttpHead *answer)
{
  g_autofree char *text = NULL;
  gboolean decodes;

  self->answered = TRUE;
  self->kind = choose_kind (self, answer);
  if (self->kind == PASSED)
    return;
  take_answer (self, answer);
  decodes = choose_decoder (self, answer);
  if (self->kind == TEXT)
    return;
  if (!open_sink (self))
    return;
  weir_sink_connection_opened (self->sink, self->info);
  /* Translators: a request's method and address. */
  text = g_strdup_printf (_ ("Tapped: %s %s"), self->info->method, self->info->url);
  report_state (self, WEIR_STREAM_STATE_OPEN, text);
  weir_sink_drained (self->sink);
  if (!decodes)
    {
      g_autofree char *coding = dup_valid (weir_http_head_get (answer, "Content-Encoding"));
      g_autofree char *sentence = g_strdup_printf (
          _ ("It is compressed with “%s”, which cannot be decoded here. The client "
             "received it unchanged."),
          coding);

      weir_tap_exchange_ended (self, WEIR_END_MALFORMED, sentence);
    }
}

/* Keeps the start of a body that is shown as one line. */
static void
keep_text (WeirTapExchange *self, const char *bytes, gsize length)
{
  self->n_text += length;
  if (self->text->len < WEIR_REFUSAL_MOST_BYTES)
    g_byte_array_append (self->text, (const guint8 *) bytes,
                         (guint) MIN (length, WEIR_REFUSAL_MOST_BYTES - self->text->len));
}

static void
push (WeirTapExchange *self, const char *bytes, gsize length)
{
  if (self->kind == TEXT)
    keep_text (self, bytes, length);
  if (length == 0 || self->sink == NULL)
    return;
  if (self->intake->n_reads == 0)
    change_info (self)->first_byte_us = g_get_monotonic_time () - self->began_us;
  switch (weir_intake_push (self->intake, (const guint8 *) bytes, length))
    {
    case WEIR_INTAKE_MORE:
      return;
    case WEIR_INTAKE_ENOUGH:
      {
        g_autofree char *sentence = weir_sink_describe_end (self->sink);

        weir_tap_exchange_ended (self, WEIR_END_CANCELLED, sentence);
        return;
      }
    case WEIR_INTAKE_DAMAGED:
      weir_tap_exchange_ended (
          self, WEIR_END_MALFORMED,
          _ ("A frame is damaged: its checksum is wrong, or it is too large."));
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

static gboolean
is_shown (WeirTapExchange *self)
{
  return self->kind == TEXT || self->sink != NULL;
}

/* A line of text may lack its end; a stream that cannot be decoded ends here. */
static void
end_undecoded (WeirTapExchange *self, const GError *error)
{
  g_autofree char *sentence = g_strdup_printf ("%s.", error->message);

  if (self->kind == STREAM)
    weir_tap_exchange_ended (self, WEIR_END_MALFORMED, sentence);
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
            end_undecoded (self, error);
          return;
        }
      push (self, self->decoded, written);
      bytes += used;
      length -= used;
      if (result == G_CONVERTER_FINISHED || !is_shown (self)
          || (length == 0 && written < DECODED_BYTES))
        return;
    }
}

void
weir_tap_exchange_read (WeirTapExchange *self, const char *bytes, gsize length)
{
  if (!is_shown (self))
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

/* What a response that is not an event stream says. (transfer full) */
static char *
describe_text (WeirTapExchange *self)
{
  const WeirConnectionInfo *info = self->info;
  const char *type = info->content_type != NULL ? info->content_type : _ ("no content type");
  const unsigned long long n = self->n_text;
  /* Translators: a status, its reason, a content type, and a number of bytes. */
  char *first = g_strdup_printf (ngettext ("The server answered %u %s (%s, %llu byte).",
                                           "The server answered %u %s (%s, %llu bytes).", n),
                                 info->status, info->reason_phrase, type, n);

  return weir_refusal_describe (WEIR_END_STATUS, first, (const char *) self->text->data,
                                self->text->len, self->request);
}

static void
end_sink (WeirTapExchange *self, WeirEndReason reason, const char *evidence)
{
  WeirConnectionInfo *info = change_info (self);
  g_autofree char *text = NULL;

  take_sent_body (self, info);
  info->n_reads = self->intake->n_reads;
  info->n_bytes = self->kind == TEXT ? self->n_text : self->intake->n_bytes;
  info->n_events = self->intake->n_events;
  info->ended_us = g_get_real_time ();
  info->end = reason;
  info->failed = is_failure (reason) && !(self->kind == TEXT && info->status < 400);
  info->evidence = g_strdup (evidence);
  text = weir_connection_info_describe_end (info);
  weir_sink_connection_ended (self->sink, info);
  report_state (self, WEIR_STREAM_STATE_ENDED, text);
  weir_sink_drained (self->sink);
  close_sink (self);
  self->viewer->ended (self->viewer->tap_data, self->number, info);
}

/* A response that is shown as one line. */
static void
end_text (WeirTapExchange *self)
{
  g_autofree char *evidence = describe_text (self);

  if (open_sink (self))
    end_sink (self, self->info->status == 200 ? WEIR_END_CONTENT_TYPE : WEIR_END_STATUS, evidence);
  self->kind = PASSED;
}

/* The sentence for a stream that brought bytes and no event; NULL: it did not. (transfer full) */
static char *
diagnose (WeirTapExchange *self, WeirEndReason *reason)
{
  WeirDiagnosis diagnosis = WEIR_DIAGNOSIS_FIELDS;
  g_autofree char *sentence = NULL;

  if (*reason != WEIR_END_SERVER)
    return NULL;
  sentence = weir_intake_diagnose (self->intake, self->request, &diagnosis);
  if (sentence == NULL || diagnosis == WEIR_DIAGNOSIS_FIELDS)
    return NULL;
  *reason = WEIR_END_CONTENT_TYPE;
  return g_steal_pointer (&sentence);
}

void
weir_tap_exchange_ended (WeirTapExchange *self, WeirEndReason reason, const char *evidence)
{
  g_autofree char *diagnosis = NULL;

  if (self->kind == TEXT)
    {
      end_text (self);
      return;
    }
  /* A failure before the response is shown too; otherwise nothing would explain the silence. */
  if (self->sink == NULL && (self->answered || !is_failure (reason) || !open_sink (self)))
    return;
  weir_intake_finish (self->intake);
  diagnosis = diagnose (self, &reason);
  if (diagnosis != NULL)
    change_info (self)->no_event = TRUE;
  end_sink (self, reason, diagnosis != NULL ? diagnosis : evidence);
}

void
weir_tap_exchange_free (WeirTapExchange *self)
{
  if (is_shown (self))
    weir_tap_exchange_ended (self, WEIR_END_CANCELLED, _ ("The client closed the connection."));
  close_sink (self);
  g_clear_object (&self->decoder);
  g_clear_object (&self->request);
  g_byte_array_unref (self->sent_body);
  g_byte_array_unref (self->text);
  g_free (self->decoded);
  weir_connection_info_unref (self->info);
  g_free (self);
}
