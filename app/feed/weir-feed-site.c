/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-feed-site-private.h"
#include "weir-llm-private.h"
#include "app/engine/weir-replay.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT "text/plain; charset=utf-8"
#define DEFAULT_HEARTBEAT_MS 15000
/* A page may be large, but this server holds a file in memory while it sends it. */
#define MAX_STEPS 1000000
#define MAX_FILE_BYTES ((goffset) 256 << 20)

struct WeirFeedSite
{
  char *host;
  const WeirScenario *scenario;
  double rate; /* < 0: the scenario's own */
  guint64 count;
  WeirFeedFraming framing;
  gint64 heartbeat_us;
  WeirFault fault;
  guint64 fault_times; /* the fault befalls so many requests; 0: all */
  char *replay;
  double speed;
  gboolean by_steps;
  guint64 n_steps;
  guint64 backlog;
  char *www;
  char *bearer;
  GStrv cors;

  guint64 n_requests; /* for streams, so far */
};

/* One request on its way through. */
typedef struct
{
  WeirFeedSite *site;
  WeirFeedConnection *connection;
  const WeirHttpHead *request;
  char *path;      /* decoded */
  char *query;     /* not decoded; NULL: none */
  GString *fields; /* header lines that go with whatever is answered */
} Exchange;

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
parse_scenario (const char *name, char **complaint)
{
  const WeirScenario *scenario = weir_scenario_find (name);
  g_autoptr (GString) names = NULL;

  if (scenario != NULL)
    return scenario;
  names = g_string_new (NULL);
  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (names, "%s%s", names->len ? ", " : "", info->name);
  *complaint = g_strdup_printf (_ ("There is no scenario of that name; there are %s."), names->str);
  return NULL;
}

/* NULL where path can be replayed. */
static char *
complain_of_replay (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (path, &error);

  return replay == NULL ? g_strdup (error->message) : NULL;
}

WeirFeedSite *
weir_feed_site_new (const WeirFeedOptions *options, GError **error)
{
  g_autoptr (WeirFeedSite) self = g_new0 (WeirFeedSite, 1);
  g_autofree char *complaint = NULL;

  self->scenario = parse_scenario (options->scenario ? options->scenario : "demo", &complaint);
  self->rate = -1;
  if (complaint == NULL && options->rate && !parse_rate (options->rate, &self->rate))
    complaint = g_strdup (_ ("The rate must be a number of events a second, or 0 for no limit."));
  if (complaint == NULL && options->fault)
    weir_fault_parse (options->fault, &self->fault, &complaint);
  if (complaint == NULL && options->www && !g_file_test (options->www, G_FILE_TEST_IS_DIR))
    complaint = g_strdup_printf (_ ("There is no folder “%s” to serve."), options->www);
  if (complaint == NULL && options->by_steps && !options->replay)
    complaint = g_strdup (_ ("Only a replay goes by steps; name a recording or a file to replay."));
  if (complaint == NULL && options->replay)
    complaint = complain_of_replay (options->replay);
  if (complaint != NULL)
    {
      g_set_error_literal (error, WEIR_FEED_ERROR, WEIR_FEED_ERROR_INVALID_OPTION, complaint);
      return NULL;
    }
  self->host = g_strdup (options->host ? options->host : "127.0.0.1");
  self->count = options->count;
  self->framing = options->framing;
  self->heartbeat_us =
      (gint64) (options->heartbeat_ms ? options->heartbeat_ms : DEFAULT_HEARTBEAT_MS) * 1000;
  self->fault_times = options->fault_times;
  self->replay = g_strdup (options->replay);
  self->speed = options->speed;
  self->by_steps = options->by_steps;
  self->backlog = options->backlog;
  self->www = g_strdup (options->www);
  self->bearer = g_strdup (options->bearer);
  self->cors = g_strdupv ((char **) options->cors);
  return g_steal_pointer (&self);
}

