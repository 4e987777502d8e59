/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-feed-site-private.h"
#include "weir-feed-access-private.h"
#include "weir-feed-files-private.h"
#include "weir-feed-llm-private.h"
#include "weir-llm-private.h"
#include "app/engine/recording/weir-replay.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_HEARTBEAT_MS 15000
#define MAX_STEPS 1000000

struct WeirFeedSite
{
  WeirFeedAccess access;
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

  guint64 n_requests; /* for streams, so far */
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
parse_scenario (const char *name, char **complaint)
{
  const WeirScenario *scenario = weir_scenario_find (name);
  g_autoptr (GString) names = NULL;

  if (scenario != NULL)
    return scenario;
  names = g_string_new (NULL);
  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (names, "%s%s", names->len ? ", " : "", info->name);
  *complaint =
      g_strdup_printf (_ ("There is no scenario “%s”. The scenarios are: %s."), name, names->str);
  return NULL;
}

/* NULL where path can be replayed. */
static char *
complain_of_replay (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (path, &error);

  if (replay != NULL && weir_replay_check (replay, &error))
    return NULL;
  return g_strdup (error->message);
}

WeirFeedSite *
weir_feed_site_new (const WeirFeedOptions *options, GError **error)
{
  g_autoptr (WeirFeedSite) self = g_new0 (WeirFeedSite, 1);
  g_autofree char *complaint = NULL;

  self->scenario = parse_scenario (options->scenario ? options->scenario : "demo", &complaint);
  self->rate = -1;
  if (complaint == NULL && options->rate && !parse_rate (options->rate, &self->rate))
    complaint = g_strdup (_ ("The rate must be a number of events per second, or 0 for no limit."));
  if (complaint == NULL && options->fault)
    weir_fault_parse (options->fault, &self->fault, &complaint);
  if (complaint == NULL && options->www && !g_file_test (options->www, G_FILE_TEST_IS_DIR))
    complaint = g_strdup_printf (_ ("There is no folder “%s” to serve."), options->www);
  if (complaint == NULL && options->by_steps && !options->replay)
    complaint = g_strdup (_ ("Steps need a replay; name a recording or a file to replay."));
  if (complaint == NULL && options->replay)
    complaint = complain_of_replay (options->replay);
  if (complaint != NULL)
    {
      g_set_error_literal (error, WEIR_FEED_ERROR, WEIR_FEED_ERROR_INVALID_OPTION, complaint);
      return NULL;
    }
  self->access.host = g_strdup (options->host ? options->host : "127.0.0.1");
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
  self->access.bearer = g_strdup (options->bearer);
  self->access.cors = g_strdupv ((char **) options->cors);
  return g_steal_pointer (&self);
}

void
weir_feed_site_free (WeirFeedSite *self)
{
  g_free (self->access.host);
  g_free (self->replay);
  g_free (self->www);
  g_free (self->access.bearer);
  g_strfreev (self->access.cors);
  g_free (self);
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
    *complaint =
        g_strdup (_ ("The rate must be a number of events per second, or 0 for no limit."));
  else if (strcmp (name, "count") == 0
           && !g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64 - 1, count, NULL))
    *complaint = g_strdup (_ ("The count must be a number of events, or 0 for no end."));
  else if (strcmp (name, "fault") == 0)
    weir_fault_parse (value, &plan->fault, complaint);
  else if (strcmp (name, "framing") == 0 && !weir_feed_framing_parse (value, &plan->framing))
    *complaint = g_strdup (_ ("framing must be event, block or close."));
  return *complaint == NULL;
}

/* Other parameters are let pass, as servers do. */
static gboolean
apply_query (WeirFeedExchange *exchange, WeirFeedStreamPlan *plan, guint64 *count)
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
    weir_feed_exchange_say (exchange, 400, complaint);
  return complaint == NULL;
}

/* --- Faults that are no part of the stream's bytes ------------------------------------- */

