/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-feed-site-private.h"
#include "weir-llm-private.h"
#include "weir-llm-request-private.h"
#include "weir-mock-private.h"
#include "app/engine/recording/weir-replay.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_HEARTBEAT_MS 15000
#define MAX_STEPS 1000000

/* --- Answers ----------------------------------------------------------------------- */

/* The media type of plain answers. */
#define TEXT "text/plain; charset=utf-8"

/* One request and its answer. */
typedef struct
{
  WeirFeedConnection *connection;
  const WeirFeedRequest *request;
  char *path;      /* decoded */
  char *query;     /* not decoded; NULL: none */
  GString *fields; /* header lines of the answer */
} Exchange;

/* Answers with length bytes (-1: up to the NUL) of the media type. */
static void
respond (Exchange *self, guint status, const char *type, const char *bytes, gssize length)
{
  const WeirFeedResponse response = {
    .status = status,
    .fields = self->fields->str,
    .type = type,
    .body = bytes,
    .length = length < 0 ? strlen (bytes) : (gsize) length,
  };

  weir_feed_connection_respond (self->connection, &response);
}

/* Answers with one sentence. */
static void
answer_sentence (Exchange *self, guint status, const char *sentence)
{
  g_autofree char *line = g_strconcat (sentence, "\n", NULL);

  respond (self, status, TEXT, line, -1);
}

static void
answer_no_content (Exchange *self)
{
  const WeirFeedResponse response = { .status = 204, .fields = self->fields->str };

  weir_feed_connection_respond (self->connection, &response);
}

/* methods is as in an Allow field. Answers 405 and returns FALSE if the request's method is not in it. */
static gboolean
check_method (Exchange *self, const char *methods)
{
  g_auto (GStrv) allowed = g_strsplit (methods, ", ", -1);

  if (g_strv_contains ((const char *const *) allowed, self->request->head->method))
    return TRUE;
  g_string_append_printf (self->fields, "Allow: %s\r\n", methods);
  answer_sentence (self, 405, "This path does not accept this method.");
  return FALSE;
}

/* --- Access ------------------------------------------------------------------------ */

/* Who may read: by the Host field (against DNS rebinding), by Origin and Sec-Fetch-Site (Fetch Standard,
 * Fetch Metadata), and by bearer token (RFC 6750). */
typedef struct
{
  char *host;   /* the address that the server listens on */
  char *bearer; /* NULL: none is needed */
  GStrv cors;   /* origins that may read; NULL: only the server's own */
} Access;

/* The name in "name:port" or "[address]:port", without brackets. Returns NULL if it is malformed. */
static char *
dup_host_name (const char *text)
{
  const char *end;

  if (*text == '[')
    {
      end = strchr (++text, ']');
      return end ? g_strndup (text, end - text) : NULL;
    }
  end = strchr (text, ':');
  return end ? g_strndup (text, end - text) : g_strdup (text);
}

/* A page of another site whose name was made to point to this machine (DNS rebinding) sends that name in
 * Host. It cannot send an address. */
static gboolean
is_own_name (const Access *self, const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);
  g_autoptr (GInetAddress) own = g_inet_address_new_from_string (self->host);

  if (g_ascii_strcasecmp (name, "localhost") == 0 || g_ascii_strcasecmp (name, self->host) == 0)
    return TRUE;
  if (address == NULL)
    return FALSE;
  return g_inet_address_get_is_loopback (address) || own == NULL
         || !g_inet_address_get_is_loopback (own);
}

static gboolean
check_host (const Access *self, Exchange *exchange)
{
  const char *host = weir_http_head_get (exchange->request->head, "Host");
  g_autofree char *name = host ? dup_host_name (host) : NULL;

  if (weir_http_head_count (exchange->request->head, "Host") != 1 || name == NULL)
    {
      if (host == NULL && exchange->request->head->minor_version == 0)
        return TRUE;
      answer_sentence (exchange, 400, "The request needs one Host header.");
      return FALSE;
    }
  if (is_own_name (self, name))
    return TRUE;
  answer_sentence (exchange, 421,
                   "This server answers only to its own address: the Host header names another.");
  return FALSE;
}

static gboolean
is_own_origin (Exchange *exchange, const char *origin)
{
  const char *host = weir_http_head_get (exchange->request->head, "Host");

  return host && g_str_has_prefix (origin, "http://")
         && g_ascii_strcasecmp (origin + strlen ("http://"), host) == 0;
}

