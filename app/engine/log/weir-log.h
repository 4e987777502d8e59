/* SPDX-License-Identifier: MIT */
/*
 * WeirLog: everything that a stream gave, append-only and byte-exact.
 *
 * It is a WeirSink: the I/O thread appends to it, and is its only writer. Any thread reads: a row
 * below weir_log_get_n_rows() is complete and never changes, and asking for it takes no lock that
 * the writer takes. Bytes are kept once; what a row says is parsed again from its byte range when
 * it is asked for.
 *
 * Rows are numbered from 0 in the order of the stream, over all its connections. Offsets are bytes
 * of all the connections' bodies, one behind the other, from 0.
 */
#pragma once

#include <gio/gio.h>

#include "http/weir-connection-info.h"
#include "stream/weir-sink.h"

G_BEGIN_DECLS

/* A row's number where there is none. */
#define WEIR_NO_ROW G_MAXUINT64

/* The type number of events whose type came after the table was full. */
#define WEIR_TYPE_OTHER 0xFFFF

/* What a row is. */
typedef enum
{
  WEIR_ROW_EVENT = 1,
  WEIR_ROW_COMMENT,
  WEIR_ROW_RETRY,
  WEIR_ROW_FINDING,
  WEIR_ROW_MARK, /* a connection was opened, or ended, or the engine noticed something */
  WEIR_ROW_GONE, /* was one of these, and is no longer kept */
} WeirRowKind;

/* "event", "comment", "retry", "finding", "mark", "gone". */
const char *weir_row_kind_get_name (WeirRowKind kind);

/* What is known of a row without reading its bytes. */
typedef struct
{
  WeirRowKind kind;
  WeirFindingCode finding; /* finding */
  guint type;              /* event: its type's number, or WEIR_TYPE_OTHER */
  gboolean has_id;         /* event, or finding NO_DATA: it sets the last event ID */
  gboolean at_start;       /* it is the connection's first bytes: a byte order mark is dropped */
  guint32 size;            /* its bytes as they came; of a mark 0 */
  guint64 offset;          /* where they are */
  guint64 id_row;          /* the row that set the last event ID as of here, or WEIR_NO_ROW */
  gint64 time_us;          /* wall clock of the read that brought it, microseconds since 1970 */
  guint mark;              /* mark: its number */
} WeirRowInfo;

/* A read, or several that came within a tenth of a millisecond. */
typedef struct
{
  guint64 offset; /* of its first byte */
  gint64 time_us; /* wall clock, microseconds since 1970; 0: not known */
} WeirRead;

/* A row that no byte of the stream made. */
typedef struct
{
  guint64 row;
  guint64 offset; /* bytes of its connection before it */
  gint64 time_us;
  WeirNoteKind note;              /* 0: it is about a connection */
  char *text;                     /* one sentence for people */
  WeirConnectionInfo *connection; /* NULL where it is not known any more */
} WeirLogMark;

#define WEIR_TYPE_LOG (weir_log_get_type ())
G_DECLARE_FINAL_TYPE (WeirLog, weir_log, WEIR, LOG, GObject)

/* An empty log in memory. */
WeirLog *weir_log_new (void);

/* Rows that may be read: an acquire load. */
guint64 weir_log_get_n_rows (WeirLog *self);

/* Bytes of those rows' stream, and events among them. */
guint64 weir_log_get_n_bytes (WeirLog *self);
guint64 weir_log_get_n_events (WeirLog *self);
/* Findings until now; some of them may belong to rows that come in a moment. */
guint64 weir_log_get_n_findings (WeirLog *self);

/* What is known of row; FALSE where there is no such row. A row that is no longer kept says
 * WEIR_ROW_GONE and nothing else. */
gboolean weir_log_get_row (WeirLog *self, guint64 row, WeirRowInfo *info);

/* A mark's story, to be freed with weir_log_mark_free(); NULL where there is no such mark. */
WeirLogMark *weir_log_get_mark (WeirLog *self, guint mark);
void weir_log_mark_free (WeirLogMark *mark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLogMark, weir_log_mark_free)

/* The event of that type that comes last before row, among max_rows rows; WEIR_NO_ROW: there is none. */
guint64 weir_log_find_previous (WeirLog *self, guint64 row, guint type, guint64 max_rows);

/* The mark that tells the story of row's connection, while it is known: of its end, where it has ended.
 * WEIR_NO_ROW: there is none. */
guint64 weir_log_find_connection (WeirLog *self, guint64 row);

/* Copies the bytes [offset, offset + length) to bytes. FALSE where they are not kept, or could not
 * be read back. */
gboolean weir_log_copy_bytes (WeirLog *self, guint64 offset, gsize length, guint8 *bytes);

/* The reads that brought row's bytes, in their order and at most the first n of them: the first began
 * at the row's first byte or before it. Gives their number; 0 for a mark, or where they are not kept. */
guint weir_log_get_reads (WeirLog *self, guint64 row, guint n, WeirRead *reads);

/* Event types are numbered from 0 ("message") in the order of their first event; at most 4096. */
guint weir_log_get_n_types (WeirLog *self);
/* The name, or NULL where there is no such number (WEIR_TYPE_OTHER too). Lives as long as self. */
const char *weir_log_get_type_name (WeirLog *self, guint type);
/* Events of that type; of WEIR_TYPE_OTHER, of all the types that are not in the table. */
guint64 weir_log_get_type_count (WeirLog *self, guint type);

G_END_DECLS
