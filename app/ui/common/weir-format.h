/* SPDX-License-Identifier: MIT */
/*
 * weir-format: times, sizes and rates as text for the user. Each function writes to buffer and returns it,
 * so that drawing a row allocates nothing.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_TIME_CLOCK,   /* 14:03:22.123, local time */
  WEIR_TIME_ELAPSED, /* +12.345, since the log's first row */
  WEIR_TIME_ISO,     /* 2026-11-23T14:03:22.123Z */
  WEIR_N_TIME_FORMATS,
} WeirTimeFormat;

#define WEIR_FORMAT_LENGTH 48

/* time_us is wall clock in microseconds since 1970, start_us the log's first row; 0: unknown. */
const char *weir_format_time (char buffer[WEIR_FORMAT_LENGTH],
                              gint64 time_us,
                              gint64 start_us,
                              WeirTimeFormat format);

/* A span of time: "+0.4 ms", "+1.25 s", "+3:20". */
const char *weir_format_gap (char buffer[WEIR_FORMAT_LENGTH], gint64 gap_us);

/* How long ago something was: "56 s", "1 min 20 s", "3 h 5 min". It changes every second, after a
 * minute every ten seconds. */
const char *weir_format_age (char buffer[WEIR_FORMAT_LENGTH], gint64 age_us);

/* "312 B", "1.2 KB". */
const char *weir_format_size (char buffer[WEIR_FORMAT_LENGTH], guint64 bytes);

/* A number with the locale's separators. */
const char *weir_format_count (char buffer[WEIR_FORMAT_LENGTH], guint64 count);

/* "0", "3.4/s", "310k/s". */
const char *weir_format_rate (char buffer[WEIR_FORMAT_LENGTH], double per_second);

G_END_DECLS
