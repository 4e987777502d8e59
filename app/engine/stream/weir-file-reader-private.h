/* SPDX-License-Identifier: MIT */
/*
 * WeirFileReader: reads a file, a pipe or standard input into an intake, in the I/O thread, as
 * WeirConnection does for HTTP.
 */
#pragma once

#include "http/weir-connection-info.h"
#include "weir-intake-private.h"

G_BEGIN_DECLS

typedef struct _WeirFileReader WeirFileReader;

/* The end: called once, never from within weir_file_reader_start(). info is complete. */
typedef void (*WeirFileReaderEnded) (WeirConnectionInfo *info, gpointer data);

/* path "-" is standard input. intake must outlive the reader. */
WeirFileReader *weir_file_reader_new (const char *path,
                                      WeirIntake *intake,
                                      WeirConnectionInfo *info,
                                      WeirFileReaderEnded ended,
                                      gpointer data);

/* Reads UTF-16 as the bytes that it is, instead of decoding it. */
void weir_file_reader_keep_encoding (WeirFileReader *self);

/* Opens it; FALSE with a sentence in *evidence when that fails: ended is not called then. */
gboolean weir_file_reader_start (WeirFileReader *self, char **evidence);

/* Stops without calling ended. */
void weir_file_reader_free (WeirFileReader *self);

G_END_DECLS
