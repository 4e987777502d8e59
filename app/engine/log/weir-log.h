/* SPDX-License-Identifier: MIT */
/*
 * WeirLog: everything that a stream received, append-only and byte-exact.
 *
 * It is a WeirSink: the I/O thread appends to it, and is its only writer. Any thread reads: a row
 * below weir_log_get_n_rows() is complete and never changes, and reading it takes no lock that the
 * writer takes. Bytes are stored once; the text of a row is parsed again from its byte range.
 *
 * Rows are numbered from 0 in the order of the stream, over all its connections. Offsets count the
 * bytes of the bodies of all connections, one after the other, from 0.
 */
#pragma once

#include <gio/gio.h>

#include "http/weir-connection-info.h"
#include "stream/weir-sink.h"

G_BEGIN_DECLS

/* The number of no row. */
#define WEIR_NO_ROW G_MAXUINT64

/* The type number of events whose type is not in the table. */
#define WEIR_TYPE_OTHER 0xFFFF

/* What a row is. */
typedef enum
{
  WEIR_ROW_EVENT = 1,
  WEIR_ROW_COMMENT,
  WEIR_ROW_RETRY,
  WEIR_ROW_FINDING,
  WEIR_ROW_MARK, /* a connection began or ended, or the engine noticed something */
  WEIR_ROW_GONE, /* any of these, but no longer kept */
} WeirRowKind;

/* "event", "comment", "retry", "finding", "mark", "gone". */
const char *weir_row_kind_get_name (WeirRowKind kind);

/* What is known of a row without reading its bytes. */
typedef struct
{
  WeirRowKind kind;
  WeirFindingCode finding; /* finding */
  guint type;              /* event: its type's number, or WEIR_TYPE_OTHER */
  WeirBodyFormat format;   /* of the body that it is part of */
  gboolean has_id;         /* event, or finding NO_DATA: it sets the last event ID */
  gboolean at_start;       /* it begins the connection: a byte order mark is dropped */
  guint32 size;            /* its bytes as received; of a mark 0 */
  guint64 offset;          /* where they are */
  guint64 id_row;          /* the row that set the last event ID as of here, or WEIR_NO_ROW */
  gint64 time_us;          /* wall clock of the read that brought it, microseconds since 1970 */
  guint mark;              /* mark: its number */
} WeirRowInfo;

/* A read, or several within a tenth of a millisecond. */
typedef struct
{
  guint64 offset; /* of its first byte */
  gint64 time_us; /* wall clock, microseconds since 1970; 0: unknown */
} WeirRead;

/* A row that does not come from bytes of the stream. */
typedef struct
{
  guint64 row;
  guint64 offset; /* bytes of its connection before it */
  gint64 time_us;
  WeirNoteKind note;              /* 0: the mark is about a connection */
  char *text;                     /* one sentence for the user; NULL: no longer kept */
  WeirConnectionInfo *connection; /* NULL if it is no longer known */
} WeirLogMark;

#define WEIR_TYPE_LOG (weir_log_get_type ())
G_DECLARE_FINAL_TYPE (WeirLog, weir_log, WEIR, LOG, GObject)

/* An empty log in memory. */
WeirLog *weir_log_new (void);

/* Returns: how many rows may be read, by an acquire load. */
guint64 weir_log_get_n_rows (WeirLog *self);

/* Return the bytes of those rows' stream, and how many of the rows are events. */
guint64 weir_log_get_n_bytes (WeirLog *self);
guint64 weir_log_get_n_events (WeirLog *self);
/* Returns: how many findings there are; some may belong to rows that are not published yet. */
guint64 weir_log_get_n_findings (WeirLog *self);

/* Sets info; of a row that is no longer kept, only its kind, WEIR_ROW_GONE.
 * Returns: FALSE if there is no such row. */
gboolean weir_log_get_row (WeirLog *self, guint64 row, WeirRowInfo *info);

/* Returns: (transfer full): a mark, or NULL if there is none of that number. */
WeirLogMark *weir_log_get_mark (WeirLog *self, guint mark);
void weir_log_mark_free (WeirLogMark *mark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLogMark, weir_log_mark_free)

/* Returns: the last event of that type before row, among max_rows rows, or WEIR_NO_ROW. */
guint64 weir_log_find_previous (WeirLog *self, guint64 row, guint type, guint64 max_rows);

/* Returns: the last mark about the connection of row, or WEIR_NO_ROW if it is no longer known. */
guint64 weir_log_find_connection (WeirLog *self, guint64 row);

/* Copies the bytes [offset, offset + length) to bytes.
 * Returns: FALSE if they are no longer kept, or cannot be read back. */
gboolean weir_log_copy_bytes (WeirLog *self, guint64 offset, gsize length, guint8 *bytes);

/* Sets reads to the first n of those that brought the bytes of row. The first began at the row's first
 * byte or before it.
 * Returns: how many were set; 0 for a mark, or if they are no longer kept. */
guint weir_log_get_reads (WeirLog *self, guint64 row, guint n, WeirRead *reads);

/* Event types are numbered from 0 ("message") in the order of their first event; at most 4096. */
guint weir_log_get_n_types (WeirLog *self);
/* Returns: the name, or NULL if there is no such number or it is WEIR_TYPE_OTHER. Lives as long as
 * self. */
const char *weir_log_get_type_name (WeirLog *self, guint type);
/* Returns: how many events have that type; for WEIR_TYPE_OTHER, a type that is not in the table. */
guint64 weir_log_get_type_count (WeirLog *self, guint type);

G_END_DECLS