void
weir_feed_site_free (WeirFeedSite *self)
{
  g_free (self->host);
  g_free (self->replay);
  g_free (self->www);
  g_free (self->bearer);
  g_strfreev (self->cors);
  g_free (self);
}

/* --- Answers ----------------------------------------------------------------------- */

static void
say (Exchange *exchange, guint status, const char *sentence)
{
  g_autofree char *line = g_strconcat (sentence, "\n", NULL);

  weir_feed_connection_respond (exchange->connection, status, exchange->fields->str, TEXT, line,
                                strlen (line));
}

static void
say_nothing (Exchange *exchange)
{
  weir_feed_connection_respond (exchange->connection, 204, exchange->fields->str, NULL, NULL, 0);
}

static gboolean
has_method (Exchange *exchange, const char *methods)
{
  g_auto (GStrv) allowed = g_strsplit (methods, ", ", -1);

  if (g_strv_contains ((const char *const *) allowed, exchange->request->method))
    return TRUE;
  g_string_append_printf (exchange->fields, "Allow: %s\r\n", methods);
  say (exchange, 405, "This path does not take that method.");
  return FALSE;
}

/* --- Who may read ------------------------------------------------------------------- */

/* Splits "name:port" or "[address]:port" of a Host field or an origin: the name without brackets.
 */
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

/* A page of another site whose name was bent to this machine (DNS rebinding) sends its own name;
 * it can't send an address. */
static gboolean
is_own_name (WeirFeedSite *self, const char *name)
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
check_host (Exchange *exchange)
{
  const char *host = weir_http_head_get (exchange->request, "Host");
  g_autofree char *name = host ? dup_host_name (host) : NULL;

  if (weir_http_head_count (exchange->request, "Host") != 1 || name == NULL)
    {
      if (host == NULL && exchange->request->minor_version == 0)
        return TRUE;
      say (exchange, 400, "The request needs one Host header.");
      return FALSE;
    }
  if (is_own_name (exchange->site, name))
    return TRUE;
  say (exchange, 421,
       "This server answers only to its own address: the Host header names another.");
  return FALSE;
}

static gboolean
is_own_origin (Exchange *exchange, const char *origin)
{
  const char *host = weir_http_head_get (exchange->request, "Host");

  return host && g_str_has_prefix (origin, "http://")
         && g_ascii_strcasecmp (origin + strlen ("http://"), host) == 0;
}

static gboolean
check_origin (Exchange *exchange)
{
  const char *origin = weir_http_head_get (exchange->request, "Origin");
  const char *const *allowed = (const char *const *) exchange->site->cors;

  if (allowed != NULL)
    g_string_append (exchange->fields, "Vary: Origin\r\n");
  if (origin == NULL || is_own_origin (exchange, origin))
    return TRUE;
  if (allowed == NULL || (!g_strv_contains (allowed, origin) && !g_strv_contains (allowed, "*")))
    {
      say (exchange, 403, "Only this server's own page may read it; --cors allows others.");
      return FALSE;
    }
  g_string_append_printf (exchange->fields, "Access-Control-Allow-Origin: %s\r\n", origin);
  return TRUE;
}

static gboolean
is_preflight (Exchange *exchange)
{
  return strcmp (exchange->request->method, "OPTIONS") == 0
         && weir_http_head_get (exchange->request, "Access-Control-Request-Method") != NULL;
}