static gboolean
refuse_origin (Exchange *exchange)
{
  answer_sentence (exchange, 403, "Only this server's own page may read it; --cors allows others.");
  return FALSE;
}

/* Browsers send no Origin with a GET for an image, a script or a frame; they do send where the page that
 * asks is from (Fetch Metadata). */
static gboolean
is_cross_site (Exchange *exchange)
{
  return g_strcmp0 (weir_http_head_get (exchange->request->head, "Sec-Fetch-Site"), "cross-site")
         == 0;
}

static gboolean
check_origin (const Access *self, Exchange *exchange)
{
  const char *origin = weir_http_head_get (exchange->request->head, "Origin");
  const char *const *allowed = (const char *const *) self->cors;
  const gboolean allows_all = allowed != NULL && g_strv_contains (allowed, "*");

  if (allowed != NULL)
    g_string_append (exchange->fields, "Vary: Origin\r\n");
  if (origin == NULL)
    return allows_all || !is_cross_site (exchange) || refuse_origin (exchange);
  if (is_own_origin (exchange, origin))
    return TRUE;
  if (!allows_all && (allowed == NULL || !g_strv_contains (allowed, origin)))
    return refuse_origin (exchange);
  g_string_append_printf (exchange->fields, "Access-Control-Allow-Origin: %s\r\n", origin);
  return TRUE;
}

static gboolean
is_preflight (Exchange *exchange)
{
  return strcmp (exchange->request->head->method, "OPTIONS") == 0
         && weir_http_head_get (exchange->request->head, "Access-Control-Request-Method") != NULL;
}

static void
answer_preflight (Exchange *exchange)
{
  g_string_append (exchange->fields,
                   "Access-Control-Allow-Methods: GET, HEAD, POST\r\n"
                   "Access-Control-Allow-Headers: Accept, Authorization, Cache-Control, "
                   "Content-Type, Last-Event-ID\r\n"
                   "Access-Control-Max-Age: 600\r\n");
  answer_no_content (exchange);
}

/* Returns FALSE if the request has been answered: it was refused, or was a preflight. */
static gboolean
check_access (const Access *self, Exchange *exchange)
{
  if (!check_host (self, exchange) || !check_origin (self, exchange))
    return FALSE;
  if (!is_preflight (exchange))
    return TRUE;
  answer_preflight (exchange);
  return FALSE;
}

static gboolean
equal_in_constant_time (const char *a, const char *b)
{
  gsize length = strlen (b);
  guint difference = strlen (a) != length;

  for (gsize i = 0; i < length && a[i] != '\0'; i++)
    difference |= (guchar) a[i] ^ (guchar) b[i];
  return difference == 0;
}

/* The same for paths that need the token. */
static gboolean
check_bearer (const Access *self, Exchange *exchange)
{
  const char *given = weir_http_head_get (exchange->request->head, "Authorization");

  if (self->bearer == NULL)
    return TRUE;
  if (given && g_ascii_strncasecmp (given, "Bearer ", 7) == 0
      && equal_in_constant_time (given + 7, self->bearer))
    return TRUE;
  g_string_append (exchange->fields, "WWW-Authenticate: Bearer realm=\"weir-feed\"\r\n");
  answer_sentence (exchange, 401,
                   given ? "The bearer token is wrong."
                         : "This stream needs a bearer token in the Authorization header.");
  return FALSE;
}

/* --- Files ------------------------------------------------------------------------- */

/* A file is in memory while it is sent. */
#define MAX_FILE_BYTES ((goffset) 256 << 20)

static const char *
guess_type (const char *path)
{
  static const char *const types[][2] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".map", "application/json" },
    { ".wasm", "application/wasm" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".ico", "image/x-icon" },
    { ".sse", "text/event-stream" },
    { ".txt", TEXT },
    { ".md", TEXT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (path, types[i][0]))
      return types[i][1];
  return "application/octet-stream";
}

/* The file that path names in the folder. Returns NULL if there is none, or if it is outside of the
 * folder, through ".." or a symbolic link. */
