/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tail-options.h"

#include "app/engine/base/weir-arguments.h"
#include "app/engine/recording/weir-recording.h"
#include "app/engine/checks/weir-sequence-check.h"
#include "app/engine/filter/weir-query.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Without a delay, a stream that ends at once would connect thousands of times a second. */
#define LEAST_RETRY_MS 100

typedef enum
{
  CHUNK,
  MAX_EVENTS,
  MAX_LINE_BYTES,
  MAX_EVENT_BYTES,
  MAX_ID_BYTES,
  RETRY_MS,
  MAX_RETRY_MS,
  IDLE_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  HEAD_TIMEOUT_MS,
  MAX_SERVER_RETRY_MS,
  MAX_ATTEMPTS,
  N_NUMBERS,
} Number;

static const WeirNumberOption numbers[N_NUMBERS] = {
  [CHUNK] = { "--chunk", 1, G_MAXINT32 },
  [MAX_EVENTS] = { "--max-events", 1, G_MAXINT64 },
  [MAX_LINE_BYTES] = { "--max-line-bytes", 1, G_MAXINT32 },
  [MAX_EVENT_BYTES] = { "--max-event-bytes", 1, G_MAXINT32 },
  [MAX_ID_BYTES] = { "--max-id-bytes", 1, G_MAXINT32 },
  [RETRY_MS] = { "--retry-ms", 0, G_MAXINT32 },
  [MAX_RETRY_MS] = { "--max-retry-ms", 1, G_MAXINT32 },
  [IDLE_TIMEOUT_MS] = { "--idle-timeout-ms", 1, G_MAXINT32 },
  [CONNECT_TIMEOUT_MS] = { "--connect-timeout-ms", 1, G_MAXINT32 },
  [HEAD_TIMEOUT_MS] = { "--head-timeout-ms", 1, G_MAXINT32 },
  [MAX_SERVER_RETRY_MS] = { "--max-server-retry-ms", 1, G_MAXINT32 },
  [MAX_ATTEMPTS] = { "--max-attempts", 1, G_MAXINT32 },
};

/* As GOption fills it in. */
typedef struct
{
  char *format;
  gboolean all, offsets, version;
  char **headers;
  char **cors;
  char **expectations;
  char *within, *filter, *read_as;
  char *bearer, *user, *method, *body, *last_event_id;
  char *proxy, *ca_file, *certificate, *key, *on_limit, *tap, *record;
  char *check_sequence;
  gboolean check_schema, expect_answer, record_filtered;
  char *prices;
  gboolean insecure, http1, no_reconnect, repeat_body, no_idle_timeout, flush, accept_any;
  char *given[N_NUMBERS];
  gint64 number[N_NUMBERS]; /* 0: not given */
  char **rest;
} Parsed;

static void
parsed_clear (Parsed *self)
{
  g_free (self->format);
  g_strfreev (self->headers);
  g_strfreev (self->cors);
  g_strfreev (self->expectations);
  g_free (self->within);
  g_free (self->filter);
  g_free (self->read_as);
  g_free (self->bearer);
  g_free (self->user);
  g_free (self->method);
  g_free (self->body);
  g_free (self->last_event_id);
  g_free (self->proxy);
  g_free (self->ca_file);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->on_limit);
  g_free (self->tap);
  g_free (self->record);
  g_free (self->check_sequence);
  g_free (self->prices);
  for (gsize i = 0; i < N_NUMBERS; i++)
    g_free (self->given[i]);
  g_strfreev (self->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parsed, parsed_clear)

static gboolean
refuse (GError **error, char *sentence)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, sentence);
  g_free (sentence);
  return FALSE;
}

/* --- Values -------------------------------------------------------------- */

