/* SPDX-License-Identifier: MIT */
/*
 * weir-sse-meter: counts what eventsource-parser would buffer between two chunks, in UTF-16 code units,
 * for its option maxBufferSize: the incomplete line, if it may become a field that it reads, and the data
 * so far.
 */
#ifndef WEIR_SSE_METER_H
#define WEIR_SSE_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  uint64_t max; /* the limit, where limited */
  bool limited;
  uint64_t data; /* of the event so far */
  uint64_t line; /* of the line so far */
  uint32_t data_lines;
  char prefix[6]; /* the line's first bytes */
  uint8_t bom;    /* bytes of a byte order mark seen, or 4: past it */
  bool after_cr;  /* an LF now belongs to the line end before */
  bool comments;  /* comments count, because there is a callback for them */
  bool asked;     /* whether this chunk has a CR is known, in has_cr */
  bool has_cr;
} WeirMeter;

/* max below 0: no limit. */
void weir_meter_init (WeirMeter *meter, double max, bool comments);

/* Prepares for the next connection. */
void weir_meter_reset (WeirMeter *meter);

/* What follows a piece of a chunk: the next byte or -1, and whether a CR comes later in the chunk. */
typedef struct
{
  int next;
  bool cr;
} WeirMeterRest;

/* A piece of a chunk follows; first says that the chunk begins with it. */
void weir_meter_begin (
    WeirMeter *meter, bool first, const char *bytes, size_t length, WeirMeterRest rest);

/* The block ended just before the next byte; after_cr says that it did so with a CR. */
void weir_meter_dispatch (WeirMeter *meter, bool after_cr);

/* Counts bytes. Returns how many of them the peer takes. If it gives up, that is fewer than length, or *over is set. */
size_t weir_meter_count (
    WeirMeter *meter, const char *bytes, size_t length, WeirMeterRest rest, bool *over);

/* Whether n more bytes cannot reach the limit. */
bool weir_meter_is_far (const WeirMeter *meter, size_t n);

#endif
