/* SPDX-License-Identifier: MIT */
/* Gives a sink what the I/O thread would give it: bytes, cut into reads, and their items. */
#pragma once

#include "log/weir-log.h"
#include "stream/weir-sink.h"

typedef struct
{
  WeirSink *sink;
  WeirReader *reader;
  WeirConnectionInfo *connection;
  const char *body; /* of the requests; NULL: they are not known */
  gint64 time_us;
} LogWriter;

void log_writer_init (LogWriter *self, gpointer sink);
void log_writer_clear (LogWriter *self);

/* A connection whose body is an event stream, or of that format. */
void log_writer_begin (LogWriter *self);
void log_writer_begin_format (LogWriter *self, WeirBodyFormat format);
void log_writer_end (LogWriter *self);

/* One read for each cut bytes; a millisecond passes with each. 0: one read. */
void log_writer_write (LogWriter *self, const char *bytes, gsize length, gsize cut);

/* Waits until so many of the log's rows are published. */
void log_wait_for_rows (WeirLog *log, guint64 n_rows);
