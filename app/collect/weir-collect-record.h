/* SPDX-License-Identifier: MIT */
/*
 * WeirCollectRecord: one record of a stream in an engine: an event, or a gap. Immutable. It is one allocation; the
 * strings of its stream (see WeirOrigin) are interned and shared.
 */
#pragma once

#include <gio/gio.h>
#include <string.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_COLLECT_RECORD_EVENT = 0,
  WEIR_COLLECT_RECORD_GAP, /* events are or may be missing before the next record; data says what is known */
} WeirCollectRecordKind;

/* "event", "gap". */
const char *weir_collect_record_kind_get_name (WeirCollectRecordKind kind);
gboolean weir_collect_record_kind_parse (const char *name, WeirCollectRecordKind *kind);

/* Where a record belongs. All are interned strings. */
typedef struct
{
  const char *stream; /* the name of the stream, which is a part of the key in the engine */
  const char *url;    /* the address, secrets masked */
  const char *writer; /* the process that wrote it: random, new in each process */
} WeirOrigin;

typedef struct
{
  WeirOrigin origin;
  guint64 sequence; /* counts the records of a stream from 1, without holes */
  guint connection; /* counts the connections of a stream from 1, across processes */
  gint64 time_us;   /* arrival, wall clock, microseconds since 1970 */
  WeirCollectRecordKind kind;
  WeirSpan type; /* of the event: "message", …; empty for a gap */
  WeirSpan id;   /* the last event ID after it; may be empty */
  WeirSpan data; /* the bytes as received */
} WeirCollectRecord;

/* Copies the texts of template. */
WeirCollectRecord *weir_collect_record_new (const WeirCollectRecord *model);
void weir_collect_record_free (WeirCollectRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCollectRecord, weir_collect_record_free)

/* The memory that it takes, in bytes. */
gsize weir_collect_record_get_size (const WeirCollectRecord *self);

/* The bytes of a terminated string. */
static inline WeirSpan
weir_span (const char *string)
{
  return (WeirSpan){ string, strlen (string) };
}

/* The fields that every engine stores as text, in this order, so that all engines name them alike. */
typedef enum
{
  WEIR_FIELD_KIND = 0,
  WEIR_FIELD_TYPE,
  WEIR_FIELD_ID,
  WEIR_FIELD_URL,
  WEIR_FIELD_CONNECTION,
  WEIR_FIELD_TIME, /* microseconds */
  WEIR_FIELD_WRITER,
  WEIR_N_FIELDS,
} WeirField;

/* "kind", "type", "id", "url", "connection", "time", "writer". */
extern const char *const weir_field_names[WEIR_N_FIELDS];

/* Room for the numbers of a record as text. */
typedef struct
{
  char connection[16], time[24];
} WeirFieldNumbers;

/* Points fields at the texts of self, which must outlive them. */
void weir_collect_record_get_fields (const WeirCollectRecord *self,
                                     WeirFieldNumbers *numbers,
                                     WeirSpan fields[WEIR_N_FIELDS]);

/* Makes a record of what an engine returned. sequence and data are stored apart.
 * Returns: (transfer full): NULL if a field is missing or invalid, that is, another program wrote it. */
WeirCollectRecord *weir_collect_record_new_from_fields (const char *stream,
                                                        guint64 sequence,
                                                        const WeirSpan fields[WEIR_N_FIELDS],
                                                        WeirSpan data);

G_END_DECLS