static gboolean
parse_format (const Parsed *parsed, WeirPrinterOptions *options, GError **error)
{
  static const char *const names[] = { "pretty", "ndjson", "data", "raw", "answer", "none", NULL };

  options->terminal = isatty (STDOUT_FILENO);
  options->colour = options->terminal && !g_getenv ("NO_COLOR");
  options->format = options->terminal ? WEIR_FORMAT_PRETTY : WEIR_FORMAT_NDJSON;
  if (!parsed->format)
    return TRUE;
  for (guint i = 0; names[i]; i++)
    if (strcmp (parsed->format, names[i]) == 0)
      {
        options->format = (WeirFormat) i;
        return TRUE;
      }
  return refuse (
      error,
      g_strdup_printf (
          _ ("“%s” is not a format. The formats are pretty, ndjson, data, raw, answer and none."),
          parsed->format));
}

static gboolean
parse_numbers (Parsed *parsed, GError **error)
{
  for (gsize i = 0; i < N_NUMBERS; i++)
    if (!weir_arguments_read_number (&numbers[i], parsed->given[i], &parsed->number[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check_contradictions (const Parsed *parsed, GError **error)
{
  if (parsed->no_reconnect && parsed->given[MAX_ATTEMPTS])
    return refuse (error, g_strdup (_ ("Give --no-reconnect or --max-attempts, not both: with one "
                                       "connection only there is no further attempt.")));
  if (parsed->no_idle_timeout && parsed->given[IDLE_TIMEOUT_MS])
    return refuse (error, g_strdup (_ ("Give --no-idle-timeout or --idle-timeout-ms, not both: a "
                                       "silent connection is ended or it is not.")));
  return TRUE;
}

static gboolean
parse_on_limit (const Parsed *parsed, WeirRequestOptions *options, GError **error)
{
  if (!parsed->on_limit || strcmp (parsed->on_limit, "stop") == 0)
    options->on_limit = WEIR_ON_LIMIT_STOP;
  else if (strcmp (parsed->on_limit, "skip") == 0)
    options->on_limit = WEIR_ON_LIMIT_SKIP;
  else
    return refuse (error, g_strdup (_ ("--on-limit is stop or skip.")));
  return TRUE;
}

/* "500ms", "30s", "2m", "1h"; a plain number is seconds. */
static gboolean
parse_time (const char *text, gint64 *ms)
{
  static const struct
  {
    const char *unit;
    gint64 ms;
  } units[] = { { "ms", 1 }, { "s", 1000 }, { "", 1000 }, { "m", 60000 }, { "h", 3600000 } };
  char *end;
  const guint64 number = g_ascii_strtoull (text, &end, 10);

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_isdigit (*text) && number > 0 && number <= G_MAXINT32
        && strcmp (end, units[i].unit) == 0)
      {
        *ms = (gint64) number * units[i].ms;
        return *ms <= G_MAXINT32;
      }
  return FALSE;
}

static gboolean
parse_read_as (const Parsed *parsed, WeirRequestOptions *options, GError **error)
{
  if (parsed->read_as == NULL)
    return TRUE;
  if (!weir_body_format_parse (parsed->read_as, strlen (parsed->read_as), &options->format))
    return refuse (error, g_strdup_printf (_ ("“%s” is not a format for --as; choose sse, ndjson, "
                                              "json-seq, bedrock or connect."),
                                           parsed->read_as));
  options->read_as = WEIR_READ_AS_FORMAT;
  if (parsed->tap)
    return refuse (error, g_strdup (_ ("--as cannot be used with --tap, which goes by the content "
                                       "type of each response.")));
  return TRUE;
}

static gboolean
parse_filter (const Parsed *parsed, WeirTailOptions *self, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->record_filtered = parsed->record_filtered;
  if (parsed->record_filtered && (parsed->filter == NULL || parsed->record == NULL))
    return refuse (error, g_strdup (_ ("--record-filtered needs --record and --filter.")));
  if (parsed->filter == NULL)
    return TRUE;
  if (self->printer.format == WEIR_FORMAT_RAW)
    return refuse (error,
                   g_strdup (_ ("--filter chooses events, but --format=raw prints all bytes. "
                                "Choose another format.")));
  self->filter = weir_query_parse_option (parsed->filter, &problem);
  self->printer.filter = self->filter;
  return self->filter != NULL
         || refuse (error, g_strdup_printf (_ ("The expression of --filter cannot be read. %s"),
                                            problem->message));
}

static gboolean
parse_expectations (const Parsed *parsed, WeirTailOptions *self, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (parsed->tap && (parsed->expectations || parsed->within))
    return refuse (error, g_strdup (_ ("--expect and --within are about one stream and cannot be "
                                       "used with --tap.")));
  if (parsed->within && !parsed->expectations && !parsed->expect_answer)
    return refuse (error, g_strdup (_ ("--within needs --expect or --expect-complete-answer.")));
  if (parsed->within && !parse_time (parsed->within, &self->within_ms))
    return refuse (error, g_strdup_printf (_ ("“%s” is not a time for --within. Write it like "
                                              "500ms, 30s, 2m or 1h."),
                                           parsed->within));
  if (!parsed->expectations)
    return TRUE;
  self->expectations = weir_expectations_new ((const char *const *) parsed->expectations, &problem);
  self->printer.expectations = self->expectations;
  return self->expectations != NULL
         || refuse (error, g_strdup_printf (_ ("The expression of --expect cannot be read. %s"),
                                            problem->message));
}

static gboolean
parse_checks (Parsed *parsed, WeirTailOptions *self, GError **error)
{
  g_autoptr (WeirSequenceCheck) check = NULL;
  g_autoptr (GError) problem = NULL;

  self->printer.check_schema = parsed->check_schema;
  if (parsed->tap && (parsed->check_sequence || parsed->check_schema))
    return refuse (error, g_strdup (_ ("A tap shows many streams; record them, and check each "
                                       "recording by itself.")));
  if (!parsed->check_sequence)
    return TRUE;
  if (!g_utf8_validate (parsed->check_sequence, -1, NULL))
    return refuse (error, g_strdup (_ ("--check-sequence is not valid UTF-8.")));
  check = weir_sequence_check_new (parsed->check_sequence, &problem);
  if (!check)
    return refuse (
        error, g_strdup_printf (_ ("--check-sequence is id or a JSON path: %s"), problem->message));
  self->check_sequence = g_steal_pointer (&parsed->check_sequence);
  self->printer.check_sequence = self->check_sequence;
  return TRUE;
}

/* Whether the path is a regular file, not a pipe or an address. */
static gboolean
is_file (const char *path)
{
  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR | G_FILE_TEST_IS_DIR);
}

static gboolean
parse_answers (const Parsed *parsed, WeirTailOptions *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;
  gsize length;

  self->printer.expect_answer = parsed->expect_answer;
  self->answer_status = WEIR_ANSWER_STATUS_NONE;
  if (parsed->expect_answer || self->printer.format == WEIR_FORMAT_ANSWER)
    {
      self->printer.answer_status = &self->answer_status;
      self->printer.has_reported_no_answer = &self->has_reported_no_answer;
    }
  if (!parsed->prices)
    return TRUE;
  if (!g_file_get_contents (parsed->prices, &text, &length, &problem))
    return refuse (error, g_strdup_printf (_ ("--prices: %s"), problem->message));
  self->prices = weir_prices_new (text, length, &problem);
  if (!self->prices)
    return refuse (error, g_strdup_printf (_ ("--prices: %s"), problem->message));
  self->printer.prices = self->prices;
  return TRUE;
}

/* --- The request --------------------------------------------------------- */

static gboolean
add_headers_of_file (WeirRequest *request, const char *value, GError **error)
{
  g_autoptr (GBytes) bytes = weir_arguments_load ("--header", value, error);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!bytes)
    return FALSE;
  text = g_strndup (g_bytes_get_size (bytes) ? g_bytes_get_data (bytes, NULL) : "",
                    g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i]; i++)
    if (*g_strchomp (lines[i]) && !weir_request_add_header_line (request, lines[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
add_headers (WeirRequest *request, char **headers, GError **error)
{
  for (gsize i = 0; headers && headers[i]; i++)
    if (!(*headers[i] == '@' ? add_headers_of_file (request, headers[i], error)
                             : weir_request_add_header_line (request, headers[i], error)))
      return FALSE;
  return TRUE;
}

/* source: the option or the environment variable of value. */
static gboolean
add_user (WeirRequest *request, const char *source, const char *value, GError **error)
{
  g_autofree char *pair = weir_arguments_load_line (source, value, error);
  char *colon = pair ? strchr (pair, ':') : NULL;

  if (!pair)
    return FALSE;
  if (!colon)
    return refuse (error,
                   g_strdup_printf (_ ("%s takes NAME:PASSWORD, or @FILE that holds it."), source));
  *colon = '\0';
  return weir_request_set_basic (request, pair, colon + 1, error);
}

static gboolean
add_bearer (WeirRequest *request, const char *source, const char *value, GError **error)
{
  g_autofree char *token = weir_arguments_load_line (source, value, error);

  return token && weir_request_set_bearer (request, token, error);
}

static gboolean
has_header (WeirRequest *request, const char *wanted)
{
  const char *name;
  const char *value;

  for (guint i = 0; weir_request_get_header (request, i, &name, &value); i++)
    if (g_ascii_strcasecmp (name, wanted) == 0)
      return TRUE;
  return FALSE;
}

/* From an option, or else from the environment, which process lists do not show. */
static gboolean
add_credentials (WeirRequest *request, const Parsed *parsed, GError **error)
{
  const char *bearer = g_getenv ("WEIR_BEARER");
  const char *user = g_getenv ("WEIR_USER");

  if (parsed->bearer && parsed->user)
    return refuse (
        error,
        g_strdup (_ ("Give either --bearer or --user: a request has one Authorization header.")));
  if (parsed->bearer)
    return add_bearer (request, "--bearer", parsed->bearer, error);
  if (parsed->user)
    return add_user (request, "--user", parsed->user, error);
  if (has_header (request, "Authorization"))
    return TRUE;
  if (bearer)
    return add_bearer (request, "WEIR_BEARER", bearer, error);
  return !user || add_user (request, "WEIR_USER", user, error);
}

static gboolean
add_way (WeirRequest *request, const Parsed *parsed, GError **error)
{
  if (parsed->proxy && !weir_request_set_proxy (request, parsed->proxy, error))
    return FALSE;
  if (parsed->ca_file && !weir_request_set_ca_file (request, parsed->ca_file, error))
    return FALSE;
  if (parsed->key && !parsed->certificate)
    return refuse (error, g_strdup (_ ("--key needs --cert.")));
  return !parsed->certificate
         || weir_request_set_client_certificate (request, parsed->certificate, parsed->key, error);
}

static gboolean
add_body (WeirRequest *request, const Parsed *parsed, GError **error)
{
  if (parsed->body)
    {
      g_autoptr (GBytes) body = weir_arguments_load ("--data", parsed->body, error);

      if (!body)
        return FALSE;
      weir_request_set_body (request, body);
    }
  return !parsed->method || weir_request_set_method (request, parsed->method, error);
}

static gboolean
add_last_event_id (WeirRequest *request, const Parsed *parsed, GError **error)
{
  return !parsed->last_event_id
         || weir_request_set_last_event_id (request, parsed->last_event_id, error);
}

static const char *
get_missing_address (const Parsed *parsed)
{
  if (parsed->tap)
    return _ ("Say behind --tap whose streams to show: the address of the server that requests are "
              "sent on to, as in --tap 8090 https://api.example.com.");
  return _ ("Give an address, a file, or “-” for standard input.");
}

/* In the options of a request 0 means the default, so an explicit 0 becomes the minimum. */
static guint
get_retry_ms (const Parsed *parsed)
{
  const guint ms = (guint) parsed->number[RETRY_MS];

  return parsed->given[RETRY_MS] != NULL && ms == 0 ? LEAST_RETRY_MS : ms;
}

static WeirRequest *
make_request (Parsed *parsed, GError **error)
{
  g_autoptr (WeirRequest) request = NULL;
  WeirRequestOptions *options;

  if (!parsed->rest || !parsed->rest[0] || parsed->rest[1])
    {
      refuse (error, g_strdup (parsed->rest && parsed->rest[0]
                                   ? _ ("weir-tail reads one address or file at a time.")
                                   : get_missing_address (parsed)));
      return NULL;
    }
  request = weir_request_new (parsed->rest[0], error);
  if (!request)
    return NULL;

  options = weir_request_get_options (request);
  *options = (WeirRequestOptions){
    .retry_ms = get_retry_ms (parsed),
    .max_retry_ms = (guint) parsed->number[MAX_RETRY_MS],
    .max_server_retry_ms = (guint) parsed->number[MAX_SERVER_RETRY_MS],
    .head_timeout_ms = (guint) parsed->number[HEAD_TIMEOUT_MS],
    .accept_any = parsed->accept_any,
    .connect_timeout_ms = (guint) parsed->number[CONNECT_TIMEOUT_MS],
    .idle_timeout_ms = (guint) parsed->number[IDLE_TIMEOUT_MS],
    .max_attempts = (guint) parsed->number[MAX_ATTEMPTS],
    .no_reconnect = parsed->no_reconnect,
    .repeat_body = parsed->repeat_body,
    .insecure = parsed->insecure,
    .http1 = parsed->http1,
    .flush = parsed->flush,
    .chunk_bytes = (gsize) parsed->number[CHUNK],
    .max_line_bytes = (gsize) parsed->number[MAX_LINE_BYTES],
    .max_event_bytes = (gsize) parsed->number[MAX_EVENT_BYTES],
    .max_id_bytes = (gsize) parsed->number[MAX_ID_BYTES],
  };
  if (!parse_on_limit (parsed, options, error) || !parse_read_as (parsed, options, error)
      || !add_headers (request, parsed->headers, error) || !add_credentials (request, parsed, error)
      || !add_body (request, parsed, error) || !add_last_event_id (request, parsed, error)
      || !add_way (request, parsed, error))
    return NULL;
  return g_steal_pointer (&request);
}

/* --- The command line ---------------------------------------------------- */

#define FILE_VALUE G_OPTION_ARG_FILENAME

static void
add_output_options (GOptionContext *context, Parsed *p)
{
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &p->format,
      N_ ("pretty, ndjson, data, raw, answer or none; pretty on a terminal, else ndjson"),
      N_ ("FORMAT") },
    { "all", 0, 0, G_OPTION_ARG_NONE, &p->all,
      N_ ("Also print comments, reconnection times, findings and states"), NULL },
    { "offsets", 0, 0, G_OPTION_ARG_NONE, &p->offsets,
      N_ ("Also print the byte range of each item in its connection"), NULL },
    { "max-events", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_EVENTS], N_ ("End after N events"),
      "N" },
    { "record", 0, 0, G_OPTION_ARG_FILENAME, &p->record,
      N_ ("Record to a new NAME.weir in DIR, or to DIR itself if its name ends in .weir; DIR is "
          "created if necessary"),
      N_ ("DIR") },
    { "filter", 0, 0, G_OPTION_ARG_FILENAME, &p->filter,
      N_ ("Print only what matches an expression, as in the window's filter"), N_ ("EXPRESSION") },
    { "record-filtered", 0, 0, G_OPTION_ARG_NONE, &p->record_filtered,
      N_ ("Record only what matches --filter as well"), NULL },
    { "expect", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &p->expectations,
      N_ ("End once something matches the expression, or fail with status 3; may be repeated"),
      N_ ("EXPRESSION") },
    { "within", 0, 0, G_OPTION_ARG_STRING, &p->within,
      N_ ("How long to wait for what is expected: 500ms, 30s, 2m"), N_ ("TIME") },
    { "check-sequence", 0, 0, G_OPTION_ARG_FILENAME, &p->check_sequence,
      N_ ("Report missing, late or repeated events by their ID or a number in the JSON data"),
      N_ ("id|$.PATH") },
    { "check-schema", 0, 0, G_OPTION_ARG_NONE, &p->check_schema,
      N_ ("Report where the JSON of an event type changes its schema"), NULL },
    { "expect-complete-answer", 0, 0, G_OPTION_ARG_NONE, &p->expect_answer,
      N_ ("End with status 3 unless each answer of a language model is complete"), NULL },
    { "prices", 0, 0, G_OPTION_ARG_FILENAME, &p->prices,
      N_ ("Compute what answers cost from the prices in FILE (JSON)"), N_ ("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &p->version, N_ ("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &p->rest, NULL, N_ ("URL|FILE|-") },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

static void
add_request_options (GOptionContext *context, Parsed *p)
{
  const GOptionEntry entries[] = {
    { "header", 'H', 0, G_OPTION_ARG_FILENAME_ARRAY, &p->headers,
      N_ ("Send a header; @FILE contains one per line"), N_ ("'NAME: VALUE'|@FILE") },
    { "bearer", 0, 0, FILE_VALUE, &p->bearer, N_ ("Send a bearer token (or set WEIR_BEARER)"),
      N_ ("TOKEN|@FILE") },
    { "user", 'u', 0, FILE_VALUE, &p->user, N_ ("Send a name and password (or set WEIR_USER)"),
      N_ ("NAME:PASSWORD|@FILE") },
    { "request", 'X', 0, FILE_VALUE, &p->method, N_ ("Use this method"), N_ ("METHOD") },
    { "data", 'd', 0, FILE_VALUE, &p->body,
      N_ ("Send this body; the method is POST unless -X is given"), N_ ("BODY|@FILE") },
    { "last-event-id", 0, 0, FILE_VALUE, &p->last_event_id, N_ ("Resume after this event"),
      N_ ("ID") },
    { "proxy", 0, 0, FILE_VALUE, &p->proxy, N_ ("Use this proxy; an empty value means no proxy"),
      N_ ("URL") },
    { "cacert", 0, 0, FILE_VALUE, &p->ca_file,
      N_ ("Trust the certificate authorities in FILE instead of the system's"), N_ ("FILE") },
    { "cert", 0, 0, FILE_VALUE, &p->certificate, N_ ("Use this client certificate (PEM)"),
      N_ ("FILE") },
    { "key", 0, 0, FILE_VALUE, &p->key, N_ ("The private key, if it is not in the same file"),
      N_ ("FILE") },
    { "as", 0, 0, G_OPTION_ARG_STRING, &p->read_as,
      N_ ("Read the body as this, whatever its content type is"),
      N_ ("sse|ndjson|json-seq|bedrock|connect") },
    { "accept-any", 0, 0, G_OPTION_ARG_NONE, &p->accept_any,
      N_ ("Read responses of any 2xx status and any content type"), NULL },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &p->insecure,
      N_ ("Do not check certificates; says so each time"), NULL },
    { "http1.1", 0, 0, G_OPTION_ARG_NONE, &p->http1, N_ ("Do not offer HTTP/2"), NULL },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

static void
add_reconnection_options (GOptionContext *context, Parsed *p)
{
  const GOptionEntry entries[] = {
    { "retry-ms", 0, 0, G_OPTION_ARG_STRING, &p->given[RETRY_MS],
      N_ ("Reconnection time until the server sets one"), "N" },
    { "max-retry-ms", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_RETRY_MS],
      N_ ("The longest wait after repeated failures"), "N" },
    { "max-server-retry-ms", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_SERVER_RETRY_MS],
      N_ ("The longest reconnection time a server may set; an hour by default"), "N" },
    { "connect-timeout-ms", 0, 0, G_OPTION_ARG_STRING, &p->given[CONNECT_TIMEOUT_MS],
      N_ ("Time for name lookup, TCP, TLS and proxy; 30000 by default"), "N" },
    { "head-timeout-ms", 0, 0, G_OPTION_ARG_STRING, &p->given[HEAD_TIMEOUT_MS],
      N_ ("Time from the request sent to the response head; 300000 by default"), "N" },
    { "idle-timeout-ms", 0, 0, G_OPTION_ARG_STRING, &p->given[IDLE_TIMEOUT_MS],
      N_ ("End a connection that has been silent for this long; never by default"), "N" },
    { "no-idle-timeout", 0, 0, G_OPTION_ARG_NONE, &p->no_idle_timeout,
      N_ ("Never end a silent connection, the default"), NULL },
    { "no-reconnect", 0, 0, G_OPTION_ARG_NONE, &p->no_reconnect, N_ ("One connection only"), NULL },
    { "max-attempts", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_ATTEMPTS],
      N_ ("Give up after N failures in a row; retries the first connection as well"), "N" },
    { "repeat-body", 0, 0, G_OPTION_ARG_NONE, &p->repeat_body,
      N_ ("Send a request with a body again to reconnect"), NULL },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

static void
add_parser_options (GOptionContext *context, Parsed *p)
{
  const GOptionEntry entries[] = {
    { "chunk", 0, 0, G_OPTION_ARG_STRING, &p->given[CHUNK],
      N_ ("Pass N bytes at a time to the parser"), "N" },
    { "max-line-bytes", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_LINE_BYTES],
      N_ ("The longest line allowed"), "N" },
    { "max-event-bytes", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_EVENT_BYTES],
      N_ ("The largest event allowed"), "N" },
    { "max-id-bytes", 0, 0, G_OPTION_ARG_STRING, &p->given[MAX_ID_BYTES],
      N_ ("The longest event ID allowed"), "N" },
    { "on-limit", 0, 0, G_OPTION_ARG_STRING, &p->on_limit,
      N_ ("Above a limit: stop (the default), or skip to the next blank line"), N_ ("stop|skip") },
    { "flush", 0, 0, G_OPTION_ARG_NONE, &p->flush,
      N_ ("Print the unfinished event at the end as well"), NULL },
    { "tap", 0, 0, G_OPTION_ARG_STRING, &p->tap,
      N_ ("Show the streams of a program whose base URL is this address; they come from URL"),
      N_ ("ADDRESS") },
    { "cors", 0, 0, G_OPTION_ARG_STRING_ARRAY, &p->cors,
      N_ ("Let web pages of this origin use the tap, * for all; may be repeated"), N_ ("ORIGIN") },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

static GOptionContext *
make_context (Parsed *p)
{
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, _ ("Prints the events of an event stream (text/event-stream) as they arrive."));
  add_output_options (context, p);
  add_request_options (context, p);
  add_reconnection_options (context, p);
  add_parser_options (context, p);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  return context;
}

/* Options that describe a request: a tap forwards the client's own requests, so they have no effect.
 * (transfer full) */
static GStrv
list_ignored (const Parsed *parsed)
{
  const struct
  {
    gboolean given;
    const char *option;
  } options[] = {
    { parsed->headers != NULL, "--header" },
    { parsed->bearer != NULL, "--bearer" },
    { parsed->user != NULL, "--user" },
    { parsed->method != NULL, "--request" },
    { parsed->body != NULL, "--data" },
    { parsed->last_event_id != NULL, "--last-event-id" },
    { parsed->given[RETRY_MS] != NULL, "--retry-ms" },
    { parsed->given[MAX_RETRY_MS] != NULL, "--max-retry-ms" },
    { parsed->given[MAX_SERVER_RETRY_MS] != NULL, "--max-server-retry-ms" },
    { parsed->given[CONNECT_TIMEOUT_MS] != NULL, "--connect-timeout-ms" },
    { parsed->given[HEAD_TIMEOUT_MS] != NULL, "--head-timeout-ms" },
    { parsed->given[IDLE_TIMEOUT_MS] != NULL, "--idle-timeout-ms" },
    { parsed->given[MAX_ATTEMPTS] != NULL, "--max-attempts" },
    { parsed->no_idle_timeout, "--no-idle-timeout" },
    { parsed->no_reconnect, "--no-reconnect" },
    { parsed->repeat_body, "--repeat-body" },
    { parsed->http1, "--http1.1" },
  };
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].given)
      g_strv_builder_add (names, options[i].option);
  return g_strv_builder_end (names);
}

static gboolean
check_origins (const Parsed *parsed, GError **error)
{
  if (!parsed->tap)
    return refuse (error, g_strdup (_ ("--cors needs --tap: it allows web pages to use the tap.")));
  for (gsize i = 0; parsed->cors[i]; i++)
    if (strcmp (parsed->cors[i], "*") != 0
        && !g_regex_match_simple ("^[a-z][a-z0-9+.-]*://[^/?#]+$", parsed->cors[i], 0, 0))
      return refuse (error, g_strdup_printf (_ ("“%s” is not an origin for --cors. Write it like "
                                                "http://localhost:5173, or * for all."),
                                             parsed->cors[i]));
  return TRUE;
}

gboolean
weir_tail_options_parse (WeirTailOptions *self, int argc, char **argv, GError **error)
{
  g_auto (Parsed) parsed = { 0 };
  g_autoptr (GOptionContext) context = make_context (&parsed);

  *self = (WeirTailOptions){ 0 };
  if (!weir_arguments_parse (context, &argc, &argv, error))
    return FALSE;
  if (parsed.version)
    {
      g_print ("weir-tail %s\n", WEIR_VERSION);
      return TRUE;
    }
  if (!parse_numbers (&parsed, error) || !check_contradictions (&parsed, error)
      || !parse_format (&parsed, &self->printer, error))
    return FALSE;
  self->printer.all = parsed.all;
  self->printer.offsets = parsed.offsets;
  self->printer.max_events = (guint64) parsed.number[MAX_EVENTS];
  if (!parse_filter (&parsed, self, error) || !parse_expectations (&parsed, self, error)
      || !parse_checks (&parsed, self, error) || !parse_answers (&parsed, self, error))
    return FALSE;
  self->request = make_request (&parsed, error);
  if (self->request == NULL)
    return FALSE;
  self->printer.is_file = is_file (weir_request_get_path (self->request));
  if (parsed.tap)
    self->ignored = list_ignored (&parsed);
  if (parsed.cors && !check_origins (&parsed, error))
    return FALSE;
  self->cors = g_steal_pointer (&parsed.cors);
  self->tap = g_steal_pointer (&parsed.tap);
  self->record = g_steal_pointer (&parsed.record);
  if (self->tap && self->record && g_str_has_suffix (self->record, WEIR_RECORDING_SUFFIX))
    return refuse (error, g_strdup_printf (_ ("With --tap each stream is recorded by itself, so "
                                              "--record takes a folder, not “%s”."),
                                           self->record));
  return TRUE;
}

int
weir_tail_options_get_answer_status (const WeirTailOptions *self)
{
  if (self->printer.answer_status == NULL)
    return 0;
  return self->answer_status == WEIR_ANSWER_STATUS_NONE ? (int) WEIR_ANSWER_STATUS_INCOMPLETE
                                                        : (int) self->answer_status;
}

void
weir_tail_options_clear (WeirTailOptions *self)
{
  g_clear_object (&self->request);
  g_clear_pointer (&self->tap, g_free);
  g_clear_pointer (&self->cors, g_strfreev);
  g_clear_pointer (&self->ignored, g_strfreev);
  g_clear_pointer (&self->record, g_free);
  g_clear_pointer (&self->check_sequence, g_free);
  g_clear_pointer (&self->prices, weir_prices_free);
  g_clear_pointer (&self->filter, weir_filter_unref);
  g_clear_pointer (&self->expectations, weir_expectations_free);
}
