/* SPDX-License-Identifier: MIT */
/* WeirNdjson: items, states and notes of a stream, one JSON object a line. */
#pragma once

#include "weir-output.h"
#include "app/engine/answer/weir-answer-describe.h"
#include "app/engine/stream/weir-rpc.h"
#include "app/engine/stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct
{
  WeirOutput *output; /* not owned */
  gboolean offsets;   /* each item's byte range as well */
  guint stream;       /* which of several streams on one output; 0: the only one */
} WeirNdjson;

void weir_ndjson_print_item (const WeirNdjson *self, const WeirItem *item);
void weir_ndjson_print_state (const WeirNdjson *self, const WeirStreamStatus *status);
/* state: of the stream when the note was made */
void weir_ndjson_print_note (const WeirNdjson *self, WeirStreamState state, const WeirNote *note);
/* method, latency_us: as weir_rpc_watch_get_method() returns them. */
void weir_ndjson_print_rpc (const WeirNdjson *self,
                            const WeirRpcMessage *message,
                            const char *method,
                            gint64 latency_us);
void weir_ndjson_print_answer (const WeirNdjson *self,
                               const WeirAnswer *answer,
                               const WeirAnswerContext *context);

G_END_DECLS
