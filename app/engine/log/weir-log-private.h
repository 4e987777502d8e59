/* SPDX-License-Identifier: MIT */
/* The inside of a log, for the engine's own: records, the writer's side, places in blocks. */
#pragma once

#include "weir-blocks-private.h"
#include "weir-log.h"
#include "weir-log-storage-private.h"
#include "weir-meter-private.h"
#include "weir-type-table-private.h"

G_BEGIN_DECLS

/* A row in memory. */
typedef struct
{
  guint64 offset : 48;
  guint64 kind : 4;
  guint64 finding : 8;
  guint64 has_id : 1;
  guint64 at_start : 1;
  guint32 size; /* of a mark its number */
  guint32 read;
  guint32 id_row; /* + 1; 0: none */
  guint16 type;
} WeirRecord;

G_STATIC_ASSERT (sizeof (WeirRecord) == 24);
G_STATIC_ASSERT (WEIR_TYPE_OTHER == WEIR_TYPE_TABLE_OTHER);

/* Reads that come within it are kept as one. */
#define WEIR_READ_GRAIN_US 100
/* Handed to the recorder at once, unless the stream is drained. */
#define WEIR_HAND_OVER_BYTES ((guint64) 32 << 10)
#define WEIR_RECORDS_PER_BLOCK (WEIR_BLOCK_SIZE / sizeof (WeirRecord))
#define WEIR_READS_PER_BLOCK (WEIR_BLOCK_SIZE / sizeof (WeirRead))

/* Connections of which a mark keeps the whole story. */
#define WEIR_LOG_KEPT_CONNECTIONS 256
/* Past this, the texts of the oldest marks are forgotten. */
#define WEIR_LOG_KEPT_MARK_BYTES ((gssize) 8 << 20)
/* Row numbers have 32 bits. Some are left for marks. */
#define WEIR_LOG_MAX_ROWS ((guint64) G_MAXUINT32 - 1000000)

/* A connection's bytes in the log, or those behind a gap in them. */
typedef struct
{
  guint number;      /* as a recording counts: from 1 */
  guint64 first_row; /* none of its rows is before it */
  guint64 begin;     /* offset of the log */
  guint64 from;      /* which byte of the connection that is */
} WeirLogConnection;

struct _WeirLog
{
  GObject parent_instance;

  WeirBlocks bytes;
  WeirBlocks records;
  WeirBlocks reads;
  WeirTypeTable *types;

  /* Published. */
  _Atomic guint64 n_rows;
  _Atomic guint64 n_bytes;
  _Atomic guint64 n_events;
  _Atomic guint64 n_findings;

  GMutex marks_lock;
  GPtrArray *marks;
  GPtrArray *meters;       /* of WeirMeter, one a connection */
  GArray *connections;     /* of WeirLogConnection */
  gssize counted_bytes;    /* of marks and connections */
  guint n_forgotten_texts; /* of the oldest marks */

  WeirLogStorage *storage; /* NULL: bytes that leave memory are lost */

  /* The writer's. */
  guint64 max_rows;
  gboolean is_full; /* max_rows was reported */
  guint64 appended_rows;
  guint64 appended_bytes;
  guint64 appended_events;
  guint64 appended_reads;
  guint64 connection_offset; /* of the connection's first byte */
  gint64 read_time_us;
  guint64 id_row;
  guint64 last_event_end;
  WeirMeter *meter; /* the last one; NULL: no connection was begun */
  guint64 handed_over_bytes;
  guint64 handed_over_rows;
};

/* Copies at most n records from row on, those of one block, and gives their number; 0 where they are
 * no longer kept. */
guint weir_log_copy_records (WeirLog *self, guint64 row, guint n, WeirRecord *records);
/* When it came: see WeirRowInfo. */
gint64 weir_log_get_record_time (WeirLog *self, const WeirRecord *record);

/* Rows, bytes and events up to these may be read. */
void weir_log_publish (WeirLog *self, guint64 rows, guint64 bytes, guint64 events);

/* The writer's steps, for whoever fills a log from a file. */
void weir_log_append_item (WeirLog *self, const WeirItem *item);
/* Appends a row for mark; info: what it tells of, or NULL. */
void weir_log_append_mark (WeirLog *self, const WeirStoredMark *mark, WeirConnectionInfo *info);
/* Under marks_lock: how many marks stand before that row. */
guint weir_log_count_marks (WeirLog *self, guint64 row);
/* What is appended from now on is of the connection of that number, its bytes from offset from on. */
void weir_log_begin_connection (WeirLog *self, guint number, guint64 from);
/* Events that are appended from now on are counted for that connection. */
void weir_log_begin_meter (WeirLog *self, guint connection, gint64 began_us);
void weir_log_append_read (WeirLog *self, guint64 offset, gint64 time_us);
void weir_log_publish_appended (WeirLog *self);

/* Bytes of its marks and connections, which count against the limit of memory. */
guint64 weir_log_get_counted_bytes (WeirLog *self);

/* Lets go of the recording's files, until something is read again: a program has only so many. */
void weir_log_close_files (WeirLog *self);

/* The record of a published row; FALSE where it is no longer kept. */
gboolean weir_log_get_record (WeirLog *self, guint64 row, WeirRecord *record);
/* A read that a published row tells of, by its number; FALSE where it is no longer kept. */
gboolean weir_log_get_read (WeirLog *self, guint64 number, WeirRead *read);

G_END_DECLS
