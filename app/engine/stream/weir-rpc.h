/* SPDX-License-Identifier: MIT */
/*
 * weir-rpc: JSON-RPC 2.0, as MCP servers send it. WeirRpcMessage is one message; WeirRpcWatch follows
 * the messages of a stream, pairs responses with their requests, and finds what breaks clients. For one
 * thread at a time.
 */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

/* --- Messages ------------------------------------------------------------ */

typedef enum
{
  WEIR_RPC_NONE = 0,
  WEIR_RPC_REQUEST,
  WEIR_RPC_NOTIFICATION,
  WEIR_RPC_RESPONSE,
  WEIR_RPC_ERROR, /* a response with an error */
} WeirRpcKind;

/* "request", "notification", "response" or "error". */
const char *weir_rpc_kind_get_name (WeirRpcKind kind);

typedef struct
{
  WeirRpcKind kind;
  char *method;        /* of a request or notification; NULL: none */
  char *id;            /* as JSON writes it, 7 or "a"; NULL: none */
  gint64 error_code;   /* of an error */
  char *error_message; /* of an error; NULL: it has none */
  double progress;     /* of notifications/progress; negative: none */
  double total;        /* negative: unknown */
  char *progress_text; /* NULL: none */
} WeirRpcMessage;

void weir_rpc_message_free (WeirRpcMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRpcMessage, weir_rpc_message_free)

/* Returns: the messages in data, several only if it is a batch, or NULL if it is not JSON-RPC.
 * (transfer full) (element-type WeirRpcMessage) */
GPtrArray *weir_rpc_read (const char *data, gsize length);

/* A line for people: "response to tools/call · ID 7 · 120 ms". method: of the request that it answers;
 * NULL: unknown. latency_us: negative: unknown. (transfer full) */
char *weir_rpc_message_describe (const WeirRpcMessage *self, const char *method, gint64 latency_us);

/* --- The messages of a stream --------------------------------------------- */

typedef struct _WeirRpcWatch WeirRpcWatch;

WeirRpcWatch *weir_rpc_watch_new (void);
void weir_rpc_watch_free (WeirRpcWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRpcWatch, weir_rpc_watch_free)

/* A connection begins. Requests of earlier ones are still known. body: of its request; NULL: none.
 * time_us: when it was sent; 0: unknown. */
void weir_rpc_watch_begin (WeirRpcWatch *self, const char *body, gsize length, gint64 time_us);

/* Returns: the messages in event, as weir_rpc_read(), or NULL. They live until the next call. */
GPtrArray *weir_rpc_watch_take (WeirRpcWatch *self, const WeirItem *event, gint64 time_us);

/* Returns: the method of the request that message, of the last event taken, answers; NULL: unknown.
 * *latency_us is the time since it was sent, or -1: an archive has one time for a whole response. */
const char *
weir_rpc_watch_get_method (WeirRpcWatch *self, const WeirRpcMessage *message, gint64 *latency_us);

/* Returns: what about the last event taken breaks clients, in a sentence, once per kind and connection;
 * NULL: nothing. (transfer full) */
char *weir_rpc_watch_take_problem (WeirRpcWatch *self);

/* The connection has ended. Returns: which response is missing, in a sentence; NULL: none.
 * (transfer full) */
char *weir_rpc_watch_end (WeirRpcWatch *self);

G_END_DECLS
