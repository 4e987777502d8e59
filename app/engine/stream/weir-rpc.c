/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-rpc.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/weir-json-object.h"

/* The events of a connection among which the first message is searched. */
#define MAX_SEARCHED 64
/* Requests whose responses can still be paired; the oldest are forgotten. */
#define MAX_REQUESTS 1024

/* --- Messages ------------------------------------------------------------ */

const char *
weir_rpc_kind_get_name (WeirRpcKind kind)
{
  static const char *const names[] = { "", "request", "notification", "response", "error" };

  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (names), "");
  return names[kind];
}

void
weir_rpc_message_free (WeirRpcMessage *self)
{
  g_free (self->method);
  g_free (self->id);
  g_free (self->error_message);
  g_free (self->progress_text);
  g_free (self);
}

static char *
dup_value (const WeirJsonObject *object, const char *name)
{
  gsize length;
  const char *value = weir_json_object_peek_value (object, name, &length);

  return value != NULL ? g_strndup (value, length) : NULL;
}

static double
get_double (const WeirJsonObject *object, const char *name)
{
  g_autofree char *value = dup_value (object, name);

  return value != NULL && weir_json_object_get_kind (object, name) == WEIR_JSON_NUMBER
             ? g_ascii_strtod (value, NULL)
             : -1;
}

static WeirJsonObject *
dup_object (const WeirJsonObject *parent, const char *name)
{
  gsize length;
  const char *value = weir_json_object_peek_value (parent, name, &length);

  return value != NULL ? weir_json_object_new (value, length) : NULL;
}

static void
read_progress (WeirRpcMessage *self, const WeirJsonObject *object)
{
  g_autoptr (WeirJsonObject) params = NULL;

  if (g_strcmp0 (self->method, "notifications/progress") != 0)
    return;
  params = dup_object (object, "params");
  if (params == NULL)
    return;
  self->progress = get_double (params, "progress");
  self->total = get_double (params, "total");
  self->progress_text = g_strdup (weir_json_object_get_string (params, "message"));
}

static void
read_error (WeirRpcMessage *self, const WeirJsonObject *object)
{
  g_autoptr (WeirJsonObject) error = dup_object (object, "error");

  self->kind = WEIR_RPC_ERROR;
  if (error == NULL)
    return;
  self->error_code = weir_json_object_get_integer (error, "code", 0);
  self->error_message = g_strdup (weir_json_object_get_string (error, "message"));
}

static char *
dup_id (const WeirJsonObject *object)
{
  const WeirJsonTokenKind kind = weir_json_object_get_kind (object, "id");

  return kind == WEIR_JSON_STRING || kind == WEIR_JSON_NUMBER ? dup_value (object, "id") : NULL;
}

/* Returns NULL if it is not JSON-RPC. */
static WeirRpcMessage *
read_object (const char *text, gsize length)
{
  g_autoptr (WeirJsonObject) object = weir_json_object_new (text, length);
  g_autoptr (WeirRpcMessage) self = NULL;

  if (object == NULL || g_strcmp0 (weir_json_object_get_string (object, "jsonrpc"), "2.0") != 0)
    return NULL;
  self = g_new0 (WeirRpcMessage, 1);
  self->progress = self->total = -1;
  self->id = dup_id (object);
  self->method = g_strdup (weir_json_object_get_string (object, "method"));
  if (self->method != NULL)
    {
      self->kind = self->id != NULL ? WEIR_RPC_REQUEST : WEIR_RPC_NOTIFICATION;
      read_progress (self, object);
    }
  else if (weir_json_object_get_kind (object, "error") == WEIR_JSON_OBJECT_BEGIN)
    read_error (self, object);
  else if (weir_json_object_get_kind (object, "result") != 0 && self->id != NULL)
    self->kind = WEIR_RPC_RESPONSE;
  else
    return NULL;
  return g_steal_pointer (&self);
}

static GPtrArray *
read_batch (const char *data, gsize length)
{
  g_autoptr (GPtrArray) messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_rpc_message_free);
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, data, length, 0);
  weir_json_next (&json, &token);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN && token.kind == WEIR_JSON_OBJECT_BEGIN)
    {
      const gsize begin = token.begin;
      WeirRpcMessage *message;

      if (weir_json_skip (&json, &token) != WEIR_JSON_TOKEN)
        return NULL;
      message = read_object (data + begin, token.end - begin);
      if (message == NULL)
        return NULL;
      g_ptr_array_add (messages, message);
    }
  return messages->len > 0 && token.kind == WEIR_JSON_ARRAY_END ? g_steal_pointer (&messages)
                                                                : NULL;
}

