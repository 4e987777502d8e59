/* SPDX-License-Identifier: MIT */
/* WeirMetrics: an HTTP server for Prometheus, at /metrics. It belongs to the main thread. */
#pragma once

#include "weir-collector.h"

G_BEGIN_DECLS

typedef struct _WeirMetrics WeirMetrics;

/* address is HOST:PORT; port 0 takes a free one. collectors (WeirCollector) and writer outlive it.
 * Returns: NULL with error set if it cannot listen there. */
WeirMetrics *
weir_metrics_new (const char *address, GPtrArray *collectors, WeirWriter *writer, GError **error);
void weir_metrics_free (WeirMetrics *self);

/* "http://127.0.0.1:PORT/metrics". (transfer full) */
char *weir_metrics_get_url (WeirMetrics *self);

/* The text that it serves. (transfer full) */
char *weir_metrics_describe (GPtrArray *collectors, WeirWriter *writer);

G_END_DECLS