static char *
find_file (const char *folder, const char *path)
{
  g_autofree char *joined = g_build_filename (folder, path, NULL);
  g_autofree char *file = NULL;
  g_autofree char *root = realpath (folder, NULL);
  gsize length;

  if (g_str_has_suffix (path, "/"))
    {
      char *index = g_build_filename (joined, "index.html", NULL);
      g_free (joined);
      joined = index;
    }
  file = realpath (joined, NULL);
  if (file == NULL || root == NULL)
    return NULL;
  length = strlen (root);
  if (strncmp (file, root, length) != 0 || (file[length] != '/' && root[length - 1] != '/'))
    return NULL;
  return g_steal_pointer (&file);
}

/* Reads a regular file. Opening does not block on a FIFO, and follows no link that has been put in the
 * place of the file since. */
static char *
read_file (const char *path, gsize *length)
{
  const int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *bytes = NULL;
  struct stat info;
  gsize n = 0;
  gssize got = 1;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size <= MAX_FILE_BYTES)
    {
      bytes = g_malloc ((gsize) info.st_size + 1);
      while (n < (gsize) info.st_size && got > 0)
        {
          got = read (fd, bytes + n, (gsize) info.st_size - n);
          if (got > 0)
            n += (gsize) got;
          else if (got < 0 && errno == EINTR)
            got = 1;
        }
    }
  close (fd);
  *length = n;
  return got >= 0 ? g_steal_pointer (&bytes) : NULL;
}

static void
answer_file (const char *folder, Exchange *exchange)
{
  g_autofree char *path = find_file (folder, exchange->path);
  g_autofree char *bytes = NULL;
  gsize length;

  if (!check_method (exchange, "GET, HEAD"))
    return;
  bytes = path != NULL ? read_file (path, &length) : NULL;
  if (bytes == NULL)
    {
      answer_sentence (exchange, 404, "There is no such page here.");
      return;
    }
  g_string_append (exchange->fields,
                   "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n");
  respond (exchange, 200, guess_type (path), bytes, (gssize) length);
}

/* --- The site ---------------------------------------------------------------------- */

struct WeirFeedSite
{
  Access access;
  const WeirScenario *scenario;
  double rate; /* negative: the scenario's default */
  guint64 count;
  WeirFeedFraming framing;
  gint64 heartbeat_us;
  WeirFault fault;
  guint64 fault_times; /* how many requests get the fault; 0: all */
  char *replay;
  WeirBodyFormat replay_format;
  WeirMock *mock; /* of the replay's requests, or NULL */
  gboolean match_body;
  double speed;
  gboolean by_steps;
  guint64 n_steps;
  guint64 backlog;
  char *www;

  guint64 n_requests; /* for streams, until now */
};

/* --- Options ----------------------------------------------------------------------- */

static gboolean
parse_rate (const char *text, double *rate)
{
  char *end;

  *rate = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*rate) && *rate >= 0 && *rate <= 1e9
         && g_ascii_isdigit (text[0]);
}

static const WeirScenario *
parse_scenario (const char *name, char **problem)
{
  const WeirScenario *scenario = weir_scenario_find (name);
  g_autoptr (GString) names = NULL;

  if (scenario != NULL)
    return scenario;
  names = g_string_new (NULL);
  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (names, "%s%s", names->len ? ", " : "", info->name);
  *problem =
      g_strdup_printf (_ ("There is no scenario “%s”. The scenarios are: %s."), name, names->str);
  return NULL;
}

/* Returns NULL if the recording or file can be replayed. */
static char *
load_replay (WeirFeedSite *self, const WeirFeedOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (options->replay, &error);
  WeirReplayStep step;

  if (replay == NULL || !weir_replay_check (replay, &error))
    return g_strdup (error->message);
  while (weir_replay_next (replay, &step, NULL) && step.kind != WEIR_REPLAY_BYTES)
    if (step.kind == WEIR_REPLAY_BEGAN)
      self->replay_format = step.format;
  if (weir_replay_has_requests (replay))
    {
      self->mock = weir_mock_new (options->replay, &error);
      return self->mock == NULL ? g_strdup (error->message) : NULL;
    }
  if (options->match_body)
    return g_strdup_printf (_ ("“%s” holds no requests whose bodies could be compared; replay it "
                               "without --match-body."),
                            options->replay);
  return NULL;
}

