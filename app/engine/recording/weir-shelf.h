/* SPDX-License-Identifier: MIT */
/*
 * WeirShelf: recordings that were opened to be searched, kept for the next search. Any thread.
 */
#pragma once

#include "log/weir-log.h"

G_BEGIN_DECLS

typedef struct _WeirShelf WeirShelf;

WeirShelf *weir_shelf_new (void);
WeirShelf *weir_shelf_ref (WeirShelf *self);
void weir_shelf_unref (WeirShelf *self);

/* The recording or file at path, as it is now, all of it indexed: blocks until then. One that was
 * taken before and has not changed is the same log. NULL with a sentence where it cannot be opened.
 * (transfer full) */
WeirLog *weir_shelf_open (WeirShelf *self, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirShelf, weir_shelf_unref)

G_END_DECLS