static void
answer_preflight (Exchange *exchange)
{
  g_string_append (exchange->fields,
                   "Access-Control-Allow-Methods: GET, HEAD, POST\r\n"
                   "Access-Control-Allow-Headers: Accept, Authorization, Cache-Control, "
                   "Content-Type, Last-Event-ID\r\n"
                   "Access-Control-Max-Age: 600\r\n");
  say_nothing (exchange);
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

static gboolean
check_bearer (Exchange *exchange)
{
  const char *given = weir_http_head_get (exchange->request, "Authorization");

  if (exchange->site->bearer == NULL)
    return TRUE;
  if (given && g_ascii_strncasecmp (given, "Bearer ", 7) == 0
      && equal_in_constant_time (given + 7, exchange->site->bearer))
    return TRUE;
  g_string_append (exchange->fields, "WWW-Authenticate: Bearer realm=\"weir-feed\"\r\n");
  say (exchange, 401,
       given ? "The bearer token is not the right one."
             : "This stream asks for a bearer token in the Authorization header.");
  return FALSE;
}

/* --- The stream --------------------------------------------------------------------- */

static gboolean
apply_parameter (
    WeirFeedStreamPlan *plan, guint64 *count, const char *name, const char *value, char **complaint)
{
  if (strcmp (name, "scenario") == 0)
    {
      const WeirScenario *scenario = parse_scenario (value, complaint);
      if (scenario == NULL)
        return FALSE;
      plan->scenario = scenario;
      return TRUE;
    }
  if (strcmp (name, "rate") == 0 && !parse_rate (value, &plan->rate))
    *complaint = g_strdup (_ ("The rate must be a number of events a second, or 0 for no limit."));
  else if (strcmp (name, "count") == 0
           && !g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64 - 1, count, NULL))
    *complaint = g_strdup (_ ("The count must be a number of events, or 0 for no end."));
  else if (strcmp (name, "fault") == 0)
    weir_fault_parse (value, &plan->fault, complaint);
  else if (strcmp (name, "framing") == 0 && !weir_feed_framing_parse (value, &plan->framing))
    *complaint = g_strdup (_ ("The framing must be event, block or close."));
  return *complaint == NULL;
}

/* Other parameters are let pass, as servers do. */
static gboolean
apply_query (Exchange *exchange, WeirFeedStreamPlan *plan, guint64 *count)
{
  GUriParamsIter iter;
  g_autofree char *complaint = NULL;
  char *name, *value;

  g_uri_params_iter_init (&iter, exchange->query ? exchange->query : "", -1, "&",
                          G_URI_PARAMS_WWW_FORM);
  while (complaint == NULL && g_uri_params_iter_next (&iter, &name, &value, NULL))
    {
      apply_parameter (plan, count, name, value, &complaint);
      g_free (name);
      g_free (value);
    }
  if (complaint != NULL)
    say (exchange, 400, complaint);
  return complaint == NULL;
}

/* --- Faults that are no part of the stream's bytes ------------------------------------- */

/* The status that was asked for, with what goes with it. */
static void
answer_status (Exchange *exchange, guint status)
{
  if (status == 429 || status == 503)
    g_string_append (exchange->fields, "Retry-After: 1\r\n");
  if (status == 204)
    say_nothing (exchange);
  else
    say (exchange, status, "This answer was asked for with --fault.");
}

static void
answer_redirect (Exchange *exchange)
{
  g_string_append_printf (exchange->fields, "Location: %s\r\n", exchange->request->target);
  say (exchange, 302, "This redirect leads to itself.");
}

/* Answers with the plan, or with its fault. */
static void
answer_plan (Exchange *exchange, WeirFeedStreamPlan *plan)
{
  WeirFeedSite *site = exchange->site;
  guint64 number = ++site->n_requests;

  if (site->fault_times > 0 && number > site->fault_times)
    plan->fault = (WeirFault){ 0 };
  if (plan->fault.kind == WEIR_FAULT_STATUS)
    answer_status (exchange, (guint) plan->fault.number);
  else if (plan->fault.kind == WEIR_FAULT_REDIRECT_LOOP)
    answer_redirect (exchange);
  else if (plan->fault.kind == WEIR_FAULT_204_AFTER && number > plan->fault.number)
    say_nothing (exchange);
  else
    {
      if (plan->fault.kind == WEIR_FAULT_204_AFTER)
        plan->fault = (WeirFault){ .kind = WEIR_FAULT_FLAP, .number = 3 };
      weir_feed_connection_stream (exchange->connection, exchange->fields->str, plan);
    }
}

