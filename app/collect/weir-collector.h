/* SPDX-License-Identifier: MIT */
/*
 * WeirCollector: collects one stream. It turns the events into records, gives them to the writer, drops
 * events that the server repeats, and records gaps. It belongs to the main thread; events arrive in the
 * I/O thread.
 */
#pragma once

#include "app/engine/stream/weir-stream.h"
#include "weir-writer.h"

G_BEGIN_DECLS

#define WEIR_TYPE_COLLECTOR (weir_collector_get_type ())
G_DECLARE_FINAL_TYPE (WeirCollector, weir_collector, WEIR, COLLECTOR, GObject)

/* Counters since the start of the process. */
typedef struct
{
  guint64 n_events, n_bytes;
  guint64 n_connections;
  guint64 n_gaps;     /* records of gaps */
  guint64 n_repeated; /* events that the server sent again, and that were dropped */
  gint64 last_us;     /* wall clock, arrival of the newest event; 0: none */
  gboolean is_open;
} WeirCollectorCounts;

/* The writer must outlive it. Emits "ended" once, in the main thread, when nothing more will be collected. */
WeirCollector *weir_collector_new (const char *name, WeirRequest *request, WeirWriter *writer);

const char *weir_collector_get_name (WeirCollector *self); /* interned */
void weir_collector_get_counts (WeirCollector *self, WeirCollectorCounts *counts);
/* The sentence of the failure that ended it, or NULL. */
const char *weir_collector_get_error (WeirCollector *self);

/* Continues after the newest records of the stream in the engine, the newest first, and connects. */
void weir_collector_start (WeirCollector *self, GPtrArray *newest);
/* Disconnects. "ended" follows when the last event is in the writer. */
void weir_collector_stop (WeirCollector *self);
/* The same because the writer stopped the stream. */
void weir_collector_fail (WeirCollector *self, const char *sentence);

G_END_DECLS