/* The status that was asked for, with what goes with it. */
static void
answer_status (WeirFeedExchange *exchange, guint status)
{
  if (status == 429 || status == 503)
    g_string_append (exchange->fields, "Retry-After: 1\r\n");
  if (status == 204)
    weir_feed_exchange_say_nothing (exchange);
  else
    weir_feed_exchange_say (exchange, status, "This response was requested with --fault.");
}

static void
answer_redirect (WeirFeedExchange *exchange)
{
  g_string_append_printf (exchange->fields, "Location: %s\r\n", exchange->request->target);
  weir_feed_exchange_say (exchange, 302, "This redirect leads to itself.");
}

/* Answers with the plan, or with its fault. */
static void
answer_plan (WeirFeedSite *self, WeirFeedExchange *exchange, WeirFeedStreamPlan *plan)
{
  guint64 number = ++self->n_requests;

  if (self->fault_times > 0 && number > self->fault_times)
    plan->fault = (WeirFault){ 0 };
  if (plan->fault.kind == WEIR_FAULT_STATUS)
    answer_status (exchange, (guint) plan->fault.number);
  else if (plan->fault.kind == WEIR_FAULT_REDIRECT_LOOP)
    answer_redirect (exchange);
  else if (plan->fault.kind == WEIR_FAULT_204_AFTER && number > plan->fault.number)
    weir_feed_exchange_say_nothing (exchange);
  else
    {
      if (plan->fault.kind == WEIR_FAULT_204_AFTER)
        plan->fault = (WeirFault){ .kind = WEIR_FAULT_FLAP, .number = 3 };
      weir_feed_connection_stream (exchange->connection, exchange->fields->str, plan);
    }
}

/* The number in Last-Event-ID; 0 where there is none, or another server's. */
static guint64
find_last_event_id (WeirFeedExchange *exchange)
{
  const char *text = weir_http_head_get (exchange->request, "Last-Event-ID");
  guint64 id = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64 - 1, &id, NULL))
    return 0;
  return id;
}

static void
answer_events (WeirFeedSite *self, WeirFeedExchange *exchange)
{
  guint64 count = self->count;
  WeirFeedStreamPlan plan = {
    .scenario = self->scenario,
    .rate = self->rate,
    .framing = self->framing,
    .heartbeat_us = self->heartbeat_us,
    .fault = self->fault,
    .replay = self->replay,
    .speed = self->speed,
    .n_steps = self->by_steps ? &self->n_steps : NULL,
    .backlog = self->backlog,
  };

  if (!weir_feed_exchange_has_method (exchange, "GET, HEAD, POST")
      || !weir_feed_access_check_bearer (&self->access, exchange)
      || !apply_query (exchange, &plan, &count))
    return;
  if (plan.rate < 0)
    plan.rate = plan.scenario->rate;
  plan.first = find_last_event_id (exchange) + 1;
  plan.last = count > 0 ? count : G_MAXUINT64;
  /* Who has seen some of a replay has seen it end. */
  if (plan.first > plan.last || (plan.replay != NULL && plan.first > 1))
    weir_feed_exchange_say_nothing (exchange);
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

/* POST /step, or /step?n=N. */
static void
answer_step (WeirFeedSite *self, WeirFeedExchange *exchange)
{
  g_autoptr (GHashTable) query = NULL;
  const char *text;
  guint64 n = 1;

  if (!weir_feed_exchange_has_method (exchange, "POST")
      || !weir_feed_access_check_bearer (&self->access, exchange))
    return;
  query = g_uri_parse_params (exchange->query ? exchange->query : "", -1, "&",
                              G_URI_PARAMS_WWW_FORM, NULL);
  text = query ? g_hash_table_lookup (query, "n") : NULL;
  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, MAX_STEPS, &n, NULL))
    weir_feed_exchange_say (exchange, 400, "n must be a number of events from 1 to 1000000.");
  else if (weir_feed_site_step (self, (guint) n))
    weir_feed_exchange_say_nothing (exchange);
  else
    weir_feed_exchange_say (
        exchange, 409,
        "This server does not send by steps; start weir-feed with --replay and --speed step.");
}