WeirFeedSite *
weir_feed_site_new (const WeirFeedOptions *options, GError **error)
{
  g_autoptr (WeirFeedSite) self = g_new0 (WeirFeedSite, 1);
  g_autofree char *problem = NULL;

  self->scenario = parse_scenario (options->scenario ? options->scenario : "demo", &problem);
  self->rate = -1;
  if (problem == NULL && options->rate && !parse_rate (options->rate, &self->rate))
    problem = g_strdup (_ ("The rate must be a number of events per second, or 0 for no limit."));
  if (problem == NULL && options->fault)
    weir_fault_parse (options->fault, &self->fault, &problem);
  if (problem == NULL && options->www && !g_file_test (options->www, G_FILE_TEST_IS_DIR))
    problem = g_strdup_printf (_ ("There is no folder “%s” to serve."), options->www);
  if (problem == NULL && options->by_steps && !options->replay)
    problem = g_strdup (_ ("Steps need a replay; name a recording or a file to replay."));
  if (problem == NULL && options->replay)
    problem = load_replay (self, options);
  if (problem != NULL)
    {
      g_set_error_literal (error, WEIR_FEED_ERROR, WEIR_FEED_ERROR_INVALID_OPTION, problem);
      return NULL;
    }
  self->access.host = g_strdup (options->host ? options->host : "127.0.0.1");
  self->count = options->count;
  self->framing = options->framing;
  self->heartbeat_us =
      (gint64) (options->heartbeat_ms ? options->heartbeat_ms : DEFAULT_HEARTBEAT_MS) * 1000;
  self->fault_times = options->fault_times;
  self->replay = g_strdup (options->replay);
  self->match_body = options->match_body;
  self->speed = options->speed;
  self->by_steps = options->by_steps;
  self->backlog = options->backlog;
  self->www = g_strdup (options->www);
  self->access.bearer = g_strdup (options->bearer);
  self->access.cors = g_strdupv ((char **) options->cors);
  return g_steal_pointer (&self);
}

void
weir_feed_site_free (WeirFeedSite *self)
{
  g_free (self->access.host);
  g_free (self->replay);
  g_clear_pointer (&self->mock, weir_mock_free);
  g_free (self->www);
  g_free (self->access.bearer);
  g_strfreev (self->access.cors);
  g_free (self);
}

/* --- The stream --------------------------------------------------------------------- */

static gboolean
apply_parameter (
    WeirFeedStreamPlan *plan, guint64 *count, const char *name, const char *value, char **problem)
{
  if (strcmp (name, "scenario") == 0)
    {
      const WeirScenario *scenario = parse_scenario (value, problem);
      if (scenario == NULL)
        return FALSE;
      plan->scenario = scenario;
      return TRUE;
    }
  if (strcmp (name, "rate") == 0 && !parse_rate (value, &plan->rate))
    *problem = g_strdup (_ ("The rate must be a number of events per second, or 0 for no limit."));
  else if (strcmp (name, "count") == 0
           && !g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64 - 1, count, NULL))
    *problem = g_strdup (_ ("The count must be a number of events, or 0 for no end."));
  else if (strcmp (name, "fault") == 0)
    weir_fault_parse (value, &plan->fault, problem);
  else if (strcmp (name, "framing") == 0 && !weir_feed_framing_parse (value, &plan->framing))
    *problem = g_strdup (_ ("framing must be event, block or close."));
  return *problem == NULL;
}

/* Like most servers, this one ignores other parameters. */
static gboolean
apply_query (Exchange *exchange, WeirFeedStreamPlan *plan, guint64 *count)
{
  GUriParamsIter iter;
  g_autofree char *problem = NULL;
  char *name, *value;

  g_uri_params_iter_init (&iter, exchange->query ? exchange->query : "", -1, "&",
                          G_URI_PARAMS_WWW_FORM);
  while (problem == NULL && g_uri_params_iter_next (&iter, &name, &value, NULL))
    {
      apply_parameter (plan, count, name, value, &problem);
      g_free (name);
      g_free (value);
    }
  if (problem != NULL)
    answer_sentence (exchange, 400, problem);
  return problem == NULL;
}

/* --- Faults in the head of the response ------------------------------------------------ */

/* The requested status, with the fields that belong to it. */
static void
answer_status (Exchange *exchange, guint status)
{
  if (status == 429 || status == 503)
    g_string_append (exchange->fields, "Retry-After: 1\r\n");
  if (status == 204)
    answer_no_content (exchange);
  else
    answer_sentence (exchange, status, "This response was requested with --fault.");
}

