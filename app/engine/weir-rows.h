/* SPDX-License-Identifier: MIT */
/* WeirRows: a set of row numbers. For one thread at a time. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _WeirRows WeirRows;

WeirRows *weir_rows_new (void);
void weir_rows_free (WeirRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRows, weir_rows_free)

/* Adds the n rows from first on. */
void weir_rows_add (WeirRows *self, guint64 first, guint64 n);
guint64 weir_rows_get_n (const WeirRows *self);

G_END_DECLS
