/* SPDX-License-Identifier: MIT */
/* WeirRows: a set of row numbers. For one thread at a time. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _WeirRows WeirRows;

WeirRows *weir_rows_new (void);
void weir_rows_free (WeirRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRows, weir_rows_free)

WeirRows *weir_rows_copy (const WeirRows *self);

/* Adds or removes the n rows from first on. */
void weir_rows_add (WeirRows *self, guint64 first, guint64 n);
void weir_rows_remove (WeirRows *self, guint64 first, guint64 n);
void weir_rows_clear (WeirRows *self);
/* Adds or removes all rows of other. */
void weir_rows_add_all (WeirRows *self, const WeirRows *other);
void weir_rows_remove_all (WeirRows *self, const WeirRows *other);

guint64 weir_rows_get_n (const WeirRows *self);
gboolean weir_rows_contains (const WeirRows *self, guint64 row);
/* Returns: the first row from row on, or G_MAXUINT64 if there is none. */
guint64 weir_rows_find (const WeirRows *self, guint64 row);

G_END_DECLS