/* The number in Last-Event-ID; 0 where there is none, or another server's. */
static guint64
find_last_event_id (Exchange *exchange)
{
  const char *text = weir_http_head_get (exchange->request, "Last-Event-ID");
  guint64 id = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64 - 1, &id, NULL))
    return 0;
  return id;
}

static void
answer_events (Exchange *exchange)
{
  WeirFeedSite *site = exchange->site;
  guint64 count = site->count;
  WeirFeedStreamPlan plan = {
    .scenario = site->scenario,
    .rate = site->rate,
    .framing = site->framing,
    .heartbeat_us = site->heartbeat_us,
    .fault = site->fault,
    .replay = site->replay,
    .speed = site->speed,
    .n_steps = site->by_steps ? &site->n_steps : NULL,
    .backlog = site->backlog,
  };

  if (!has_method (exchange, "GET, HEAD, POST") || !check_bearer (exchange)
      || !apply_query (exchange, &plan, &count))
    return;
  if (plan.rate < 0)
    plan.rate = plan.scenario->rate;
  plan.first = find_last_event_id (exchange) + 1;
  plan.last = count > 0 ? count : G_MAXUINT64;
  /* Who has seen some of a replay has seen it end. */
  if (plan.first > plan.last || (plan.replay != NULL && plan.first > 1))
    say_nothing (exchange);
  else
    answer_plan (exchange, &plan);
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

/* POST /step, or /step?n=N. */
static void
answer_step (Exchange *exchange)
{
  g_autoptr (GHashTable) query = NULL;
  const char *text;
  guint64 n = 1;

  if (!has_method (exchange, "POST") || !check_bearer (exchange))
    return;
  query = g_uri_parse_params (exchange->query ? exchange->query : "", -1, "&",
                              G_URI_PARAMS_WWW_FORM, NULL);
  text = query ? g_hash_table_lookup (query, "n") : NULL;
  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, MAX_STEPS, &n, NULL))
    say (exchange, 400, "n must be a number of events from 1 to 1000000.");
  else if (weir_feed_site_step (exchange->site, (guint) n))
    say_nothing (exchange);
  else
    say (exchange, 409,
         "Nothing here goes by steps; start weir-feed with --replay and --speed step.");
}

/* --- The language model -------------------------------------------------------------- */

/* Both APIs stream where the request says "stream": true. */
static gboolean
wants_stream (const char *body)
{
  const char *at = strstr (body, "\"stream\"");

  if (at == NULL)
    return FALSE;
  at += strlen ("\"stream\"");
  at += strspn (at, " \t\r\n");
  if (*at++ != ':')
    return FALSE;
  at += strspn (at, " \t\r\n");
  return g_str_has_prefix (at, "true");
}

static void
answer_llm (Exchange *exchange, const char *body, gboolean openai)
{
  WeirFeedSite *site = exchange->site;
  g_autofree char *whole = NULL;

  if (!has_method (exchange, "POST") || !check_bearer (exchange))
    return;
  if (wants_stream (body))
    {
      WeirFeedStreamPlan plan = {
        .scenario = openai ? &weir_scenario_openai : &weir_scenario_anthropic,
        .rate = site->rate < 0 ? weir_scenario_openai.rate : site->rate,
        .first = 1,
        .last = openai ? weir_llm_count_openai (WEIR_LLM_WHOLE)
                       : weir_llm_count_anthropic (WEIR_LLM_WHOLE),
        .framing = site->framing,
        .heartbeat_us = site->heartbeat_us,
        .fault = site->fault,
      };

      answer_plan (exchange, &plan);
      return;
    }
  whole = openai ? weir_llm_dup_openai (WEIR_LLM_WHOLE) : weir_llm_dup_anthropic (WEIR_LLM_WHOLE);
  weir_feed_connection_respond (exchange->connection, 200, exchange->fields->str,
                                "application/json", whole, strlen (whole));
}

