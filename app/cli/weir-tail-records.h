/* SPDX-License-Identifier: MIT */
/* Files of a model's answer that are not event streams: lines of JSON (Ollama), Amazon's frames (Bedrock).
 * Each record is handed to the sink as an event. */
#pragma once

#include "core/answer/weir-records.h"
#include "app/engine/stream/weir-sink.h"

G_BEGIN_DECLS

/* Whether the file begins with a frame, or with a line that is a JSON object. */
gboolean weir_tail_records_find_format (const char *path, WeirRecordsFormat *format);

/* Returns: FALSE if the file cannot be read or is damaged. */
gboolean
weir_tail_records_read (const char *path, WeirRecordsFormat format, WeirSink *sink, GError **error);

G_END_DECLS