GPtrArray *
weir_rpc_read (const char *data, gsize length)
{
  g_autoptr (GPtrArray) messages = NULL;
  WeirRpcMessage *message;
  gsize space = 0;

  if (length == 0 || g_strstr_len (data, (gssize) length, "\"jsonrpc\"") == NULL)
    return NULL;
  while (space < length && g_ascii_isspace (data[space]))
    space++;
  if (space < length && data[space] == '[')
    return read_batch (data + space, length - space);
  message = read_object (data, length);
  if (message == NULL)
    return NULL;
  messages = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_rpc_message_free);
  g_ptr_array_add (messages, message);
  return g_steal_pointer (&messages);
}

static char *
describe_kind (const WeirRpcMessage *self, const char *method)
{
  switch (self->kind)
    {
    case WEIR_RPC_REQUEST:
      return g_strdup_printf (_ ("request %s"), self->method);
    case WEIR_RPC_NOTIFICATION:
      return g_strdup_printf (_ ("notification %s"), self->method);
    case WEIR_RPC_RESPONSE:
      return method != NULL ? g_strdup_printf (_ ("response to %s"), method)
                            : g_strdup (_ ("response"));
    case WEIR_RPC_ERROR:
    case WEIR_RPC_NONE:
    default:
      return method != NULL ? g_strdup_printf (_ ("error of %s"), method) : g_strdup (_ ("error"));
    }
}

static void
add (GString *text, char *words)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", words);
  g_free (words);
}

char *
weir_rpc_message_describe (const WeirRpcMessage *self, const char *method, gint64 latency_us)
{
  GString *text = g_string_new (NULL);

  add (text, describe_kind (self, method));
  if (self->id != NULL)
    add (text, g_strdup_printf (_ ("ID %s"), self->id));
  if (latency_us >= 0)
    add (text, g_strdup_printf (_ ("after %.0f ms"), (double) latency_us / 1e3));
  if (self->progress >= 0 && self->total > 0)
    add (text, g_strdup_printf (_ ("%g of %g"), self->progress, self->total));
  else if (self->progress >= 0)
    add (text, g_strdup_printf ("%g", self->progress));
  if (self->progress_text != NULL)
    add (text, g_strdup (self->progress_text));
  if (self->kind == WEIR_RPC_ERROR)
    add (text, g_strdup_printf ("%" G_GINT64_FORMAT "%s%s", self->error_code,
                                self->error_message != NULL ? ": " : "",
                                self->error_message != NULL ? self->error_message : ""));
  return g_string_free (text, FALSE);
}

/* --- The messages of a stream --------------------------------------------- */

typedef struct
{
  char *id, *method;
  gint64 time_us;
  gboolean is_awaited; /* the connection that is open has to bring its response */
} Request;

struct _WeirRpcWatch
{
  GQueue requests;                 /* of Request, the latest first */
  GPtrArray *messages;             /* of the last event; or NULL */
  gint64 time_us;                  /* of the last event */
  char *problem;                   /* of the last event; or NULL */
  guint n_searched;                /* events without a message, until there is one */
  unsigned long long n_events;     /* of the connection */
  gboolean is_rpc;                 /* of the connection: JSON-RPC was asked for, or arrived */
  gboolean has_named, has_unnamed; /* messages with and without "event: message" */
  gboolean is_told_of_data, is_told_of_type, is_told_of_names;
};

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->id);
  g_free (self->method);
  g_free (self);
}

WeirRpcWatch *
weir_rpc_watch_new (void)
{
  return g_new0 (WeirRpcWatch, 1);
}

void
weir_rpc_watch_free (WeirRpcWatch *self)
{
  g_queue_clear_full (&self->requests, request_free);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_free (self->problem);
  g_free (self);
}

static void
add_request (WeirRpcWatch *self, const WeirRpcMessage *message, gint64 time_us)
{
  Request *request = g_new0 (Request, 1);

  request->id = g_strdup (message->id);
  request->method = g_strdup (message->method);
  request->time_us = time_us;
  request->is_awaited = TRUE;
  g_queue_push_head (&self->requests, request);
  if (self->requests.length > MAX_REQUESTS)
    request_free (g_queue_pop_tail (&self->requests));
}

static Request *
find_request (WeirRpcWatch *self, const char *id)
{
  for (GList *link = self->requests.head; link != NULL; link = link->next)
    if (g_strcmp0 (((Request *) link->data)->id, id) == 0)
      return link->data;
  return NULL;
}

