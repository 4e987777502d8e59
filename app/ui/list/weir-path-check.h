/* SPDX-License-Identifier: MIT */
/*
 * weir-path-check: whether any event of a log has a value at a JSON path. The rows are searched in a
 * thread, each of them once.
 */
#pragma once

#include "app/engine/log/weir-log.h"

G_BEGIN_DECLS

typedef struct _WeirPathCheck WeirPathCheck;

/* Returns: NULL if path is not a JSON path. */
WeirPathCheck *weir_path_check_new (const char *path, WeirLog *log);
void weir_path_check_free (WeirPathCheck *self);

const char *weir_path_check_get_path (WeirPathCheck *self);

/* Starts to search the rows that are new since the last call.
 * Returns: TRUE if no event that was searched has a value there. FALSE if one has, or before the first
 * search has ended. */
gboolean weir_path_check_is_absent (WeirPathCheck *self);

G_END_DECLS
