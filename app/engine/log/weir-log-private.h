/* SPDX-License-Identifier: MIT */
/* The fields of a log, its records, and the functions of its writer. */
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
  guint64 kind : 3;
  guint64 format : 3;
  guint64 finding : 6;
  guint64 has_id : 1;
  guint64 at_start : 1;
  guint32 size; /* of a mark its number */
  guint32 read;
  guint32 id_row; /* + 1; 0: none */
  guint16 type;
} WeirRecord;

G_STATIC_ASSERT (sizeof (WeirRecord) == 24);
G_STATIC_ASSERT (WEIR_ROW_GONE < 1 << 3 && WEIR_N_BODY_FORMATS <= 1 << 3
                 && WEIR_FINDING_ID_TOO_LONG < 1 << 6);
G_STATIC_ASSERT (WEIR_TYPE_OTHER == WEIR_TYPE_TABLE_OTHER);

/* Reads within this time are kept as one. */
#define WEIR_READ_GRAIN_US 100
/* So many bytes are handed over to the storage at once, unless the stream is drained before. */
#define WEIR_HAND_OVER_BYTES ((guint64) 32 << 10)
#define WEIR_RECORDS_PER_BLOCK (WEIR_BLOCK_SIZE / sizeof (WeirRecord))
#define WEIR_READS_PER_BLOCK (WEIR_BLOCK_SIZE / sizeof (WeirRead))

/* So many marks keep the whole WeirConnectionInfo. */
#define WEIR_LOG_KEPT_CONNECTIONS 256
/* Past this, the texts of the oldest marks are forgotten. */
#define WEIR_LOG_KEPT_MARK_BYTES ((gssize) 8 << 20)
/* Row numbers have 32 bits. Some are left for marks. */
#define WEIR_LOG_MAX_ROWS ((guint64) G_MAXUINT32 - 1000000)

/* A range of a connection's bytes in the log; another one follows after missing bytes. */
typedef struct
{
  guint number;      /* as in a recording: from 1 */
  guint64 first_row; /* its first row or one before it */
  guint64 begin;     /* offset of the log */
  guint64 from;      /* the offset of that byte in the connection */
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
  WeirBodyFormat format;     /* of the connection's body */
  gint64 read_time_us;
  guint64 id_row;
  guint64 last_event_end;
  WeirMeter *meter; /* of the present connection; NULL: none has begun */
  guint64 handed_over_bytes;
  guint64 handed_over_rows;
};

/* Copies at most n records from row on, which lie in one block.
 * Returns: how many were copied; 0 if they are no longer kept. */
guint weir_log_copy_records (WeirLog *self, guint64 row, guint n, WeirRecord *records);
/* Returns: when the row arrived; see WeirRowInfo. */
gint64 weir_log_get_record_time (WeirLog *self, const WeirRecord *record);

/* Publishes the numbers of rows, bytes and events that may be read. */
void weir_log_publish (WeirLog *self, guint64 rows, guint64 bytes, guint64 events);

/* The steps of the writer, for an indexer. */
void weir_log_append_item (WeirLog *self, const WeirItem *item);
/* Appends a row for mark; info: the connection that it describes, or NULL. */
void weir_log_append_mark (WeirLog *self, const WeirStoredMark *mark, WeirConnectionInfo *info);
/* Under marks_lock: returns how many marks come before row. */
guint weir_log_count_marks (WeirLog *self, guint64 row);
/* What is appended from now on belongs to the connection of that number, its bytes from offset from on. */
void weir_log_begin_connection (WeirLog *self, guint number, guint64 from);
/* Events that are appended from now on are counted for that connection. */
void weir_log_begin_meter (WeirLog *self, guint connection, gint64 began_us);
void weir_log_append_read (WeirLog *self, guint64 offset, gint64 time_us);
void weir_log_publish_appended (WeirLog *self);

/* Bytes of its marks and connections, which count against the limit of memory. */
guint64 weir_log_get_counted_bytes (WeirLog *self);

/* Closes the files of the storage until they are read again, because open files are limited. */
void weir_log_close_files (WeirLog *self);

/* Sets the record of a published row. Returns: FALSE if it is no longer kept. */
gboolean weir_log_get_record (WeirLog *self, guint64 row, WeirRecord *record);
/* Sets a read that a published row refers to. Returns: FALSE if it is no longer kept. */
gboolean weir_log_get_read (WeirLog *self, guint64 number, WeirRead *read);

G_END_DECLS