/* --- The page ------------------------------------------------------------------------ */

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

/* The file that path names in the folder; NULL where it leads out of it. */
static char *
find_file (WeirFeedSite *self, const char *path)
{
  g_autofree char *joined = g_build_filename (self->www, path, NULL);
  g_autofree char *file = NULL;
  g_autofree char *root = realpath (self->www, NULL);
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

static void
answer_file (Exchange *exchange)
{
  g_autofree char *path = find_file (exchange->site, exchange->path);
  g_autofree char *bytes = NULL;
  g_autoptr (GFile) file = path ? g_file_new_for_path (path) : NULL;
  g_autoptr (GFileInfo) info =
      file ? g_file_query_info (file, "standard::type,standard::size", 0, NULL, NULL) : NULL;
  gsize length;

  if (!has_method (exchange, "GET, HEAD"))
    return;
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
      || g_file_info_get_size (info) > MAX_FILE_BYTES
      || !g_file_get_contents (path, &bytes, &length, NULL))
    {
      say (exchange, 404, "There is no such page here.");
      return;
    }
  g_string_append (exchange->fields,
                   "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n");
  weir_feed_connection_respond (exchange->connection, 200, exchange->fields->str, guess_type (path),
                                bytes, length);
}

static void
answer_welcome (Exchange *exchange)
{
  g_autoptr (GString) text =
      g_string_new ("This is weir-feed. The stream is at /events; "
                    "/events?scenario=NAME&rate=N&count=N chooses another:\n\n");

  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (text, "%-8s  %s\n", info->name, info->summary);
  weir_feed_connection_respond (exchange->connection, 200, exchange->fields->str, TEXT, text->str,
                                text->len);
}

/* --- Where a request goes ------------------------------------------------------------- */

static gboolean
wants_events_alone (Exchange *exchange)
{
  return g_strcmp0 (weir_http_head_get (exchange->request, "Accept"), "text/event-stream") == 0;
}

static void
route (Exchange *exchange, const char *body)
{
  const char *path = exchange->path;

  if (strcmp (path, "/events") == 0 || (strcmp (path, "/") == 0 && wants_events_alone (exchange)))
    answer_events (exchange);
  else if (strcmp (path, "/step") == 0)
    answer_step (exchange);
  else if (strcmp (path, "/v1/chat/completions") == 0)
    answer_llm (exchange, body, TRUE);
  else if (strcmp (path, "/v1/messages") == 0)
    answer_llm (exchange, body, FALSE);
  else if (exchange->site->www != NULL)
    answer_file (exchange);
  else if (strcmp (path, "/") == 0 && has_method (exchange, "GET, HEAD"))
    answer_welcome (exchange);
  else if (strcmp (path, "/") != 0)
    say (exchange, 404, "There is nothing here; the stream is at /events.");
}

/* "/path?query", or "http://name/path?query" as a proxy gets it. */
static gboolean
split_target (Exchange *exchange)
{
  const char *target = exchange->request->target;
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
  say (exchange, 400, "The request's path is malformed.");
  return FALSE;
}

void
weir_feed_site_answer (WeirFeedSite *self,
                       WeirFeedConnection *connection,
                       const WeirHttpHead *request,
                       const char *body,
                       gsize length)
{
  g_autoptr (GString) fields = g_string_new (NULL);
  Exchange exchange = {
    .site = self,
    .connection = connection,
    .request = request,
    .fields = fields,
  };

  if (check_host (&exchange) && check_origin (&exchange))
    {
      if (is_preflight (&exchange))
        answer_preflight (&exchange);
      else if (split_target (&exchange))
        route (&exchange, body);
    }
  g_free (exchange.path);
  g_free (exchange.query);
}