static void
answer_redirect (Exchange *exchange)
{
  g_string_append_printf (exchange->fields, "Location: %s\r\n", exchange->request->head->target);
  answer_sentence (exchange, 302, "This redirect leads to itself.");
}

/* Answers with the planned stream, or with its fault. */
static void
answer_plan (WeirFeedSite *self, Exchange *exchange, WeirFeedStreamPlan *plan)
{
  guint64 number = ++self->n_requests;

  if (self->fault_times > 0 && number > self->fault_times)
    plan->fault = (WeirFault){ 0 };
  if (plan->fault.kind == WEIR_FAULT_STATUS)
    answer_status (exchange, (guint) plan->fault.number);
  else if (plan->fault.kind == WEIR_FAULT_REDIRECT_LOOP)
    answer_redirect (exchange);
  else if (plan->fault.kind == WEIR_FAULT_204_AFTER && number > plan->fault.number)
    answer_no_content (exchange);
  else
    {
      if (plan->fault.kind == WEIR_FAULT_204_AFTER)
        plan->fault = (WeirFault){ .kind = WEIR_FAULT_FLAP, .number = 3 };
      weir_feed_connection_stream (exchange->connection, exchange->fields->str, plan);
    }
}

/* Returns: the number in Last-Event-ID, or 0 without one, or if it is not an ID of this server. */
static guint64
find_last_event_id (Exchange *exchange)
{
  const char *text = weir_http_head_get (exchange->request->head, "Last-Event-ID");
  guint64 id = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64 - 1, &id, NULL))
    return 0;
  return id;
}

static void
answer_events (WeirFeedSite *self, Exchange *exchange)
{
  guint64 count = self->count;
  WeirFeedStreamPlan plan = {
    .scenario = self->scenario,
    .rate = self->rate,
    .framing = self->framing,
    .heartbeat_us = self->heartbeat_us,
    .fault = self->fault,
    .replay = self->replay,
    .format = self->replay_format,
    .speed = self->speed,
    .n_steps = self->by_steps ? &self->n_steps : NULL,
    .backlog = self->backlog,
  };

  if (!check_method (exchange, "GET, HEAD, POST") || !check_bearer (&self->access, exchange)
      || !apply_query (exchange, &plan, &count))
    return;
  if (plan.rate < 0)
    plan.rate = plan.scenario->rate;
  plan.first = find_last_event_id (exchange) + 1;
  plan.last = count > 0 ? count : G_MAXUINT64;
  /* A replay is sent once to each client. */
  if (plan.first > plan.last || (plan.replay != NULL && plan.first > 1))
    answer_no_content (exchange);
  else
    answer_plan (self, exchange, &plan);
}

/* --- Steps --------------------------------------------------------------------------- */

gboolean
weir_feed_site_step (WeirFeedSite *self, guint n)
{
  if (self->by_steps)
    self->n_steps += n;
  return self->by_steps;
}

guint64
weir_feed_site_get_n_steps (WeirFeedSite *self)
{
  return self->n_steps;
}

/* POST /step or /step?n=N. */
static void
answer_step (WeirFeedSite *self, Exchange *exchange)
{
  g_autoptr (GHashTable) query = NULL;
  const char *text;
  guint64 n = 1;

  if (!check_method (exchange, "POST") || !check_bearer (&self->access, exchange))
    return;
  query = g_uri_parse_params (exchange->query ? exchange->query : "", -1, "&",
                              G_URI_PARAMS_WWW_FORM, NULL);
  text = query ? g_hash_table_lookup (query, "n") : NULL;
  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, MAX_STEPS, &n, NULL))
    answer_sentence (exchange, 400, "n must be a number of events from 1 to 1000000.");
  else if (weir_feed_site_step (self, (guint) n))
    answer_no_content (exchange);
  else
    answer_sentence (
        exchange, 409,
        "This server does not send by steps; start weir-feed with --replay and --speed step.");
}

/* --- The language model -------------------------------------------------------------- */

/* Returns: FALSE if the request has been answered because it is invalid. */
static gboolean
read_llm (WeirFeedSite *self, Exchange *exchange, WeirLlmApi api, WeirLlmRequest *request)
{
  if (!check_method (exchange, "POST") || !check_bearer (&self->access, exchange))
    return FALSE;
  if (!weir_llm_request_read (request, api, exchange->request->body, exchange->request->length))
    {
      g_autofree char *error = weir_llm_request_describe_error (request);

      respond (exchange, 400, "application/json", error, -1);
      return FALSE;
    }
  return TRUE;
}

