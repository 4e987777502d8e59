/* SPDX-License-Identifier: MIT */
/*
 * WeirFilterSink: gives another sink only the items of a stream that match a filter, and only their
 * bytes as they were received. So a recording can hold what matches and nothing else. What states,
 * connections and notes say is given unchanged.
 */
#pragma once

#include "stream/weir-sink.h"
#include "weir-filter.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FILTER_SINK (weir_filter_sink_get_type ())
G_DECLARE_FINAL_TYPE (WeirFilterSink, weir_filter_sink, WEIR, FILTER_SINK, GObject)

WeirFilterSink *weir_filter_sink_new (WeirFilter *filter, WeirSink *next);

G_END_DECLS
