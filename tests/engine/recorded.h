/* SPDX-License-Identifier: MIT */
/* What the tests of recordings have in common. */
#pragma once

#include "log-writer.h"

/* A new folder of its own; to be removed with remove_tree(). (transfer full) */
char *make_folder (void);

/* The recording or bare file at path, wholly indexed. (transfer full) */
WeirLog *open_log (const char *path);

/* A row's data, "" where it is not kept. (transfer full) */
char *data_of (WeirLog *log, guint64 number);

/* n events of more than 230 bytes, whose data begin with their numbers, from first on. */
void write_numbers (LogWriter *writer, guint64 first, guint64 n);