static void
stream_llm (WeirFeedSite *self, Exchange *exchange, const WeirScenario *scenario, guint n_events)
{
  WeirFeedStreamPlan plan = {
    .scenario = scenario,
    .rate = self->rate < 0 ? scenario->rate : self->rate,
    .first = 1,
    .last = n_events,
    .framing = self->framing,
    .heartbeat_us = self->heartbeat_us,
    .fault = self->fault,
  };

  answer_plan (self, exchange, &plan);
}

static void
answer_short (WeirFeedSite *self, Exchange *exchange, WeirLlmAnswer answer)
{
  guint n_events;
  const WeirScenario *scenario = weir_llm_get_answer (answer, &n_events);

  stream_llm (self, exchange, scenario, n_events);
}

/* OpenAI's Responses, and Gemini, of which only streams are served. */
static void
answer_short_llm (WeirFeedSite *self, Exchange *exchange, WeirLlmApi api)
{
  const gboolean responses = api == WEIR_LLM_API_RESPONSES;
  WeirLlmRequest request;

  if (!read_llm (self, exchange, api, &request))
    return;
  if (request.has_tools)
    answer_short (self, exchange, responses ? WEIR_LLM_RESPONSES_TOOLS : WEIR_LLM_GEMINI_TOOLS);
  else
    answer_short (self, exchange, responses ? WEIR_LLM_RESPONSES_TEXT : WEIR_LLM_GEMINI_TEXT);
}

static void
answer_llm (WeirFeedSite *self, Exchange *exchange, WeirLlmApi api)
{
  const gboolean openai = api == WEIR_LLM_API_OPENAI;
  g_autofree char *whole = NULL;
  WeirLlmRequest request;

  if (!read_llm (self, exchange, api, &request))
    return;
  if (request.stream && request.has_tools)
    answer_short (self, exchange, openai ? WEIR_LLM_CHAT_TOOLS : WEIR_LLM_MESSAGES_TOOLS);
  else if (request.stream)
    stream_llm (self, exchange, openai ? &weir_scenario_openai : &weir_scenario_anthropic,
                openai ? weir_llm_count_openai (WEIR_LLM_WHOLE)
                       : weir_llm_count_anthropic (WEIR_LLM_WHOLE));
  else
    {
      whole =
          openai ? weir_llm_dup_openai (WEIR_LLM_WHOLE) : weir_llm_dup_anthropic (WEIR_LLM_WHOLE);
      respond (exchange, 200, "application/json", whole, -1);
    }
}

/* --- Recorded requests ----------------------------------------------------------------- */

/* Text without control characters and bytes that are not UTF-8. */
static void
append_escaped (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0'; at++)
    if ((guchar) *at < 0x20 || *at == 0x7f)
      g_string_append_printf (out, "\\x%02x", (guchar) *at);
    else
      g_string_append_c (out, *at);
}

/* Answers 404 with the requests that were recorded. */
static void
answer_unrecorded (WeirFeedSite *self, Exchange *exchange)
{
  g_autofree char *list = weir_mock_list (self->mock);
  g_autoptr (GString) text = g_string_new ("The recording has no response to ");

  append_escaped (text, exchange->request->head->method);
  g_string_append_c (text, ' ');
  append_escaped (text, exchange->request->head->target);
  g_string_append (text, self->match_body ? " with this body. It has these requests:\n\n"
                                          : ". It has these requests:\n\n");
  g_string_append (text, list);
  g_string_append (text, "\nThe whole recording is at /events.\n");
  g_string_append (exchange->fields, "X-Content-Type-Options: nosniff\r\n");
  respond (exchange, 404, TEXT, text->str, (gssize) text->len);
}