/* --- The language model -------------------------------------------------------------- */

static void
answer_llm (WeirFeedSite *self,
            WeirFeedExchange *exchange,
            WeirFeedLlmApi api,
            const char *body,
            gsize length)
{
  const gboolean openai = api == WEIR_FEED_LLM_OPENAI;
  WeirFeedStreamPlan plan = {
    .scenario = openai ? &weir_scenario_openai : &weir_scenario_anthropic,
    .rate = self->rate < 0 ? weir_scenario_openai.rate : self->rate,
    .first = 1,
    .last =
        openai ? weir_llm_count_openai (WEIR_LLM_WHOLE) : weir_llm_count_anthropic (WEIR_LLM_WHOLE),
    .framing = self->framing,
    .heartbeat_us = self->heartbeat_us,
    .fault = self->fault,
  };
  g_autofree char *whole = NULL;
  gboolean stream;

  if (!weir_feed_exchange_has_method (exchange, "POST")
      || !weir_feed_access_check_bearer (&self->access, exchange)
      || !weir_feed_llm_check (exchange, api, body, length, &stream))
    return;
  if (stream)
    {
      answer_plan (self, exchange, &plan);
      return;
    }
  whole = openai ? weir_llm_dup_openai (WEIR_LLM_WHOLE) : weir_llm_dup_anthropic (WEIR_LLM_WHOLE);
  weir_feed_exchange_respond (exchange, 200, "application/json", whole, -1);
}

/* --- Where a request goes ------------------------------------------------------------- */

static void
answer_welcome (WeirFeedExchange *exchange)
{
  g_autoptr (GString) text =
      g_string_new ("This is weir-feed. The stream is at /events; "
                    "/events?scenario=NAME&rate=N&count=N chooses another:\n\n");

  for (const WeirFeedScenarioInfo *info = weir_feed_list_scenarios (); info->name; info++)
    g_string_append_printf (text, "%-8s  %s\n", info->name, info->summary);
  weir_feed_exchange_respond (exchange, 200, WEIR_FEED_TEXT, text->str, (gssize) text->len);
}

static gboolean
wants_events_alone (WeirFeedExchange *exchange)
{
  return g_strcmp0 (weir_http_head_get (exchange->request, "Accept"), "text/event-stream") == 0;
}

static void
route (WeirFeedSite *self, WeirFeedExchange *exchange, const char *body, gsize length)
{
  const char *path = exchange->path;

  if (strcmp (path, "/events") == 0 || (strcmp (path, "/") == 0 && wants_events_alone (exchange)))
    answer_events (self, exchange);
  else if (strcmp (path, "/step") == 0)
    answer_step (self, exchange);
  else if (strcmp (path, "/v1/chat/completions") == 0)
    answer_llm (self, exchange, WEIR_FEED_LLM_OPENAI, body, length);
  else if (strcmp (path, "/v1/messages") == 0)
    answer_llm (self, exchange, WEIR_FEED_LLM_ANTHROPIC, body, length);
  else if (self->www != NULL)
    weir_feed_files_answer (self->www, exchange);
  else if (strcmp (path, "/") == 0 && weir_feed_exchange_has_method (exchange, "GET, HEAD"))
    answer_welcome (exchange);
  else if (strcmp (path, "/") != 0)
    weir_feed_exchange_say (exchange, 404, "There is nothing here; the stream is at /events.");
}

/* "/path?query", or "http://name/path?query" as a proxy gets it. */
static gboolean
split_target (WeirFeedExchange *exchange)
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
  weir_feed_exchange_say (exchange, 400, "The request's path is malformed.");
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
  WeirFeedExchange exchange = {
    .connection = connection,
    .request = request,
    .fields = fields,
  };

  if (weir_feed_access_check (&self->access, &exchange) && split_target (&exchange))
    route (self, &exchange, body, length);
  g_free (exchange.path);
  g_free (exchange.query);
}
