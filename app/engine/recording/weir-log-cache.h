/* SPDX-License-Identifier: MIT */
/*
 * WeirLogCache: keeps recordings that were opened for a search for the next one. Any thread.
 */
#pragma once

#include "log/weir-log.h"

G_BEGIN_DECLS

typedef struct _WeirLogCache WeirLogCache;

WeirLogCache *weir_log_cache_new (void);
WeirLogCache *weir_log_cache_ref (WeirLogCache *self);
void weir_log_cache_unref (WeirLogCache *self);

/* Opens the recording or file at path, and blocks until it is indexed. If it has not changed since it was
 * opened before, it is the same log.
 * Returns: (transfer full): NULL with error set if it cannot be opened. */
WeirLog *weir_log_cache_open (WeirLogCache *self, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLogCache, weir_log_cache_unref)

G_END_DECLS