/* Answers as the recorded server did. */
static void
answer_recorded (WeirFeedSite *self, Exchange *exchange)
{
  const WeirFeedRequest *request = exchange->request;
  const WeirMockRequest sought = { .method = request->head->method,
                                   .target = request->head->target,
                                   .body = self->match_body ? request->body : NULL,
                                   .length = request->length };
  const WeirMockEntry *entry;
  WeirFeedStreamPlan plan = {
    .scenario = self->scenario,
    .first = 1,
    .last = G_MAXUINT64,
    .framing = self->framing,
    .heartbeat_us = self->heartbeat_us,
    .fault = self->fault,
    .replay = self->replay,
    .speed = self->speed,
    .n_steps = self->by_steps ? &self->n_steps : NULL,
  };

  entry = weir_mock_find (self->mock, &sought);
  if (entry == NULL && self->www != NULL)
    answer_file (self->www, exchange);
  else if (!check_bearer (&self->access, exchange))
    return;
  else if (entry == NULL)
    answer_unrecorded (self, exchange);
  else if (entry->status == 204)
    answer_no_content (exchange);
  else if (entry->status > 299)
    answer_sentence (exchange, entry->status, "The body of this response was not recorded.");
  else
    {
      plan.connection = entry->connection;
      plan.format = entry->format;
      plan.status = entry->status;
      answer_plan (self, exchange, &plan);
    }
}

/* --- Routing --------------------------------------------------------------------------- */

static void
answer_description (Exchange *exchange)
{
  g_autoptr (GString) text =
      g_string_new ("This is weir-feed. The stream is at /events; "
                    "/events?scenario=NAME&rate=N&count=N chooses another:\n\n");

  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (text, "%-8s  %s\n", info->name, info->summary);
  respond (exchange, 200, TEXT, text->str, (gssize) text->len);
}

static gboolean
wants_events_alone (Exchange *exchange)
{
  return g_strcmp0 (weir_http_head_get (exchange->request->head, "Accept"), "text/event-stream")
         == 0;
}

static void
route (WeirFeedSite *self, Exchange *exchange)
{
  const char *path = exchange->path;

  if (strcmp (path, "/events") == 0 || (strcmp (path, "/") == 0 && wants_events_alone (exchange)))
    answer_events (self, exchange);
  else if (strcmp (path, "/step") == 0)
    answer_step (self, exchange);
  else if (self->mock != NULL)
    answer_recorded (self, exchange);
  else if (strcmp (path, "/v1/chat/completions") == 0)
    answer_llm (self, exchange, WEIR_LLM_API_OPENAI);
  else if (strcmp (path, "/v1/messages") == 0)
    answer_llm (self, exchange, WEIR_LLM_API_ANTHROPIC);
  else if (strcmp (path, "/v1/responses") == 0)
    answer_short_llm (self, exchange, WEIR_LLM_API_RESPONSES);
  else if (g_str_has_prefix (path, "/v1beta/models/")
           && g_str_has_suffix (path, ":streamGenerateContent"))
    answer_short_llm (self, exchange, WEIR_LLM_API_GEMINI);
  else if (self->www != NULL)
    answer_file (self->www, exchange);
  else if (strcmp (path, "/") == 0 && check_method (exchange, "GET, HEAD"))
    answer_description (exchange);
  else if (strcmp (path, "/") != 0)
    answer_sentence (exchange, 404, "There is nothing here; the stream is at /events.");
}

/* The target is "/path?query", or "http://name/path?query" if the client takes this for a proxy. */
static gboolean
split_target (Exchange *exchange)
{
  const char *target = exchange->request->head->target;
  g_autofree char *path = NULL;
  const char *query;

  if (g_ascii_strncasecmp (target, "http://", 7) == 0)
    {
      target = strchr (target + 7, '/');
      if (target == NULL)
        target = "/";
    }
  query = strchr (target, '?');
  path = query ? g_strndup (target, query - target) : g_strdup (target);
  exchange->query = query ? g_strdup (query + 1) : NULL;
  exchange->path = g_uri_unescape_string (path, NULL);
  if (exchange->path != NULL && exchange->path[0] == '/')
    return TRUE;
  answer_sentence (exchange, 400, "The request's path is malformed.");
  return FALSE;
}

void
weir_feed_site_answer (WeirFeedSite *self,
                       WeirFeedConnection *connection,
                       const WeirFeedRequest *request)
{
  g_autoptr (GString) fields = g_string_new (NULL);
  Exchange exchange = {
    .connection = connection,
    .request = request,
    .fields = fields,
  };

  if (check_access (&self->access, &exchange) && split_target (&exchange))
    route (self, &exchange);
  g_free (exchange.path);
  g_free (exchange.query);
}
