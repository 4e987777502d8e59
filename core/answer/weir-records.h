/* SPDX-License-Identifier: MIT */
/*
 * weir-records: cuts a stream that is not an event stream into records: lines of JSON (NDJSON), JSON text
 * sequences (RFC 7464), the frames of Amazon's event streams (application/vnd.amazon.eventstream), or the
 * envelopes of the Connect protocol.
 *
 *   weir_records_init (&records, WEIR_RECORDS_LINES, &allocator);
 *   for each chunk
 *     {
 *       weir_records_feed (&records, chunk, n);
 *       while (weir_records_next (&records, &record) == WEIR_RECORDS_RECORD)
 *         ...
 *     }
 *   weir_records_end (&records);
 *   while (weir_records_next (&records, &record) == WEIR_RECORDS_RECORD)
 *     ...
 *   weir_records_clear (&records);
 */
#ifndef WEIR_RECORDS_H
#define WEIR_RECORDS_H

#include "weir-parser.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  WEIR_RECORDS_LINES = 0,
  WEIR_RECORDS_FRAMES,
  WEIR_RECORDS_SEQUENCE,  /* an RS, a JSON text that may have several lines, an LF */
  WEIR_RECORDS_ENVELOPES, /* a byte of flags, the length in four bytes, the message */
} WeirRecordsFormat;

/* The limit of a record. Amazon's limit is lower. */
#define WEIR_RECORDS_MAX_BYTES ((size_t) 32 << 20)

typedef struct
{
  /* Frames: :event-type, :exception-type or :error-code; the last envelope: "end-stream". May be empty. */
  WeirSpan type;
  WeirSpan data;  /* the line without its end, or the payload */
  uint64_t begin; /* of the whole record in the stream */
  uint64_t end;
  bool is_exception;  /* frames: :message-type is "exception" or "error" */
  bool is_compressed; /* envelopes: data is compressed in the way that the response's head names */
} WeirRecord;

typedef enum
{
  WEIR_RECORDS_NEED_INPUT = 0, /* or, after the end, nothing more */
  WEIR_RECORDS_RECORD,
  WEIR_RECORDS_INVALID,    /* too large, or the checksum of a frame is wrong; nothing follows */
  WEIR_RECORDS_UNFINISHED, /* the stream ended in the middle of a frame or envelope; reported once */
  WEIR_RECORDS_NO_MEMORY,
} WeirRecordsStatus;

typedef struct
{
  WeirRecordsFormat format; /* private from here on */
  WeirAllocator allocator;
  char *bytes;
  size_t length, room, position, seen;
  uint64_t begin; /* of bytes in the stream */
  size_t depth;   /* sequence: brackets that are open at seen */
  bool in_string, is_escaped, has_text;
  bool has_ended, is_invalid, is_out_of_memory;
} WeirRecords;

void
weir_records_init (WeirRecords *self, WeirRecordsFormat format, const WeirAllocator *allocator);
void weir_records_clear (WeirRecords *self);

/* Copies the bytes. */
void weir_records_feed (WeirRecords *self, const char *bytes, size_t length);
/* Ends the stream. The last line need not have a line end. */
void weir_records_end (WeirRecords *self);
/* The spans are valid until the next feed. */
WeirRecordsStatus weir_records_next (WeirRecords *self, WeirRecord *record);

/* Returns: whether a stream that starts with these bytes starts with a frame. Needs 12 bytes. */
bool weir_records_is_frame (const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