void
weir_rpc_watch_begin (WeirRpcWatch *self, const char *body, gsize length, gint64 time_us)
{
  g_autoptr (GPtrArray) messages = body != NULL ? weir_rpc_read (body, length) : NULL;

  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->problem, g_free);
  self->n_events = 0;
  self->n_searched = 0;
  self->is_rpc = messages != NULL;
  self->has_named = self->has_unnamed = FALSE;
  self->is_told_of_data = self->is_told_of_type = self->is_told_of_names = FALSE;
  for (GList *link = self->requests.head; link != NULL; link = link->next)
    ((Request *) link->data)->is_awaited = FALSE;
  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      const WeirRpcMessage *message = messages->pdata[i];

      if (message->kind == WEIR_RPC_REQUEST)
        add_request (self, message, time_us);
    }
}

static gboolean
is_message_type (const WeirItem *event)
{
  return event->type.length == strlen ("message")
         && memcmp (event->type.text, "message", event->type.length) == 0;
}

/* What is no message in a stream of messages. Events of other types do not reach MCP clients, and empty
 * data only carry an ID. */
static void
examine_foreign (WeirRpcWatch *self, const WeirItem *event)
{
  if (!self->is_rpc || self->is_told_of_data || event->data.length == 0 || !is_message_type (event))
    return;
  self->is_told_of_data = TRUE;
  self->problem =
      g_strdup_printf (_ ("The data of event %llu are not JSON-RPC, although the stream "
                          "is. MCP clients report an error or stop."),
                       self->n_events);
}

static void
examine_type (WeirRpcWatch *self, const WeirItem *event)
{
  if (!is_message_type (event))
    {
      g_autofree char *type = g_utf8_make_valid (event->type.text, (gssize) event->type.length);

      if (!self->is_told_of_type)
        self->problem = g_strdup_printf (_ ("Event %llu is JSON-RPC with the event type “%s”. MCP "
                                            "clients read only “message”."),
                                         self->n_events, type);
      self->is_told_of_type = TRUE;
      return;
    }
  if (event->has_type)
    self->has_named = TRUE;
  else
    self->has_unnamed = TRUE;
  if (!self->has_named || !self->has_unnamed || self->is_told_of_names)
    return;
  self->is_told_of_names = TRUE;
  self->problem = g_strdup_printf (
      event->has_type ? _ ("Event %llu says “event: message”, and earlier ones do not. Some MCP "
                           "clients drop messages without it.")
                      : _ ("Event %llu lacks the “event: message” that earlier ones have. Some MCP "
                           "clients drop it."),
      self->n_events);
}

GPtrArray *
weir_rpc_watch_take (WeirRpcWatch *self, const WeirItem *event, gint64 time_us)
{
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->problem, g_free);
  self->n_events++;
  if (!self->is_rpc && self->n_searched == MAX_SEARCHED)
    return NULL;
  self->time_us = time_us;
  self->messages = weir_rpc_read (event->data.text, event->data.length);
  if (self->messages == NULL)
    {
      self->n_searched++;
      examine_foreign (self, event);
      return NULL;
    }
  self->is_rpc = TRUE;
  examine_type (self, event);
  for (guint i = 0; i < self->messages->len; i++)
    {
      const WeirRpcMessage *message = self->messages->pdata[i];
      Request *request = message->kind == WEIR_RPC_RESPONSE || message->kind == WEIR_RPC_ERROR
                             ? find_request (self, message->id)
                             : NULL;

      if (request != NULL)
        request->is_awaited = FALSE;
    }
  return self->messages;
}

const char *
weir_rpc_watch_get_method (WeirRpcWatch *self, const WeirRpcMessage *message, gint64 *latency_us)
{
  const Request *request = message->kind == WEIR_RPC_RESPONSE || message->kind == WEIR_RPC_ERROR
                               ? find_request (self, message->id)
                               : NULL;

  *latency_us = -1;
  if (request == NULL)
    return NULL;
  if (request->time_us > 0 && self->time_us > request->time_us)
    *latency_us = self->time_us - request->time_us;
  return request->method;
}

char *
weir_rpc_watch_take_problem (WeirRpcWatch *self)
{
  return g_steal_pointer (&self->problem);
}

char *
weir_rpc_watch_end (WeirRpcWatch *self)
{
  const Request *missing = NULL;

  for (GList *link = self->requests.tail; link != NULL && missing == NULL; link = link->prev)
    if (((Request *) link->data)->is_awaited)
      missing = link->data;
  if (missing == NULL)
    return NULL;
  return g_strdup_printf (
      /* Translators: a method of JSON-RPC, such as tools/call, and the ID of the request. */
      _ ("The stream ended without the response to %s (ID %s)."), missing->method, missing->id);
}
